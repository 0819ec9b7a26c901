"""Shrunk user and item biases, the backbone of every predicted rating."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.data.ratings import Ratings

SWEEPS = 10
"""Times that item and user biases are fitted in turn."""


@dataclass(frozen=True, eq=False)
class Biases:
    """mean + user + item is the expected rating.

    Attributes:
        mean: mean of all ratings.
        users: float64 (n_users,), zero for a user without ratings.
        items: float64 (n_items,), zero for a title without ratings.
    """

    mean: float
    users: NDArray[np.float64]
    items: NDArray[np.float64]


def fit_biases(ratings: Ratings, item_shrinkage: float, user_shrinkage: float) -> Biases:
    """Fits biases by alternating ridge regression (Koren 2010, Factor in the Neighbors, sec. 2.1).

    Args:
        ratings: training ratings, at least one.
        item_shrinkage: number of ratings at the mean that every title is lent, >= 0.
        user_shrinkage: the same for users.

    Returns:
        The biases.
    """
    users, items = ratings.users, ratings.items
    mean = float(ratings.values.mean(dtype=np.float64))
    centred = ratings.values.astype(np.float64) - mean
    item_weight = np.maximum(ratings.counts() + item_shrinkage, 1e-12)
    user_weight = np.maximum(ratings.user_counts() + user_shrinkage, 1e-12)
    sums = _by_title(items, centred, ratings.n_items)
    for _ in range(SWEEPS):
        item_bias = sums / item_weight
        user_bias, sums = swept(users, items, centred, user_weight, item_bias)
    return Biases(mean, user_bias, item_bias)


def swept(
    users: NDArray[np.integer],
    items: NDArray[np.integer],
    centred: NDArray[np.float64],
    user_weight: NDArray[np.float64],
    item_bias: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The user biases under given item biases, and what they leave to the titles.

    Args:
        users: (n,), positions of users, all of whose ratings are there.
        items: (n,), positions of titles.
        centred: float64 (n,), ratings minus their mean.
        user_weight: float64 (n_users,), ratings of each user and those lent, > 0.
        item_bias: float64 (n_items,).

    Returns:
        The user biases, float64 (n_users,), and the sum of what is left of each title's ratings
        without them, float64 (n_items,); sums of several groups of users add up.
    """
    user_bias = np.bincount(users, centred - item_bias[items], len(user_weight)) / user_weight
    return user_bias, _by_title(items, centred - user_bias[users], len(item_bias))


def _by_title(
    items: NDArray[np.integer], values: NDArray[np.float64], n_items: int
) -> NDArray[np.float64]:
    return np.asarray(np.bincount(items, values, n_items), np.float64)
