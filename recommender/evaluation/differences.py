"""Which model is better than which by more than chance, compared visitor by visitor.

Two intervals that overlap say little: visitors differ far more than models do. So each visitor's
two figures are subtracted first. With every pair tested, some would differ by chance alone; Holm's
correction (1979) keeps the chance of a single false claim in the whole table at 5 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.few_ratings import Outcome
from recommender.evaluation.metrics import Estimate

_ERROR = 0.05


def by_visitor(outcomes: Iterable[Outcome], name: str) -> dict[int, float]:
    """A figure of each visitor, the mean over the showings that have it.

    Args:
        outcomes: of one model.
        name: of the figure, an attribute of `Outcome`.

    Returns:
        user -> figure; a visitor who never has it is left out.
    """
    found: dict[int, list[float]] = {}
    for outcome in outcomes:
        value = getattr(outcome, name)
        if np.isfinite(value):
            found.setdefault(outcome.user, []).append(value)
    return {user: float(np.mean(values)) for user, values in found.items()}


def differences(samples: Mapping[str, Mapping[int, float]]) -> list[dict[str, Any]]:
    """Compares every pair of models over the visitors that both have a figure for.

    Args:
        samples: model name -> user -> figure.

    Returns:
        One entry per pair, by name: `first` and `second`; the mean of first minus second with its
        95 % interval, `value`, `low` and `high`; `beyond_chance`, whether it is not zero by a test
        that allows for all pairs (so the interval may leave out zero where this is false).
    """
    pairs = list(combinations(sorted(samples), 2))
    deltas = [_deltas(samples[first], samples[second]) for first, second in pairs]
    real = holm([_chance(delta) for delta in deltas])
    return [
        {"first": first, "second": second, **_estimate(delta), "beyond_chance": beyond}
        for (first, second), delta, beyond in zip(pairs, deltas, real, strict=True)
    ]


def holm(chances: Sequence[float]) -> list[bool]:
    """Says which of several differences are beyond chance, together wrong in 5 % of all cases.

    Args:
        chances: of each, how likely one as large is by chance alone (its p-value).

    >>> holm([0.01, 0.04, 0.03, 0.005])
    [True, False, False, True]
    """
    real = [False] * len(chances)
    for done, at in enumerate(np.argsort(chances, kind="stable")):
        if chances[at] > _ERROR / (len(chances) - done):
            break
        real[at] = True
    return real


def between(first: NDArray[np.float64], second: NDArray[np.float64]) -> tuple[Estimate, float]:
    """Compares two groups of different visitors, whose figures cannot be subtracted one by one.

    Args:
        first: float64 (n,), a figure of each visitor of the one group; n >= 2.
        second: float64 (m,), of the other; m >= 2.

    Returns:
        The mean of the first minus that of the second with its 95 % interval (Welch's standard
        error, normal approximation), and how likely one as large is by chance alone.
    """
    value = float(np.mean(first) - np.mean(second))
    error = float(np.hypot(*(np.std(one, ddof=1) / len(one) ** 0.5 for one in (first, second))))
    margin = NormalDist().inv_cdf(1 - _ERROR / 2) * error
    return Estimate(value, value - margin, value + margin), _tail(value, error)


def _deltas(first: Mapping[int, float], second: Mapping[int, float]) -> NDArray[np.float64]:
    both = sorted(first.keys() & second.keys())
    return np.array([first[user] - second[user] for user in both])


def _estimate(deltas: NDArray[np.float64]) -> dict[str, float]:
    return Estimate.mean(deltas).rounded()


def _chance(deltas: NDArray[np.float64]) -> float:
    """How likely a mean as far from zero is if the two models are alike (paired z test)."""
    mean = float(np.mean(deltas))
    error = float(np.std(deltas, ddof=1)) / len(deltas) ** 0.5 if len(deltas) > 1 else np.inf
    return _tail(mean, error)


def _tail(mean: float, error: float) -> float:
    if error == 0:
        return 1.0 if mean == 0 else 0.0
    return 2 * (1 - NormalDist().cdf(abs(mean) / error))
