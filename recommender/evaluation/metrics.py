"""Metrics of one ranked list or one set of predicted ratings, and intervals over visitors.

Each function takes plain arrays; who is asked and what is hidden is the protocol's business. The
examples run as tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

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
