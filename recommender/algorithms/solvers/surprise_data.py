"""Ratings as scikit-surprise wants them, and its results in the order of the catalogue.

scikit-surprise counts users and titles by first appearance. Ratings are sorted by user, so users
keep their order; titles do not, and only those that somebody rated appear.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.algorithms.solvers.weighted_als import Array
from recommender.data.ratings import Ratings


def trainset(ratings: Ratings) -> Any:
    """Returns all ratings as a `surprise.Trainset`, in their stored order."""
    # Imported here: listing algorithms must not cost a training library.
    import surprise

    low, high = ratings.scale.low, ratings.scale.high
    frame = pd.DataFrame({"user": ratings.users, "item": ratings.items, "rating": ratings.values})
    data = surprise.Dataset.load_from_df(frame, surprise.Reader(rating_scale=(low, high)))
    return data.build_full_trainset()


def by_first_appearance(ratings: Ratings) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Numbers users and titles as scikit-surprise does, int32 (n,) each."""
    users = np.unique(ratings.users, return_inverse=True)[1]
    _, first, items = np.unique(ratings.items, return_index=True, return_inverse=True)
    place = np.argsort(np.argsort(first))
    return users.astype(np.int32), place[items].astype(np.int32)


def by_user(ratings: Ratings, rows: Array) -> Array:
    """Puts rows by first appearance, (n_appearing, ...), at user positions; others are zero."""
    return _placed(rows, np.unique(ratings.users), ratings.n_users)


def by_item(ratings: Ratings, rows: Array) -> Array:
    """Puts rows by first appearance, (n_appearing, ...), at item positions; others are zero."""
    items, first = np.unique(ratings.items, return_index=True)
    return _placed(rows, items[np.argsort(first)], ratings.n_items)


def _placed(rows: Array, positions: Any, n: int) -> Array:
    placed = np.zeros((n, *rows.shape[1:]))
    placed[positions] = rows
    return placed
