"""Two models' embeddings beside each other, and what the factors of one have to do with each other.

Axes are a choice of each model, so titles are compared after the orthogonal turn that brings the
second model closest to the first (Procrustes, see `rotation`), and by who their nearest neighbours
are, which no turn changes. Single factors are matched by the correlation of their loadings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.errors import ParameterError
from recommender.factors.fold_in import Array, frozen
from recommender.factors.model import FactorModel
from recommender.factors.neighbourhoods import nearest
from recommender.factors.rotation import procrustes

NEIGHBOURS = 10


@dataclass(frozen=True, eq=False)
class Comparison:
    """How alike two models see the titles that both know.

    Attributes:
        titles: indexed by item_id, in ascending order: `overlap`, the share of the title's
            `NEIGHBOURS` nearest titles that both models name, in 0..1, and `moved`, one minus the
            cosine of its place in the first model and in the aligned second, in 0..2.
        overlap: mean of the titles' overlap.
        chance: the overlap that neighbours drawn at random would have.
        moved: mean of the titles' moves.
        first: float64 (n_titles, k), unit factors of the first model, with zero columns behind if
            the second has more factors.
        second: float64 (n_titles, k), those of the second, aligned to the first.
    """

    titles: pd.DataFrame
    overlap: float
    chance: float
    moved: float
    first: Array
    second: Array


def compare(
    first: FactorModel, second: FactorModel, item_ids: Sequence[int] | None = None
) -> Comparison:
    """Compares two models on the titles that both have factors for.

    Args:
        first: the model that gives the orientation.
        second: any other of the same domain; it may have other titles and more or fewer factors.
        item_ids: titles to compare; None for all. Titles with hardly any ratings are placed by
            chance in both models and make them look more unlike than they are.

    Returns:
        The comparison.

    Raises:
        ParameterError: they have too few titles in common for a neighbourhood.
    """
    common = _common(first, second)
    if item_ids is not None:
        common = np.intersect1d(common, np.asarray(item_ids))
    if len(common) <= NEIGHBOURS:
        raise ParameterError(
            f"The models have {len(common)} titles in common; a comparison of {NEIGHBOURS} "
            "neighbours needs more."
        )
    units = [model.unit_factors[model.positions(common)] for model in (first, second)]
    own = np.arange(len(common))
    near = [nearest(rows, rows, NEIGHBOURS, own)[0] for rows in units]
    shared = (near[0][:, :, None] == near[1][:, None, :]).any(axis=2).mean(axis=1)
    k = max(rows.shape[1] for rows in units)
    one, other = (
        np.pad(rows.astype(np.float64), ((0, 0), (0, k - rows.shape[1]))) for rows in units
    )
    aligned = other @ procrustes(other, one)
    moved = 1 - np.clip((one * aligned).sum(axis=1), -1, 1)
    index = pd.Index(common, name="item_id")
    return Comparison(
        titles=pd.DataFrame({"overlap": shared, "moved": moved}, index),
        overlap=float(shared.mean()),
        chance=NEIGHBOURS / (len(common) - 1),
        moved=float(moved.mean()),
        first=frozen(one),
        second=frozen(aligned),
    )


def matched_factors(first: FactorModel, second: FactorModel) -> pd.DataFrame:
    """Finds each factor of one model again in another: how stable factors are across trainings.

    Args:
        first: a model.
        second: another of the same domain.

    Returns:
        DataFrame indexed by factor of the first model with the columns `other`, the number of the
        factor of the second that it is matched with, and `correlation` of their loadings over the
        titles that both have, in -1..1; a negative one says that the poles are exchanged. Each
        factor is matched once, such that the absolute correlations have the largest sum (Kuhn
        1955); where the second model has fewer factors, those left over are missing.
    """
    # Imported here: a page that matches no factors need not wait for SciPy.
    from scipy.optimize import linear_sum_assignment

    common = _common(first, second)
    k = first.item_factors.shape[1]
    loadings = [m.item_factors[m.positions(common)].astype(np.float64) for m in (first, second)]
    correlations = _correlations(np.hstack(loadings))[:k, k:]
    ours, theirs = linear_sum_assignment(-np.abs(correlations))
    table = {"other": theirs, "correlation": correlations[ours, theirs]}
    return pd.DataFrame(table, pd.Index(ours, name="factor"))


def factor_correlations(item_factors: NDArray[np.floating]) -> Array:
    """Correlations of the factors' loadings over the titles, float64 (k, k)."""
    return _correlations(np.asarray(item_factors, np.float64))


def scree(item_factors: NDArray[np.floating]) -> pd.DataFrame:
    """How much each factor tells titles apart.

    Args:
        item_factors: (n_items, k).

    Returns:
        DataFrame indexed by factor with the columns `share` of the sum of squared loadings and
        `cumulative`, both in 0..1.
    """
    squares = (np.asarray(item_factors, np.float64) ** 2).sum(axis=0)
    share = squares / (squares.sum() or 1)
    index = pd.RangeIndex(len(share), name="factor")
    return pd.DataFrame({"share": share, "cumulative": np.cumsum(share)}, index)


def _common(first: FactorModel, second: FactorModel) -> NDArray[np.int64]:
    """The item ids of the titles that have factors in both models, ascending."""
    ours, theirs = (m.item_ids[m.item_factors.any(axis=1)] for m in (first, second))
    return np.asarray(np.intersect1d(ours, theirs), np.int64)


def _correlations(columns: Array) -> Array:
    """Correlation of every two columns; 0 with one that is the same everywhere."""
    centred = columns - columns.sum(axis=0) / max(len(columns), 1)
    lengths = np.linalg.norm(centred, axis=0)
    unit = centred / np.where(lengths > 0, lengths, 1)
    return np.asarray(np.clip(unit.T @ unit, -1, 1))
