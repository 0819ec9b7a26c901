"""Centred SVD: each user's mean taken off, zeros for what is missing, the largest singular values.

rating = user mean + row of U S V', after the SVD step of Sarwar, Karypis, Konstan and Riedl (2000,
Application of Dimensionality Reduction in Recommender System) with SciPy's `svds`. A visitor's
ratings are centred alike and projected on V. Titles are ordered by the predicted rating with a
little popularity added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommender.algorithms.contract import Algorithm, Fit, Progress, parameter, silent
from recommender.algorithms.solvers.rater import calibrated
from recommender.algorithms.solvers.truncated_svd import truncated_svd
from recommender.data.ratings import Ratings
from recommender.factors.classic import CentredFoldIn
from recommender.factors.model import FactorModel, Readout


@dataclass(frozen=True)
class CentredSvd(Algorithm):
    """The SVD of ratings that have each user's mean taken off."""

    name: ClassVar[str] = "centred-svd"
    summary: ClassVar[str] = "Predicts how far from your usual rating each title would lie."

    k: int = parameter(30, 1, 1024, "number of factors")
    mean_shrinkage: float = parameter(
        10.0, 1e-6, 1000.0, "ratings at the overall mean lent to every user for the user's mean"
    )
    popularity: float = parameter(
        0.3, 0.0, 1.0, "weight of a title's share of raters in the rank", ranks=True
    )

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress = silent) -> Fit:
        """Factorises the centred ratings; nothing is random but the calibration of the range."""
        progress(0.0, "singular values")
        mean = float(ratings.values.mean(dtype=np.float64))
        residuals = ratings.values.astype(np.float64) - mean
        total = np.bincount(ratings.users, residuals, ratings.n_users)
        means = total / (ratings.user_counts() + self.mean_shrinkage)
        centred = ratings.matrix()
        centred.data = residuals - means[ratings.users]
        left, values, right = truncated_svd(centred, self.k)
        progress(0.8, "learning the fold-in")
        factors = right.astype(np.float32)
        rater = calibrated(
            ratings,
            factors,
            np.full(ratings.n_items, mean),
            CentredFoldIn(self.mean_shrinkage),
            item_shrinkage=np.inf,
            unit_factors=False,
            seed=seed,
        )
        # Zeros in place of what is missing keep most titles near the visitor's mean; popularity
        # tells them apart.
        share = ratings.counts() / max(ratings.n_users, 1)
        offset = mean + self.popularity * share
        ranker = Readout(offset.astype(np.float32), rater.fold_in)
        progress(1.0, "done")
        return Fit(
            FactorModel(ratings.item_ids, ratings.scale, factors, ranker, rater),
            user_weights=np.column_stack([means, left * values]),
        )
