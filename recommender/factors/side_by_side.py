"""Two models drawn beside each other: their aligned spaces, seen from the same side.

Both pictures are the same two axes, those along which both models together spread widest, so a
title stands at the same place in both exactly as far as the models agree. Two axes of many show
little; each picture says how little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recommender.factors.comparison import NEIGHBOURS, Comparison
from recommender.factors.faithfulness import Faithfulness, faithfulness
from recommender.factors.fold_in import Array
from recommender.factors.neighbourhoods import nearest
from recommender.factors.rotation import upright


@dataclass(frozen=True, eq=False)
class Side:
    """One model's picture.

    Attributes:
        places: indexed by item_id, float32 columns x and y in -1..1.
        faithfulness: what the picture does to the model's neighbourhoods; None where there are too
            few titles for any.
    """

    places: pd.DataFrame
    faithfulness: Faithfulness | None


def side_by_side(comparison: Comparison) -> tuple[Side, Side]:
    """Draws the first model and the second, aligned to it."""
    sides = (comparison.first, comparison.second)
    centred = [rows - rows.mean(axis=0) for rows in sides]
    both = np.vstack(centred)
    _, vectors = np.linalg.eigh(both.T @ both)
    axes = vectors[:, ::-1][:, :2]
    axes = axes * upright(both @ axes)
    drawn = [np.pad(rows @ axes, ((0, 0), (0, 2 - axes.shape[1]))) for rows in centred]
    reach = max(float(np.abs(places).max()) for places in drawn) or 1.0
    index = comparison.titles.index
    first, second = (
        Side(
            pd.DataFrame((places / reach).astype(np.float32), index, ["x", "y"]),
            _faithfulness(rows, places),
        )
        for rows, places in zip(sides, drawn, strict=True)
    )
    return first, second


def neighbours(comparison: Comparison, item_id: int) -> tuple[list[int], list[int]]:
    """The nearest titles of one in the first model and in the second, among those compared.

    Args:
        comparison: of the models.
        item_id: a title that both have.
    """
    ids = comparison.titles.index
    own = np.array([ids.get_loc(item_id)])
    found = []
    for side in (comparison.first, comparison.second):
        rows = side.astype(np.float32)
        near, _ = nearest(rows[own], rows, NEIGHBOURS, own)
        found.append([int(ids[row]) for row in near[0]])
    return found[0], found[1]


def _faithfulness(rows: Array, places: Array) -> Faithfulness | None:
    neighbours = min(NEIGHBOURS, (len(rows) - 1) // 2)
    return faithfulness(rows.astype(np.float32), places, neighbours) if neighbours else None
