"""Bias: how well a title is liked by everyone, and how generous the visitor is. No taste."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommender.algorithms.contract import Algorithm, Fit, Progress, parameter, silent
from recommender.algorithms.solvers.biases import fit_biases
from recommender.algorithms.solvers.rater import fit_rater
from recommender.data.ratings import Ratings
from recommender.factors.model import FactorModel


@dataclass(frozen=True)
class Bias(Algorithm):
    """Rating = mean + item bias + visitor bias, both shrunk (Koren 2010)."""

    name: ClassVar[str] = "bias"
    summary: ClassVar[str] = "Lists what is rated best on average, shifted by how you rate."

    item_shrinkage: float = parameter(3.0, 0.0, 1000.0, "ratings at the mean lent to every title")
    user_shrinkage: float = parameter(5.0, 0.01, 1000, "ratings at the mean lent to every user")

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress = silent) -> Fit:
        """Fits the biases and calibrates the range."""
        no_factors = np.zeros((ratings.n_items, 0), np.float32)
        biases = fit_biases(ratings, self.item_shrinkage, self.user_shrinkage)
        rater = fit_rater(
            ratings,
            no_factors,
            biases.mean + biases.items,
            item_shrinkage=self.item_shrinkage,
            bias_regularisation=self.user_shrinkage,
            regularisation=1.0,
            prior_strength=0.0,
            unit_factors=False,
            seed=seed,
        )
        progress(1.0, "fitted biases")
        model = FactorModel(ratings.item_ids, ratings.scale, no_factors, rater, rater)
        return Fit(model, user_weights=biases.users[:, None])
