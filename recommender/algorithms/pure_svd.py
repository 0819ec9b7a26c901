"""PureSVD: the truncated SVD of the matrix of ratings with zeros for those that are missing.

Its numbers are no ratings, but they order titles well (Cremonesi, Koren and Turrin 2010,
Performance of Recommender Algorithms on Top-N Recommendation Tasks). A visitor is projected on the
item factors exactly as the paper scores every user: by r V V'.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommender.algorithms.contract import Algorithm, Fit, Progress, parameter, silent
from recommender.algorithms.solvers.truncated_svd import truncated_svd
from recommender.data.ratings import Ratings
from recommender.factors.model import FactorModel, Readout
from recommender.factors.weighted import WeightedFoldIn


@dataclass(frozen=True)
class PureSvd(Algorithm):
    """PureSVD with a start for visitors who have rated nothing."""

    name: ClassVar[str] = "pure-svd"
    summary: ClassVar[str] = "Ranks by the few patterns that explain most of who rated what."
    predicts_ratings: ClassVar[bool] = False

    k: int = parameter(12, 1, 1024, "number of factors")
    popularity: float = parameter(0.05, 0.0, 1.0, "weight of a title's share of raters")

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress = silent) -> Fit:
        """Factorises the ratings as shares of the highest one; nothing is random."""
        progress(0.0, "singular values")
        targets = ratings.matrix()
        targets.data /= ratings.scale.high
        left, values, right = truncated_svd(targets, self.k)
        factors = right.astype(np.float32)
        rows = factors.astype(np.float64)
        # On orthonormal factors least squares over all titles is the projection.
        fold_in = WeightedFoldIn(
            gram=rows.T @ rows,
            n_items=len(rows),
            unrated_weight=1.0,
            regularisation=0.0,
            highest_rating=ratings.scale.high,
        )
        share = ratings.counts() / max(ratings.n_users, 1)
        ranker = Readout((self.popularity * share).astype(np.float32), fold_in)
        progress(1.0, "done")
        users = np.column_stack([np.zeros(len(left)), left * values])
        return Fit(
            FactorModel(ratings.item_ids, ratings.scale, factors, ranker), user_weights=users
        )
