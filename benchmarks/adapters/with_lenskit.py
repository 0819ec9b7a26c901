"""LensKit: every scorer takes a visitor's ratings along with the question.

Where an explicit neighbourhood has nothing to say of a title, the predicted rating is that of the
library's bias model, as in its own pipeline for predictions; a list leaves such titles out.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from benchmarks.adapters import Answer, Peer, Settings
from recommender.data.ratings import Ratings
from recommender.factors.fold_in import Array
from recommender.factors.model import Positions


class _LensKit(Peer):
    newcomer: ClassVar[str] = "the ratings come with the query"
    scorer: ClassVar[tuple[str, str]]
    """Its module and class."""
    fixed: ClassVar[Settings] = {}
    """What makes it this model and no other."""

    def train(self, ratings: Ratings, settings: dict[str, Any], seed: int) -> Answer:
        """Fits the scorer and, for ratings, the bias model that stands in for it."""
        from lenskit.basic import BiasScorer
        from lenskit.data import ItemList, RecQuery, from_interactions_df
        from lenskit.training import TrainingOptions

        _one_thread()
        columns = {"user_id": ratings.users, "item_id": ratings.items, "rating": ratings.values}
        data = from_interactions_df(pd.DataFrame(columns))
        module, name = self.scorer
        scorer = getattr(import_module(module), name)(**self.fixed, **settings)
        stand_in = BiasScorer()
        for model in (scorer, stand_in):
            model.train(data, TrainingOptions(rng=seed))
        titles = ItemList(item_ids=np.arange(ratings.n_items))
        known = ratings.counts() > 0

        def answer(rated: Positions, values: Array) -> tuple[Array, Array | None]:
            # Not every scorer passes over a title in the history that it does not know.
            near = known[rated]
            query = RecQuery(history_items=ItemList(item_ids=rated[near], rating=values[near]))
            scores = np.full(ratings.n_items, np.nan)
            if near.any():
                scores = scorer(query, titles).scores()
            if not self.predicts_ratings:
                return scores, None
            return scores, np.where(np.isnan(scores), stand_in(query, titles).scores(), scores)

        return answer


@cache
def _one_thread() -> None:
    """The library takes this once a process."""
    from lenskit.parallel import initialize

    initialize(processes=1, threads=1, backend_threads=1)


class ImplicitMf(_LensKit):
    """Weighted matrix factorisation by alternating least squares."""

    name: ClassVar[str] = "LensKit ImplicitMF"
    predicts_ratings: ClassVar[bool] = False
    scorer: ClassVar[tuple[str, str]] = ("lenskit.als", "ImplicitMFScorer")
    candidates: ClassVar[tuple[Settings, ...]] = (
        {"embedding_size": 32, "weight": 10.0, "regularization": 1.0},
        {"embedding_size": 32, "weight": 10.0, "regularization": 10.0},
        {"embedding_size": 32, "weight": 10.0, "regularization": 30.0},
        {"embedding_size": 32, "weight": 3.0, "regularization": 30.0, "use_ratings": True},
        {"embedding_size": 64, "weight": 5.0, "regularization": 30.0},
        {"embedding_size": 64, "weight": 10.0, "regularization": 100.0},
    )


class BiasedMf(_LensKit):
    """Matrix factorisation of ratings by alternating least squares."""

    name: ClassVar[str] = "LensKit BiasedMF"
    scorer: ClassVar[tuple[str, str]] = ("lenskit.als", "BiasedMFScorer")
    candidates: ClassVar[tuple[Settings, ...]] = (
        {"embedding_size": 10},
        {"embedding_size": 25},
        {"embedding_size": 10, "regularization": 0.2},
        {"embedding_size": 25, "regularization": 0.2},
        {"embedding_size": 50, "regularization": 0.2},
        {"embedding_size": 50, "regularization": 0.05},
    )


class ItemKnn(_LensKit):
    """Item kNN for ratings."""

    name: ClassVar[str] = "LensKit ItemKNN"
    scorer: ClassVar[tuple[str, str]] = ("lenskit.knn", "ItemKNNScorer")
    candidates: ClassVar[tuple[Settings, ...]] = (
        {"max_nbrs": 10},
        {"max_nbrs": 40},
        {"min_nbrs": 2},
        {"min_nbrs": 3},
        {"min_sim": 0.05},
        {"min_nbrs": 2, "min_sim": 0.05},
    )


class ImplicitItemKnn(_LensKit):
    """Item kNN for implicit feedback."""

    name: ClassVar[str] = "LensKit ItemKNN, implicit"
    predicts_ratings: ClassVar[bool] = False
    scorer: ClassVar[tuple[str, str]] = ("lenskit.knn", "ItemKNNScorer")
    fixed: ClassVar[Settings] = {"feedback": "implicit"}
    candidates: ClassVar[tuple[Settings, ...]] = (
        {"max_nbrs": 5},
        {"max_nbrs": 10},
        {"min_nbrs": 2},
        {"save_nbrs": 100},
        {"save_nbrs": 500},
        {"save_nbrs": 1000},
    )


class Ease(_LensKit):
    """EASE (Steck 2019)."""

    name: ClassVar[str] = "LensKit EASE"
    predicts_ratings: ClassVar[bool] = False
    scorer: ClassVar[tuple[str, str]] = ("lenskit.knn", "EASEScorer")
    # A fit inverts a matrix of all titles: six more would take longer than all other peers.
    candidates: ClassVar[tuple[Settings, ...]] = ({"regularization": 100}, {"regularization": 500})


PEERS = (ImplicitMf, BiasedMf, ItemKnn, ImplicitItemKnn, Ease)
