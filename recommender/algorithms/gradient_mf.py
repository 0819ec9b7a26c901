"""Gradient MF: mean normalisation, a user bias and L2, by full-batch gradient descent with Adam.

rating = mean of the title + b_u + x_i w_u, the collaborative filtering of Ng's Machine Learning
Specialization, as reference system R3 runs it: seed 42 and the mean over all cells give the loss
that R3 published, to rounding. A visitor's bias and factors minimise the same cost with the item
side held fixed. A user without ratings is predicted every title's mean, so titles
that few have rated, and highly, come first: that is its weakness.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommender.algorithms.contract import (
    Algorithm,
    Fit,
    Progress,
    Step,
    choice,
    parameter,
    silent,
)
from recommender.algorithms.solvers.rater import Items, fit_rater, strangers
from recommender.algorithms.solvers.weighted_als import Array
from recommender.data.ratings import Ratings
from recommender.factors.model import FactorModel


@dataclass(frozen=True)
class GradientMf(Algorithm):
    """The settings are R3's, but for `mean_over`: R3 takes the mean over "all" cells."""

    name: ClassVar[str] = "gradient-mf"
    summary: ClassVar[str] = "Starts from every title's mean rating and learns how you differ."

    k: int = parameter(100, 1, 1024, "number of factors")
    epochs: int = parameter(400, 1, 10000, "steps, over all ratings each")
    learning_rate: float = parameter(0.1, 1e-6, 1.0, "step of Adam")
    regularisation: float = parameter(1.0, 1e-3, 1000.0, "penalty of the factors")
    bias_regularisation: float = parameter(5.0, 1e-3, 1000.0, "penalty of a visitor's bias")
    mean_over: str = choice(
        "rated", ("all", "rated"), "cells a title's mean is over; all counts unrated ones as 0"
    )

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress = silent) -> Fit:
        """Descends, then calibrates the fold-in; `losses` is the cost before each step."""
        phrase = "full-batch gradient descent"
        progress(0.0, phrase)
        (factors, offset), weights, losses = self._descended(
            ratings, seed, lambda done, loss: progress(0.5 * done, Step(phrase, loss))
        )
        # Every title's mean is that of its ratings, unshrunk, and every factor fits them closely:
        # people who took part in that would seem far easier to predict than a visitor.
        phrase = "the same without a fifth of the users"
        progress(0.5, phrase)
        others = strangers(
            ratings,
            lambda some: self._descended(
                some, seed, lambda done, loss: progress(0.5 + 0.4 * done, phrase)
            )[0],
            np.random.default_rng(seed),
        )
        progress(0.9, "learning the fold-in")
        rater = fit_rater(
            ratings,
            factors,
            offset,
            item_shrinkage=0.0,
            bias_regularisation=self.bias_regularisation,
            regularisation=self.regularisation,
            prior_strength=0.0,
            unit_factors=False,
            seed=seed,
            strangers=others,
        )
        progress(1.0, "done")
        model = FactorModel(ratings.item_ids, ratings.scale, factors, rater, rater)
        return Fit(model, user_weights=weights, losses=losses)

    def _descended(
        self, ratings: Ratings, seed: int, progress: Callable[[float, float], None]
    ) -> tuple[Items, Array, tuple[float, ...]]:
        """The item side, the users' weights and the cost before each step."""
        # Imported here: listing algorithms must not cost a compiler.
        from recommender.algorithms.solvers.kernels import full_batch

        # Users and titles without ratings would only add to the cost.
        rated, items = np.unique(ratings.items, return_inverse=True)
        present, users = np.unique(ratings.users, return_inverse=True)
        values = ratings.values.astype(np.float64)
        cells = np.bincount(items) if self.mean_over == "rated" else len(present)
        means = np.bincount(items, values) / cells
        state = full_batch.Factors.start(len(rated), len(present), self.k, seed)
        losses = full_batch.descend(
            state,
            users.astype(np.int32),
            items.astype(np.int32),
            values - means[items],
            regularisation=self.regularisation,
            learning_rate=self.learning_rate,
            epochs=self.epochs,
            progress=progress,
        )
        factors = np.zeros((ratings.n_items, self.k), np.float32)
        factors[rated] = state.items
        offset = np.full(ratings.n_items, values.mean())
        offset[rated] = means
        weights = np.zeros((ratings.n_users, 1 + self.k))
        weights[present] = np.column_stack([state.user_bias, state.users])
        return (factors, offset), weights, losses
