"""What a fitted model is: an immutable value that answers for a visitor's ratings.

`Model` and `Taste` are the contract that releases, serving and pages rely on: the score of every
title, predicted ratings if the model has them, and an exact explanation. `FactorModel` is the
kind that most algorithms produce: item factors read twice, once by a *ranker* that orders titles
and once by a *rater* that predicts ratings. They are different jobs and share nothing but the
factors.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.data.scale import RatingScale
from recommender.errors import TitleError
from recommender.factors.fold_in import Array, Folded, FoldIn, frozen, product

Positions = NDArray[np.intp]

COVERAGE = 0.8
"""Share of ratings that a predicted range is meant to hold."""


@dataclass(frozen=True, eq=False)
class Prediction:
    """Predicted ratings of some titles with a range, all float64 (n,) on the rating scale."""

    rating: Array
    low: Array
    high: Array


class Taste(ABC):
    """What a model makes of one visitor's ratings.

    Attributes:
        rated: intp (n_rated,), positions of the rated titles that the model knows.
        ratings: float64 (n_rated,), their ratings.
    """

    rated: Positions
    ratings: Array

    @property
    @abstractmethod
    def scores(self) -> Array:
        """Score of every title, float64 (n_items,), read-only: higher is better, no unit."""

    @abstractmethod
    def predict(self, positions: Positions) -> Prediction | None:
        """Predicted ratings of the titles at `positions`, None if the model has none."""

    @abstractmethod
    def contributions(self, positions: Positions) -> tuple[Array, Array]:
        """Splits scores into what each rated title brings.

        Args:
            positions: intp (n,), titles to explain.

        Returns:
            The start, float64 (n,), and the parts, float64 (n, n_rated). A row's start and parts
            sum to its score.
        """


class Model(ABC):
    """The contract of a fitted model.

    Attributes:
        item_ids: int64 (n_items,), sorted; position in this array is what the model counts by.
        scale: the rating scale of its domain.
    """

    item_ids: NDArray[np.int64]
    scale: RatingScale

    @property
    @abstractmethod
    def predicts_ratings(self) -> bool:
        """Whether its numbers can be read as ratings on the scale."""

    @abstractmethod
    def taste(self, rated: Positions, ratings: Array) -> Taste:
        """Folds a visitor in by positions; ratings must be finite and on the scale."""

    def fold_in(self, ratings: Mapping[int, float]) -> Taste:
        """Folds a visitor in by item ids.

        Args:
            ratings: item_id -> rating. Ids that the model does not know are left out.

        Returns:
            The visitor's taste.

        Raises:
            RatingError: a rating is no number or off the scale.
        """
        positions = self.positions(list(ratings))
        values = np.array([self.scale.check(rating) for rating in ratings.values()], np.float64)
        known = positions >= 0
        return self.taste(positions[known], values[known])

    def positions(self, item_ids: NDArray[np.int64] | list[int]) -> Positions:
        """Returns the position of each id, intp (n,), -1 for an unknown one."""
        # No dtype here: a cast would cut 1.5 to title 1, and overflow on a number without end.
        wanted = np.asarray(item_ids)
        found = np.searchsorted(self.item_ids, wanted)
        found[found == len(self.item_ids)] = 0
        return np.where(self.item_ids[found] == wanted, found, -1)


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
        norms = np.linalg.norm(self.item_factors, axis=1, keepdims=True)
        return frozen(np.asarray(self.item_factors / np.where(norms > 0, norms, 1), np.float32))

    def factors(self, readout: Readout) -> NDArray[np.float32]:
        """The item factors as `readout` reads them, float32 (n_items, k)."""
        return self.unit_factors if readout.unit_factors else self.item_factors

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
        rows = self.model.factors(readout)[self.rated].astype(np.float64)
        offsets = readout.offset[self.rated].astype(np.float64)
        return readout.fold_in.fold(rows, self.ratings, offsets)

    def _design(self, readout: Readout, positions: Positions) -> Array:
        rows = self.model.factors(readout)[positions].astype(np.float64)
        return np.column_stack([np.ones(len(rows)), rows])


def _ranked(**columns: object) -> pd.DataFrame:
    table = pd.DataFrame(columns)
    return table.set_index(pd.RangeIndex(1, len(table) + 1, name="rank"))
