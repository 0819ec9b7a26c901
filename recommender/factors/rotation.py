"""Turning factors without changing what they say.

Item factors V and visitor factors u score a title by v.u, and (V R)(R'u) = V u for every orthogonal
R: axes are a choice. `varimax` (Kaiser 1958, Psychometrika 23) chooses those in which every title
loads on few factors, for reading; `procrustes` (Schönemann 1966, Psychometrika 31) those that lie
closest to another set of factors, for comparing; `upright` mirrors axes by a rule, so that a factor
has the same poles each time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.factors.fold_in import Array, frozen

_TURNS, _TOLERANCE = 500, 1e-6


@dataclass(frozen=True, eq=False)
class Rotation:
    """Factors in other axes.

    Attributes:
        axes: float64 (k, k), orthogonal: column j is factor j in the axes before. Visitor factors
            turn along: `visitor_factors @ axes`.
        factors: float64 (n_items, k), the item factors times `axes`.
    """

    axes: Array
    factors: Array


def varimax(item_factors: NDArray[np.floating], rows: NDArray[np.bool_] | None = None) -> Rotation:
    """Turns item factors to simple structure: many loadings near zero, few large ones.

    Maximises the sum over factors of the variance of the squared loadings, every title's row scaled
    to length 1 first (Kaiser normalisation), so that well-known titles do not decide alone.

    Args:
        item_factors: (n_items, k).
        rows: bool (n_items,), titles that decide the axes; None for all. The few ratings of a
            hardly known title are no evidence for an axis.

    Returns:
        All titles in the new axes, the factor with the largest sum of squares over all titles
        first, each upright.
    """
    factors = np.asarray(item_factors, np.float64)
    deciding = factors if rows is None else factors[rows]
    lengths = np.linalg.norm(deciding, axis=1, keepdims=True)
    unit = deciding / np.where(lengths > 0, lengths, 1)
    axes, reached = np.eye(factors.shape[1]), 0.0
    for _ in range(_TURNS):
        turned = unit @ axes
        # The gradient of the criterion; its nearest orthogonal matrix is the next rotation.
        pull = unit.T @ (turned**3 - turned * ((turned**2).sum(axis=0) / max(len(unit), 1)))
        left, values, right = np.linalg.svd(pull)
        axes = left @ right
        if values.sum() <= reached * (1 + _TOLERANCE):
            break
        reached = values.sum()
    strength = ((factors @ axes) ** 2).sum(axis=0)
    axes = axes[:, np.argsort(-strength, kind="stable")]
    axes = axes * upright(factors @ axes)
    return Rotation(frozen(axes), frozen(factors @ axes))


def procrustes(source: NDArray[np.floating], target: NDArray[np.floating]) -> Array:
    """The rotation or reflection that brings `source` closest to `target`.

    Args:
        source: (n, k).
        target: (n, k), the same things in the same order.

    Returns:
        float64 (k, k), the orthogonal R that minimises |source R - target|.
    """
    left, _, right = np.linalg.svd(source.astype(np.float64).T @ target.astype(np.float64))
    return np.asarray(left @ right)


def upright(columns: NDArray[np.floating]) -> Array:
    """The sign of each column that makes its entry of largest magnitude positive, float64 (k,)."""
    if not len(columns):
        return np.ones(columns.shape[1])
    largest = columns[np.abs(columns).argmax(axis=0), np.arange(columns.shape[1])]
    return np.where(largest < 0, -1.0, 1.0)
