"""What several people are recommended together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recommender.errors import ParameterError
from recommender.serving.served import ServedRelease
from recommender.serving.together import WAYS, agree, comparable, fair, merged, ranked
from tests.serving.releases import catalogue, factor_model, release

NAMES = [f"Title {letter}" for letter in "ABCDEFGHIJKLMNOP"]
WORDS = sorted(WAYS)


def made() -> ServedRelease:
    titles = catalogue(NAMES)
    factors = np.random.default_rng(5).normal(size=(len(NAMES), 3))
    return release(
        titles, {"house": factor_model(titles.index.to_numpy(), factors)}, "house", "house"
    )


RELEASE = made()
IDS = RELEASE.catalogue.index.tolist()
ratings = st.dictionaries(
    st.sampled_from(IDS), st.sampled_from(RELEASE.scale.values), min_size=1, max_size=5
)
scores = st.integers(2, 5).flatmap(
    lambda n: arrays(np.float64, (n, 30), elements=st.floats(-9, 9, width=16))
)


@settings(max_examples=40, deadline=None)
@given(ratings, st.sampled_from(WORDS), st.integers(0, 8))
def test_one_person_gets_the_list_of_that_person_alone(given_, way, n):
    visitor = RELEASE.fold_in(given_)
    found = agree([visitor], way=way, n=n)
    assert [pick.item_id for pick in found.picks] == visitor.recommend(n)["item_id"].tolist()
    assert [pick.ranks for pick in found.picks] == [(rank,) for rank in range(1, n + 1)]
    assert found.shares == pytest.approx((1.0,))


@settings(max_examples=40, deadline=None)
@given(st.lists(ratings, min_size=2, max_size=4), st.sampled_from(WORDS), st.randoms())
def test_who_is_named_first_makes_no_difference(people, way, random):
    order = random.sample(range(len(people)), len(people))
    one = agree([RELEASE.fold_in(given_) for given_ in people], way=way, n=6)
    other = agree([RELEASE.fold_in(people[at]) for at in order], way=way, n=6)
    assert [pick.item_id for pick in one.picks] == [pick.item_id for pick in other.picks]
    assert other.shares == pytest.approx([one.shares[at] for at in order])
    for a, b in zip(one.picks, other.picks, strict=True):
        assert b.ranks == tuple(a.ranks[at] for at in order)


@settings(max_examples=60, deadline=None)
@given(scores, st.integers(1, 10))
def test_nobody_is_worse_off_under_least_misery_than_under_any_other_way(raw, n):
    value = comparable(raw)
    least = {name: value[:, way(value, n)].min() for name, way in WAYS.items()}
    assert least["least misery"] == max(least.values())


@settings(max_examples=60, deadline=None)
@given(scores, st.integers(1, 10))
def test_no_list_has_a_higher_mean_than_that_of_the_average(raw, n):
    value = comparable(raw)
    mean = {name: value[:, way(value, n)].mean() for name, way in WAYS.items()}
    assert mean["average"] >= max(mean.values()) - 1e-9


@settings(max_examples=40, deadline=None)
@given(scores, st.integers(1, 4), st.floats(0.5, 4), st.floats(-5, 5))
def test_nobody_gains_by_a_scale_of_their_own(raw, n, factor, shift):
    stretched = raw.copy()
    stretched[0] = factor * raw[0] + shift
    np.testing.assert_allclose(comparable(stretched), comparable(raw), atol=1e-6)


def test_a_fair_list_has_something_for_whoever_is_alone_with_a_taste():
    # Three like the first half of the titles best, one likes only the last ones.
    many, one = np.arange(20.0, 0, -1), np.arange(20.0) ** 3
    value = comparable(np.array([many, many, many, one]))
    chosen = fair(value, 6)
    assert {18, 19} & {*chosen.tolist()}
    assert {0, 1} & {*chosen.tolist()}


def test_what_somebody_has_seen_is_left_out_or_marked():
    anna, ben = {IDS[0]: 5.0, IDS[1]: 4.0}, {IDS[2]: 5.0}
    people = [RELEASE.fold_in(anna), RELEASE.fold_in(ben)]
    seen = [(), (IDS[3],)]
    without = agree(people, seen, n=16)
    assert not {pick.item_id for pick in without.picks} & {*IDS[:4]}
    everything = agree(people, seen, n=16, offer_seen=True)
    marks = {pick.item_id: pick.seen_by for pick in everything.picks}
    assert [marks[item_id] for item_id in IDS[:5]] == [(0,), (0,), (1,), (1,), ()]


def test_what_somebody_does_not_want_is_left_out():
    found = agree([RELEASE.fold_in({IDS[0]: 5.0})], n=16, exclude=[IDS[5]])
    assert IDS[5] not in [pick.item_id for pick in found.picks]
    assert len(found.picks) == len(IDS) - 2


def test_predicted_ratings_are_everybodys_own():
    people = [RELEASE.fold_in({IDS[0]: 5.0}), RELEASE.fold_in({IDS[1]: 1.0})]
    for pick in agree(people, n=5).picks:
        own = [person.predict([pick.item_id])[0] for person in people]
        np.testing.assert_array_equal(pick.predicted, own)


def test_of_equal_scores_the_better_known_title_ranks_higher():
    assert ranked(np.array([[1.0, 3.0, 1.0]])).tolist() == [[2, 1, 3]]


def test_merged_ratings_are_the_mean_where_several_rated():
    assert merged([{1: 5.0, 2: 3.0}, {1: 2.0}]) == {1: 3.5, 2: 3.0}


@pytest.mark.parametrize(
    ("people", "options", "words"),
    [(0, {}, "nobody"), (1, {"way": "dictator"}, "least misery"), (1, {"n": -1}, "0 or more")],
)
def test_what_cannot_be_is_refused(people, options, words):
    with pytest.raises(ParameterError, match=words):
        agree([RELEASE.fold_in({IDS[0]: 5.0})] * people, **options)
