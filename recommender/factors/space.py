"""A factor model to look at: its factors in one of two bases, named, and a visitor among them.

The principal axes are the model's own. The readable ones are turned (varimax) so that each title
leans on few of them; scores and neighbours are the same in both.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.factors.fold_in import Array, frozen
from recommender.factors.model import FactorModel, FactorTaste, Positions
from recommender.factors.naming import FEWEST_RATINGS, FactorName, factor_names
from recommender.factors.rotation import varimax
from recommender.factors.survey import PRINCIPAL, READABLE, Basis


@dataclass(frozen=True, eq=False)
class Standing:
    """Where a visitor stands, on -1..1 along every factor: the direction of the visitor's factors.

    Attributes:
        rated: intp (n_rated,), positions of the rated titles.
        start: float64 (k,), where someone stands before any rating counts.
        parts: float64 (n_rated, k), what each rated title adds.
    """

    rated: Positions
    start: Array
    parts: Array

    @cached_property
    def place(self) -> Array:
        """Float64 (k,), of length 1, or 0 for a visitor without a direction."""
        return np.asarray(self.start + self.parts.sum(axis=0))


@dataclass(frozen=True, eq=False)
class Space:
    """A factor model's factors in some axes.

    Attributes:
        model: the model.
        basis: `PRINCIPAL` or `READABLE`.
        turn: float64 (k, k), orthogonal: item and visitor factors times this are in these axes.
        names: one a factor.
        stability: float64 (k,), absolute correlation in 0..1 of each factor with the one it is
            matched with in a second training; None if there was none.
    """

    model: FactorModel
    basis: str
    turn: Array
    names: tuple[FactorName, ...]
    stability: Array | None = None

    @classmethod
    def of(cls, model: FactorModel, basis: Basis) -> Space:
        """The space of a surveyed model, as its release holds it."""
        return cls(model, basis.name, basis.turn, basis.names, basis.stability)

    @cached_property
    def factors(self) -> NDArray[np.float32]:
        """The item factors, float32 (n_items, k)."""
        return self._turned(self.model.item_factors)

    @cached_property
    def unit_factors(self) -> NDArray[np.float32]:
        """Directions of the titles, float32 (n_items, k), each of length 1 or 0."""
        return self._turned(self.model.unit_factors)

    def poles(self, factor: int, among: NDArray[np.bool_], n: int = 10) -> pd.DataFrame:
        """The titles at both poles of a factor, as `FactorModel.factor_table` has them.

        Args:
            factor: its number, 0 <= factor < k.
            among: bool (n_items,), the titles to choose from.
            n: titles per pole.
        """
        chosen = np.flatnonzero(among)
        loading = self.factors[chosen, factor].astype(np.float64)
        order = np.argsort(-loading, kind="stable")
        n = min(n, len(order) // 2)
        ends = np.concatenate([order[:n], order[len(order) - n :]])
        return pd.DataFrame(
            {
                "item_id": self.model.item_ids[chosen[ends]],
                "pole": ["+"] * n + ["-"] * n,
                "loading": loading[ends],
            }
        )

    def standing(self, taste: FactorTaste) -> Standing:
        """Where a visitor stands, and what each rated title does to it; the sum is exact."""
        start, parts = (values @ self.turn for values in taste.visitor_parts)
        length = float(np.linalg.norm(start + parts.sum(axis=0))) or 1.0
        return Standing(taste.rated, start / length, parts / length)

    def _turned(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        return frozen(np.asarray(rows @ self.turn, np.float32))


def named_space(
    model: FactorModel, catalogue: pd.DataFrame, basis: str = PRINCIPAL, seed: int = 0
) -> Space:
    """Names the factors of a model.

    Args:
        model: the model.
        catalogue: its titles.
        basis: `PRINCIPAL` or `READABLE`.
        seed: see `factor_names`.
    """
    turn = np.eye(model.item_factors.shape[1])
    if basis == READABLE:
        turn = varimax(model.item_factors, known(catalogue)).axes
    names = factor_names(model.item_factors @ turn, catalogue, seed)
    return Space(model, basis, frozen(turn), names)


def known(catalogue: pd.DataFrame) -> NDArray[np.bool_]:
    """The titles with enough ratings to be evidence, bool (n_items,)."""
    return catalogue["n_ratings"].to_numpy() >= FEWEST_RATINGS
