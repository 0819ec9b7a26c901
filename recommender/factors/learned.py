"""The learned fold-in: from few ratings to the factors that many ratings would have given.

A plain fold-in of three ratings is timid: it explains those three and leaves everything else near
zero. This one is a single ridge regression, learned on random subsets of training users' ratings,
from what a subset shows to the user's full factors. It stays linear in features of the rated
titles:

    p = M' [1, n^-1/2, v, v n^-1/2, sum_i d_i x_i / (n + 3)]

with v the plain weighted fold-in of the n ratings, x_i the rated titles' factors and d_i a
rating's deviation from the visitor's shrunk mean in units of the ratings' standard deviation.
Past `TRUSTED` ratings it fades into the plain fold-in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommender.factors.fold_in import Array, Folded, FoldIn
from recommender.factors.weighted import WeightedFoldIn

TRUSTED = 20
"""Number of ratings up to which the learned fold-in alone decides."""

_MEAN_SHRINKAGE = 3.0
_DEVIATION_SHRINKAGE = 3.0


@dataclass(frozen=True, eq=False)
class LearnedFoldIn(FoldIn):
    """The learned fold-in over the plain one.

    Attributes:
        plain: the weighted fold-in that gives v.
        matrix: float64 (2 + 3k, k), M.
        mean: mean rating of the training data.
        deviation: standard deviation of the training ratings, > 0.
    """

    plain: WeightedFoldIn
    matrix: Array
    mean: float
    deviation: float
    kind: ClassVar[str] = "learned"

    def fold(self, rows: Array, ratings: Array, offsets: Array) -> Folded:
        """Applies M; without ratings what is left is the start, the average taste."""
        plain = self.plain.fold(rows, ratings, offsets).parts[:, 1:]
        constant = constant_features(len(ratings))
        leaning = rows * leanings(ratings, self.mean, self.deviation)[:, None]
        features = np.hstack([plain, plain * constant[1], leaning])
        trust = min(1.0, TRUSTED / max(len(ratings), 1))
        start = np.concatenate([[0.0], trust * (constant @ self.matrix[:2])])
        parts = trust * (features @ self.matrix[2:]) + (1 - trust) * plain
        return Folded(start, np.column_stack([np.zeros(len(parts)), parts]))


def constant_features(n_rated: int) -> Array:
    """The features that no title brings: 1 and n^-1/2; no rating counts as one."""
    return np.array([1.0, max(n_rated, 1) ** -0.5])


def leanings(ratings: Array, mean: float, deviation: float) -> Array:
    """How far each rated title counts as liked or disliked.

    Args:
        ratings: float64 (n,), a visitor's.
        mean: mean rating of the training data.
        deviation: standard deviation of the training ratings, > 0.

    Returns:
        float64 (n,), d_i / (n + 3): the deviation from the visitor's shrunk mean in units of the
        standard deviation, shared among the titles.
    """
    shrunk_mean = mean + (ratings - mean).sum() / (len(ratings) + _MEAN_SHRINKAGE)
    return np.asarray((ratings - shrunk_mean) / deviation / (len(ratings) + _DEVIATION_SHRINKAGE))
