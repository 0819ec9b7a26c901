"""EASE: every title from all others by one ridge regression with a zero diagonal.

Steck 2019, Embarrassingly shallow autoencoders for sparse data: a strong item-item model with a
closed form. Rated titles count by their rating.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommender.algorithms.contract import Algorithm, Fit, Progress, parameter, silent
from recommender.algorithms.solvers.item_item import (
    ease_weights,
    grams,
    head_start,
    modelled_titles,
    reduced,
)
from recommender.data.ratings import Ratings
from recommender.factors.item_item import ItemItemModel


@dataclass(frozen=True)
class Ease(Algorithm):
    """EASE on ratings, stored at reduced rank."""

    name: ClassVar[str] = "ease"
    summary: ClassVar[str] = "Predicts each title from all the others, in one closed formula."
    predicts_ratings: ClassVar[bool] = False

    penalty: float = parameter(500.0, 1e-3, 1e6, "penalty of the weights")
    lowest: float = parameter(0.1, 0.0, 1.0, "how much the lowest rating counts; the highest is 1")
    lent: float = parameter(0.1, 0.0, 100.0, "ratings of the average user lent to every visitor")
    rank: int = parameter(128, 1, 4096, "rank at which the weights are stored", tuned=False)
    fewest_ratings: int = parameter(5, 1, 10**6, "ratings that a title needs to have weights")

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress = silent) -> Fit:
        """Inverts the Gram matrix and reduces; nothing is random."""
        modelled = modelled_titles(ratings, self.fewest_ratings)
        progress(0.0, "weights of all pairs of titles")
        gram, _, total = grams(ratings, modelled, self.lowest)
        weights = ease_weights(gram, self.penalty)
        progress(0.7, "reducing the rank")
        intercept = np.zeros(ratings.n_items, np.float32)
        intercept[modelled] = head_start(total, self.lent) @ weights
        small = reduced(weights, gram, self.rank)
        progress(1.0, "done")
        model = ItemItemModel(
            ratings.item_ids, ratings.scale, intercept, modelled, small, self.lowest
        )
        return Fit(model)
