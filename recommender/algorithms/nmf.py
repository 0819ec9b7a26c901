"""NMF of the matrix of ratings with zeros for those that are missing: scikit-learn's.

All factors are non-negative, so a taste is a sum of parts and a title is recommended for what it
has, never for what it lacks (Lee and Seung 1999). A visitor is what `NMF.transform` makes of the
zero-imputed row of their ratings. Missing ratings count as zeros, so its numbers are no ratings.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommender.algorithms.contract import Algorithm, Fit, Progress, Step, parameter, silent
from recommender.data.ratings import Ratings
from recommender.factors.model import FactorModel, Readout
from recommender.factors.weighted import NonNegativeFoldIn

_RIDGE = 1e-9
"""Share of the longest factor that keeps the least squares solvable if factors are alike."""


@dataclass(frozen=True)
class Nmf(Algorithm):
    """`sklearn.decomposition.NMF` on the titles that enough users rated."""

    name: ClassVar[str] = "nmf"
    summary: ClassVar[str] = "Ranks by adding up tastes, each a group of titles watched together."
    predicts_ratings: ClassVar[bool] = False

    k: int = parameter(20, 1, 2048, "number of factors")
    max_iter: int = parameter(200, 1, 100_000, "most iterations of coordinate descent", tuned=False)
    min_ratings: int = parameter(
        0, 0, 1_000_000, "a title takes part with more ratings than this", tuned=False
    )
    popularity: float = parameter(0.3, 0.0, 1.0, "weight of a title's share of raters")

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress = silent) -> Fit:
        """Factorises the zero-imputed ratings; `losses` holds the final reconstruction error."""
        # Imported here: listing algorithms must not cost a training library.
        from sklearn.decomposition import NMF
        from sklearn.exceptions import ConvergenceWarning

        progress(0.0, "coordinate descent")
        counts = ratings.counts()
        taking_part = np.flatnonzero(counts > self.min_ratings)
        matrix = ratings.matrix().astype(np.float64)[:, taking_part]
        users, parts = np.zeros((ratings.n_users, 0)), np.zeros((0, len(taking_part)))
        losses: tuple[float, ...] = ()
        if len(taking_part):
            solver = NMF(self.k, max_iter=self.max_iter, random_state=seed)
            with warnings.catch_warnings(), np.errstate(invalid="ignore"):
                # How long to go on is for `max_iter` to say.
                warnings.simplefilter("ignore", ConvergenceWarning)
                solver.fit(matrix)
                progress(0.8, "transforming the users")
                users = solver.transform(matrix)
            # The root of a difference, which is not a number if rounding turns it negative.
            losses = (float(np.nan_to_num(solver.reconstruction_err_)),)
            progress(0.9, Step("transformed the users", losses[0]))
            used = solver.components_.any(axis=1)
            users, parts = users[:, used], solver.components_[used]
        factors = np.zeros((ratings.n_items, len(parts)), np.float32)
        factors[taking_part] = parts.T
        rows = factors.astype(np.float64)
        gram = rows.T @ rows
        # With every title counting alike the fold-in is `NMF.transform` of the zero-imputed row.
        fold_in = NonNegativeFoldIn(
            gram=gram,
            n_items=len(rows),
            unrated_weight=1.0,
            regularisation=_RIDGE * float(gram.max(initial=0)) / len(rows),
            highest_rating=1.0,
        )
        share = ratings.counts() / max(ratings.n_users, 1)
        ranker = Readout((self.popularity * share).astype(np.float32), fold_in)
        progress(1.0, "done")
        return Fit(
            FactorModel(ratings.item_ids, ratings.scale, factors, ranker),
            user_weights=np.pad(users, ((0, 0), (1, 0))),
            losses=losses,
        )
