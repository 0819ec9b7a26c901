"""What the dials do to a list of recommendations."""

from dataclasses import replace
from time import process_time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.evaluation.metrics import diversity
from recommender.factors import rank_index
from recommender.serving.dials import NEUTRAL, Dials
from recommender.serving.picks import POOL, count, fitting, picks
from recommender.serving.relax import relaxations
from tests.serving.releases import catalogue, factor_model, release

N = 400
GENRES = ("Comedy", "Drama", "War")
STEMS = ("Alpha", "Beta", "Gamma", "Delta")


def made():
    """Four hundred titles, some of them sequels."""
    generator = np.random.default_rng(0)
    names = [
        f"{STEMS[at % 4]} Saga {1 + at // 4}" if at < 40 else f"Lone {at}th of its kind"
        for at in range(N)
    ]
    titles = catalogue(
        names,
        years=[None if at % 50 == 49 else 1950 + at % 60 for at in range(N)],
        episodes=[None if at % 40 == 39 else 1 + at % 30 for at in range(N)],
        genres=[["Drama"] if at < 40 else [GENRES[at % 3], "Comedy"] for at in range(N)],
        n_ratings=np.sort(generator.geometric(0.02, N))[::-1].tolist(),
    )
    titles["kind"] = ["TV" if at % 4 == 3 else "Movie" for at in range(N)]
    factors = generator.normal(size=(N, 6)) * np.linspace(3, 0.3, N)[:, None]
    model = factor_model(titles.index.to_numpy(), np.abs(factors))
    return release(titles, {"house": model}, "house", "house")


RELEASE = made()
IDS = RELEASE.catalogue.index.tolist()
guests = st.tuples(
    st.dictionaries(st.sampled_from(IDS), st.sampled_from(RELEASE.scale.values), max_size=6),
    st.lists(st.sampled_from(IDS), max_size=5),
    st.lists(st.sampled_from(IDS), max_size=5),
)


def folded(guest):
    """The visitor with these ratings, watched and planned titles."""
    ratings, seen, planned = guest
    return RELEASE.fold_in(ratings, seen=seen, planned=planned)


filters = st.builds(
    Dials,
    genres=st.sets(st.sampled_from(GENRES)).map(tuple),
    without=st.sets(st.sampled_from(GENRES), max_size=1).map(tuple),
    first_year=st.none() | st.integers(1940, 2000),
    last_year=st.none() | st.integers(1960, 2020),
    fewest_episodes=st.none() | st.integers(1, 20),
    most_episodes=st.none() | st.integers(10, 40),
    kinds=st.sets(st.sampled_from(["TV", "Movie"])).map(tuple),
    fewest_ratings=st.integers(0, 60),
    one_per_franchise=st.booleans(),
    no_sequels=st.booleans(),
    show_seen=st.booleans(),
    show_planned=st.booleans(),
)
turned = st.builds(
    lambda dials, surprise, variety, adventure: replace(
        dials, surprise=surprise, variety=variety, adventure=adventure
    ),
    filters,
    st.integers(-100, 100),
    st.integers(0, 100),
    st.integers(-100, 100),
)
lengths = st.integers(0, 30)


@settings(max_examples=40)
@given(guests, lengths)
def test_neutral_dials_change_nothing(guest, n):
    visitor = folded(guest)
    scores = visitor.scores.copy()
    scores[visitor.shelf.positions([*visitor.ratings, *visitor.seen, *visitor.planned])] = -np.inf
    expected = np.lexsort((np.arange(N), -visitor.shelf.n_ratings, -scores))[:n]
    assert picks(visitor, NEUTRAL, n=n).tolist() == expected.tolist()
    assert visitor.recommend(n).equals(visitor.recommend(n, dials=NEUTRAL))


