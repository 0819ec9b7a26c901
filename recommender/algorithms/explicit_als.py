"""Explicit ALS: factors of what biases leave of each rating, by alternating least squares.

rating = mean + item bias + user bias + u . v, the biases first and the factors on what is left of
the rated cells alone, each row penalised by its number of ratings (Zhou, Wilkinson, Schreiber and
Pan 2008, Large-scale parallel collaborative filtering for the Netflix prize: ALS-WR). It is what
Spark's MLlib fits, so a release trained there can be trained and judged here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.contract import Algorithm, Fit, Progress, Step, parameter, silent
from recommender.algorithms.solvers.biases import fit_biases
from recommender.algorithms.solvers.rater import fit_rater
from recommender.algorithms.solvers.weighted_als import Array, weighted_als
from recommender.data.ratings import Ratings
from recommender.factors.model import FactorModel


@dataclass(frozen=True)
class ExplicitAls(Algorithm):
    """ALS-WR on residuals, with a prior for a visitor's factors learned from the users."""

    name: ClassVar[str] = "explicit-als"
    summary: ClassVar[str] = "Predicts ratings from how far they lie from everybody’s average."

    k: int = parameter(16, 1, 1024, "number of factors")
    regularisation: float = parameter(0.1, 1e-4, 10.0, "penalty of the factors for every rating")
    iterations: int = parameter(10, 1, 200, "sweeps of alternating least squares", tuned=False)
    item_shrinkage: float = parameter(3.0, 0.0, 1000.0, "ratings at the mean lent to every title")
    bias_regularisation: float = parameter(5.0, 1e-3, 1000.0, "first penalty of a user's bias")
    fold_in_regularisation: float = parameter(1.0, 1e-3, 1000.0, "first penalty of a visitor")
    prior_strength: float = parameter(1.0, 0.0, 100.0, "weight of how tastes vary among users")

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress = silent) -> Fit:
        """Fits biases, factors, then the fold-in; `losses` is that of each sweep."""
        progress(0.0, "biases")
        biases = fit_biases(ratings, self.item_shrinkage, self.bias_regularisation)
        offset = biases.mean + biases.items
        residuals = ratings.matrix()
        residuals.data = ratings.values - offset[ratings.items] - biases.users[ratings.users]
        losses: list[float] = []

        def told(done: float, loss: float) -> None:
            losses.append(loss)
            progress(0.8 * done, Step("alternating least squares", loss))

        users, items = weighted_als(
            residuals,
            min(self.k, *residuals.shape),
            0.0,
            self.regularisation,
            self.iterations,
            seed,
            told,
        )
        progress(0.8, "learning the fold-in")
        model = self.model(ratings, items.astype(np.float32), offset, seed=seed)
        progress(1.0, "done")
        weights = np.column_stack([biases.users, users])
        return Fit(model, user_weights=weights, losses=tuple(losses))

    def model(
        self,
        ratings: Ratings,
        factors: NDArray[np.float32],
        offset: Array,
        *,
        seed: int,
        counts: NDArray[np.int64] | None = None,
    ) -> FactorModel:
        """Makes the model of its item side; arguments as `TasteAls.model`."""
        rater = fit_rater(
            ratings,
            factors,
            offset,
            item_shrinkage=self.item_shrinkage,
            bias_regularisation=self.bias_regularisation,
            regularisation=self.fold_in_regularisation,
            prior_strength=self.prior_strength,
            unit_factors=False,
            seed=seed,
            penalty_per_rating=self.regularisation,
            counts=counts,
        )
        return FactorModel(ratings.item_ids, ratings.scale, factors, rater, rater)
