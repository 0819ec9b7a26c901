"""Which titles are offered for rating."""

from dataclasses import replace
from statistics import median
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import ParameterError
from recommender.serving.ask import Questions
from recommender.serving.served import ServedRelease
from recommender.serving.shelf import Shelf
from tests.serving.releases import catalogue, factor_model, popularity, release

NAMES = ["Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India"]


def small(**columns) -> ServedRelease:
    titles = catalogue(NAMES, **columns)
    factors = np.random.default_rng(5).normal(size=(len(NAMES), 3))
    models = {"house": factor_model(titles.index.to_numpy(), factors)}
    return release(titles, models, "house", "house")


def test_the_first_titles_are_well_known(served):
    counts = served.catalogue["n_ratings"]
    asked = counts[served.titles_to_rate()]
    assert (asked > counts.quantile(0.99)).all()


def test_the_first_titles_are_more_varied_than_the_most_popular_ones(served):
    factors = served.models["house"].unit_factors

    def overlap(ids):
        rows = factors[served.shelf.positions(ids)]
        return np.abs(rows @ rows.T)[np.triu_indices(len(ids), 1)].mean()

    asked = served.titles_to_rate(n=12)
    popular = served.shelf.item_ids[served.shelf.by_popularity[:12]]
    assert overlap(asked) < 0.95 * overlap(popular)


def test_questions_go_where_the_visitors_taste_goes(served):
    animated = served.models["house"].neighbours(1, 60)["item_id"].tolist()
    fond = served.titles_to_rate({1: 5.0, 2355: 5.0, 588: 5.0}, n=12)
    grim = served.titles_to_rate({593: 5.0, 296: 5.0, 50: 5.0}, n=12)
    assert len({*fond} & {*animated}) > len({*grim} & {*animated})


def test_no_two_titles_on_screen_are_of_one_franchise(served):
    franchise = served.shelf.franchises.first
    shown = served.titles_to_rate(n=12)
    skipped: list[int] = []
    for turn in range(30):
        assert len(set(franchise[served.shelf.positions(shown)].tolist())) == 12
        skipped.append(shown[turn % 12])
        shown = served.titles_to_rate(skipped=skipped, n=12, shown=shown)


def test_titles_of_a_franchise_are_offered_when_there_is_nothing_else():
    titles = catalogue(["Heat", "Heat 2", "Heat 3"])
    only = Questions.of(Shelf.of(titles), None)
    assert sorted(only.choose([], [], 3)) == [10, 20, 30]


def test_an_answer_moves_no_other_title(served):
    shown = served.titles_to_rate(n=6)
    rated = served.titles_to_rate({shown[2]: 4.0}, n=6, shown=shown)
    assert rated[:2] + rated[3:] == shown[:2] + shown[3:]
    assert rated[2] not in shown
    skipped = served.titles_to_rate({shown[2]: 4.0}, [rated[5]], n=6, shown=rated)
    assert skipped[:5] == rated[:5]
    assert skipped[5] not in {*shown, *rated}


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_offer_is_new_unique_stable_and_the_same_each_time(data):
    made = small()
    ids = made.catalogue.index.tolist()
    rated = data.draw(st.lists(st.sampled_from(ids), unique=True))
    skipped = data.draw(st.lists(st.sampled_from(ids), unique=True))
    shown = data.draw(st.lists(st.sampled_from([*ids, -1]), max_size=6))
    n = data.draw(st.integers(0, 6))
    offered = made.titles_to_rate(rated, skipped, n, shown)
    assert offered == made.titles_to_rate(rated[::-1], skipped[::-1], n, shown)
    assert len(offered) == min(n, len(ids) - len({*rated, *skipped}))
    assert len(set(offered)) == len(offered)
    assert not {*offered} & {*rated, *skipped}
    # What is on screen and still open stays.
    known = list(dict.fromkeys(at for at in shown if at in ids))[:n]
    assert {*known} - {*rated, *skipped} <= {*offered}
    assert made.titles_to_rate(rated, skipped, n, offered) == offered


