"""Subsets are what a visitor might show: disjoint from the hidden, small, half well-known first."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.algorithms.solvers.subsets import WELL_KNOWN, showing_order, subsets, well_known
from recommender.data.ratings import Ratings
from recommender.data.scale import MOVIE_SCALE
from tests.algorithms.worlds import village


def make(counts):
    users = np.repeat(np.arange(len(counts)), counts)
    items = np.concatenate([np.arange(count) for count in counts])
    ids = np.arange(max(*counts, 1))
    return Ratings.from_columns(
        users, items, np.full(len(users), 3.0), item_ids=ids, scale=MOVIE_SCALE
    )


@given(st.lists(st.integers(1, 60), min_size=2, max_size=5), st.integers(1, 4))
def test_shown_and_hidden_part_each_users_own_ratings_and_neither_is_empty(counts, per_user):
    ratings = make(counts)
    drawn = list(subsets(ratings, per_user, np.random.default_rng(0)))
    expected = [user for user, n in enumerate(counts) if n >= 2 for _ in range(per_user)]
    assert [user for user, _, _ in drawn] == expected
    for user, shown, hidden in drawn:
        own = np.flatnonzero(ratings.users == user)
        assert sorted([*shown, *hidden]) == own.tolist()
        assert 0 < len(shown) <= 22
        assert len(hidden)


def test_sizes_are_spread_evenly_over_their_logarithm():
    ratings = make([100] * 400)
    sizes = [len(shown) for _, shown, _ in subsets(ratings, 4, np.random.default_rng(0))]
    assert min(sizes) == 3
    assert max(sizes) == 22
    geometric_middle = np.sqrt(2.5 * 22)
    assert 0.45 < np.mean(np.array(sizes) < geometric_middle) < 0.55


def test_every_other_subset_shows_the_well_known_titles_first():
    # 300 titles, of which the first 200 are rated by two users and the others by one.
    ratings = make([300, 200])
    marks = well_known(ratings.counts())
    drawn = [s for u, s, _ in subsets(ratings, 40, np.random.default_rng(0)) if u == 0]
    assert all(marks[ratings.items[shown]].all() for shown in drawn[1::2])
    assert not all(marks[ratings.items[shown]].all() for shown in drawn[::2])


def test_the_same_generator_gives_the_same_subsets():
    ratings = village()
    one, other = (list(subsets(ratings, 2, np.random.default_rng(3))) for _ in range(2))
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("n_items", [1, WELL_KNOWN, WELL_KNOWN + 1, 1000])
def test_well_known_are_the_most_rated_and_ties_go_by_position(n_items):
    counts = np.random.default_rng(0).integers(0, 6, n_items)
    marks = well_known(counts)
    assert marks.sum() == min(WELL_KNOWN, n_items)
    by_count = sorted(range(len(counts)), key=lambda position: (-counts[position], position))
    assert set(np.flatnonzero(marks)) == set(by_count[:WELL_KNOWN])


@given(st.lists(st.booleans(), max_size=30), st.booleans(), st.integers(0, 99))
def test_the_order_of_showing_is_a_permutation_with_well_known_titles_first_if_asked(
    known, popular_first, seed
):
    known = np.array(known, bool)
    order = showing_order(known, popular_first, np.random.default_rng(seed))
    assert sorted(order) == list(range(len(known)))
    if popular_first:
        assert known[order].tolist() == sorted(known, reverse=True)
