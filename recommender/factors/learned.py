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

    def factors_with_each(self, rows: Array, ratings: Array, others: Array, rating: float) -> Array:
        """The visitor's factors after one rating more, for each of many titles it could be of.

        Exactly what folding in anew gives each time, at a fraction of the work: one title changes
        the normal equations by a matrix of rank one (Sherman and Morrison 1950).

        Args:
            rows: float64 (n_rated, k), factors of the rated titles.
            ratings: float64 (n_rated,), their ratings.
            others: float64 (n, k), factors of the titles that might be rated next.
            rating: what the next one would be rated.

        Returns:
            float64 (n, k).
        """
        n_rated = len(rows) + 1
        extra = 1 - self.plain.unrated_weight
        # The penalty counts the title to come, whichever it is.
        inverse = np.linalg.inv(
            self.plain.normal_matrix(rows)
            + self.plain.regularisation * extra * np.eye(rows.shape[1])
        )
        target = self.plain.targets(np.array([rating])).item()
        solved = others @ inverse
        before = (rows * self.plain.targets(ratings)).sum(axis=0) @ inverse
        plain = before + target * solved
        scale = extra / (1 + extra * (solved * others).sum(axis=1))
        plain = plain - solved * (scale * (plain * others).sum(axis=1))[:, None]

        leaning = leanings(np.append(ratings, rating), self.mean, self.deviation)
        leant = leaning[:-1] @ rows + leaning[-1] * others
        constant, k = constant_features(n_rated), rows.shape[1]
        of_plain = self.matrix[2 : 2 + k] + constant[1] * self.matrix[2 + k : 2 + 2 * k]
        learned = constant @ self.matrix[:2] + plain @ of_plain + leant @ self.matrix[2 + 2 * k :]
        trust = min(1.0, TRUSTED / n_rated)
        return np.asarray(trust * learned + (1 - trust) * plain)


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
