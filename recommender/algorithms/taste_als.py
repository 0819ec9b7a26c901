"""Taste ALS, the house ranker: one embedding, a learned fold-in, and a rater on the same factors.

Item factors come from weighted alternating least squares over rated and unrated cells; what a
visitor with few ratings would become with many is learned (`recommender.factors.learned`);
ratings are read from the same factors scaled to length 1
(`recommender.algorithms.solvers.rater`). Ordering by predicted rating fills a list with obscure
titles; this ranks by what people like *and* choose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.contract import Algorithm, Fit, Progress, Step, parameter, silent
from recommender.algorithms.solvers.biases import fit_biases
from recommender.algorithms.solvers.learned_fold_in import Example, learn_fold_in
from recommender.algorithms.solvers.rater import fit_rater
from recommender.algorithms.solvers.subsets import subsets
from recommender.algorithms.solvers.weighted_als import Array, weighted_als
from recommender.data.ratings import Ratings
from recommender.data.scale import RatingScale
from recommender.factors.learned import LearnedFoldIn
from recommender.factors.model import FactorModel, Readout, unit_rows
from recommender.factors.weighted import WeightedFoldIn

RIDGE = 0.01
"""Penalty of the learned fold-in."""
SMALLEST_DEVIATION = 1e-6
"""Of ratings that may all be alike."""


@dataclass(frozen=True)
class TasteAls(Algorithm):
    """Weighted ALS (Steck 2010; Hu, Koren and Volinsky 2008) with a learned fold-in."""

    name: ClassVar[str] = "taste-als"
    summary: ClassVar[str] = "Learns taste from very few ratings; ranks what you would choose."

    k: int = parameter(48, 1, 1024, "number of factors", ranks=True)
    unrated_weight: float = parameter(
        0.2, 1e-3, 1.0, "weight of a title without a rating", ranks=True
    )
    regularisation: float = parameter(
        0.005, 1e-6, 10.0, "penalty of the factors per rating", ranks=True
    )
    power: float = parameter(
        2.0, 0.1, 10.0, "how much more a high rating counts than a low one", ranks=True
    )
    iterations: int = parameter(10, 1, 200, "sweeps of alternating least squares", tuned=False)
    subsets: int = parameter(
        10, 1, 100, "subsets of a user's ratings to learn the fold-in from", tuned=False
    )
    item_shrinkage: float = parameter(3.0, 0.0, 1000.0, "ratings at the mean lent to every title")
    rating_regularisation: float = parameter(2.0, 1e-3, 1000.0, "first penalty of the rater")
    bias_regularisation: float = parameter(5.0, 1e-3, 1000.0, "first penalty of the rater's bias")
    prior_strength: float = parameter(2.0, 0.0, 100.0, "weight of how tastes vary among users")
    rating_decay: float = parameter(0.01, 0.0, 10.0, "penalty of the rater for every rating")

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress = silent) -> Fit:
        """Fits item factors, then the fold-in, then the rater; `losses` is that of each sweep."""
        targets = ratings.matrix()
        targets.data = self.targets(targets.data, ratings.scale)
        losses: list[float] = []

        def told(done: float, loss: float) -> None:
            losses.append(loss)
            progress(0.7 * done, Step("item factors", loss))

        users, items = weighted_als(
            targets,
            min(self.k, *targets.shape),
            self.unrated_weight,
            self.regularisation,
            self.iterations,
            seed,
            told,
        )
        # Half the digits are noise; rounding first makes a stored model equal the fitted one.
        factors = items.astype(np.float32)
        plain = self.plain_fold_in(factors, ratings.scale)
        progress(0.7, "learning the fold-in")
        values = ratings.values.astype(np.float64)
        learned = learn_fold_in(
            plain,
            factors.astype(np.float64),
            self._examples(ratings, users, np.random.default_rng(seed)),
            mean=float(values.mean()),
            deviation=max(float(values.std()), SMALLEST_DEVIATION),
            regularisation=RIDGE,
        )
        progress(0.9, "learning the rater")
        biases = fit_biases(ratings, self.item_shrinkage, self.bias_regularisation)
        model = self.model(ratings, factors, learned, biases.mean + biases.items, seed=seed)
        progress(1.0, "done")
        weights = np.column_stack([np.zeros(len(users)), users])
        return Fit(model, user_weights=weights, losses=tuple(losses))

    def targets(self, values: NDArray[np.float32], scale: RatingScale) -> NDArray[np.float32]:
        """What rated cells aim at, float32 in 0..1, 1 for the highest rating."""
        return (values / scale.high) ** self.power

    def plain_fold_in(self, factors: NDArray[np.float32], scale: RatingScale) -> WeightedFoldIn:
        """The fold-in of item factors (n_items, k) before anything is learned about it."""
        rows = factors.astype(np.float64)
        return WeightedFoldIn(
            gram=rows.T @ rows,
            n_items=len(rows),
            unrated_weight=self.unrated_weight,
            regularisation=self.regularisation,
            highest_rating=scale.high,
            power=self.power,
        )

    def model(
        self,
        ratings: Ratings,
        factors: NDArray[np.float32],
        learned: LearnedFoldIn,
        offset: Array,
        *,
        seed: int,
        counts: NDArray[np.int64] | None = None,
    ) -> FactorModel:
        """Adds the rater to what ranks.

        Args:
            ratings: training ratings, or those of a sample of its users.
            factors: float32 (n_items, k), item factors.
            learned: their fold-in.
            offset: float64 (n_items,), mean and item bias.
            seed: fixes whom the rater is calibrated on.
            counts: int64 (n_items,), ratings of every title in the training; by default those of
                `ratings`.

        Returns:
            The model.
        """
        ranker = Readout(np.zeros(len(factors), np.float32), learned)
        rater = fit_rater(
            ratings,
            unit_rows(factors),
            offset,
            item_shrinkage=self.item_shrinkage,
            bias_regularisation=self.bias_regularisation,
            regularisation=self.rating_regularisation,
            prior_strength=self.prior_strength,
            unit_factors=True,
            seed=seed,
            # The factors remember what training users rated: without this the fold-in of one with
            # hundreds of ratings overfits. It costs a visitor nothing until some fifty ratings.
            penalty_per_rating=self.rating_decay,
            counts=counts,
        )
        return FactorModel(ratings.item_ids, ratings.scale, factors, ranker, rater)

    def _examples(
        self, ratings: Ratings, users: Array, generator: np.random.Generator
    ) -> Iterator[Example]:
        for user, shown, _ in subsets(ratings, self.subsets, generator):
            values = ratings.values[shown].astype(np.float64)
            yield Example(ratings.items[shown], values, users[user])
