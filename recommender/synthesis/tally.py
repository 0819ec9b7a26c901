"""Measuring ratings, real or synthetic, by the same figures, so that they can lie side by side.

Counts and moments are added up block by block, for as many ratings as there are. How strongly users
share directions is measured on as many users on both sides, for it depends on their number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.solvers.biases import fit_biases
from recommender.algorithms.solvers.truncated_svd import truncated_svd
from recommender.data.ratings import Ratings
from recommender.data.scale import RatingScale
from recommender.factors.fold_in import Array
from recommender.synthesis.drawing import Drawn

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_DIRECTIONS = (1, 10, 50)
"""Singular values whose shares are told: the first, the next up to 10, those up to 50."""

_TITLE_QUANTILES, _USER_QUANTILES = (0.5, 0.75, 0.9, 0.99, 1.0), (0.1, 0.5, 0.9, 0.99)
_SHRINKAGE = 5.0


@dataclass(frozen=True, eq=False)
class Figure:
    """One line of the comparison."""

    name: str
    real: float
    synthetic: float

    @property
    def difference(self) -> float:
        """By how much the synthetic side is larger."""
        return self.synthetic - self.real


class Tally:
    """Counts and sums of ratings that come block by block."""

    def __init__(self, n_items: int, scale: RatingScale) -> None:
        self._scale, self._values = scale, np.array(scale.values)
        self._titles = np.zeros(n_items, np.int64)
        self._sums = np.zeros(n_items)
        self._histogram = np.zeros(len(self._values), np.int64)
        self._counts: list[NDArray[np.int64]] = []
        self._means: list[Array] = []

    def add(self, drawn: Drawn) -> None:
        """Adds a block of users, each with at least one rating."""
        n_items = len(self._titles)
        values = drawn.values.astype(np.float64)
        self._titles += np.bincount(drawn.items, minlength=n_items)
        self._sums += np.bincount(drawn.items, values, n_items)
        self._histogram += np.bincount(self._scale.steps(drawn.values), minlength=len(self._values))
        starts = np.cumsum(drawn.counts) - drawn.counts
        self._counts.append(drawn.counts)
        self._means.append(np.add.reduceat(values, starts) / drawn.counts)

    def figures(self) -> dict[str, float]:
        """Everything that was added up, by what it is called in the comparison."""
        counts, means = np.concatenate(self._counts), np.concatenate(self._means)
        n = int(counts.sum())
        shares = self._histogram / n
        mean = float(shares @ self._values)
        title_means = self._sums / np.maximum(self._titles, 1)
        found: dict[str, float] = {
            "ratings": n,
            "users": len(counts),
            "titles with ratings": int((self._titles > 0).sum()),
            "ratings a user, mean": float(counts.mean()),
        }
        for q, value in zip(_USER_QUANTILES, np.quantile(counts, _USER_QUANTILES), strict=True):
            found[f"ratings a user, {q:.0%} have at most"] = float(value)
        per_million = self._titles * 1e6 / n
        quantiles = np.quantile(per_million, _TITLE_QUANTILES)
        for q, value in zip(_TITLE_QUANTILES, quantiles, strict=True):
            found[f"of a million ratings, {q:.0%} of titles get at most"] = float(value)
        for value, share in zip(self._values, shares, strict=True):
            found[f"share of the rating {value:g}"] = float(share)
        found["mean rating"] = mean
        found["deviation of ratings"] = _deviation(self._values, self._histogram)
        # Every rating counts once: of a user or title with few, a mean says little.
        found["deviation of users' means"] = _deviation(means, counts)
        found["deviation of titles' means"] = _deviation(title_means, self._titles)
        return found


def _deviation(values: Array, counts: NDArray[np.int64]) -> float:
    mean = np.average(values, weights=counts)
    return float(np.sqrt(np.average((values - mean) ** 2, weights=counts)))


def as_drawn(ratings: Ratings) -> Drawn:
    """Ratings as one block, users without any left out."""
    counts = ratings.user_counts()
    return Drawn(0, counts[counts > 0], ratings.items, ratings.values)


def as_ratings(blocks: Iterable[Drawn], like: Ratings) -> Ratings:
    """Blocks of drawn ratings, from the first user on, as ratings of the titles of others."""
    drawn = list(blocks)
    counts = np.concatenate([block.counts for block in drawn])
    return Ratings(
        np.arange(len(counts), dtype=np.int64),
        like.item_ids,
        np.repeat(np.arange(len(counts), dtype=np.int32), counts),
        np.concatenate([block.items for block in drawn]),
        np.concatenate([block.values for block in drawn]),
        like.scale,
    )


def directions(ratings: Ratings, n_users: int) -> dict[str, float]:
    """Shares of variance of the leading singular values, among the first users.

    Args:
        ratings: those of at least `n_users`.
        n_users: how many users to look at; those without ratings do not count.

    Returns:
        Shares in who chose what, and in the ratings once the means of users and titles are off.
    """
    some = _first(ratings, n_users)
    names = [
        f"singular values {first + 1} to {last}" if last - first > 1 else f"singular value {last}"
        for first, last in zip((0, *_DIRECTIONS), _DIRECTIONS, strict=False)
    ]
    chosen = shares_of_choice(some, n_users)
    biases = fit_biases(some, _SHRINKAGE, _SHRINKAGE)
    left = some.matrix()
    expected = biases.mean + biases.users[some.users] + biases.items[some.items]
    left.data = (some.values - expected).astype(np.float32)
    rated = _shares(left)
    return {
        **{f"choice: {name}": s for name, s in zip(names, chosen, strict=True)},
        **{f"ratings: {name}": s for name, s in zip(names, rated, strict=True)},
    }


def shares_of_choice(ratings: Ratings, n_users: int) -> list[float]:
    """Shares of the leading singular values in who of the first users chose what."""
    matrix = _first(ratings, n_users).matrix()
    matrix.data = np.ones_like(matrix.data)
    return _shares(matrix)


def _first(ratings: Ratings, n_users: int) -> Ratings:
    raters = np.flatnonzero(ratings.user_counts())
    if len(raters) <= n_users:
        return ratings
    return ratings.subset(ratings.users <= raters[n_users - 1])


def _shares(matrix: csr_array) -> list[float]:
    values = truncated_svd(matrix, min(_DIRECTIONS[-1], *matrix.shape))[1] ** 2
    total = float((matrix.data.astype(np.float64) ** 2).sum())
    starts = (0, *_DIRECTIONS[:-1])
    return [
        float(values[first:last].sum()) / total
        for first, last in zip(starts, _DIRECTIONS, strict=True)
    ]
