"""Few-shot linear: an item-item model fitted to what a visitor shows, not to whole profiles.

EASE (Steck 2019, Embarrassingly shallow autoencoders for sparse data) predicts a title from all
others that a user rated, which is another task than predicting it from three. Here the least
squares is taken in expectation over every subset of k titles that a user might show
(`recommender.algorithms.solvers.few_shot`), half of the showings with well-known titles first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommender.algorithms.contract import Algorithm, Fit, Progress, parameter, silent
from recommender.algorithms.solvers.few_shot import expected_moments
from recommender.algorithms.solvers.item_item import few_shot_weights, modelled_titles, reduced
from recommender.algorithms.solvers.subsets import well_known
from recommender.data.ratings import Ratings
from recommender.factors.item_item import ItemItemModel, amounts


@dataclass(frozen=True)
class FewShotLinear(Algorithm):
    """Least squares from the rated titles to the liked ones, stored at reduced rank."""

    name: ClassVar[str] = "few-shot-linear"
    summary: ClassVar[str] = "Adds up what each title you rated says about every other."
    predicts_ratings: ClassVar[bool] = False

    shown: int = parameter(4, 1, 100, "titles that a user is thought to show")
    popular_share: float = parameter(0.5, 0.0, 1.0, "share of showings with known titles first")
    penalty: float = parameter(1.0, 1e-3, 1e6, "penalty of the weights")
    rank: int = parameter(128, 1, 4096, "rank at which the weights are stored", tuned=False)
    fewest_ratings: int = parameter(5, 1, 10**6, "ratings that a title needs to have weights")

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress = silent) -> Fit:
        """Takes the moments, solves the normal equations and reduces; nothing is random."""
        liked = (ratings.values >= ratings.scale.liked).astype(np.float64)
        modelled = modelled_titles(ratings, self.fewest_ratings)
        progress(0.0, "what users might show")
        moments = expected_moments(
            ratings,
            amounts(ratings.values, ratings.scale, 0.0),
            liked,
            modelled,
            well_known(ratings.counts()),
            self.shown,
            self.popular_share,
        )
        progress(0.3, "weights of all pairs of titles")
        weights, own = few_shot_weights(moments, self.penalty)
        progress(0.8, "reducing the rank")
        # A title without weights is worth its mean target, like any other's intercept with W = 0.
        intercept = np.bincount(ratings.items, liked, ratings.n_items) / moments.n_users
        intercept[modelled] = own
        model = ItemItemModel(
            ratings.item_ids,
            ratings.scale,
            intercept.astype(np.float32),
            modelled,
            reduced(weights, moments.gram, self.rank),
            lowest=0.0,
        )
        progress(1.0, "done")
        return Fit(model)
