"""scikit-surprise: predicts ratings, and only for users it was trained on.

Of a visitor it knows nothing but averages, so the item side of the trained models answers here: of
the factorisations by the penalised least squares of `funk-svd` and `surprise-nmf`, which train with
the library itself; of the neighbourhoods by the library's own formula over the ratings shown.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from benchmarks.adapters import Answer, Peer, Settings
from recommender.algorithms import configure
from recommender.algorithms.solvers.surprise_data import by_item, trainset
from recommender.data.ratings import Ratings
from recommender.factors.fold_in import Array
from recommender.factors.model import Positions


class _Factorisation(Peer):
    newcomer: ClassVar[str] = "none: least squares on its item factors"
    algorithm: ClassVar[str]
    """Ours that trains with the library."""
    defaults: ClassVar[Settings]
    """The library's, and how a visitor is folded in."""

    def train(self, ratings: Ratings, settings: dict[str, Any], seed: int) -> Answer:
        """Trains with the library and learns a fold-in."""
        chosen = {**self.defaults, **settings}
        model = configure(self.algorithm, **chosen).fit(ratings, seed=seed).model

        def answer(rated: Positions, values: Array) -> tuple[Array, Array | None]:
            # It sorts by the rating that it predicts.
            scores = model.taste(rated, values).scores
            return scores, scores

        return answer


class Svd(_Factorisation):
    """Funk's matrix factorisation with biases."""

    name: ClassVar[str] = "surprise SVD"
    algorithm: ClassVar[str] = "funk-svd"
    defaults: ClassVar[Settings] = {
        "engine": "surprise",
        "k": 100,
        "epochs": 20,
        "learning_rate": 0.005,
        "regularisation": 0.02,
        "fold_in_regularisation": 3.0,
        "bias_regularisation": 5.0,
    }
    candidates: ClassVar[tuple[Settings, ...]] = (
        {"k": 20},
        {"k": 50, "regularisation": 0.05},
        {"k": 100, "regularisation": 0.1},
        {"k": 50, "epochs": 40, "learning_rate": 0.007, "regularisation": 0.07},
        {"k": 10, "epochs": 40, "learning_rate": 0.01, "regularisation": 0.1},
        {"k": 20, "epochs": 40, "regularisation": 0.05},
    )


class Nmf(_Factorisation):
    """Non-negative matrix factorisation of ratings."""

    name: ClassVar[str] = "surprise NMF"
    algorithm: ClassVar[str] = "surprise-nmf"
    defaults: ClassVar[Settings] = {
        "k": 15,
        "epochs": 50,
        "regularisation": 0.06,
        "fold_in_regularisation": 20.0,
        "item_shrinkage": 3.0,
    }
    candidates: ClassVar[tuple[Settings, ...]] = (
        {"k": 5},
        {"k": 30},
        {"regularisation": 0.2},
        {"k": 5, "regularisation": 0.2},
        {"k": 30, "regularisation": 0.2},
        {"epochs": 100, "regularisation": 0.1},
    )


class KnnBaseline(Peer):
    """Item kNN on top of baselines; by users, as is the default, a visitor would have no row."""

    name: ClassVar[str] = "surprise KNNBaseline, by title"
    newcomer: ClassVar[str] = "none: its formula over the ratings shown"
    candidates: ClassVar[tuple[Settings, ...]] = (
        {"name": "pearson_baseline"},
        {"name": "pearson_baseline", "shrinkage": 20},
        {"name": "pearson_baseline", "shrinkage": 500},
        {"name": "pearson_baseline", "k": 10},
        {"name": "cosine", "min_support": 5},
        {"min_support": 5},
    )
    bias_regularisation: ClassVar[float] = 15.0
    """The library's `reg_u` of the baselines."""

    def train(self, ratings: Ratings, settings: dict[str, Any], seed: int) -> Answer:
        """Trains; rating = baseline + mean deviation of the k most similar titles shown."""
        import surprise

        k = settings.pop("k", 40)
        similarity = {"user_based": False, **settings}
        model = surprise.KNNBaseline(k=k, sim_options=similarity, verbose=False)
        model.fit(trainset(ratings))
        mean = model.trainset.global_mean
        offset = mean + by_item(ratings, model.bi)
        rows = np.full(ratings.n_items, -1)
        items, first = np.unique(ratings.items, return_index=True)
        rows[items[np.argsort(first)]] = np.arange(len(items))
        known = np.flatnonzero(rows >= 0)

        def answer(rated: Positions, values: Array) -> tuple[Array, Array | None]:
            deviations = values - offset[rated]
            bias = deviations.sum() / (self.bias_regularisation + len(rated))
            near = rows[rated] >= 0
            weights = np.maximum(model.sim[rows[rated[near]]][:, rows[known]], 0)
            if len(weights) > k:
                least = np.sort(weights, axis=0)[-k]
                weights = np.where(weights >= least, weights, 0)
            total = weights.sum(axis=0)
            predicted = offset + bias
            brought = (deviations[near] - bias) @ weights
            predicted[known] += brought / np.where(total > 0, total, 1)
            return predicted, predicted

        return answer


PEERS = (Svd, Nmf, KnnBaseline)
