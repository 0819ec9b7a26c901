"""Fold-ins that also count the titles a visitor did not rate.

With item factors V fitted by weighted alternating least squares, a visitor is one more row of the
same problem: rated titles have weight 1 and a target that grows with the rating to 1 for the
highest; all others have target 0 and a small weight a0 (Hu, Koren and Volinsky 2008; Steck 2010,
AllRank). The non-negative fold-in solves the same problem over p >= 0, as non-negative matrix
factorisation needs (with a0 = 1 it is exactly scikit-learn's `NMF.transform` on zero-imputed
data).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommender.factors.fold_in import Array, Folded, FoldIn


@dataclass(frozen=True, eq=False)
class WeightedFoldIn(FoldIn):
    """The row update of weighted ALS.

    Attributes:
        gram: float64 (k, k), V'V over the whole catalogue.
        n_items: titles in the catalogue.
        unrated_weight: a0 in (0, 1], weight of a title without a rating.
        regularisation: lambda >= 0; a row's penalty is lambda (n_rated + a0 n_unrated), after
            Rendle, Krichene, Zhang and Koren 2021, Revisiting the performance of iALS.
        highest_rating: the rating that becomes target 1.
        power: a rating's target is (rating / highest rating) ** power.
    """

    gram: Array
    n_items: int
    unrated_weight: float
    regularisation: float
    highest_rating: float
    power: float = 1.0
    kind: ClassVar[str] = "weighted"

    def fold(self, rows: Array, ratings: Array, offsets: Array) -> Folded:
        """Solves the k normal equations; the bias column is zero."""
        targets = rows * self.targets(ratings)
        parts = np.asarray(np.linalg.solve(self.normal_matrix(rows), targets.T).T, np.float64)
        return _without_bias(parts)

    def targets(self, ratings: Array) -> Array:
        """What the factors should give for the rated titles, float64 (n_rated, 1)."""
        return np.asarray((ratings[:, None] / self.highest_rating) ** self.power)

    def normal_matrix(self, rows: Array) -> Array:
        """The matrix of the normal equations for rated titles with factors `rows`, (k, k)."""
        a0, n_rated = self.unrated_weight, len(rows)
        precision = (1 - a0) * (rows.T @ rows) + a0 * self.gram
        penalty = self.regularisation * (n_rated + a0 * (self.n_items - n_rated))
        precision[np.diag_indices_from(precision)] += penalty
        return np.asarray(precision)


@dataclass(frozen=True, eq=False)
class NonNegativeFoldIn(WeightedFoldIn):
    """The same least squares over non-negative factors.

    On the factors that stay positive the solution is linear in the rated titles, so the parts are
    as exact as elsewhere. Solved by Lawson and Hanson's active set method (`scipy.optimize.nnls`).
    """

    kind: ClassVar[str] = "non-negative"

    def fold(self, rows: Array, ratings: Array, offsets: Array) -> Folded:
        """Solves the constrained normal equations; the bias column is zero."""
        targets = rows * self.targets(ratings)
        return _without_bias(non_negative_parts(self.normal_matrix(rows), targets))


def non_negative_parts(precision: Array, targets: Array) -> Array:
    """Minimises p' precision p / 2 - p' sum of targets over p >= 0 and splits the solution.

    Args:
        precision: float64 (k, k), symmetric and positive definite.
        targets: float64 (n, k), one row for each part.

    Returns:
        float64 (n, k), parts that sum to p.
    """
    # Imported here: a page that serves no non-negative model need not wait for SciPy.
    from scipy.optimize import nnls

    if not len(precision):
        # There is nothing to solve, and nnls does not bear an empty matrix.
        return targets
    root = np.linalg.cholesky(precision)
    solution, _ = nnls(root.T, np.linalg.solve(root, targets.sum(axis=0)))
    positive = solution > 0
    parts = np.zeros_like(targets)
    if positive.any():
        block = precision[np.ix_(positive, positive)]
        parts[:, positive] = np.linalg.solve(block, targets[:, positive].T).T
    return parts


def _without_bias(parts: Array) -> Folded:
    padded = np.column_stack([np.zeros(len(parts)), parts])
    return Folded(np.zeros(padded.shape[1]), padded)
