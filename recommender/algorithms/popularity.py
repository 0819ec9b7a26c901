"""Popularity: the titles that most people rated, for everyone alike. The baseline to beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommender.algorithms.contract import Algorithm, Fit, Progress, silent
from recommender.data.ratings import Ratings
from recommender.factors.fold_in import NoFoldIn
from recommender.factors.model import FactorModel, Readout


@dataclass(frozen=True)
class Popularity(Algorithm):
    """Score = share of users who rated the title; it predicts no ratings."""

    name: ClassVar[str] = "popularity"
    summary: ClassVar[str] = "Lists what most people have rated, the same for everyone."
    predicts_ratings: ClassVar[bool] = False

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress = silent) -> Fit:
        """Counts ratings; nothing is random."""
        share = (ratings.counts() / max(ratings.n_users, 1)).astype(np.float32)
        no_factors = np.zeros((ratings.n_items, 0), np.float32)
        readout = Readout(share, NoFoldIn())
        progress(1.0, "counted ratings")
        return Fit(FactorModel(ratings.item_ids, ratings.scale, no_factors, readout))
