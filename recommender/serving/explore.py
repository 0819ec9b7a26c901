"""What the Explore page reads off a release: its pictures, its factors, a visitor's place.

The pictures, the words on them and the names of factors are the release's survey, laid out by
position in the catalogue. A release of a handful of titles has no pictures; its atlas stands in.
Nothing here draws.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.factors.blend import factor_models
from recommender.factors.faithfulness import Faithfulness
from recommender.factors.fold_in import Array, frozen
from recommender.factors.model import FactorModel
from recommender.factors.survey import READABLE
from recommender.serving.served import ServedRelease
from recommender.serving.visitor import Visitor

BEST = 30
"""How many best titles say where a visitor stands."""

_METHODS = {"umap": "UMAP", "pca": "PCA", "tsne": "t-SNE"}


@dataclass(frozen=True)
class Region:
    """A word on a picture.

    Attributes:
        text: "Horror, 1980s".
        place: where it stands, as many coordinates as the picture has.
    """

    text: str
    place: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Picture:
    """Where every title lies.

    Attributes:
        name: "umap_2d", …
        label: what people read, as "UMAP, 2-D".
        places: float32 (n_items, 2 or 3) in -1..1, by position in the catalogue; NaN for a title
            that has no place.
        regions: what stands where.
        faithfulness: how far to believe it; None for the atlas.
    """

    name: str
    label: str
    places: NDArray[np.float32]
    regions: tuple[Region, ...] = ()
    faithfulness: Faithfulness | None = None

    @property
    def dimensions(self) -> int:
        """2 or 3."""
        return int(self.places.shape[1])


@lru_cache(maxsize=4)
def pictures(release: ServedRelease) -> tuple[Picture, ...]:
    """The pictures that a release holds, flat ones first; never none."""
    survey = release.survey
    at = release.shelf.positions(survey.placed.tolist())
    found = []
    for drawn in survey.pictures:
        method, dimensions = drawn.name.removesuffix("d").split("_")
        places = np.full((len(release.shelf), int(dimensions)), np.nan, np.float32)
        places[at] = drawn.places
        words = tuple(Region(region.name, (region.x, region.y)) for region in drawn.regions)
        label = f"{_METHODS[method]}, {dimensions}-D"
        found.append(Picture(drawn.name, label, places, words, drawn.faithfulness))
    if not found:
        for axes in ("xy", "xyz"):
            places = release.atlas[list(axes)].to_numpy(np.float32)
            n = len(axes)
            found.append(Picture(f"axes_{n}d", f"Principal axes, {n}-D", places))
    return tuple(sorted(found, key=lambda picture: picture.dimensions))


@lru_cache(maxsize=4)
def on_the_map(release: ServedRelease) -> NDArray[np.bool_]:
    """Which titles may be shown and have a place on the first picture, bool (n_items,)."""
    return release.shelf.offered & np.isfinite(pictures(release)[0].places).all(axis=1)


def factor_model(release: ServedRelease, model: str | None = None) -> FactorModel | None:
    """The item factors behind a model, else behind the surveyed one, else behind any.

    Args:
        release: what serves.
        model: name of the model that the visitor has chosen; None for the surveyed one.
    """
    names = (model or release.survey.model, release.survey.model, *sorted(release.models))
    found = (
        factors
        for name in names
        for factors in factor_models(release.models[name])
        if factors.item_factors.shape[1]
    )
    return next(found, None)


def similar(
    release: ServedRelease,
    model: FactorModel,
    more: Iterable[int],
    less: Iterable[int] = (),
    n: int = 10,
) -> pd.DataFrame:
    """Title arithmetic among the titles that may be shown; see `FactorModel.more_like`.

    Args:
        release: what serves.
        model: its factors.
        more: item ids of titles to be like.
        less: item ids of titles to be unlike.
        n: how many.

    Returns:
        DataFrame by rank with the columns item_id and similarity. Titles without factors, whose
        similarity to everything is 0, are left out.
    """
    found = model.more_like(list(more), list(less), len(release.shelf))
    positions = model.positions(found["item_id"].to_numpy())
    kept = release.shelf.offered[positions] & model.unit_factors[positions].any(axis=1)
    return found[kept][:n].reset_index(drop=True)


@lru_cache(maxsize=4)
def loadings(release: ServedRelease, model: FactorModel) -> tuple[Array, tuple[str, ...]]:
    """How far each title stands out in each factor, and what the factors are called.

    Args:
        release: what serves.
        model: one of its factor models.

    Returns:
        float64 (n_items, k) in standard deviations of the titles that have factors, 0 for others;
        and k names. The surveyed model's factors are in the readable axes and have names where the
        data support one; any other's are in its own axes and have numbers.
    """
    rows = model.unit_factors.astype(np.float64)
    names: tuple[str, ...] = ("",) * rows.shape[1]
    if model is factor_model(release):
        basis = release.survey.basis(READABLE)
        rows = rows @ basis.turn
        names = tuple(name.name if name.holds else "" for name in basis.names)
    some = np.asarray(model.unit_factors.any(axis=1))
    centred = np.where(some[:, None], rows - rows[some].mean(axis=0), 0)
    spread = centred[some].std(axis=0)
    called = tuple(name or f"Factor {number}" for number, name in enumerate(names, 1))
    return frozen(np.asarray(centred / np.where(spread > 0, spread, 1))), called


def visitor_place(picture: Picture, visitor: Visitor) -> Array | None:
    """Where a visitor stands on a picture: in the thick of the titles that suit them best.

    The `BEST` titles that the ranker scores highest may lie on several islands, and their mean in
    the sea between them. So it is the middle of that half of them that lies closest together, as in
    the shortest half of a sample (Rousseeuw and Leroy 1987, Robust Regression, section 4.1).

    Args:
        picture: the picture.
        visitor: the visitor; one whose ratings say nothing has no place.

    Returns:
        The coordinates, float64 (2 or 3,); None without a place.
    """
    if not visitor.is_personal:
        return None
    placed = np.flatnonzero(np.isfinite(picture.places).all(axis=1))
    best = placed[np.argsort(-visitor.scores[placed], kind="stable")[:BEST]]
    if not len(best):
        return None
    return closest_half(picture.places[best].astype(np.float64))


def closest_half(places: Array) -> Array:
    """The middle of the half of some places that lies closest together.

    Args:
        places: float64 (n, d), n >= 1.

    Returns:
        float64 (d,): the mean of the half (rounded up) around the place whose half is the tightest.
    """
    half = (len(places) + 1) // 2
    apart = np.linalg.norm(places[:, None] - places[None, :], axis=2)
    order = np.argsort(apart, axis=1, kind="stable")[:, :half]
    reach = np.take_along_axis(apart, order, axis=1).sum(axis=1)
    return np.asarray(places[order[reach.argmin()]].mean(axis=0))
