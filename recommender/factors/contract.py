"""What a fitted model is: an immutable value that answers for a visitor's ratings.

`Model` and `Taste` are the contract that releases, serving and pages rely on: the score of every
title, predicted ratings if the model has them, and an exact explanation. Where scores are linear,
a model also gives a vector for each title and a taste the query that they are multiplied with: what
an index of a very large catalogue is made of (`recommender.factors.rank_index`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.data.scale import RatingScale
from recommender.factors.fold_in import Array

Positions = NDArray[np.intp]

COVERAGE = 0.8
"""Share of ratings that a predicted range is meant to hold."""

EXACT_UP_TO = 200_000
"""Titles of a catalogue of which each is scored for every visitor; of more, an index names some.

Scoring so many takes ten milliseconds (`python -m benchmarks large_catalogue`).
"""

_AT_A_TIME = 1 << 14


@dataclass(frozen=True, eq=False)
class Prediction:
    """Predicted ratings of some titles with a range, all float64 (n,) on the rating scale."""

    rating: Array
    low: Array
    high: Array


class Taste(ABC):
    """What a model makes of one visitor's ratings.

    Attributes:
        model: whose it is.
        rated: intp (n_rated,), positions of the rated titles that the model knows.
        ratings: float64 (n_rated,), their ratings.
    """

    model: Model
    rated: Positions
    ratings: Array

    @property
    @abstractmethod
    def scores(self) -> Array:
        """Score of every title, float64 (n_items,), read-only: higher is better, no unit."""

    def scores_of(self, positions: Positions) -> Array:
        """Scores of the titles at `positions`, float64 (n,); those of all others are not needed."""
        return self.scores[positions]

    @property
    def query(self) -> Array | None:
        """What the titles' vectors are multiplied with to give the scores, float64 (d,).

        None if the model has no vectors (see `Model.vectors`).
        """
        return None

    @property
    def spread(self) -> tuple[float, float]:
        """Mean and standard deviation of the scores over the catalogue; 1 in place of 0."""
        query = self.query if len(self.model.item_ids) > EXACT_UP_TO else None
        moments = None if query is None else self.model.moments
        if query is None or moments is None:
            return float(self.scores.mean()), float(self.scores.std()) or 1.0
        mean, covariance = moments
        variance = float(query @ covariance @ query)
        return float(mean @ query), max(variance, 0.0) ** 0.5 or 1.0

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

    def vectors(self, some: slice) -> NDArray[np.float32] | None:
        """Vectors of some titles, float32 (n, d): a title's score is its vector times the query.

        See `Taste.query`. None if scores are not made so.
        """
        return None

    @cached_property
    def moments(self) -> tuple[Array, Array] | None:
        """Mean, float64 (d,), and covariance, float64 (d, d), of the vectors of all titles.

        None if there are no vectors.
        """
        n_items, total, squares = len(self.item_ids), np.zeros(1), np.zeros(1)
        for at in range(0, n_items, _AT_A_TIME):
            vectors = self.vectors(slice(at, at + _AT_A_TIME))
            if vectors is None:
                return None
            wide = vectors.astype(np.float64)
            total, squares = total + wide.sum(axis=0), squares + wide.T @ wide
        mean = np.asarray(total / n_items)
        return mean, np.asarray(squares / n_items - np.outer(mean, mean))

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
