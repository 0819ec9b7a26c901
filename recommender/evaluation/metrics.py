"""Metrics: of a ranked list, of predicted ratings, of what is recommended; intervals over visitors.

Each function takes plain arrays; who is asked and what is hidden is the protocol's business. The
examples run as tests, and the tests compare with trec_eval, scikit-learn and SciPy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from recommender.factors.model import COVERAGE

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]


def ndcg(hits: Flags, n_relevant: int, n: int = 10) -> float:
    """Normalised discounted cumulative gain of the first n titles (Järvelin and Kekäläinen 2002).

    Args:
        hits: bool, whether the title at each rank is relevant, best rank first.
        n_relevant: relevant titles there are, >= 1; the ideal list holds min(n, n_relevant).
        n: depth of the list.

    Returns:
        0..1; 1 if the list begins with as many relevant titles as can fit.

    >>> ndcg(np.array([True, False, True]), n_relevant=2)
    0.9197207891481876
    >>> ndcg(np.array([True, True, False]), n_relevant=2)
    1.0
    """
    discounts = 1 / np.log2(np.arange(2, n + 2))
    gained = discounts[: len(hits)][hits[:n]].sum()
    return float(gained / discounts[:n_relevant].sum())


def recall(hits: Flags, n_relevant: int, n: int = 20) -> float:
    """Share of the relevant titles found in the first n, out of the min(n, n_relevant) that fit.

    Args:
        hits: bool, whether the title at each rank is relevant, best rank first.
        n_relevant: relevant titles there are, >= 1.
        n: depth of the list.

    Returns:
        0..1.

    >>> recall(np.array([True, False, True, False]), n_relevant=4, n=3)
    0.6666666666666666
    """
    return float(hits[:n].sum() / min(n, n_relevant))


def precision(hits: Flags, n: int = 10) -> float:
    """Share of relevant titles among the first n; low by itself where fewer than n are relevant.

    Args:
        hits: bool, whether the title at each rank is relevant, best rank first.
        n: depth of the list.

    Returns:
        0..1.

    >>> precision(np.array([True, False, True, False]), n=3)
    0.6666666666666666
    """
    return float(hits[:n].sum() / n)


def average_precision(hits: Flags, n_relevant: int, n: int = 10) -> float:
    """Mean, over the relevant titles, of the precision where each stands; its mean is MAP.

    Those that are not in the first n add nothing. It is trec_eval's map_cut where no more than n
    are relevant; where more are, a list can be perfect here, as with `recall`.

    Args:
        hits: bool, whether the title at each rank is relevant, best rank first.
        n_relevant: relevant titles there are, >= 1; counted up to n.
        n: depth of the list.

    Returns:
        0..1; 1 if the list begins with as many relevant titles as can fit.

    >>> average_precision(np.array([True, False, True]), n_relevant=2)
    0.8333333333333333
    """
    ranks = np.flatnonzero(hits[:n]) + 1
    return float((np.arange(1, len(ranks) + 1) / ranks).sum() / min(n, n_relevant))


def reciprocal_rank(best_rank: int) -> float:
    """1 / rank of the first relevant title, whose mean over visitors is MRR.

    >>> reciprocal_rank(4)
    0.25
    """
    return 1 / best_rank


def rmse(predicted: Numbers, actual: Numbers) -> float:
    """Root mean squared error, in units of the rating scale.

    >>> rmse(np.array([3.0, 4.0]), np.array([4.0, 4.0]))
    0.7071067811865476
    """
    return float(np.sqrt(np.mean((predicted - actual) ** 2)))


def mae(predicted: Numbers, actual: Numbers) -> float:
    """Mean absolute error, in units of the rating scale.

    >>> mae(np.array([3.0, 4.0]), np.array([4.0, 4.0]))
    0.5
    """
    return float(np.mean(np.abs(predicted - actual)))


def calibration(
    rating: Numbers, low: Numbers, high: Numbers, actual: Numbers, levels: Sequence[float]
) -> Numbers:
    """The share of ratings that predicted ranges of several levels hold.

    A range of another level is the given one made wider or narrower about the predicted rating, as
    errors with a normal distribution want it. Where the end of the scale has cut one side off, the
    other tells how wide it was.

    Args:
        rating: float64 (n,), predicted ratings.
        low: float64 (n,), where the range meant to hold `COVERAGE` of the ratings begins.
        high: float64 (n,), where it ends.
        actual: float64 (n,), the ratings.
        levels: shares that ranges are meant to hold, 0 < level < 1.

    Returns:
        float64 (n_levels,) in 0..1; where each is its level, the ranges keep what they promise.

    >>> rating, actual = np.array([3.0, 3.0, 4.5]), np.array([2.5, 4.5, 5.0])
    >>> calibration(rating, rating - 1, np.array([4, 4, 5]), actual, [0.5, 0.8, 0.95])
    array([0.66666667, 0.66666667, 1.        ])
    """
    margin = np.maximum(high - rating, rating - low)
    normal = NormalDist()
    widths = np.array([normal.inv_cdf((1 + level) / 2) for level in levels])
    widths /= normal.inv_cdf((1 + COVERAGE) / 2)
    # In single precision a rating at the very end of its range may come to lie outside.
    held = np.abs(actual - rating) <= widths[:, None] * margin + 1e-6
    return np.asarray(held.mean(axis=1))


def coverage(recommended: NDArray[np.intp], n_items: int) -> float:
    """Share of the catalogue that is recommended to anybody; it grows with the number of lists.

    >>> coverage(np.array([[0, 1], [1, 2]]), n_items=6)
    0.5
    """
    return len(np.unique(recommended)) / n_items


def self_information(counts: NDArray[np.int64], n_users: int) -> Numbers:
    """How much of a surprise each title is, in bits; its mean over a list is the list's novelty.

    That is -log2 of the share of users who rated the title (Zhou and others 2010); a title nobody
    rated counts as one that a single user did.

    Args:
        counts: int64 (n_items,), ratings of each title.
        n_users: users there are, >= 1.

    Returns:
        float64 (n_items,), 0 for a title that everybody rated.

    >>> self_information(np.array([8, 4, 1, 0]), n_users=8)
    array([0., 1., 3., 3.])
    """
    return np.asarray(np.log2(n_users / np.maximum(counts, 1)))


def diversity(vectors: Numbers) -> Numbers:
    """Diversity within lists: mean over pairs of titles of 1 - cosine (Ziegler and others 2005).

    Args:
        vectors: float64 (..., n, k), the factors of n >= 2 titles of each list, in whatever space
            likeness is to be measured. A title without factors is like no other.

    Returns:
        float64 (...) in 0..2: 0 if all titles lie in one direction, 1 if they are at right angles.

    >>> diversity(np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 3.0]]))
    array(0.66666667)
    """
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    units = vectors / np.where(norms > 0, norms, 1)
    n = vectors.shape[-2]
    # The length of the sum holds every pair twice and every title with itself once.
    pairs = (units.sum(axis=-2) ** 2).sum(axis=-1) - (units**2).sum(axis=(-1, -2))
    return np.asarray(1 - pairs / (n * (n - 1)))


def percentiles(counts: NDArray[np.int64]) -> Numbers:
    """Popularity percentile of each title: share of titles with fewer ratings, ties halved.

    Args:
        counts: int64 (n_items,), ratings of each title.

    Returns:
        float64 (n_items,) in 0..1.

    >>> percentiles(np.array([5, 1, 1, 9]))
    array([0.625, 0.25 , 0.25 , 0.875])
    """
    ordered = np.sort(counts)
    below = np.searchsorted(ordered, counts, "left")
    upto = np.searchsorted(ordered, counts, "right")
    return np.asarray((below + upto) / 2 / len(counts))


def best(scores: Numbers, n: int) -> NDArray[np.intp]:
    """The positions of the n highest scores, best first, ties by position.

    >>> best(np.array([1.0, 3.0, 2.0, 3.0]), 3).tolist()
    [1, 3, 2]
    """
    least = np.partition(scores, -n)[-n] if n < len(scores) else -np.inf
    candidates = np.flatnonzero(scores >= least)
    return candidates[np.argsort(-scores[candidates], kind="stable")[:n]]


def first_rank(scores: Numbers, relevant: NDArray[np.integer]) -> int:
    """The rank, from 1, at which the first of some titles stands, ties by position.

    >>> first_rank(np.array([1.0, 3.0, 2.0, 3.0]), np.array([0, 3]))
    2
    """
    highest = scores[relevant].max()
    first = relevant[scores[relevant] == highest].min()
    ahead = np.count_nonzero(scores > highest) + np.count_nonzero(scores[:first] == highest)
    return 1 + int(ahead)


@dataclass(frozen=True)
class Estimate:
    """A mean over visitors with its 95 % interval (normal approximation)."""

    value: float
    low: float
    high: float

    @classmethod
    def mean(cls, samples: Numbers) -> Estimate:
        """The mean of at least one sample; the interval of a single sample is the sample."""
        value = float(np.mean(samples))
        margin = 0.0
        if len(samples) > 1:
            error = float(np.std(samples, ddof=1)) / len(samples) ** 0.5
            margin = NormalDist().inv_cdf(0.975) * error
        return cls(value, value - margin, value + margin)

    def rounded(self, digits: int = 4) -> dict[str, float]:
        """As JSON."""
        return {
            "value": round(self.value, digits),
            "low": round(self.low, digits),
            "high": round(self.high, digits),
        }
