"""Synthetic ratings are of the size asked for, on the scale, and always the same."""

import numpy as np

from recommender.data import ANIME_SCALE
from recommender.data.five_tastes import five_tastes


def test_they_are_as_many_as_asked_for():
    ratings = five_tastes(1_001, 50, 60, ANIME_SCALE)
    assert (len(ratings), ratings.n_users, ratings.n_items) == (1_001, 50, 60)
    assert set(ratings.user_counts()) == {20, 21}
    assert ANIME_SCALE.contains(ratings.values).all()


def test_they_are_the_same_at_every_call():
    one, other = (five_tastes(500, 20, 60, ANIME_SCALE) for _ in range(2))
    assert np.array_equal(one.items, other.items)
    assert np.array_equal(one.values, other.values)


def test_some_titles_are_rated_more_and_liked_differently():
    ratings = five_tastes(20_000, 400, 300, ANIME_SCALE)
    counts = ratings.counts()
    assert counts.max() > 2 * counts.min()
    assert ratings.values.std() > 1
