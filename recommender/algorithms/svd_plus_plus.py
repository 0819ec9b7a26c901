"""SVD++: Funk SVD where the choice of what to rate speaks too, folded in for visitors.

rating = mean + b_u + b_i + q_i (p_u + n^-1/2 sum over rated titles of y_j), learned by stochastic
gradient descent (Koren 2008, Factorization Meets the Neighborhood). A visitor's choice of titles
is the mean of the prior from which their ratings then move the visitor
(`recommender.factors.classic`), so it stays a sum over the rated titles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommender.algorithms.contract import Algorithm, Fit, Progress, parameter, silent
from recommender.algorithms.solvers.rater import calibrated
from recommender.algorithms.solvers.surprise_data import by_item, by_user, trainset
from recommender.data.ratings import Ratings
from recommender.errors import ParameterError
from recommender.factors.classic import ImplicitFoldIn
from recommender.factors.model import FactorModel


@dataclass(frozen=True)
class SvdPlusPlus(Algorithm):
    """`surprise.SVDpp`, with fewer factors: its time grows with the square of a user's ratings.

    Its own defaults are k 20, epochs 20, learning_rate .007, regularisation .02.
    """

    name: ClassVar[str] = "svd-plus-plus"
    summary: ClassVar[str] = "Predicts ratings from what you rate as well as from how you rate it."

    k: int = parameter(5, 1, 1024, "number of factors")
    epochs: int = parameter(12, 1, 1000, "passes over the ratings")
    learning_rate: float = parameter(0.015, 1e-6, 1.0, "step of the gradient descent")
    regularisation: float = parameter(0.03, 0.0, 10.0, "penalty of biases and factors per rating")
    fold_in_regularisation: float = parameter(3.0, 1e-3, 1000.0, "penalty of a visitor's factors")
    bias_regularisation: float = parameter(5.0, 1e-3, 1000.0, "penalty of a visitor's bias")

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress = silent) -> Fit:
        """Trains scikit-surprise's SVDpp on the ratings in their stored order."""
        # Imported here: listing algorithms must not cost a training library.
        import surprise

        progress(0.0, "stochastic gradient descent")
        trained = surprise.SVDpp(
            n_factors=self.k,
            n_epochs=self.epochs,
            lr_all=self.learning_rate,
            reg_all=self.regularisation,
            random_state=seed,
            cache_ratings=True,
        ).fit(trainset(ratings))
        if not all(np.isfinite(array).all() for array in (trained.bu, trained.qi, trained.yj)):
            rate = self.learning_rate
            raise ParameterError(f"{self.name}: diverged with learning_rate {rate:g}; lower it")
        progress(0.9, "learning the fold-in")
        read, brought = by_item(ratings, trained.qi), by_item(ratings, trained.yj)
        factors = np.hstack([read, brought]).astype(np.float32)
        penalty = [self.bias_regularisation] + [self.fold_in_regularisation] * self.k
        rater = calibrated(
            ratings,
            factors,
            trained.trainset.global_mean + by_item(ratings, trained.bi),
            ImplicitFoldIn(np.diag(penalty), self.regularisation),
            item_shrinkage=self.bias_regularisation,
            unit_factors=False,
            seed=seed,
        )
        progress(1.0, "done")
        users = by_user(ratings, np.column_stack([trained.bu, trained.pu]))
        matrix = ratings.matrix()
        matrix.data[:] = 1
        users[:, 1:] += matrix @ brought / np.sqrt(np.maximum(ratings.user_counts(), 1))[:, None]
        return Fit(
            FactorModel(ratings.item_ids, ratings.scale, factors, rater, rater),
            user_weights=np.pad(users, ((0, 0), (0, self.k))),
        )
