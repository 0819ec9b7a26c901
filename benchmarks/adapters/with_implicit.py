"""implicit: matrix factorisation and nearest neighbours for implicit feedback."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from benchmarks.adapters import Answer, Peer, Settings, feedback
from recommender.data.ratings import Ratings


class Als(Peer):
    """Weighted matrix factorisation by alternating least squares."""

    name: ClassVar[str] = "implicit ALS"
    predicts_ratings: ClassVar[bool] = False
    newcomer: ClassVar[str] = "`recalculate_user`"
    candidates: ClassVar[tuple[Settings, ...]] = (
        {"factors": 32, "regularization": 10.0},
        {"factors": 32, "regularization": 30.0, "alpha": 3.0},
        {"factors": 32, "regularization": 10.0, "alpha": 10.0, "ones": True},
        {"factors": 32, "regularization": 30.0, "alpha": 10.0, "ones": True},
        {"factors": 64, "regularization": 30.0, "alpha": 5.0, "ones": True},
        {"factors": 64, "regularization": 100.0, "alpha": 10.0, "ones": True},
    )

    def train(self, ratings: Ratings, settings: dict[str, Any], seed: int) -> Answer:
        """Fits; a visitor's factors are recalculated from the ratings shown."""
        from implicit.cpu.als import AlternatingLeastSquares

        matrix, row = feedback(ratings, settings)
        model = AlternatingLeastSquares(num_threads=1, random_state=seed, **settings)
        model.fit(matrix, show_progress=False)
        return lambda rated, values: (
            model.item_factors @ model.recalculate_user(0, row(rated, values)),
            None,
        )


class Bpr(Peer):
    """Bayesian personalised ranking."""

    name: ClassVar[str] = "implicit BPR"
    predicts_ratings: ClassVar[bool] = False
    newcomer: ClassVar[str] = "none: mean cosine to the titles shown"
    candidates: ClassVar[tuple[Settings, ...]] = (
        {"factors": 32, "learning_rate": 0.05},
        {"factors": 64, "learning_rate": 0.05},
        {"factors": 32, "learning_rate": 0.05, "regularization": 0.05},
        {"factors": 16, "learning_rate": 0.05, "regularization": 0.002},
        {"factors": 32, "learning_rate": 0.02, "iterations": 200},
        {"factors": 32, "learning_rate": 0.1, "iterations": 50},
    )

    def train(self, ratings: Ratings, settings: dict[str, Any], seed: int) -> Answer:
        """Fits; the library cannot recalculate a user here, but it tells similar titles."""
        from implicit.cpu.bpr import BayesianPersonalizedRanking

        matrix, _ = feedback(ratings, settings)
        model = BayesianPersonalizedRanking(num_threads=1, random_state=seed, **settings)
        model.fit(matrix, show_progress=False)
        norms = np.linalg.norm(model.item_factors, axis=1, keepdims=True)
        unit = model.item_factors / np.where(norms > 0, norms, 1)
        return lambda rated, values: (unit @ unit[rated].mean(axis=0), None)


class Bm25(Peer):
    """Nearest titles by BM25."""

    name: ClassVar[str] = "implicit BM25"
    predicts_ratings: ClassVar[bool] = False
    newcomer: ClassVar[str] = "`recommend` takes any"
    candidates: ClassVar[tuple[Settings, ...]] = (
        {"K": 100},
        {"K": 500},
        {"K": 100, "B": 0.2},
        {"K": 500, "B": 0.2},
        {"K": 2000, "B": 0.2, "ones": True},
        {"K": 500, "B": 0.2, "K1": 10.0},
    )

    def train(self, ratings: Ratings, settings: dict[str, Any], seed: int) -> Answer:
        """Fits; what `recommend` adds up for a visitor, here of all titles."""
        from implicit.nearest_neighbours import BM25Recommender

        matrix, row = feedback(ratings, settings)
        model = BM25Recommender(num_threads=1, **settings)
        model.fit(matrix, show_progress=False)
        return lambda rated, values: (
            (row(rated, values) @ model.similarity).toarray()[0],
            None,
        )


PEERS = (Als, Bpr, Bm25)
