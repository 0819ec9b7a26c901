"""The kind of model that most algorithms produce: item factors.

They are read twice, once by a *ranker* that orders titles and once by a *rater* that predicts
ratings. They are different jobs and share nothing but the factors. What every model answers is said
in `recommender.factors.contract`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.data.scale import RatingScale
from recommender.errors import TitleError
from recommender.factors.contract import COVERAGE, Model, Positions, Prediction, Taste
from recommender.factors.fold_in import Array, Folded, FoldIn, frozen, product

__all__ = ["COVERAGE", "FactorModel", "FactorTaste", "Model", "Positions", "Prediction"]
__all__ += ["Readout", "Taste", "unit_rows"]


@dataclass(frozen=True, eq=False)
class Readout:
    """One linear reading of the item factors: value = offset + [1, x] . weights.

    Attributes:
        offset: float32 (n_items,), what a title has for everyone.
        fold_in: how a visitor's weights are found.
        unit_factors: read the factors scaled to length 1.
        noise: standard deviation of a rating about its expected value, for a rater; else 0.
        offset_variance: float32 (n_items,), variance of the offset, for a rater; else zeros.
    """

    offset: NDArray[np.float32]
    fold_in: FoldIn
    unit_factors: bool = False
    noise: float = 0.0
    offset_variance: NDArray[np.float32] | None = None


@dataclass(frozen=True, eq=False)
class FactorModel(Model):
    """Item factors with a ranker and, where its numbers are ratings, a rater.

    Attributes:
        item_ids: int64 (n_items,), sorted, unique.
        scale: the domain's rating scale.
        item_factors: float32 (n_items, k); k may be 0.
        ranker: the readout that orders titles.
        rater: the readout that predicts ratings, or None.
    """

    item_ids: NDArray[np.int64]
    scale: RatingScale
    item_factors: NDArray[np.float32]
    ranker: Readout
    rater: Readout | None = None

    def __post_init__(self) -> None:
        arrays: list[NDArray[Any]] = [self.item_ids, self.item_factors]
        for readout in filter(None, [self.ranker, self.rater]):
            arrays += [a for a in (readout.offset, readout.offset_variance) if a is not None]
        for array in arrays:
            if len(array) != len(self.item_ids):
                raise ValueError(f"{len(array)} rows for {len(self.item_ids)} titles")
            if not np.isfinite(array).all():
                raise ValueError("the model holds numbers that are not finite")
            frozen(array)

    @property
    def predicts_ratings(self) -> bool:
        """Whether the model has a rater."""
        return self.rater is not None

    @cached_property
    def unit_factors(self) -> NDArray[np.float32]:
        """Item factors scaled to length 1, float32 (n_items, k); a zero row stays zero."""
        return frozen(unit_rows(self.item_factors))

    def factors(
        self, readout: Readout, some: Positions | slice | None = None
    ) -> NDArray[np.float32]:
        """The item factors as `readout` reads them, float32 (n, k), of some titles or of all."""
        if some is None:
            return self.unit_factors if readout.unit_factors else self.item_factors
        return (
            unit_rows(self.item_factors[some]) if readout.unit_factors else self.item_factors[some]
        )

    def vectors(self, some: slice) -> NDArray[np.float32]:
        """One, the offset and the factors of each title, float32 (n, 2 + k); see `Model`."""
        offset = self.ranker.offset[some]
        return np.column_stack([np.ones_like(offset), offset, self.factors(self.ranker, some)])

    def only(self, positions: Positions) -> FactorModel:
        """The same model of some titles, at ascending positions; fold-ins stay as learned."""

        def of_some(readout: Readout) -> Readout:
            variance = readout.offset_variance
            return replace(
                readout,
                offset=readout.offset[positions],
                offset_variance=None if variance is None else variance[positions],
            )

        return FactorModel(
            self.item_ids[positions],
            self.scale,
            self.item_factors[positions],
            of_some(self.ranker),
            None if self.rater is None else of_some(self.rater),
        )

    def taste(self, rated: Positions, ratings: Array) -> FactorTaste:
        """Folds a visitor in by positions."""
        return FactorTaste(self, rated, ratings)

    def neighbours(self, item_id: int, n: int = 20) -> pd.DataFrame:
        """The titles nearest to one in factor space; see `more_like`."""
        return self.more_like([item_id], n=n)

    def more_like(self, more: Sequence[int], less: Sequence[int] = (), n: int = 20) -> pd.DataFrame:
        """Title arithmetic: the titles nearest to the sum of some titles minus that of others.

        Args:
            more: item ids of titles to be like.
            less: item ids of titles to be unlike.
            n: how many, >= 1.

        Returns:
            DataFrame by rank with columns item_id and similarity, the cosine in -1..1, 0 with a
            sum that is nothing; the titles given are left out.

        Raises:
            TitleError: a title is not in the catalogue.
        """
        given = self.positions([*more, *less])
        for item_id in np.array([*more, *less])[given < 0]:
            raise TitleError(f"There is no title with item_id {item_id}.")
        wanted = np.repeat([1.0, -1.0], [len(more), len(less)]) @ self.unit_factors[given]
        wanted /= np.linalg.norm(wanted) or 1
        similarity = np.clip(self.unit_factors @ wanted, -1, 1, dtype=float)
        similarity[given] = -np.inf
        n = min(n, len(similarity) - len(np.unique(given)))
        order = np.argsort(-similarity, kind="stable")[:n]
        return _ranked(item_id=self.item_ids[order], similarity=similarity[order])

    def factor_table(self, factor: int, n: int = 10) -> pd.DataFrame:
        """The titles at both poles of a factor.

        Args:
            factor: number of the factor, 0 <= factor < k.
            n: titles per pole.

        Returns:
            DataFrame with columns item_id, pole ("+" or "-") and loading, from the highest loading
            to the lowest.

        Raises:
            IndexError: there is no such factor.
        """
        if not 0 <= factor < self.item_factors.shape[1]:
            raise IndexError(f"factor {factor}: the model has {self.item_factors.shape[1]}")
        loading = self.item_factors[:, factor].astype(np.float64)
        order = np.argsort(-loading, kind="stable")
        n = min(n, len(order) // 2)
        ends = np.concatenate([order[:n], order[len(order) - n :]])
        poles = ["+"] * n + ["-"] * n
        return _ranked(item_id=self.item_ids[ends], pole=poles, loading=loading[ends])


@dataclass(frozen=True, eq=False)
class FactorTaste(Taste):
    """A visitor folded into a factor model; work is done when first asked for."""

    model: FactorModel
    rated: Positions
    ratings: Array

    @cached_property
    def scores(self) -> Array:
        """Score of every title, float64 (n_items,)."""
        ranker = self.model.ranker
        weights = self._ranking.weights
        values = product(self.model.factors(ranker), weights[1:])
        return frozen(np.asarray(ranker.offset + weights[0] + values, np.float64))

    def scores_of(self, positions: Positions) -> Array:
        """Scores of some titles, float64 (n,)."""
        ranker = self.model.ranker
        design = self._design(ranker, positions)
        return np.asarray(ranker.offset[positions] + design @ self._ranking.weights)

    @property
    def query(self) -> Array:
        """The bias, one and the factors, float64 (2 + k,); see `Taste`."""
        weights = self._ranking.weights
        return np.concatenate([weights[:1], [1.0], weights[1:]])

    @property
    def visitor_factors(self) -> Array:
        """The visitor's own factors under the ranker, float64 (k,)."""
        return self._ranking.weights[1:]

    @property
    def visitor_parts(self) -> tuple[Array, Array]:
        """What the visitor's factors sum up: start, float64 (k,), parts, float64 (n_rated, k)."""
        return self._ranking.start[1:], self._ranking.parts[:, 1:]

    def predict(self, positions: Positions) -> Prediction | None:
        """Predicted ratings with the range that holds `COVERAGE` of them; see `Taste`."""
        rater = self.model.rater
        if rater is None:
            return None
        folded = self._rating
        design = self._design(rater, positions)
        centre = rater.offset[positions] + design @ folded.weights
        variance = np.full(len(positions), rater.noise**2)
        if folded.covariance is not None:
            variance *= 1 + ((design @ folded.covariance) * design).sum(axis=1)
        if rater.offset_variance is not None:
            variance = variance + rater.offset_variance[positions]
        margin = NormalDist().inv_cdf((1 + COVERAGE) / 2) * np.sqrt(variance)
        clip = self.model.scale.clip
        return Prediction(clip(centre), clip(centre - margin), clip(centre + margin))

    def contributions(self, positions: Positions) -> tuple[Array, Array]:
        """Splits scores into start and parts; see `Taste`."""
        ranker = self.model.ranker
        design = self._design(ranker, positions)
        start = ranker.offset[positions] + design @ self._ranking.start
        return np.asarray(start, np.float64), design @ self._ranking.parts.T

    @cached_property
    def _ranking(self) -> Folded:
        return self._fold(self.model.ranker)

    @cached_property
    def _rating(self) -> Folded:
        rater = self.model.rater
        assert rater is not None
        return self._ranking if rater is self.model.ranker else self._fold(rater)

    def _fold(self, readout: Readout) -> Folded:
        rows = self.model.factors(readout, self.rated).astype(np.float64)
        offsets = readout.offset[self.rated].astype(np.float64)
        return readout.fold_in.fold(rows, self.ratings, offsets)

    def _design(self, readout: Readout, positions: Positions) -> Array:
        rows = self.model.factors(readout, positions).astype(np.float64)
        return np.column_stack([np.ones(len(rows)), rows])


def unit_rows(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows scaled to length 1, float32; a zero row stays zero."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(norms > 0, norms, 1), np.float32)


def _ranked(**columns: object) -> pd.DataFrame:
    table = pd.DataFrame(columns)
    return table.set_index(pd.RangeIndex(1, len(table) + 1, name="rank"))
