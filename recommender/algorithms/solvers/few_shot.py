"""Least squares in expectation over what a user might show of a profile.

A user with n ratings is pictured as a visitor who shows k of them, S, and hides the rest. Shown
titles are features x_i; title j is to be predicted as y_j if it is hidden, and 0 if the user never
rated it or shows it. Instead of drawing subsets, the moments that least squares needs are taken
over all of them at once: with every S equally likely a title is shown with chance k/n and a pair
of titles with k (k-1) / (n (n-1)), so

    E[x_i 1(i in S)   x_l 1(l in S)]      = x_i x_l k (k-1) / (n (n-1))           i != l
    E[x_i 1(i in S)   y_j 1(j not in S)]  = x_i y_j (k/n - k (k-1) / (n (n-1)))   i != j

Where some titles go first, S is drawn from those until they run out and then from the rest; within
each group the same formulas hold, and between the groups chances multiply, because S can only
vary in one of them at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.data.ratings import Ratings
from recommender.factors.fold_in import Array


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums over users of expectations over S, for m titles.

    Attributes:
        n_users: users that count.
        features: float64 (m,), of the features.
        targets: float64 (m,), of the targets.
        gram: float64 (m, m), of products of features.
        cross: float64 (m, m), of feature i times target j.
    """

    n_users: float
    features: Array
    targets: Array
    gram: Array
    cross: Array


def expected_moments(
    ratings: Ratings,
    features: NDArray[np.float64],
    targets: NDArray[np.float64],
    modelled: NDArray[np.int32],
    first: NDArray[np.bool_],
    k: int,
    share_first: float,
) -> Moments:
    """Takes the moments over every subset that a user might show.

    Args:
        ratings: training ratings; the whole profile counts for what may be shown.
        features: float64 (n_ratings,), x of each rating.
        targets: float64 (n_ratings,), y of each rating.
        modelled: int32 (m,), positions of the titles to take moments of.
        first: bool (n_items,), titles that some users show before all others.
        k: ratings shown; of a user who has no more than k, all but one.
        share_first: share of the showings that have those first, 0..1; the others are uniform.

    Returns:
        The moments. A title that is shown itself has target 0 and the diagonal of `cross` is 0.
    """
    is_first = first[ratings.items]
    n = ratings.user_counts()
    n_first = np.bincount(ratings.users[is_first], minlength=ratings.n_users)
    chances = _Chances.mixed(n_first, n - n_first, k, share_first)
    shown = np.where(is_first, chances.first[ratings.users], chances.rest[ratings.users])
    x, y = (_matrix(ratings, values, modelled) for values in (features, targets))
    shown_x, hidden_y = (
        _matrix(ratings, values, modelled) for values in (features * shown, targets * (1 - shown))
    )
    marks = first[modelled]
    together = _pairs(x, y, marks, chances)
    cross = (shown_x.T @ y).toarray() - together
    np.fill_diagonal(cross, 0.0)
    gram = _pairs(x, x, marks, chances)
    np.fill_diagonal(gram, np.asarray((shown_x * x).sum(axis=0)).ravel())
    return Moments(
        n_users=float((n > 0).sum()),
        features=np.asarray(shown_x.sum(axis=0)).ravel(),
        targets=np.asarray(hidden_y.sum(axis=0)).ravel(),
        gram=gram,
        cross=cross,
    )


@dataclass(frozen=True, eq=False)
class _Chances:
    """Each user's chances, float64 (n_users,), that a title or a pair of titles is shown.

    Attributes:
        first: that a title of those that may go first is shown.
        rest: that another one is.
        both_first: that two of the first are.
        both_rest: that two of the others are.
        between: that one of each is.
    """

    first: Array
    rest: Array
    both_first: Array
    both_rest: Array
    between: Array

    @classmethod
    def mixed(
        cls, n_first: NDArray[np.int64], n_rest: NDArray[np.int64], k: int, share_first: float
    ) -> _Chances:
        n = n_first + n_rest
        size = np.clip(n - 1, 0, k)
        from_first = np.minimum(size, n_first)
        first, both_first = _drawn(from_first, n_first)
        rest, both_rest = _drawn(size - from_first, n_rest)
        in_turn = [first, rest, both_first, both_rest, first * rest]
        one, two = _drawn(size, n)
        uniform = [one, one, two, two, two]
        mixed = zip(in_turn, uniform, strict=True)
        return cls(*(share_first * a + (1 - share_first) * b for a, b in mixed))


def _drawn(size: NDArray[np.int64], n: NDArray[np.int64]) -> tuple[Array, Array]:
    """Chances that one title, and that two titles, are among `size` drawn from n."""
    return size / np.maximum(n, 1), size * (size - 1) / np.maximum(n * (n - 1), 1)


def _pairs(left: Any, right: Any, marks: NDArray[np.bool_], chances: _Chances) -> Array:
    """Sums left_ui right_uj P(i and j shown) over users; meaningless on the diagonal."""
    (left_first, left_rest), (right_first, right_rest) = (
        (_columns(matrix, marks), _columns(matrix, ~marks)) for matrix in (left, right)
    )
    between = chances.between
    beside_first = _scaled(right_first, chances.both_first) + _scaled(right_rest, between)
    beside_rest = _scaled(right_rest, chances.both_rest) + _scaled(right_first, between)
    total: Array = (left_first.T @ beside_first).toarray()
    total += (left_rest.T @ beside_rest).toarray()
    return total


def _matrix(ratings: Ratings, values: Array, modelled: NDArray[np.int32]) -> Any:
    """A value per rating as scipy.sparse.csr_array (n_users, m)."""
    from scipy.sparse import csr_array

    ends = np.concatenate([[0], np.cumsum(ratings.user_counts())])
    shape = (ratings.n_users, ratings.n_items)
    return csr_array((values, ratings.items, ends), shape=shape)[:, modelled]


def _columns(matrix: Any, marks: NDArray[np.bool_]) -> Any:
    """The matrix with all but the marked columns empty."""
    kept = matrix.copy()
    kept.data = kept.data * marks[kept.indices]
    kept.eliminate_zeros()
    return kept


def _scaled(matrix: Any, rows: Array) -> Any:
    """The matrix with each row multiplied."""
    scaled = matrix.copy()
    scaled.data = scaled.data * np.repeat(rows, np.diff(scaled.indptr))
    return scaled
