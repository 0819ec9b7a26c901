"""What a visitor gets: order, numbers, reasons."""

from statistics import median
from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.data.scale import MOVIE_SCALE
from recommender.errors import ParameterError, RatingError, TitleError
from recommender.factors.model import Taste
from recommender.serving.parts import REST, START
from recommender.serving.served import ServedRelease
from recommender.serving.shelf import Shelf
from recommender.serving.visitor import Visitor
from tests.serving.releases import catalogue, factor_model, popularity, release

TASTE = {1: 5.0, 3: 2.0, 6: 3.5}
NAMES = [f"Title {number}" for number in range(12)]


def small() -> ServedRelease:
    """Twelve titles, four factors."""
    titles = catalogue(NAMES)
    ids = titles.index.to_numpy()
    factors = np.abs(np.random.default_rng(3).normal(size=(12, 4)))
    models = {
        "house": factor_model(ids, factors),
        "orders": factor_model(ids, factors, rates=False),
        "popularity": popularity(ids, titles["n_ratings"].to_numpy()),
    }
    return release(titles, models, "house", "house")


ratings = st.dictionaries(
    st.sampled_from(small().catalogue.index.tolist()),
    st.sampled_from(small().scale.values),
    max_size=12,
)


def test_recommendations_have_the_promised_columns_and_ranks_from_one(served):
    table = served.fold_in(TASTE).recommend(20)
    assert list(table.columns) == [
        *("item_id", "title", "score", "predicted_rating", "low", "high", "because")
    ]
    assert table.index.tolist() == list(range(1, 21))
    assert table.index.name == "rank"
    assert table["item_id"].dtype == np.int64
    assert all(table[name].dtype == np.float64 for name in ("score", "predicted_rating", "low"))
    assert table["title"].tolist() == served.catalogue.loc[table["item_id"], "title"].tolist()


def test_the_order_is_the_rankers_and_leaves_out_what_is_rated(served):
    visitor = served.fold_in(TASTE)
    table = visitor.recommend(len(served.shelf))
    scores = served.models["house"].fold_in(TASTE).scores
    assert (np.diff(table["score"]) <= 0).all()
    assert np.array_equal(
        table["score"], scores[served.models["house"].positions(table["item_id"])]
    )
    assert set(table["item_id"]) == set(served.catalogue.index) - set(TASTE)


def test_the_predicted_rating_never_sorts(served):
    table = served.fold_in(TASTE).recommend(20)
    assert not table["predicted_rating"].is_monotonic_decreasing


def test_of_equal_scores_the_better_known_title_comes_first():
    titles = catalogue(NAMES, n_ratings=[3, 9, 9, 0, 7, 1, 8, 2, 6, 4, 5, 10])
    ids = titles.index.to_numpy()
    alike = popularity(ids, np.zeros(12))
    made = release(titles, {"alike": alike}, "alike", "alike")
    table = made.fold_in({20: 4.0}).recommend(12)
    assert (table["score"] == 0).all()
    counts = titles.loc[table["item_id"], "n_ratings"]
    assert counts.is_monotonic_decreasing
    assert 20 not in set(table["item_id"])


def test_a_visitor_without_ratings_gets_the_popular_titles(served):
    table = served.fold_in({}).recommend(20)
    counts = served.catalogue.loc[table["item_id"], "n_ratings"]
    assert counts.is_monotonic_decreasing
    assert counts.iloc[0] == served.catalogue["n_ratings"].max()
    assert (table["score"] == counts.to_numpy()).all()
    assert all(reasons == [] for reasons in table["because"])
    assert np.isfinite(table["predicted_rating"]).all()


def test_excluded_titles_are_left_out_and_unknown_ones_do_no_harm(served):
    first, second, third = served.fold_in(TASTE).recommend(3)["item_id"]
    table = served.fold_in(TASTE).recommend(1, exclude=[first, second, -1])
    assert table["item_id"].tolist() == [third]


@pytest.mark.parametrize(("n", "expected"), [(0, 0), (5, 5), (100, 11)])
def test_as_many_titles_come_as_are_asked_for_and_there_are(n, expected):
    table = small().fold_in({10: 4.0}).recommend(n)
    assert len(table) == expected
    assert list(table.columns)[-1] == "because"


def test_a_negative_number_of_recommendations_is_refused():
    with pytest.raises(ParameterError, match="ask for 0 or more"):
        small().fold_in({}).recommend(-1)


@given(ratings, st.sampled_from(NAMES))
def test_contributions_sum_to_the_score(rated, name):
    made = small()
    item_id = int(made.catalogue.index[made.catalogue["title"] == name][0])
    for model in made.models:
        visitor = made.fold_in(rated, model)
        table = visitor.explain(item_id)
        score = visitor.scores[made.shelf.position[item_id]]
        assert table["contribution"].sum() == pytest.approx(score, rel=1e-9, abs=1e-9)
        assert len(table) == len(rated) + 1


