"""The survey of an embedding: pictures of it, how far to believe them, and names for its factors.

Made once, when a release is trained, because it takes longer than a visitor waits and because the
pictures need training libraries. Pages, figures and notebooks only read it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.factors.comparison import matched_factors
from recommender.factors.faithfulness import Faithfulness, faithfulness
from recommender.factors.fold_in import Array, frozen
from recommender.factors.model import FactorModel
from recommender.factors.naming import FactorName, factor_names
from recommender.factors.pictures import PICTURES, pictures, shaping
from recommender.factors.regions import Region, regions
from recommender.factors.rotation import varimax

PRINCIPAL, READABLE = "principal", "varimax"
"""Names of the two bases: the model's own axes, and those that are easier to read."""

_NEIGHBOURS = 10
_SQUARE = 1e-6


@dataclass(frozen=True, eq=False)
class Picture:
    """One picture.

    Attributes:
        name: one of `PICTURES`: "umap_2d", …
        places: float32 (n_placed, 2 or 3), in -1..1.
        faithfulness: what it does to the neighbourhoods of the titles that shape it.
        regions: the words on it; none in three dimensions.
    """

    name: str
    places: NDArray[np.float32]
    faithfulness: Faithfulness
    regions: tuple[Region, ...]

    def __post_init__(self) -> None:
        if self.name not in PICTURES:
            raise ValueError(f"no picture is called {self.name!r}")
        if self.places.shape[1] != len(PICTURES[self.name]):
            raise ValueError(f"{self.name} has {self.places.shape[1]} coordinates")
        if not (np.abs(self.places) <= 1).all():
            raise ValueError(f"{self.name} leaves its frame of -1..1")
        frozen(self.places)


@dataclass(frozen=True, eq=False)
class Basis:
    """The factors in some axes, named.

    Attributes:
        name: "principal" or "varimax".
        turn: float64 (k, k), orthogonal: item and visitor factors times this are in these axes.
        names: one a factor.
        stability: float64 (k,), absolute correlation in 0..1 of each factor with the one it is
            matched with in a second training from another random start.
    """

    name: str
    turn: Array
    names: tuple[FactorName, ...]
    stability: Array

    def __post_init__(self) -> None:
        k = len(self.turn)
        if len(self.names) != k:
            raise ValueError(f"{len(self.names)} names for {k} factors")
        if not np.allclose(self.turn.T @ self.turn, np.eye(k), atol=_SQUARE):
            raise ValueError("the axes do not stand at right angles")
        if not ((self.stability >= 0) & (self.stability <= 1)).all():
            raise ValueError("a stability is not in 0..1")
        frozen(self.turn)
        frozen(self.stability)


@dataclass(frozen=True, eq=False)
class Survey:
    """What is known about the embedding of one model.

    Attributes:
        model: name of the surveyed model in the release.
        placed: int64 (n_placed,), ids of the titles that have a place, ascending: those with
            ratings.
        pictures: in the order of `PICTURES`; none of a handful of titles.
        bases: the principal axes, then varimax.
    """

    model: str
    placed: NDArray[np.int64]
    pictures: tuple[Picture, ...]
    bases: tuple[Basis, ...]

    def __post_init__(self) -> None:
        if (np.diff(self.placed) <= 0).any():
            raise ValueError("the ids of the titles with a place do not ascend")
        if [basis.name for basis in self.bases] != [PRINCIPAL, READABLE]:
            raise ValueError(f"the bases must be {PRINCIPAL} and {READABLE}")
        frozen(self.placed)

    def picture(self, name: str) -> pd.DataFrame:
        """The places in one picture.

        Args:
            name: of one of `pictures`.

        Returns:
            DataFrame indexed by item_id (`placed`) with float32 columns x, y and, in three
            dimensions, z.

        Raises:
            KeyError: there is no such picture.
        """
        found = {picture.name: picture.places for picture in self.pictures}[name]
        index = pd.Index(self.placed, name="item_id")
        return pd.DataFrame(found, index, list("xyz")[: found.shape[1]])

    def basis(self, name: str) -> Basis:
        """The basis of that name, `PRINCIPAL` or `READABLE`."""
        return {basis.name: basis for basis in self.bases}[name]


def survey(
    name: str,
    model: FactorModel,
    again: FactorModel,
    catalogue: pd.DataFrame,
    *,
    seed: int = 0,
    previous: Survey | None = None,
) -> Survey:
    """Surveys a model's embedding.

    Args:
        name: of the model in the release.
        model: the model.
        again: the same algorithm fitted on the same ratings from another random start.
        catalogue: its titles.
        seed: of everything random.
        previous: the survey of the release before, whose orientation the pictures keep.

    Returns:
        The survey.
    """
    counts = catalogue["n_ratings"].to_numpy(np.int64)
    shapes = shaping(model, counts)
    table = pictures(model, counts, seed, None if previous is None else _columns(previous))
    placed = table.notna().all(axis=1).to_numpy()
    drawn = []
    for picture, columns in PICTURES.items():
        places = table[list(columns)].to_numpy()
        neighbours = min(_NEIGHBOURS, (int(shapes.sum()) - 1) // 2)
        if neighbours < 1:
            break
        faithful = faithfulness(model.unit_factors[shapes], places[shapes], neighbours, seed=seed)
        words = regions(places[shapes], catalogue[shapes], seed) if len(columns) == 2 else []
        drawn.append(Picture(picture, places[placed], faithful, tuple(words)))
    return Survey(
        model=name,
        placed=model.item_ids[placed],
        pictures=tuple(drawn),
        bases=(
            _basis(PRINCIPAL, np.eye(model.item_factors.shape[1]), model, again, catalogue, seed),
            _basis(
                READABLE,
                varimax(model.item_factors, shapes).axes,
                model,
                _turned(again, varimax(again.item_factors, shapes).axes),
                catalogue,
                seed,
            ),
        ),
    )


def _basis(
    name: str,
    turn: Array,
    model: FactorModel,
    again: FactorModel,
    catalogue: pd.DataFrame,
    seed: int,
) -> Basis:
    turned = _turned(model, turn)
    stability = np.zeros(len(turn))
    matched = matched_factors(turned, again)["correlation"].abs()
    stability[matched.index] = matched
    names = factor_names(turned.item_factors, catalogue, seed)
    return Basis(name, turn, names, np.minimum(stability, 1))


def _turned(model: FactorModel, turn: Array) -> FactorModel:
    """The model with its item factors in other axes; only these may be looked at."""
    return replace(model, item_factors=(model.item_factors @ turn).astype(np.float32))


def _columns(survey: Survey) -> pd.DataFrame:
    """The pictures as `pictures` makes them."""
    index = pd.Index(survey.placed, name="item_id")
    columns = {
        column: picture.places[:, axis]
        for picture in survey.pictures
        for axis, column in enumerate(PICTURES[picture.name])
    }
    return pd.DataFrame(columns, index)
