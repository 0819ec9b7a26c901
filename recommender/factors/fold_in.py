"""From a visitor's ratings to the visitor's factors, without retraining.

A fold-in turns the factor rows of the rated titles into the visitor's weights `[bias, factors]`.
Every fold-in here is linear in what the rated titles bring, so its result is kept as a sum, a
start and one part per rated title: that is what makes explanations exact and free. This module
holds the contract and the ridge fold-in; the implicit-feedback ones live in `weighted` and
`learned`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_Numbers = TypeVar("_Numbers", bound=NDArray[Any])

_AT_A_TIME = 512


def frozen(array: _Numbers) -> _Numbers:
    """Makes an array read-only and returns it: one model serves all visitors."""
    array.flags.writeable = False
    return array


def product(rows: NDArray[np.float32], weights: Array) -> Array:
    """Returns rows @ weights, float64 (n,), for float32 (n, k) rows and float64 (k,) weights.

    The same in a third of the time: numpy would widen all rows before it begins,
    and so carry them through the memory twice more; a few at a time stay near the processor.
    """
    result = np.empty(len(rows))
    for at in range(0, len(rows), _AT_A_TIME):
        piece = slice(at, at + _AT_A_TIME)
        np.matmul(rows[piece], weights, out=result[piece])
    return result


@dataclass(frozen=True)
class Folded:
    """A visitor's weights as a sum over the rated titles.

    Column 0 is the visitor's bias, columns 1..k the visitor's factors.

    Attributes:
        start: float64 (1 + k,), what the visitor has before any rating counts.
        parts: float64 (n_rated, 1 + k), what each rated title adds.
        covariance: float64 (1 + k, 1 + k), posterior covariance of the weights in units of the
            noise variance, or None where the fold-in is no regression on ratings.
    """

    start: Array
    parts: Array
    covariance: Array | None = None

    @property
    def weights(self) -> Array:
        """The visitor's weights, float64 (1 + k,)."""
        return np.asarray(self.start + self.parts.sum(axis=0))


class FoldIn(ABC):
    """The contract: rated titles in, the visitor's weights out. Subclasses are frozen values."""

    kind: ClassVar[str]

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                frozen(value)

    @abstractmethod
    def fold(self, rows: Array, ratings: Array, offsets: Array) -> Folded:
        """Folds a visitor in.

        Args:
            rows: float64 (n_rated, k), factors of the rated titles.
            ratings: float64 (n_rated,), the visitor's ratings on the domain's scale.
            offsets: float64 (n_rated,), the readout's offset of the rated titles.

        Returns:
            The visitor's weights as a sum over the rated titles. No ratings are no error.
        """


@dataclass(frozen=True)
class NoFoldIn(FoldIn):
    """Every visitor alike: for models that know no taste."""

    kind: ClassVar[str] = "none"

    def fold(self, rows: Array, ratings: Array, offsets: Array) -> Folded:
        """Returns zero weights and zero parts."""
        width = 1 + rows.shape[1]
        return Folded(np.zeros(width), np.zeros((len(rows), width)))


@dataclass(frozen=True, eq=False)
class RidgeFoldIn(FoldIn):
    """Least squares on the rated titles' residuals, shrunk by a Gaussian prior.

    Minimises sum_i (r_i - offset_i - [1, x_i] w)^2 + w' (P + c n I) w over n rated titles. As the
    posterior of a linear model with noise variance s^2 and prior covariance s^2 (P + c n I)^-1 it
    also says how sure it is (Bishop 2006, Pattern Recognition and Machine Learning, section 3.3).

    Attributes:
        penalty: float64 (1 + k, 1 + k), P, symmetric and positive definite: the prior precision of
            `[bias, factors]` in units of the noise precision.
        penalty_per_rating: c >= 0, what every rated title adds to the penalty: the weight decay of
            factors trained by stochastic gradient descent. Zero for a prior in the strict sense.
    """

    penalty: Array
    penalty_per_rating: float = 0.0
    kind: ClassVar[str] = "ridge"

    @classmethod
    def isotropic(
        cls,
        k: int,
        regularisation: float,
        bias_regularisation: float,
        penalty_per_rating: float = 0.0,
    ) -> RidgeFoldIn:
        """The textbook ridge: one penalty > 0 for all k factors and one for the bias."""
        return cls(np.diag([bias_regularisation] + [regularisation] * k), penalty_per_rating)

    def fold(self, rows: Array, ratings: Array, offsets: Array) -> Folded:
        """Solves the (1 + k) normal equations; `covariance` is set."""
        design = np.column_stack([np.ones(len(rows)), rows])
        precision = design.T @ design + self.penalty
        precision[np.diag_indices_from(precision)] += self.penalty_per_rating * len(rows)
        covariance = np.asarray(np.linalg.inv(precision), np.float64)
        parts = (design @ covariance) * (ratings - offsets)[:, None]
        return Folded(np.zeros(design.shape[1]), parts, covariance)
