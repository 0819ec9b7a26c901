"""Item kNN: titles that the same people rate alike, by shrunk cosines, nearest kept.

Sarwar, Karypis, Konstan and Riedl 2001, Item-based collaborative filtering, with the shrinkage of
Bell and Koren 2007 for pairs that few users have in common.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommender.algorithms.contract import Algorithm, Fit, Progress, parameter, silent
from recommender.algorithms.solvers.item_item import (
    grams,
    head_start,
    modelled_titles,
    neighbours,
)
from recommender.data.ratings import Ratings
from recommender.factors.item_item import ItemItemModel


@dataclass(frozen=True)
class ItemKnn(Algorithm):
    """Sum of the similarities of a title to those that the visitor rated."""

    name: ClassVar[str] = "item-knn"
    summary: ClassVar[str] = "Lists the nearest neighbours of the titles you rated."
    predicts_ratings: ClassVar[bool] = False

    neighbours: int = parameter(100, 1, 4096, "neighbours kept of each title")
    shrinkage: float = parameter(20.0, 0.0, 1e4, "users in common at which a similarity is halved")
    lowest: float = parameter(0.1, 0.0, 1.0, "how much the lowest rating counts; the highest is 1")
    lent: float = parameter(0.1, 0.0, 100.0, "ratings of the average user lent to every visitor")
    fewest_ratings: int = parameter(5, 1, 10**6, "ratings that a title needs to have neighbours")

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress = silent) -> Fit:
        """Counts and compares; nothing is random."""
        modelled = modelled_titles(ratings, self.fewest_ratings)
        progress(0.0, "similarity of all pairs of titles")
        gram, together, total = grams(ratings, modelled, self.lowest)
        nearest = neighbours(gram, together, self.shrinkage, self.neighbours)
        intercept = np.zeros(ratings.n_items, np.float32)
        everything = np.arange(len(modelled))
        intercept[modelled] = nearest.total(everything, head_start(total, self.lent))
        progress(1.0, "done")
        model = ItemItemModel(
            ratings.item_ids, ratings.scale, intercept, modelled, nearest, self.lowest
        )
        return Fit(model)