@settings(max_examples=40)
@given(guests, turned, lengths)
def test_every_pick_passes_every_filter_and_none_comes_twice(guest, dials, n):
    visitor = folded(guest)
    shelf, best = visitor.shelf, picks(visitor, dials, n=n)
    assert len(set(best.tolist())) == len(best)
    known = {*visitor.ratings, *visitor.seen}
    for at in best.tolist():
        item_id = int(shelf.item_ids[at])
        assert item_id not in visitor.ratings
        assert dials.show_seen or item_id not in visitor.seen
        assert dials.show_planned or item_id not in visitor.planned
        assert not dials.genres or set(dials.genres) & set(shelf.genres[at])
        assert not set(dials.without) & set(shelf.genres[at])
        assert not dials.kinds or shelf.kinds[at] in dials.kinds
        assert shelf.n_ratings[at] >= dials.fewest_ratings
        if (dials.first_year, dials.last_year) != (None, None):
            assert (dials.first_year or 1) <= shelf.years[at] <= (dials.last_year or 9_999)
        if (dials.fewest_episodes, dials.most_episodes) != (None, None):
            most = dials.most_episodes or 40
            assert (dials.fewest_episodes or 1) <= shelf.episodes[at] <= most
        first = int(shelf.franchises.first[at])
        assert not dials.no_sequels or first == at or int(shelf.item_ids[first]) in known
    if dials.one_per_franchise:
        assert len(set(shelf.franchises.first[best].tolist())) == len(best)


@settings(max_examples=40)
@given(guests, turned, lengths)
def test_the_list_is_as_long_as_asked_unless_no_more_fit(guest, dials, n):
    visitor = folded(guest)
    assert len(picks(visitor, dials, n=n)) == min(n, count(visitor, dials))


@settings(max_examples=40)
@given(guests, turned, lengths, lengths)
def test_a_longer_list_goes_on_where_a_shorter_one_ends(guest, dials, n, more):
    visitor = folded(guest)
    whole = picks(visitor, dials).tolist()
    assert picks(visitor, dials, n=n).tolist() == whole[:n]
    assert picks(visitor, dials, n=n + more).tolist() == whole[: n + more]


@settings(max_examples=40)
@given(guests, filters, st.integers(-100, 100), st.integers(-100, 100), st.integers(1, 30))
def test_more_surprising_never_makes_a_list_better_known(guest, dials, one, other, n):
    visitor = folded(guest)
    low, high = sorted([one, other])
    known = np.log1p(visitor.shelf.n_ratings)
    before, after = (
        known[picks(visitor, replace(dials, surprise=at), n=n)].sum() for at in (low, high)
    )
    assert after <= before + 1e-9


@settings(max_examples=40)
@given(guests.filter(lambda one: one[0]), filters, st.integers(1, 30))
def test_certain_raises_the_low_end_and_adventurous_widens_the_range(guest, dials, n):
    visitor = folded(guest)

    def of(adventure: int):
        return visitor.rater.predict(picks(visitor, replace(dials, adventure=adventure), n=n))

    certain, neutral, bold = of(-100), of(0), of(100)
    assert certain.low.sum() >= neutral.low.sum() - 1e-9

    def half(predicted):
        return np.maximum(predicted.rating - predicted.low, predicted.high - predicted.rating)

    assert half(bold).sum() >= half(neutral).sum() - 1e-9


def test_varied_lists_are_more_diverse_the_further_the_dial_is_turned():
    found = []
    for variety in (0, 25, 50, 100):
        lists = [
            diversity(visitor.factors[picks(visitor, Dials(variety=variety), n=10)])
            for visitor in (RELEASE.fold_in({item_id: 5.0}) for item_id in IDS[:40])
        ]
        found.append(float(np.mean(lists)))
    assert found == sorted(found)
    assert found[-1] > found[0] + 0.05


@settings(max_examples=40)
@given(guests, st.integers(0, 100))
def test_without_item_factors_variety_changes_nothing(guest, variety):
    visitor = folded(guest)
    blind = replace(visitor, factors=None)
    dials = Dials(variety=variety)
    assert picks(blind, dials, n=10).tolist() == picks(visitor, NEUTRAL, n=10).tolist()


