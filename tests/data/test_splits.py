"""Splits are partitions, fixed by data and seed."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.data.ratings import Ratings
from recommender.data.scale import MOVIE_SCALE
from recommender.data.splits import by_rating, by_user, hold_out
from recommender.errors import DataError


def make(counts, shuffle_seed=None):
    """Ratings of users 1, 2, … who rated the first titles, as many as `counts` says."""
    users = np.repeat(np.arange(1, len(counts) + 1), counts)
    items = np.concatenate([np.arange(count) for count in counts])
    order = np.arange(len(users))
    if shuffle_seed is not None:
        order = np.random.default_rng(shuffle_seed).permutation(order)
    return Ratings.from_columns(
        users[order],
        items[order],
        np.full(len(users), 3.0),
        item_ids=np.arange(max(counts)),
        scale=MOVIE_SCALE,
    )


def cells(ratings):
    return set(zip(ratings.users.tolist(), ratings.items.tolist(), strict=True))


counts = st.lists(st.integers(1, 12), min_size=2, max_size=8)


@given(counts, st.data())
def test_folds_over_ratings_are_a_partition_of_nearly_equal_parts(counts, data):
    ratings = make(counts)
    n_folds = data.draw(st.integers(2, len(ratings)))
    folds = list(by_rating(ratings, n_folds, seed=1))
    assert len(folds) == n_folds
    for train, test in folds:
        assert cells(train) | cells(test) == cells(ratings)
        assert not cells(train) & cells(test)
        assert np.array_equal(train.item_ids, ratings.item_ids)
        assert np.array_equal(test.user_ids, ratings.user_ids)
    assert all(not cells(one[1]) & cells(other[1]) for one, other in combinations(folds, 2))
    sizes = [len(test) for _, test in folds]
    assert sum(sizes) == len(ratings)
    assert max(sizes) - min(sizes) <= 1


@given(counts, st.floats(0.01, 0.99))
def test_what_is_held_out_is_the_fraction_and_the_rest_trains(counts, fraction):
    ratings = make(counts)
    n_test = round(len(ratings) * fraction)
    if n_test in (0, len(ratings)):
        with pytest.raises(DataError, match="both sides"):
            hold_out(ratings, fraction)
        return
    train, test = hold_out(ratings, fraction)
    assert len(test) == n_test
    assert cells(train) | cells(test) == cells(ratings)
    assert not cells(train) & cells(test)


@given(counts, st.integers(1, 12), st.integers(2, 4))
def test_only_users_with_enough_ratings_are_in_folds_of_nearly_equal_size(
    counts, min_ratings, n_folds
):
    ratings = make(counts)
    enough = ratings.user_counts() >= min_ratings
    if enough.sum() < n_folds:
        with pytest.raises(DataError, match="folds need as many"):
            by_user(ratings.user_counts(), min_ratings, n_folds)
        return
    folds = by_user(ratings.user_counts(), min_ratings, n_folds)
    assert folds.dtype == np.int8
    assert np.array_equal(folds == -1, ~enough)
    sizes = np.bincount(folds[enough], minlength=n_folds)
    assert len(sizes) == n_folds
    assert sizes.max() - sizes.min() <= 1


def test_a_split_does_not_depend_on_the_order_of_the_file():
    counts = [40, 35, 31, 2, 50] * 6
    straight, shuffled = make(counts), make(counts, shuffle_seed=7)
    assert np.array_equal(
        by_user(straight.user_counts(), seed=3), by_user(shuffled.user_counts(), seed=3)
    )
    for one, other in zip(by_rating(straight, seed=3), by_rating(shuffled, seed=3), strict=True):
        assert cells(one[1]) == cells(other[1])
    assert cells(hold_out(straight, seed=3)[1]) == cells(hold_out(shuffled, seed=3)[1])


def test_the_seed_alone_changes_a_split():
    ratings = make([40] * 30)
    assert np.array_equal(
        by_user(ratings.user_counts(), seed=3), by_user(ratings.user_counts(), seed=3)
    )
    assert not np.array_equal(
        by_user(ratings.user_counts(), seed=3), by_user(ratings.user_counts(), seed=4)
    )
    assert cells(hold_out(ratings, seed=3)[1]) == cells(hold_out(ratings, seed=3)[1])
    assert cells(hold_out(ratings, seed=3)[1]) != cells(hold_out(ratings, seed=4)[1])


@pytest.mark.parametrize("n_folds", [0, 1, 7])
def test_an_impossible_number_of_folds_is_refused(n_folds):
    with pytest.raises(DataError, match="n_folds must be from 2 to 6"):
        next(by_rating(make([3, 3]), n_folds))


@pytest.mark.parametrize("n_folds", [1, 128])
def test_an_impossible_number_of_user_folds_is_refused(n_folds):
    with pytest.raises(DataError, match="n_folds must be from 2 to 127"):
        by_user(make([3, 3]).user_counts(), 1, n_folds)


@pytest.mark.parametrize("fraction", [0, 1, -0.5, 1.5])
def test_an_impossible_fraction_is_refused(fraction):
    with pytest.raises(DataError, match="both sides"):
        hold_out(make([3, 3]), fraction)


def test_the_shipped_movies_give_ten_folds_of_users_with_thirty_ratings(movies):
    folds = by_user(movies.ratings.user_counts())
    assert (folds[movies.ratings.user_counts() >= 30] >= 0).all()
    assert set(np.unique(folds)) == set(range(-1, 10))
