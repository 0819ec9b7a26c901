"""A factor model scores, predicts and explains as its formulas say, and refuses what is broken."""

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_similarity

from recommender.data.scale import MOVIE_SCALE
from recommender.errors import TitleError
from recommender.factors.fold_in import NoFoldIn, RidgeFoldIn
from recommender.factors.model import COVERAGE, FactorModel, Readout

IDS = np.array([2, 3, 5, 8, 13, 21])
FACTORS = np.array(
    [[3.0, 0.0], [2.0, 1.0], [0.5, 0.5], [-1.0, 2.0], [-3.0, -1.0], [0.0, 0.0]], np.float32
)


def offsets(*numbers):
    return np.array(numbers or [0.5, 0.4, 0.3, 0.2, 0.1, 0.0], np.float32)


def ridge(k=2):
    return RidgeFoldIn.isotropic(k, 0.5, 2.0)


def make(**changes):
    ranker = Readout(offsets(), ridge())
    rater = Readout(
        offsets(3.5, 3.0, 3.2, 2.5, 4.0, 3.1),
        ridge(),
        unit_factors=True,
        noise=0.8,
        offset_variance=offsets(0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
    )
    parts = {
        "item_ids": IDS.copy(),
        "scale": MOVIE_SCALE,
        "item_factors": FACTORS.copy(),
        "ranker": ranker,
        "rater": rater,
    }
    return FactorModel(**parts | changes)


# --- ids and ratings


@given(st.lists(st.integers(0, 30), unique=True), st.lists(st.integers(-5, 35)))
def test_the_position_of_an_id_is_its_place_and_of_an_unknown_one_minus_one(known, wanted):
    known = sorted({*known, 7})
    n = len(known)
    nothing = Readout(np.zeros(n, np.float32), NoFoldIn())
    model = FactorModel(np.array(known), MOVIE_SCALE, np.zeros((n, 0), np.float32), nothing)
    expected = [known.index(item_id) if item_id in known else -1 for item_id in wanted]
    assert model.positions(wanted).tolist() == expected


def test_what_is_no_id_is_unknown_not_rounded_to_one():
    assert make().positions([2.5, 2**70, -(2**70), 5]).tolist() == [-1, -1, -1, 2]
    assert make().positions([]).tolist() == []


def test_one_visitor_leaves_no_trace_in_another():
    model = make()
    alone = model.fold_in({2: 5.0}).scores
    model.fold_in({2: 0.5, 13: 5.0}).predict(np.arange(6))
    np.testing.assert_array_equal(model.fold_in({2: 5.0}).scores, alone)


# --- scores, predictions, contributions


def test_the_score_is_offset_plus_bias_plus_factors():
    model = make()
    taste = model.fold_in({3: 4.0, 8: 1.5})
    rows = FACTORS[[1, 3]].astype(float)
    folded = ridge().fold(rows, np.array([4.0, 1.5]), offsets()[[1, 3]].astype(float))
    np.testing.assert_allclose(taste.visitor_factors, folded.weights[1:])
    np.testing.assert_allclose(
        taste.scores, offsets() + folded.weights[0] + FACTORS @ folded.weights[1:], rtol=1e-12
    )


def test_the_rater_reads_unit_factors_where_it_says_so():
    model = make()
    lengths = np.linalg.norm(model.factors(model.rater), axis=1)
    np.testing.assert_allclose(lengths, [1, 1, 1, 1, 1, 0], rtol=1e-6)
    np.testing.assert_array_equal(model.factors(model.ranker), FACTORS)


def test_the_range_holds_the_noise_the_visitors_and_the_titles_uncertainty():
    model = make()
    prediction = model.fold_in({2: 3.0}).predict(np.array([3, 5]))
    rater = model.rater
    unit = model.unit_factors.astype(float)
    folded = rater.fold_in.fold(unit[[0]], np.array([3.0]), np.array([3.5]))
    for place, position in enumerate([3, 5]):
        x = np.array([1, *unit[position]])
        centre = rater.offset[position] + x @ folded.weights
        variance = 0.8**2 * (1 + x @ folded.covariance @ x) + rater.offset_variance[position]
        margin = NormalDist().inv_cdf(0.5 + COVERAGE / 2) * variance**0.5
        assert prediction.rating[place] == pytest.approx(centre)
        assert prediction.low[place] == pytest.approx(max(centre - margin, 0.5))
        assert prediction.high[place] == pytest.approx(min(centre + margin, 5.0))


def test_where_nothing_is_uncertain_the_range_is_the_noise_alone():
    certain = Readout(offsets(*[3.0] * 6), NoFoldIn(), noise=0.5)
    prediction = make(rater=certain).fold_in({2: 5.0}).predict(np.arange(6))
    np.testing.assert_allclose(prediction.rating, 3)
    np.testing.assert_allclose(prediction.high - prediction.low, 0.5 * 2 * 1.2815515655446004)


def test_a_model_of_some_titles_says_of_them_what_it_said():
    model, some = make(), np.array([1, 2, 4])
    visitor = {int(model.item_ids[at]): rating for at, rating in ((1, 4.0), (4, 2.0))}
    whole, part = model.fold_in(visitor), model.only(some).fold_in(visitor)
    np.testing.assert_allclose(part.scores, whole.scores[some])
    here, there = part.predict(np.arange(3)), whole.predict(some)
    for name in ("rating", "low", "high"):
        np.testing.assert_allclose(getattr(here, name), getattr(there, name))


def test_a_model_without_a_rater_predicts_no_ratings():
    model = make(rater=None)
    assert not model.predicts_ratings
    assert model.fold_in({2: 5.0}).predict(np.arange(6)) is None


def test_contributions_hold_for_the_titles_asked_in_the_order_asked():
    taste = make().fold_in({3: 4.0, 8: 1.5, 99: 3.0})
    start, parts = taste.contributions(np.array([4, 0]))
    assert parts.shape == (2, 2)
    np.testing.assert_allclose(start + parts.sum(axis=1), taste.scores[[4, 0]], rtol=1e-12)
    np.testing.assert_array_equal(taste.rated, [1, 3])


# --- neighbours and factors


def test_neighbours_are_those_of_largest_cosine_without_the_title_itself():
    model, cosines = make(), cosine_similarity(FACTORS)
    for position, item_id in enumerate(IDS):
        table = model.neighbours(int(item_id), 4)
        others = np.delete(np.arange(6), position)
        nearest = np.sort(cosines[position, others])[::-1][:4]
        assert item_id not in set(table["item_id"])
        assert table.index.tolist() == [1, 2, 3, 4]
        np.testing.assert_allclose(table["similarity"], nearest, atol=1e-6)


def test_nearness_is_mutual_and_never_beyond_one():
    generator = np.random.default_rng(0)
    factors = generator.normal(size=(300, 3)).astype(np.float32)
    factors[200:] = 3 * factors[:100]
    nothing = Readout(np.zeros(300, np.float32), NoFoldIn())
    model = FactorModel(np.arange(300), MOVIE_SCALE, factors, nothing)
    similarity = np.full((300, 300), np.nan)
    for item_id in range(300):
        table = model.neighbours(item_id, 1000)
        similarity[item_id, table["item_id"]] = table["similarity"]
    assert np.isnan(np.diag(similarity)).all()
    assert np.nanmax(np.abs(similarity)) <= 1
    np.testing.assert_allclose(similarity, similarity.T, atol=1e-6)


def test_the_neighbours_of_an_unknown_title_are_no_guess():
    with pytest.raises(TitleError, match="item_id 4"):
        make().neighbours(4)
    with pytest.raises(TitleError, match="item_id 4"):
        make().more_like([2], [3, 4])


def test_titles_to_be_like_and_unlike_add_up():
    table = make().more_like([2, 3], [8], 3)
    unit = FACTORS / np.maximum(np.linalg.norm(FACTORS, axis=1, keepdims=True), 1e-9)
    wanted = unit[0] + unit[1] - unit[3]
    expected = unit @ wanted / np.linalg.norm(wanted)
    others = np.array([2, 4, 5])
    order = others[np.argsort(-expected[others])]
    assert table["item_id"].tolist() == IDS[order].tolist()
    np.testing.assert_allclose(table["similarity"], expected[order], atol=1e-6)


def test_less_of_a_title_is_what_is_opposite_to_it():
    opposite = make().more_like([], [2], 5)
    assert opposite["item_id"].iloc[0] == 13
    like = make().more_like([2], n=5).set_index("item_id")["similarity"]
    unlike = opposite.set_index("item_id")["similarity"]
    np.testing.assert_allclose(unlike, -like[unlike.index])


def test_like_and_unlike_the_same_title_is_no_direction():
    assert not make().more_like([2], [2])["similarity"].any()
    assert not make().more_like([], [])["similarity"].any()


def test_a_factor_table_shows_both_poles_from_the_highest_loading_to_the_lowest():
    table = make().factor_table(0, 2)
    assert table["item_id"].tolist() == [2, 3, 8, 13]
    assert table["pole"].tolist() == ["+", "+", "-", "-"]
    assert table["loading"].tolist() == [3, 2, -1, -3]
    assert table.index.tolist() == [1, 2, 3, 4]


def test_the_poles_of_a_small_catalogue_do_not_overlap():
    table = make().factor_table(1, 50)
    assert sorted(table["item_id"]) == IDS.tolist()


@pytest.mark.parametrize("factor", [-1, 2])
def test_a_factor_that_is_not_there_is_refused(factor):
    with pytest.raises(IndexError, match="the model has 2"):
        make().factor_table(factor)


# --- what is broken is refused


@pytest.mark.parametrize(
    "broken",
    [
        {"item_factors": FACTORS[:5]},
        {"item_ids": IDS[:5]},
        {"ranker": Readout(offsets()[:5], ridge())},
        {"rater": Readout(offsets()[:5], ridge())},
        {"rater": Readout(offsets(), ridge(), offset_variance=offsets()[:5])},
    ],
    ids=["factors", "ids", "ranker", "rater", "variance"],
)
def test_arrays_for_another_number_of_titles_are_refused(broken):
    with pytest.raises(ValueError, match=r"rows for \d titles"):
        make(**broken)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("field", ["item_factors", "ranker", "rater", "offset_variance"])
def test_numbers_that_are_not_finite_are_refused(field, bad):
    whole = make()
    spoilt = offsets(bad, 0, 0, 0, 0, 0)
    changes = {
        "item_factors": {"item_factors": np.full((6, 2), bad, np.float32)},
        "ranker": {"ranker": replace(whole.ranker, offset=spoilt)},
        "rater": {"rater": replace(whole.rater, offset=spoilt)},
        "offset_variance": {"rater": replace(whole.rater, offset_variance=spoilt)},
    }
    with pytest.raises(ValueError, match="not finite"):
        make(**changes[field])


def test_what_all_visitors_share_cannot_be_changed():
    model = make()
    shared = [
        model.item_ids,
        model.item_factors,
        model.unit_factors,
        model.ranker.offset,
        model.rater.offset,
        model.rater.offset_variance,
        model.fold_in({2: 4.0}).scores,
    ]
    assert not any(array.flags.writeable for array in shared)
