"""Splits: which ratings, or which users, are kept from training to test on.

By rating for cross-validated RMSE and MAE, by user for the few-ratings protocol (DESIGN section 6:
users with at least 30 ratings in 10 folds). Ratings and user ids are sorted, so a split depends on
the data and the seed alone, never on the order of a file.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from recommender.data.ratings import Ratings
from recommender.errors import DataError


def by_rating(
    ratings: Ratings, n_folds: int = 5, seed: int = 0
) -> Iterator[tuple[Ratings, Ratings]]:
    """Cut the ratings into folds at random, each the test set once.

    Args:
        ratings: n ratings.
        n_folds: Number of folds, from 2 to n; their sizes differ by one at most.
        seed: Of the shuffle.

    Yields:
        For each fold the training ratings (all others) and the test ratings (the fold).

    Raises:
        DataError: If `n_folds` is out of range.
    """
    if not 2 <= n_folds <= len(ratings):
        raise DataError(f"n_folds must be from 2 to {len(ratings):,} ratings, not {n_folds}.")
    folds = _shuffled_folds(len(ratings), n_folds, seed)
    for fold in range(n_folds):
        yield ratings.subset(folds != fold), ratings.subset(folds == fold)


def hold_out(ratings: Ratings, fraction: float = 0.2, seed: int = 0) -> tuple[Ratings, Ratings]:
    """Keep a random part of the ratings for testing.

    Args:
        ratings: n ratings.
        fraction: Part to keep, between 0 and 1; at least one rating must fall on either side.
        seed: Of the shuffle.

    Returns:
        The training ratings and the test ratings, `round(n * fraction)` of them.

    Raises:
        DataError: If one of the two would be empty.
    """
    n_test = round(len(ratings) * fraction) if 0 < fraction < 1 else 0
    if not 0 < n_test < len(ratings):
        raise DataError(
            f"fraction must leave ratings on both sides; {fraction} of {len(ratings):,} does not."
        )
    test = np.zeros(len(ratings), dtype=np.bool_)
    test[np.random.default_rng(seed).permutation(len(ratings))[:n_test]] = True
    return ratings.subset(~test), ratings.subset(test)


def by_user(
    counts: NDArray[np.int64],
    min_ratings: int = 30,
    n_folds: int = 10,
    seed: int = 0,
    among: NDArray[np.bool_] | None = None,
) -> NDArray[np.int8]:
    """Cut the users who rated enough into folds at random.

    Args:
        counts: int64 (n_users,), ratings of each user, in the order of their ids.
        min_ratings: Users with fewer are in no fold; they may always train.
        n_folds: Number of folds, from 2 to 127; their sizes differ by one at most.
        seed: Of the shuffle.
        among: bool (n_users,), who may be in a fold at all; None for everybody.

    Returns:
        int8 (n_users,): the fold of each user, by position, or -1 for those in none.

    Raises:
        DataError: If there are fewer such users than folds, or `n_folds` is out of range.
    """
    enough = counts >= min_ratings
    if among is not None:
        enough &= among
    n_enough = int(enough.sum())
    if not 2 <= n_folds <= np.iinfo(np.int8).max:
        raise DataError(f"n_folds must be from 2 to 127, not {n_folds}.")
    if n_enough < n_folds:
        raise DataError(
            f"{n_enough} users have at least {min_ratings} ratings; {n_folds} folds need as many."
        )
    folds = np.full(len(counts), -1, dtype=np.int8)
    folds[enough] = _shuffled_folds(n_enough, n_folds, seed)
    return folds


def _shuffled_folds(n: int, n_folds: int, seed: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).permutation(np.arange(n, dtype=np.int64) % n_folds)
