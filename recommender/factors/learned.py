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

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

import numpy as np

from recommender.factors.fold_in import Array, Folded, FoldIn
from recommender.factors.weighted import WeightedFoldIn

TRUSTED = 20
"""Number of ratings up to which the learned fold-in alone decides."""

_MEAN_SHRINKAGE = 3.0
_DEVIATION_SHRINKAGE = 3.0
_BLOCK = 512


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
        constant = _constant_features(len(ratings))
        leaning = _leaning(rows, ratings, self.mean, self.deviation)
        features = np.hstack([plain, plain * constant[1], leaning])
        trust = min(1.0, TRUSTED / max(len(ratings), 1))
        start = np.concatenate([[0.0], trust * (constant @ self.matrix[:2])])
        parts = trust * (features @ self.matrix[2:]) + (1 - trust) * plain
        return Folded(start, np.column_stack([np.zeros(len(parts)), parts]))


def _constant_features(n_rated: int) -> Array:
    """The features that no title brings: 1 and n^-1/2; no rating counts as one."""
    return np.array([1.0, max(n_rated, 1) ** -0.5])


def _leaning(rows: Array, ratings: Array, mean: float, deviation: float) -> Array:
    """What each title brings by being rated above or below the visitor's mean, (n, k)."""
    shrunk_mean = mean + (ratings - mean).sum() / (len(ratings) + _MEAN_SHRINKAGE)
    deviations = (ratings - shrunk_mean) / deviation
    return np.asarray(rows * deviations[:, None] / (len(ratings) + _DEVIATION_SHRINKAGE))


@dataclass(frozen=True, eq=False)
class Example:
    """A subset of one training user's ratings and the factors to recover from it.

    Attributes:
        rows: float64 (n, k), factors of the shown titles.
        ratings: float64 (n,), their ratings.
        target: float64 (k,), the user's factors from all ratings.
    """

    rows: Array
    ratings: Array
    target: Array


def learn_fold_in(
    plain: WeightedFoldIn,
    examples: Iterator[Example],
    mean: float,
    deviation: float,
    regularisation: float,
) -> LearnedFoldIn:
    """Fits M by ridge regression over the examples.

    Args:
        plain: the weighted fold-in of the same item factors.
        examples: subsets of training users' ratings; without any the plain fold-in is kept.
        mean: mean rating of the training data.
        deviation: standard deviation of the training ratings, > 0.
        regularisation: ridge penalty per example on features scaled to unit mean square, > 0.

    Returns:
        The learned fold-in.
    """
    inputs: list[Array] = []
    targets: list[Array] = []
    while block := list(islice(examples, _BLOCK)):
        # Solved together, which is several times as fast as one by one.
        plain_factors = np.linalg.solve(
            np.array([plain.normal_matrix(example.rows) for example in block]),
            np.array([example.rows.T @ plain.targets(example.ratings) for example in block]),
        )[..., 0]
        for example, whole in zip(block, plain_factors, strict=True):
            constant = _constant_features(len(example.ratings))
            leaning = _leaning(example.rows, example.ratings, mean, deviation).sum(axis=0)
            inputs.append(np.concatenate([constant, whole, whole * constant[1], leaning]))
            targets.append(example.target)
    if not inputs:
        k = len(plain.gram)
        keep = np.vstack([np.zeros((2, k)), np.eye(k), np.zeros((2 * k, k))])
        return LearnedFoldIn(plain, keep, mean, deviation)
    x, y = np.array(inputs), np.array(targets)
    scale = np.maximum(np.sqrt((x**2).mean(axis=0)), np.finfo(np.float64).tiny)
    x = x / scale
    normal = x.T @ x / len(x) + regularisation * np.eye(x.shape[1])
    matrix = np.linalg.solve(normal, x.T @ y / len(x)) / scale[:, None]
    return LearnedFoldIn(plain, matrix, mean, deviation)
