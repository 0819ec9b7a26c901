"""Item-item models: what a visitor rated speaks for other titles, directly.

The score of title j is intercept_j + sum over rated i of x_i W_ij, where x_i grows with the rating
of i. A full W is as large as the catalogue squared; a release keeps either a product of two thin
matrices in half precision or each title's nearest neighbours. Both answer in milliseconds, and the
sum over the rated titles is the explanation as it stands.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from recommender.data.scale import RatingScale
from recommender.factors.fold_in import Array, frozen, product
from recommender.factors.model import Model, Positions, Prediction, Taste


class Weights(ABC):
    """W among the modelled titles, in some form that is small. Subclasses are frozen values."""

    kind: ClassVar[str]

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                frozen(value)

    @abstractmethod
    def __len__(self) -> int:
        """Number of modelled titles, m."""

    @abstractmethod
    def total(self, rows: Positions, amounts: Array) -> Array:
        """Returns sum_i amounts_i W[rows_i], float64 (m,)."""

    @abstractmethod
    def block(self, rows: Positions, columns: Positions) -> Array:
        """Returns W[rows][:, columns], float64 (n_rows, n_columns)."""


@dataclass(frozen=True, eq=False)
class ReducedWeights(Weights):
    """W = giving taking', of rank r.

    Attributes:
        giving: float16 (m, r), what a rated title brings.
        taking: float16 (m, r), what a scored title makes of it.
    """

    giving: NDArray[np.float16]
    taking: NDArray[np.float16]
    kind: ClassVar[str] = "reduced-weights"

    def __len__(self) -> int:
        return len(self.taking)

    def total(self, rows: Positions, amounts: Array) -> Array:
        """Adds up the rated titles first, so the cost hardly depends on how many there are."""
        return product(self._taking, self.brought(rows, amounts))

    def brought(self, rows: Positions, amounts: Array) -> Array:
        """What rated titles bring together, float64 (r,)."""
        return np.asarray(amounts @ self.giving[rows].astype(np.float64))

    def block(self, rows: Positions, columns: Positions) -> Array:
        """Multiplies the rows and columns asked for."""
        giving, taking = self.giving[rows].astype(np.float64), self.taking[columns]
        return np.asarray(giving @ taking.astype(np.float64).T)

    @cached_property
    def _taking(self) -> NDArray[np.float32]:
        # Half precision is for the disk: processors take long to widen it.
        return frozen(self.taking.astype(np.float32))


@dataclass(frozen=True, eq=False)
class NeighbourWeights(Weights):
    """W with a few entries in every row.

    Attributes:
        neighbours: int32 (m, q), for each title the columns of its entries, 0..m-1.
        values: float16 (m, q), the entries; zero where a title has fewer than q.
    """

    neighbours: NDArray[np.int32]
    values: NDArray[np.float16]
    kind: ClassVar[str] = "neighbour-weights"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.neighbours.size and not (
            self.neighbours.min() >= 0 and self.neighbours.max() < len(self)
        ):
            raise ValueError(f"a neighbour is none of the {len(self)} titles")

    def __len__(self) -> int:
        return len(self.neighbours)

    def total(self, rows: Positions, amounts: Array) -> Array:
        """Scatters the neighbours of the rated titles."""
        values = self.values[rows].astype(np.float64) * amounts[:, None]
        columns = self.neighbours[rows].ravel()
        return np.bincount(columns, values.ravel(), len(self)).astype(np.float64)

    def block(self, rows: Positions, columns: Positions) -> Array:
        """Spreads each row out and picks the columns asked for."""
        one = np.ones(1)
        spread = [self.total(rows[i : i + 1], one)[columns] for i in range(len(rows))]
        return np.array(spread, np.float64).reshape(len(rows), len(columns))


@dataclass(frozen=True, eq=False)
class ItemItemModel(Model):
    """Item-item weights as a ranker; its numbers are no ratings.

    Attributes:
        item_ids: int64 (n_items,), sorted, unique.
        scale: the domain's rating scale.
        intercept: float32 (n_items,), score of each title before any rating counts.
        modelled: int32 (m,), ascending positions of the titles that have weights.
        weights: W among those.
        lowest: x of the lowest rating on the scale; that of the highest is 1, linear in between.
    """

    item_ids: NDArray[np.int64]
    scale: RatingScale
    intercept: NDArray[np.float32]
    modelled: NDArray[np.int32]
    weights: Weights
    lowest: float

    def __post_init__(self) -> None:
        n_items = len(self.item_ids)
        arrays: list[NDArray[Any]] = [self.item_ids, self.intercept, self.modelled]
        if len(self.intercept) != n_items or len(self.modelled) != len(self.weights):
            raise ValueError("intercept or weights do not match the titles")
        inside = self.modelled.size == 0 or 0 <= self.modelled[0] <= self.modelled[-1] < n_items
        if not inside or (np.diff(self.modelled) <= 0).any():
            raise ValueError("modelled titles are not ascending positions in the catalogue")
        if not np.isfinite(self.intercept).all():
            raise ValueError("the model holds numbers that are not finite")
        for array in arrays:
            frozen(array)

    @property
    def predicts_ratings(self) -> bool:
        """Never."""
        return False

    def taste(self, rated: Positions, ratings: Array) -> ItemItemTaste:
        """Folds a visitor in by positions: there is nothing to solve."""
        return ItemItemTaste(self, rated, ratings)

    def vectors(self, some: slice) -> NDArray[np.float32] | None:
        """The intercept and what each title takes, float32 (n, 1 + r); see `Model`.

        None if the weights are not of reduced rank.
        """
        if not isinstance(self.weights, ReducedWeights):
            return None
        rows, taking = self.rows[some], self.weights.taking
        vectors = np.zeros((len(rows), 1 + taking.shape[1]), np.float32)
        vectors[:, 0] = self.intercept[some]
        vectors[rows >= 0, 1:] = taking[rows[rows >= 0]]
        return vectors

    def amounts(self, ratings: Array) -> Array:
        """X of each rating, float64 (n,)."""
        return amounts(ratings, self.scale, self.lowest)

    @cached_property
    def rows(self) -> Positions:
        """Row of each title in the weights, intp (n_items,), -1 for a title that has none."""
        rows = np.full(len(self.item_ids), -1, np.intp)
        rows[self.modelled] = np.arange(len(self.modelled))
        return frozen(rows)


def amounts(ratings: NDArray[Any], scale: RatingScale, lowest: float) -> Array:
    """How much a rating counts as a feature, float64 (n,): from `lowest` linearly up to 1."""
    share = (ratings.astype(np.float64) - scale.low) / (scale.high - scale.low)
    return np.asarray(lowest + (1 - lowest) * share)


@dataclass(frozen=True, eq=False)
class ItemItemTaste(Taste):
    """A visitor of an item-item model."""

    model: ItemItemModel
    rated: Positions
    ratings: Array

    @cached_property
    def scores(self) -> Array:
        """Score of every title, float64 (n_items,)."""
        model = self.model
        scores = model.intercept.astype(np.float64)
        scores[model.modelled] += model.weights.total(*self._known)
        return frozen(scores)

    def scores_of(self, positions: Positions) -> Array:
        """Scores of some titles, float64 (n,)."""
        model = self.model
        if not isinstance(model.weights, ReducedWeights):
            return self.scores[positions]
        rows, scores = model.rows[positions], model.intercept[positions].astype(np.float64)
        taking = model.weights.taking[rows[rows >= 0]].astype(np.float64)
        scores[rows >= 0] += taking @ model.weights.brought(*self._known)
        return scores

    @property
    def query(self) -> Array | None:
        """One, and what the rated titles bring, float64 (1 + r,); see `Taste`."""
        weights = self.model.weights
        if not isinstance(weights, ReducedWeights):
            return None
        return np.concatenate([[1.0], weights.brought(*self._known)])

    @property
    def _known(self) -> tuple[Positions, Array]:
        """Rows of the rated titles that have weights, and how much each counts."""
        rows = self.model.rows[self.rated]
        return rows[rows >= 0], self.model.amounts(self.ratings)[rows >= 0]

    def predict(self, positions: Positions) -> Prediction | None:
        """There are no predicted ratings."""
        return None

    def contributions(self, positions: Positions) -> tuple[Array, Array]:
        """Splits scores into the intercept and x_i W_ij; see `Taste`."""
        model = self.model
        rows, columns = model.rows[self.rated], model.rows[positions]
        known, scored = rows >= 0, columns >= 0
        parts = np.zeros((len(positions), len(rows)))
        block = model.weights.block(rows[known], columns[scored])
        parts[np.ix_(scored, known)] = block.T * model.amounts(self.ratings)[known]
        return model.intercept[positions].astype(np.float64), parts
