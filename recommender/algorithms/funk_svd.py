"""Funk SVD: scikit-surprise's matrix factorisation with biases, folded in for visitors.

rating = mean + b_u + b_i + q_i p_u, learned by stochastic gradient descent (Funk 2006; Koren,
Bell and Volinsky 2009, Matrix Factorization Techniques for Recommender Systems), by scikit-surprise
itself or by a compiled kernel that does the same in single precision, many times faster. A
visitor's bias and factors come from penalised least squares with the item side held fixed. It
predicts ratings; ordering titles by them is its weakness.
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
from recommender.algorithms.solvers.rater import fit_rater
from recommender.algorithms.solvers.surprise_data import (
    by_first_appearance,
    by_item,
    by_user,
    trainset,
)
from recommender.algorithms.solvers.weighted_als import Array
from recommender.data.ratings import Ratings
from recommender.errors import ParameterError
from recommender.factors.model import FactorModel

_Told = Callable[[float, float | None], None]


@dataclass(frozen=True)
class FunkSvd(Algorithm):
    """`surprise.SVD`, tuned for cross-validated RMSE.

    Its own defaults are k 100, epochs 20, learning_rate .005, regularisation .02.
    """

    name: ClassVar[str] = "funk-svd"
    summary: ClassVar[str] = "The classic: predicts the rating you would give, title by title."

    k: int = parameter(50, 1, 1024, "number of factors")
    epochs: int = parameter(40, 1, 1000, "passes over the ratings")
    learning_rate: float = parameter(0.007, 1e-6, 1.0, "step of the gradient descent")
    regularisation: float = parameter(0.07, 0.0, 10.0, "penalty of biases and factors per rating")
    fold_in_regularisation: float = parameter(3.0, 1e-3, 1000.0, "penalty of a visitor's factors")
    bias_regularisation: float = parameter(5.0, 1e-3, 1000.0, "penalty of a visitor's bias")
    engine: str = choice(
        "kernel",
        ("kernel", "surprise"),
        "what descends; they agree to single precision",
        tuned=False,
    )
    threads: int = parameter(
        1, 1, 64, "threads of the kernel; more than one change the figures", tuned=False
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.engine == "surprise" and self.threads > 1:
            raise ParameterError(f"{self.name}: threads needs engine=kernel; surprise has but one")

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress = silent) -> Fit:
        """Descends through the ratings in their stored order, then calibrates the fold-in.

        `losses` is each epoch's mean squared error; scikit-surprise does not tell.
        """
        phrase = "stochastic gradient descent"
        progress(0.0, phrase)
        losses: list[float] = []

        def told(done: float, loss: float | None) -> None:
            if loss is not None:
                losses.append(loss)
            progress(0.8 * done, phrase if loss is None else Step(phrase, loss))

        descend = self._by_kernel if self.engine == "kernel" else self._by_surprise
        trained = descend(ratings, seed, told)
        if not all(np.isfinite(array).all() for array in trained):
            rate = self.learning_rate
            raise ParameterError(f"{self.name}: diverged with learning_rate {rate:g}; lower it")
        user_bias, item_bias, user_factors, item_factors = trained
        progress(0.8, "learning the fold-in")
        factors = by_item(ratings, item_factors).astype(np.float32)
        offset = ratings.values.mean(dtype=np.float64) + by_item(ratings, item_bias)
        rater = fit_rater(
            ratings,
            factors,
            offset,
            item_shrinkage=self.bias_regularisation,
            bias_regularisation=self.bias_regularisation,
            regularisation=self.fold_in_regularisation,
            prior_strength=0.0,
            unit_factors=False,
            seed=seed,
            # The descent shrinks a user by this much at every rating: without it the fold-in of a
            # user with hundreds of ratings overfits, and lies far from the trained vector.
            penalty_per_rating=self.regularisation,
        )
        progress(1.0, "done")
        model = FactorModel(ratings.item_ids, ratings.scale, factors, rater, rater)
        weights = by_user(ratings, np.column_stack([user_bias, user_factors]))
        return Fit(model, user_weights=weights, losses=tuple(losses))

    def _by_kernel(self, ratings: Ratings, seed: int, progress: _Told) -> tuple[Array, ...]:
        """User and item biases and factors, rows by first appearance; so does the next."""
        # Imported here: listing algorithms must not cost a compiler.
        from recommender.algorithms.solvers.kernels import sgd

        users, items = by_first_appearance(ratings)
        trained = sgd.descend(
            users,
            items,
            ratings.values,
            k=self.k,
            epochs=self.epochs,
            learning_rate=self.learning_rate,
            regularisation=self.regularisation,
            seed=seed,
            threads=self.threads,
            progress=progress,
        )
        return tuple(array.astype(np.float64) for array in trained)

    def _by_surprise(self, ratings: Ratings, seed: int, progress: _Told) -> tuple[Array, ...]:
        import surprise

        trained = surprise.SVD(
            n_factors=self.k,
            n_epochs=self.epochs,
            lr_all=self.learning_rate,
            reg_all=self.regularisation,
            random_state=seed,
        ).fit(trainset(ratings))
        progress(1.0, None)
        return trained.bu, trained.bi, trained.pu, trained.qi