@given(ratings, st.integers(2, 5))
def test_a_shortened_breakdown_still_sums_to_the_score(rated, most):
    visitor = small().fold_in(rated)
    ids = visitor.recommend(4)["item_id"].tolist()
    for item_id, parts in visitor.breakdowns(ids, most).items():
        score = visitor.scores[visitor.shelf.position[item_id]]
        assert sum(part.amount for part in parts) == pytest.approx(score, rel=1e-9, abs=1e-9)
        assert len(parts) == min(most, len(rated) + 1)
        listed = [abs(part.amount) for part in parts if part.label != REST]
        assert listed == sorted(listed, reverse=True)


def test_an_explanation_names_the_rated_titles_and_the_starting_point(served):
    table = served.fold_in(TASTE).explain(260)
    assert table["contribution"].abs().is_monotonic_decreasing
    start = table[table["item_id"].isna()]
    assert start["title"].tolist() == [START]
    assert start["rating"].isna().all()
    rated = table.dropna(subset="item_id").set_index("item_id")
    assert rated["rating"].to_dict() == TASTE
    assert rated["title"].to_dict() == {1: "Toy Story", 3: "Grumpier Old Men", 6: "Heat"}


def test_an_unknown_title_cannot_be_explained(served):
    with pytest.raises(TitleError, match="item id -4"):
        served.fold_in(TASTE).explain(-4)


def test_because_names_at_most_two_rated_titles_that_lift_the_title(served):
    taste = {1: 5.0, 2: 1.0, 6: 3.5, 260: 5.0, 1196: 4.5, 1210: 4.0}
    visitor = served.fold_in(taste)
    table = visitor.recommend(20)
    assert any(table["because"])
    for item_id, reasons in zip(table["item_id"], table["because"], strict=True):
        given_by = visitor.explain(item_id).set_index("title")["contribution"]
        assert len(reasons) <= 2
        assert all(given_by[title] > 0 for title in reasons)


class Given(Taste):
    """A taste whose contributions are written down: what each rated title gives to each title."""

    def __init__(self, rated, start, parts):
        self.rated = np.array(rated, np.intp)
        self.ratings = np.full(len(rated), 4.0)
        self.start, self.parts = np.array(start, np.float64), np.array(parts, np.float64)

    @property
    def scores(self):
        return self.start + self.parts.sum(axis=1)

    def predict(self, positions):
        return None

    def contributions(self, positions):
        return self.start[positions], self.parts[positions]


def reasons(parts, start=None):
    """What `because` says of Title 11, the first recommendation, after rating Titles 0 and 1."""
    taste = Given([0, 1], np.zeros(12) if start is None else start, parts)
    visitor = Visitor(
        Shelf.of(catalogue(NAMES)), MOVIE_SCALE, "given", {10: 4.0, 20: 4.0}, (), taste, None
    )
    table = visitor.recommend(1)
    assert table["title"].tolist() == ["Title 11"]
    return table["because"].iloc[0]


def test_a_title_that_lifts_everything_alike_is_no_reason():
    parts = np.tile([0.5, 0.0], (12, 1))
    parts[11] = [0.5, 0.2]
    assert reasons(parts) == ["Title 1"]


def test_a_small_share_of_what_sets_a_title_apart_is_no_reason():
    parts = np.zeros((12, 2))
    parts[11] = [1.0, 0.05]
    assert reasons(parts) == ["Title 0"]
    parts[11] = [1.0, 0.3]
    assert reasons(parts) == ["Title 0", "Title 1"]


def test_a_title_that_takes_from_the_score_is_no_reason():
    parts = np.tile([0.0, -0.9], (12, 1))
    parts[11] = [0.5, -0.1]
    assert reasons(parts) == ["Title 0"]


def test_a_title_that_the_visitor_disliked_is_no_reason():
    parts = np.zeros((12, 2))
    parts[11] = [1.0, 0.5]
    taste = Given([0, 1], np.zeros(12), parts)
    taste.ratings = np.array([2.0, 4.0])
    visitor = Visitor(
        Shelf.of(catalogue(NAMES)), MOVIE_SCALE, "given", {10: 2.0, 20: 4.0}, (), taste, None
    )
    assert visitor.recommend(1)["because"].iloc[0] == ["Title 1"]


def test_a_title_that_is_ahead_from_the_start_needs_no_reason():
    start = np.zeros(12)
    start[11] = 1.0
    assert reasons(np.zeros((12, 2)), start) == []


