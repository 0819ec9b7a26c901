"""Non-negative matrix factorisation of the ratings that there are: scikit-surprise's NMF.

rating = q_i p_u with all factors non-negative, learned by the multiplicative descent of Luo, Zhou,
Xia and Zhu (2014) on the rated cells alone; so its numbers are ratings, unlike those of `nmf`. A
visitor's factors come from non-negative least squares with the item side held fixed, shrunk to
those of the average user. A title's factors are shrunk after training, to those of the average
title: the descent fits one with a single rating exactly, and such titles would fill every list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommender.algorithms.contract import Algorithm, Fit, Progress, parameter, silent
from recommender.algorithms.solvers.rater import calibrated
from recommender.algorithms.solvers.surprise_data import by_item, by_user, trainset
from recommender.algorithms.solvers.weighted_als import Array
from recommender.data.ratings import Ratings
from recommender.factors.classic import NonNegativeRidgeFoldIn
from recommender.factors.model import FactorModel


@dataclass(frozen=True)
class SurpriseNmf(Algorithm):
    """`surprise.NMF` without biases, as it is by default.

    Its own defaults are k 15, epochs 50, regularisation .06.
    """

    name: ClassVar[str] = "surprise-nmf"
    summary: ClassVar[str] = "Predicts ratings by adding up tastes, none of which can be negative."

    k: int = parameter(15, 1, 1024, "number of factors")
    epochs: int = parameter(50, 1, 1000, "passes over the ratings")
    regularisation: float = parameter(0.06, 0.0, 10.0, "penalty of the factors per rating")
    fold_in_regularisation: float = parameter(
        20.0, 1e-3, 1000.0, "penalty of a visitor's distance from the average user"
    )
    item_shrinkage: float = parameter(
        3.0, 0.0, 1000.0, "ratings of an average title lent to every title"
    )

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress = silent) -> Fit:
        """Trains scikit-surprise's NMF on the ratings in their stored order."""
        # Imported here: listing algorithms must not cost a training library.
        import surprise

        progress(0.0, "multiplicative descent")
        trained = surprise.NMF(
            n_factors=self.k,
            n_epochs=self.epochs,
            reg_pu=self.regularisation,
            reg_qi=self.regularisation,
            random_state=seed,
        ).fit(trainset(ratings))
        progress(0.8, "learning the fold-in")
        factors = self._shrunk(ratings, trained.qi).astype(np.float32)
        rater = calibrated(
            ratings,
            factors,
            np.zeros(ratings.n_items),
            NonNegativeRidgeFoldIn(
                trained.pu.mean(axis=0), self.fold_in_regularisation, self.regularisation
            ),
            item_shrinkage=np.inf,
            unit_factors=False,
            seed=seed,
        )
        progress(1.0, "done")
        users = by_user(ratings, np.pad(trained.pu, ((0, 0), (1, 0))))
        model = FactorModel(ratings.item_ids, ratings.scale, factors, rater, rater)
        return Fit(model, user_weights=users)

    def _shrunk(self, ratings: Ratings, factors: Array) -> Array:
        """Moves rated titles' factors towards their mean, and there all others, (n_items, k)."""
        average = factors.mean(axis=0)
        counts = ratings.counts()[:, None]
        shrunk = counts * by_item(ratings, factors) + self.item_shrinkage * average
        shrunk /= np.maximum(counts + self.item_shrinkage, 1)
        return np.asarray(np.where(counts > 0, shrunk, average))
