"""What a visitor might show: random subsets of a training user's ratings.

Everything that has to work for a visitor with few ratings is learned or calibrated on these: sizes
log-uniform up to about twenty, half of them drawn at random and half with well-known titles first,
as visitors do when they are offered titles to rate.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from recommender.data.ratings import Ratings

WELL_KNOWN = 200
"""A title is well known if it is among this many most rated ones."""

_SMALLEST, _LARGEST = 2.5, 22.0


def well_known(counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Marks the `WELL_KNOWN` titles with most ratings, ties by position; bool (n_items,)."""
    marks = np.zeros(len(counts), np.bool_)
    marks[np.argsort(-counts, kind="stable")[:WELL_KNOWN]] = True
    return marks


def showing_order(
    known: NDArray[np.bool_], popular_first: bool, generator: np.random.Generator
) -> NDArray[np.intp]:
    """Orders a user's titles as the user might show them.

    Args:
        known: bool (n,), which of the titles are well known.
        popular_first: whether those come first.
        generator: source of randomness.

    Returns:
        intp (n,), a permutation.
    """
    order = generator.permutation(len(known))
    return order[np.argsort(~known[order], kind="stable")] if popular_first else order


def subsets(
    ratings: Ratings, per_user: int, generator: np.random.Generator
) -> Iterator[tuple[int, NDArray[np.intp], NDArray[np.intp]]]:
    """Yields subsets of every user with at least two ratings.

    Args:
        ratings: training ratings.
        per_user: subsets of each user.
        generator: source of randomness.

    Yields:
        The user's position, and positions into `ratings` of the shown and of the hidden ratings,
        both non-empty.
    """
    marks = well_known(ratings.counts())
    ends = np.cumsum(ratings.user_counts())
    for user, end in enumerate(ends):
        rows = np.arange(ends[user - 1] if user else 0, end)
        if len(rows) < 2:
            continue
        for shown, hidden in user_subsets(marks[ratings.items[rows]], per_user, generator):
            yield user, rows[shown], rows[hidden]


def user_subsets(
    known: NDArray[np.bool_], number: int, generator: np.random.Generator
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yields subsets of one user's ratings.

    Args:
        known: bool (n,), which of the user's titles are well known; n >= 2.
        number: how many subsets.
        generator: source of randomness.

    Yields:
        Positions into `known` of the shown and of the hidden ratings, both non-empty.
    """
    for one in range(number):
        size = round(np.exp(generator.uniform(np.log(_SMALLEST), np.log(_LARGEST))))
        size = min(size, len(known) - 1)
        order = showing_order(known, one % 2 == 1, generator)
        yield order[:size], order[size:]