def test_predicted_ratings_are_on_the_scale_and_nan_for_an_unknown_title(served):
    visitor = served.fold_in(TASTE)
    predicted = visitor.predict([2, -7, 10])
    assert predicted.dtype == np.float64
    assert np.isnan(predicted).tolist() == [False, True, False]
    table = visitor.recommend(50)
    assert (table["low"] <= table["predicted_rating"]).all()
    assert (table["predicted_rating"] <= table["high"]).all()
    assert table["low"].min() >= 0.5
    assert table["high"].max() <= 5
    assert visitor.predict(table["item_id"].tolist()) == pytest.approx(table["predicted_rating"])
    assert visitor.predict([]).shape == (0,)


def test_a_model_that_predicts_no_ratings_borrows_them_from_the_rater():
    made = small()
    borrowed = made.fold_in({10: 5.0, 40: 1.0}, model="orders")
    own = made.fold_in({10: 5.0, 40: 1.0}, model="house")
    assert borrowed.uses_ratings
    assert borrowed.predict([20, 30]).tolist() == own.predict([20, 30]).tolist()


def test_without_any_rater_there_are_no_predicted_ratings():
    titles = catalogue(NAMES)
    orders = factor_model(titles.index.to_numpy(), np.eye(12)[:, :4], rates=False)
    visitor = release(titles, {"orders": orders}, "orders", "orders").fold_in({10: 5.0})
    table = visitor.recommend(3)
    assert not visitor.uses_ratings
    assert table[["predicted_rating", "low", "high"]].isna().all(axis=None)
    assert np.isnan(visitor.predict([20])).all()


def test_match_goes_from_the_middle_title_of_the_catalogue_to_the_best():
    visitor = small().fold_in({}, model="popularity")
    best, middle = visitor.scores.max(), np.median(visitor.scores)
    ids = visitor.shelf.item_ids.tolist()
    assert visitor.match(ids).max() == 1.0
    for item_id, score, match in zip(ids, visitor.scores, visitor.match(ids), strict=True):
        assert match == pytest.approx(max(0, (score - middle) / (best - middle))), item_id
    assert np.isnan(visitor.match([-1])).all()


def test_an_unknown_title_is_reported_not_guessed(served):
    visitor = served.fold_in({1: 5.0, -3: 4.0, 10**30: 2.0})
    assert visitor.unknown == (-3, 10**30)
    assert dict(visitor.ratings) == {1: 5.0}
    assert visitor.recommend(5).equals(served.fold_in({1: 5.0}).recommend(5))


def test_ratings_of_unknown_titles_alone_count_as_none(served):
    visitor = served.fold_in({-3: 4.0})
    assert visitor.recommend(5).equals(served.fold_in({}).recommend(5))


@pytest.mark.parametrize("rating", [0, 5.5, 3.25, float("nan"), float("inf"), True, "5", None])
def test_a_rating_off_the_scale_is_refused_with_its_title(served, rating):
    with pytest.raises(RatingError, match=r"^Toy Story \(1995\): .*give one of 0.5, 1"):
        served.fold_in({1: rating})


def test_numbers_of_all_kinds_are_ratings(served):
    plain = served.fold_in({1: 4.0}).scores
    for four in (4, np.float32(4), np.int64(4)):
        assert np.array_equal(served.fold_in({np.int64(1): four}).scores, plain)


def test_an_unknown_model_is_refused_with_those_there_are(served):
    with pytest.raises(ParameterError, match=r"'mine'.*house, orders, popularity"):
        served.fold_in({}, model="mine")


def test_the_order_of_the_ratings_does_not_matter(served):
    backwards = dict(reversed(TASTE.items()))
    one, other = served.fold_in(TASTE), served.fold_in(backwards)
    assert other.scores == pytest.approx(one.scores, abs=1e-12)


def test_a_visitor_keeps_what_was_given_whatever_happens_to_it(served):
    given_ratings = dict(TASTE)
    visitor = served.fold_in(given_ratings)
    given_ratings.clear()
    assert dict(visitor.ratings) == TASTE
    with pytest.raises(TypeError):
        visitor.ratings[1] = 1.0


def test_folding_in_ranking_and_explaining_takes_ten_milliseconds(served):
    served.warm_up()
    times = []
    for turn in range(25):
        started = process_time()
        visitor = served.fold_in({**TASTE, 10 + turn % 2: 4.0})
        visitor.breakdowns(visitor.recommend(20)["item_id"])
        times.append(process_time() - started)
    assert median(times) < 0.010


def test_only_a_model_whose_order_the_ratings_change_is_personal(served):
    assert not served.fold_in({}).is_personal
    assert served.fold_in(TASTE).is_personal
    assert not small().fold_in({10: 5.0}, model="popularity").is_personal
