"""Fold-ins of the classic rating models: what each would have trained for a visitor.

SVD++ takes the visitor for the sum of what the rated titles say by being rated at all, corrected
by the ratings; non-negative factorisation shrinks to the average user and never below zero; a
centred SVD subtracts the visitor's mean and projects. All three predict ratings, so each says how
sure it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommender.factors.fold_in import Array, Folded, FoldIn, RidgeFoldIn
from recommender.factors.weighted import non_negative_parts


@dataclass(frozen=True, eq=False)
class ImplicitFoldIn(RidgeFoldIn):
    """The ridge fold-in of SVD++ (Koren 2008): its prior mean is what the choice of titles says.

    An item's factors are two halves, q by which it is read and y that it brings when rated. With
    m = [0, n^-1/2 sum_i y_i] and P as in the ridge fold-in but for the first half, it minimises
    sum_i (r_i - offset_i - [1, q_i] w)^2 + (w - m)' (P + c n I) (w - m). The second half of the
    visitor's weights is zero: nothing is read by y.

    Attributes:
        penalty: float64 (1 + f, 1 + f), P for factors (n_items, 2 f).
        penalty_per_rating: c >= 0.
    """

    kind: ClassVar[str] = "implicit"

    def fold(self, rows: Array, ratings: Array, offsets: Array) -> Folded:
        """Solves the (1 + f) normal equations; `covariance` is set and zero in the second half."""
        half = len(self.penalty) - 1
        ridge = super().fold(rows[:, :half], ratings, offsets)
        assert ridge.covariance is not None
        prior = np.column_stack([np.zeros(len(rows)), rows[:, half:]])
        prior /= np.sqrt(max(len(rows), 1))
        # (D'D + P)^-1 (D'r + P m), of which the ridge fold-in gives the first term.
        penalty = self.penalty + self.penalty_per_rating * len(rows) * np.eye(1 + half)
        parts = ridge.parts + prior @ penalty @ ridge.covariance
        blank = ((0, 0), (0, half))
        covariance = np.pad(ridge.covariance, (0, half))
        return Folded(np.zeros(1 + 2 * half), np.pad(parts, blank), covariance)


@dataclass(frozen=True, eq=False)
class NonNegativeRidgeFoldIn(FoldIn):
    """Ridge regression over non-negative factors, shrunk to the average user; no bias.

    Minimises sum_i (r_i - offset_i - x_i p)^2 + c n |p|^2 + s |p - m|^2 over p >= 0. On the
    factors that stay positive the solution is linear in the rated titles. The covariance is that
    without the bounds, which if anything says too little of how sure it is.

    Attributes:
        average: float64 (k,), m >= 0.
        strength: s > 0, how many ratings' worth of penalty keeps a visitor at the average.
        penalty_per_rating: c >= 0.
    """

    average: Array
    strength: float
    penalty_per_rating: float
    kind: ClassVar[str] = "non-negative-ridge"

    def fold(self, rows: Array, ratings: Array, offsets: Array) -> Folded:
        """Solves the constrained normal equations; the bias column is zero."""
        penalty = self.strength + self.penalty_per_rating * len(rows)
        precision = rows.T @ rows + penalty * np.eye(rows.shape[1])
        targets = rows * (ratings - offsets)[:, None]
        solved = non_negative_parts(precision, np.vstack([self.strength * self.average, targets]))
        solved = np.pad(solved, ((0, 0), (1, 0)))
        covariance = np.pad(np.linalg.inv(precision), (1, 0))
        return Folded(solved[0], solved[1:], covariance)


@dataclass(frozen=True, eq=False)
class CentredFoldIn(FoldIn):
    """Subtracts the visitor's shrunk mean from the ratings and projects them on the item factors.

    With orthonormal item factors that is least squares over the whole catalogue where a title
    without a rating counts as one at the visitor's mean. Since all titles have their say already,
    further ratings make only the mean more certain.

    Attributes:
        mean_shrinkage: ratings at the offset that every visitor is lent for the mean, > 0.
    """

    mean_shrinkage: float
    kind: ClassVar[str] = "centred"

    def fold(self, rows: Array, ratings: Array, offsets: Array) -> Folded:
        """Returns the mean as the bias and the projection as the factors; `covariance` is set."""
        weight = 1 / (len(rows) + self.mean_shrinkage)
        residuals = (ratings - offsets)[:, None]
        bias = weight * residuals
        width = 1 + rows.shape[1]
        covariance = np.zeros((width, width))
        covariance[0, 0] = weight
        parts = np.hstack([bias, rows * (residuals - bias.sum())])
        return Folded(np.zeros(width), parts, covariance)
