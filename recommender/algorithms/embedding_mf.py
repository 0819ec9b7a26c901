"""Embedding MF: the dot product of a user's and a title's embedding, by mini-batch Adam.

rating = u . v without biases, as reference system R4 trains it in Keras: that a title is liked or
a user generous has to come out of the embeddings. The mean user's embedding stands for a visitor
without ratings; how users scatter about it is the prior under which a visitor's ratings are folded
in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommender.algorithms.contract import Algorithm, Fit, Progress, Step, parameter, silent
from recommender.algorithms.solvers.rater import fit_rater
from recommender.data.ratings import Ratings
from recommender.factors.model import FactorModel


@dataclass(frozen=True)
class EmbeddingMf(Algorithm):
    """The settings are R4's and Keras's own; `least_steps` counts below 200,000 ratings."""

    name: ClassVar[str] = "embedding-mf"
    summary: ClassVar[str] = "Learns a vector for you and one for each title; multiplies the two."

    k: int = parameter(100, 1, 1024, "length of an embedding")
    epochs: int = parameter(5, 1, 1000, "passes over the ratings")
    batch: int = parameter(1024, 1, 1 << 20, "ratings a step", tuned=False)
    least_steps: int = parameter(
        1000, 1, 1 << 20, "steps at least: few ratings get more passes", tuned=False
    )
    learning_rate: float = parameter(0.001, 1e-6, 1.0, "step of Adam")
    fold_in_regularisation: float = parameter(1.0, 1e-3, 1000.0, "first penalty of a visitor")
    prior_strength: float = parameter(1.0, 1e-3, 100.0, "weight of how users scatter")

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress = silent) -> Fit:
        """Trains the embeddings, then the fold-in; `losses` is each epoch's mean squared error."""
        # Imported here: listing algorithms must not cost a compiler.
        from recommender.algorithms.solvers.kernels import embeddings

        phrase = "mini-batches"
        progress(0.0, phrase)
        present, users = np.unique(ratings.users, return_inverse=True)
        steps_per_epoch = -(-len(ratings) // self.batch)
        user_rows, item_rows, losses = embeddings.train(
            users.astype(np.int32),
            ratings.items,
            ratings.values,
            n_users=len(present),
            n_items=ratings.n_items,
            k=self.k,
            batch=self.batch,
            epochs=max(self.epochs, -(-self.least_steps // steps_per_epoch)),
            learning_rate=self.learning_rate,
            seed=seed,
            progress=lambda done, loss: progress(0.8 * done, Step(phrase, loss)),
        )
        progress(0.8, "learning the fold-in")
        unrated = ratings.counts() == 0
        item_rows[unrated] = 0
        # Every user is the mean user and a deviation: what the mean user brings is the offset.
        mean_user = user_rows.mean(axis=0, dtype=np.float64)
        offset = item_rows @ mean_user
        offset[unrated] = ratings.values.mean(dtype=np.float64)
        rater = fit_rater(
            ratings,
            item_rows,
            offset,
            item_shrinkage=0.0,
            bias_regularisation=self.fold_in_regularisation,
            regularisation=self.fold_in_regularisation,
            prior_strength=self.prior_strength,
            unit_factors=False,
            seed=seed,
        )
        progress(1.0, "done")
        model = FactorModel(ratings.item_ids, ratings.scale, item_rows, rater, rater)
        weights = np.zeros((ratings.n_users, 1 + self.k))
        weights[present, 1:] = user_rows - mean_user
        return Fit(model, user_weights=weights, losses=losses)
