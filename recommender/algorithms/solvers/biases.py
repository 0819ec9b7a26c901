"""Shrunk user and item biases, the backbone of every predicted rating."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.data.ratings import Ratings

_SWEEPS = 10


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
    user_bias = np.zeros(ratings.n_users)
    for _ in range(_SWEEPS):
        item_bias = np.bincount(items, centred - user_bias[users], ratings.n_items) / item_weight
        user_bias = np.bincount(users, centred - item_bias[items], ratings.n_users) / user_weight
    return Biases(mean, user_bias, item_bias)
