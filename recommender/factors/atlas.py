"""The atlas: where every title lies in a picture of the item factors.

Three coordinates per title, from the principal axes of the unit factors. The first two make a map;
all three give a title its colour, so that neighbours look alike wherever they appear.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.factors.model import FactorModel
from recommender.factors.rotation import upright


def atlas(model: FactorModel, counts: NDArray[np.int64]) -> pd.DataFrame:
    """Lays the titles out.

    Args:
        model: the model whose item factors are pictured.
        counts: int64 (n_items,), ratings of each title. A title weighs as much as it has ratings,
            so the axes tell apart what people watch, not the many titles that hardly anyone knows.

    Returns:
        DataFrame indexed by item_id with float32 columns x, y, z in -1..1: the first three
        principal axes of what popularity does not explain, each with its entry of largest
        magnitude positive; a coordinate is the share of ratings to one side of the title minus
        that to the other, so the ratings spread evenly.
    """
    rows = model.unit_factors.astype(np.float64)
    weights = np.asarray(counts + 1 / len(counts), np.float64)
    # How well known a title is would fill the first axis; a map of taste leaves that out.
    known = np.column_stack([np.ones(len(rows)), np.log1p(counts)])
    root = np.sqrt(weights)[:, None]
    # Least squares and not its normal equations: counts may all be equal.
    trend, *_ = np.linalg.lstsq(known * root, rows * root)
    centred = rows - known @ trend
    values, axes = np.linalg.eigh((centred * weights[:, None]).T @ centred)
    places = np.zeros((len(rows), 3))
    n_axes = min(3, rows.shape[1])
    places[:, :n_axes] = centred @ axes[:, np.argsort(-values, kind="stable")[:n_axes]]
    places *= upright(places)
    spread = np.column_stack([_evenly(column, weights) for column in places.T])
    index = pd.Index(model.item_ids, name="item_id")
    return pd.DataFrame(spread.astype(np.float32), index, ["x", "y", "z"])


def _evenly(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weight below minus weight above each value, over the whole; ties count half."""
    distinct, place = np.unique(values, return_inverse=True)
    weight = np.bincount(place, weights, len(distinct))
    upto = np.cumsum(weight)
    return np.asarray((2 * upto - weight)[place] / upto[-1] - 1)