def test_a_skipped_title_makes_its_neighbours_less_likely_to_be_asked(served):
    fresh = served.titles_to_rate(n=40)
    matrix = 2571
    near = served.models["house"].neighbours(matrix, 60)["item_id"]
    before = [fresh.index(item_id) for item_id in near if item_id in fresh]
    known = served._questions._probability
    none = np.empty(0, np.intp)
    skipped = served.shelf.positions([matrix])
    positions = served.shelf.positions(near[:10]).tolist()
    assert before
    assert (known(none, skipped, positions) < known(none, none, positions)).all()
    assert (known(skipped, none, positions) > known(none, none, positions)).all()


def test_a_title_like_a_rated_one_tells_less():
    # Bravo is what Alpha is; Charlie is something else, and known as well as Bravo.
    titles = catalogue(["Alpha", "Bravo", "Charlie"], n_ratings=[10, 10, 10])
    model = factor_model(titles.index.to_numpy(), np.array([[1, 0], [0.9, 0.1], [0, 1]]))
    questions = Questions.of(Shelf.of(titles), model)
    both, none = np.array([1, 2]), np.empty(0, np.intp)
    before = questions._spread(none, both).narrowing()
    bravo, charlie = questions._spread(np.array([0]), both).narrowing() / before
    assert bravo < 0.7 * charlie


def test_an_unknown_title_is_asked_last_however_telling():
    titles = catalogue(["Alpha", "Bravo", "Charlie"], n_ratings=[100, 90, 1])
    model = factor_model(titles.index.to_numpy(), np.array([[1, 0], [0.8, 0.6], [0, 1]]))
    assert Questions.of(Shelf.of(titles), model).choose([], [], 3)[-1] == 30


def test_a_title_on_screen_that_is_hardly_known_does_not_count_as_answered():
    # Alpha tells most of what Bravo would; but hardly anybody will be able to say.
    titles = catalogue(["Known", "Alpha", "Bravo", "Charlie"], n_ratings=[1000, 100, 100, 90])
    factors = np.array([[0, 0, 1], [1, 0, 0], [0.93, 0.37, 0], [0, 1, 0]])
    questions = Questions.of(Shelf.of(titles), factor_model(titles.index.to_numpy(), factors))
    assert questions.choose([10], [], 3) == [20, 30, 40]


def test_genres_and_decades_do_where_there_are_no_factors():
    titles = catalogue(
        ["Alpha", "Bravo", "Charlie"],
        genres=[["Drama"], ["Drama"], ["Comedy"]],
        n_ratings=[10, 10, 9],
    )
    crowd = popularity(titles.index.to_numpy(), titles["n_ratings"].to_numpy())
    made = release(titles, {"crowd": crowd}, "crowd", "crowd")
    assert made.titles_to_rate(n=2) == [10, 30]


def test_a_catalogue_without_ratings_and_genres_can_still_be_asked_about():
    made = small(n_ratings=[0] * 9, years=[None] * 9)
    assert len(made.titles_to_rate(n=5)) == 5


def test_when_all_titles_are_answered_none_are_offered():
    made = small()
    assert made.titles_to_rate(made.catalogue.index, [], 6) == []


def test_a_negative_number_is_refused(served):
    with pytest.raises(ParameterError, match="ask for 0 or more"):
        served.titles_to_rate(n=-1)


def test_choosing_takes_ten_milliseconds(served):
    popular = served.shelf.item_ids[served.shelf.by_popularity].tolist()
    served.titles_to_rate()
    times = []
    for answered in range(1, 41, 2):
        rated, skipped = popular[:answered], popular[answered : 2 * answered]
        started = process_time()
        served.titles_to_rate(rated, skipped, 12)
        times.append(process_time() - started)
    assert median(times) < 0.010


def test_of_a_very_large_catalogue_the_most_rated_titles_are_put_up(served, monkeypatch):
    monkeypatch.setattr("recommender.serving.served.EXACT_UP_TO", 1000)
    monkeypatch.setattr("recommender.serving.served.ASKED_ABOUT", 500)
    large = replace(served)
    known = set(served.shelf.item_ids[served.shelf.by_popularity[:500]].tolist())
    unknown = int(served.shelf.item_ids[served.shelf.by_popularity[-1]])

    asked = large.titles_to_rate({1: 5.0, 2355: 5.0, unknown: 4.0}, n=400)

    assert len(asked) == 400
    assert set(asked) <= known - {1, 2355}
    first = served.titles_to_rate({1: 5.0, 2355: 5.0}, n=12)
    assert len(set(large.titles_to_rate({1: 5.0, 2355: 5.0}, n=12)) & set(first)) >= 9
