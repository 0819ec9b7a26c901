"""Funk SVD: scikit-surprise's matrix factorisation with biases, folded in for visitors.

rating = mean + b_u + b_i + q_i p_u, learned by stochastic gradient descent (Funk 2006; Koren,
Bell and Volinsky 2009, Matrix Factorization Techniques for Recommender Systems). A visitor's bias
and factors come from penalised least squares with the item side held fixed. It predicts ratings;
ordering titles by them is its weakness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from recommender.algorithms.contract import Algorithm, Fit, Progress, parameter, silent
from recommender.algorithms.solvers.rater import fit_rater
from recommender.algorithms.solvers.weighted_als import Array
from recommender.data.ratings import Ratings
from recommender.errors import ParameterError
from recommender.factors.model import FactorModel


@dataclass(frozen=True)
class FunkSvd(Algorithm):
    """`surprise.SVD`, tuned for cross-validated RMSE.

    Its own defaults are k 100, epochs 20, learning_rate .005, regularisation .02.
    """

    name: ClassVar[str] = "funk-svd"
    summary: ClassVar[str] = "The classic: predicts the rating you would give, title by title."

    k: int = parameter(50, 1, 1024, "number of factors")
    epochs: int = parameter(40, 1, 1000, "passes over the ratings")
    learning_rate: float = parameter(0.007, 1e-6, 1.0, "step of the gradient descent")
    regularisation: float = parameter(0.07, 0.0, 10.0, "penalty of biases and factors per rating")
    fold_in_regularisation: float = parameter(3.0, 1e-3, 1000.0, "penalty of a visitor's factors")
    bias_regularisation: float = parameter(5.0, 1e-3, 1000.0, "penalty of a visitor's bias")

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress = silent) -> Fit:
        """Trains scikit-surprise's SVD on the ratings in their stored order."""
        # Imported here: listing algorithms must not cost a training library.
        import surprise

        progress(0.0, "stochastic gradient descent")
        trained = surprise.SVD(
            n_factors=self.k,
            n_epochs=self.epochs,
            lr_all=self.learning_rate,
            reg_all=self.regularisation,
            random_state=seed,
        ).fit(_trainset(ratings, surprise))
        if not all(np.isfinite(array).all() for array in (trained.bu, trained.pu, trained.qi)):
            rate = self.learning_rate
            raise ParameterError(f"{self.name}: diverged with learning_rate {rate:g}; lower it")
        progress(0.8, "learning the fold-in")
        item_bias, factors = _by_item(ratings, trained.bi, trained.qi)
        offset = trained.trainset.global_mean + item_bias
        rater = fit_rater(
            ratings,
            factors.astype(np.float32),
            offset,
            item_shrinkage=self.bias_regularisation,
            bias_regularisation=self.bias_regularisation,
            regularisation=self.fold_in_regularisation,
            prior_strength=0.0,
            unit_factors=False,
            seed=seed,
            # The descent shrinks a user by this much at every rating: without it the fold-in of a
            # user with hundreds of ratings overfits, and lies far from the trained vector.
            penalty_per_rating=self.regularisation,
        )
        progress(1.0, "done")
        model = FactorModel(
            ratings.item_ids, ratings.scale, factors.astype(np.float32), rater, rater
        )
        weights = np.zeros((ratings.n_users, 1 + self.k))
        weights[np.unique(ratings.users)] = np.column_stack([trained.bu, trained.pu])
        return Fit(model, user_weights=weights)


def _trainset(ratings: Ratings, surprise: Any) -> Any:
    """Hands the ratings to scikit-surprise; users then appear in our order, titles in theirs."""
    low, high = ratings.scale.low, ratings.scale.high
    frame = pd.DataFrame({"user": ratings.users, "item": ratings.items, "rating": ratings.values})
    data = surprise.Dataset.load_from_df(frame, surprise.Reader(rating_scale=(low, high)))
    return data.build_full_trainset()


def _by_item(ratings: Ratings, bias: Array, factors: Array) -> tuple[Array, Array]:
    """Scatters rows in order of first appearance to item positions; unrated titles get zeros."""
    items, first = np.unique(ratings.items, return_index=True)
    appearance = items[np.argsort(first)]
    all_bias, all_factors = np.zeros(ratings.n_items), np.zeros((ratings.n_items, factors.shape[1]))
    all_bias[appearance], all_factors[appearance] = bias, factors
    return all_bias, all_factors