@settings(max_examples=40)
@given(guests, st.integers(-100, 100), st.integers(0, 100))
def test_sliders_only_change_the_order_of_what_fits_best(guest, surprise, variety):
    visitor = folded(guest)
    dials = Dials(surprise=surprise, variety=variety)
    assert set(picks(visitor, dials, n=POOL)) == set(picks(visitor, NEUTRAL, n=POOL))


def test_a_sequel_is_offered_once_the_first_part_is_known():
    first, sequel = IDS[0], IDS[4]
    dials = Dials(no_sequels=True)
    at = RELEASE.shelf.position[sequel]
    assert not fitting(RELEASE.fold_in({IDS[50]: 4.0}), dials)[at]
    assert fitting(RELEASE.fold_in({first: 4.0}), dials)[at]
    assert fitting(RELEASE.fold_in({IDS[50]: 4.0}, seen=[first]), dials)[at]


@settings(max_examples=40)
@given(guests, turned)
def test_turning_a_filter_back_brings_as_many_titles_as_promised(guest, dials):
    visitor = folded(guest)
    exclude = IDS[100:110]
    before = len(picks(visitor, dials, exclude))
    ways = relaxations(visitor, dials, exclude)
    for way in ways:
        assert len(picks(visitor, way.setting.back, exclude)) == before + way.titles
    assert [way.titles for way in ways] == sorted((way.titles for way in ways), reverse=True)
    helpless = {one.name for one in dials.settings()} - {way.setting.name for way in ways}
    for one in dials.settings():
        if one.name in helpless and one.filters:
            assert len(picks(visitor, one.back, exclude)) <= before


def test_without_a_filter_there_is_none_to_turn_back():
    assert relaxations(RELEASE.fold_in({}), Dials(surprise=100, show_seen=True)) == ()


def test_all_dials_together_answer_in_ten_milliseconds(served):
    dials = Dials(
        50, 50, 50, ("Drama", "Comedy"), ("War",), 1950, fewest_ratings=2, one_per_franchise=True
    )
    visitor = served.fold_in({1: 5.0, 3: 2.0, 6: 3.5})
    picks(visitor, dials, n=10)
    took = []
    for _ in range(20):
        started = process_time()
        picks(visitor, dials, n=10)
        took.append(process_time() - started)
    assert min(took) < 0.01


@pytest.mark.parametrize("dials", [Dials(surprise=50), Dials(adventure=50), Dials(variety=50)])
def test_a_visitor_without_ratings_gets_a_list_whatever_is_turned(served, dials):
    assert len(served.fold_in({}).recommend(10, dials=dials)) == 10


# --- with an index that names candidates


@pytest.fixture(scope="module")
def with_index():
    index = rank_index.build("house", RELEASE.models["house"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rank_index, "FEW", 10)
        patch.setattr(rank_index, "LEAST", 40)
        # All groups, so that nothing is missed and the lists can be compared.
        patch.setattr(rank_index, "PROBED", N)
        yield replace(RELEASE, index=index)


@settings(max_examples=60)
@given(guest=guests, dials=turned, n=lengths)
def test_an_index_changes_no_list(with_index, guest, dials, n):
    ratings, seen, planned = guest
    visitor = with_index.fold_in(ratings, seen=seen, planned=planned)
    assert picks(visitor, dials, n=n).tolist() == picks(folded(guest), dials, n=n).tolist()
    if ratings:
        assert visitor.index is with_index.index
        assert "scores" not in vars(visitor.taste)


def test_an_index_serves_its_own_model_alone(with_index):
    both = replace(with_index, models={**RELEASE.models, "other": RELEASE.models["house"]})
    assert both.fold_in({IDS[0]: 5.0}).index is both.index
    assert both.fold_in({IDS[0]: 5.0}, model="other").index is None


def test_what_is_shown_of_a_list_is_the_same_with_an_index(with_index):
    with_it, without = (r.fold_in({IDS[3]: 5.0}).recommend(20) for r in (with_index, RELEASE))
    pd.testing.assert_frame_equal(with_it, without, rtol=1e-9)
