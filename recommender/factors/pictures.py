"""Pictures of the item factors: where every title lies on a map, in two and in three dimensions.

UMAP (McInnes, Healy and Melville 2018) and t-SNE (van der Maaten and Hinton 2008) keep neighbours
by cosine together; the principal axes keep the large distances. The first two start from the third,
which holds the large structure in place (Kobak and Linderman 2021). Made once, when a release is
trained; pages only draw them. How far to believe a picture is said by `faithfulness`.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.factors.fold_in import Array
from recommender.factors.model import FactorModel, Positions
from recommender.factors.neighbourhoods import nearest
from recommender.factors.rotation import procrustes, upright

_METHODS = ("umap", "pca", "tsne")
PICTURES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        f"{method}_{n}d": tuple(f"{method}_{n}d_{axis}" for axis in "xyz"[:n])
        for method in _METHODS
        for n in (2, 3)
        if (method, n) != ("tsne", 3)
    }
)
"""Name of each picture -> its columns: "umap_2d" -> ("umap_2d_x", "umap_2d_y"), …

t-SNE has no picture in three dimensions: it would take as long as all others together."""
COLUMNS = tuple(column for columns in PICTURES.values() for column in columns)

FEWEST_RATINGS = 5
"""Ratings that a title needs to shape a picture; others are put beside the titles like them."""

_FEWEST_TITLES = 50
_NEIGHBOURS, _PERPLEXITY, _COMPANIONS = 15, 30.0, 7
_STEPS = 4096


def pictures(
    model: FactorModel,
    counts: NDArray[np.int64],
    seed: int = 0,
    previous: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Draws every picture.

    The factors of a title with a handful of ratings say who rated it more than what it is, and
    thousands of those would push the others aside. So `shaping` titles alone make the picture, and
    each of the rest is put where its nearest neighbours among them lie, in the middle of most.

    Args:
        model: the model whose item factors are pictured.
        counts: int64 (n_items,), ratings of each title.
        seed: of everything random. The same factors, counts, seed and previous pictures give the
            same bits on the same machine.
        previous: the pictures of an earlier release, to keep its orientation: each new picture is
            turned or mirrored to lie as close as it can to the old one on the titles that both
            have. None, or a missing column: the widest direction lies along x, upright.

    Returns:
        DataFrame indexed by item_id with the float32 columns `COLUMNS`, each picture in its frame
        of -1..1 with its proportions kept, in steps of 1/4096. A title without ratings or without
        factors has no place: NaN in every column.
    """
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    with warnings.catch_warnings():
        # It says that it misses TensorFlow, which only its other class needs.
        warnings.simplefilter("ignore", ImportWarning)
        from umap import UMAP

    placed = (counts > 0) & model.unit_factors.any(axis=1)
    shapes = shaping(model, counts)
    rows = model.unit_factors[shapes]
    others = np.flatnonzero(placed & ~shapes)
    near, _ = nearest(model.unit_factors[others], rows, min(_COMPANIONS, len(rows)))
    table = pd.DataFrame(
        np.nan, pd.Index(model.item_ids, name="item_id"), list(COLUMNS), dtype=np.float32
    )
    if not len(rows):
        return table
    centre = rows.mean(axis=0, dtype=np.float64)
    axes = _axes(rows - centre)
    # One thread: many small steps wait for one another, and sums keep their order. The limit
    # reaches only libraries that are loaded by now.
    with threadpool_limits(1):
        for name, columns in PICTURES.items():
            # Neighbourhoods need titles, and directions to be unlike in.
            enough = len(rows) >= _FEWEST_TITLES and rows.shape[1] >= len(columns)
            method = name.split("_")[0] if enough else "pca"
            start = (rows - centre) @ axes[:, : len(columns)]
            places = np.full((len(counts), len(columns)), np.nan)
            if method == "pca":
                places[placed] = (model.unit_factors[placed] - centre) @ axes[:, : len(columns)]
            else:
                drawn = (
                    _umap(UMAP, rows, start, seed)
                    if method == "umap"
                    else _tsne(TSNE, rows, start, seed)
                )
                places[shapes] = drawn
                places[others] = _beside(places[shapes], near, seed)
            places = _turned(places, columns, table.index, previous)
            table[list(columns)] = _framed(_drawn_in(places) if method == "umap" else places)
    return table


def shaping(model: FactorModel, counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which titles shape the pictures, bool (n_items,).

    Those with `FEWEST_RATINGS`; in a catalogue that has hardly any of these, all with a place.
    """
    placed = (counts > 0) & model.unit_factors.any(axis=1)
    known = placed & (counts >= FEWEST_RATINGS)
    return known if known.sum() >= _FEWEST_TITLES else placed


def _axes(centred: Array) -> Array:
    """The first three principal axes, float64 (k, 3), upright; missing ones are zero."""
    values, vectors = np.linalg.eigh(centred.T @ centred)
    chosen = vectors[:, np.argsort(-values, kind="stable")[:3]]
    axes = np.zeros((centred.shape[1], 3))
    axes[:, : chosen.shape[1]] = chosen * upright(centred @ chosen)
    return axes


def _umap(UMAP: Any, rows: NDArray[np.float32], start: Array, seed: int) -> Array:
    # The exact neighbours: there are few enough titles, and the approximate search adds chance.
    own = np.arange(len(rows))
    near, similarity = nearest(rows, rows, _NEIGHBOURS - 1, own)
    near = np.column_stack([own, near]).astype(np.int32)
    distance = np.column_stack([np.zeros(len(rows), np.float32), 1 - similarity])
    with warnings.catch_warnings():
        # It says that further titles cannot be placed by it; they are placed by `_beside`.
        warnings.filterwarnings("ignore", "precomputed_knn", UserWarning)
        drawn = UMAP(
            n_neighbors=_NEIGHBOURS,
            n_components=start.shape[1],
            metric="cosine",
            init=start.astype(np.float32),
            precomputed_knn=(near, distance),
            random_state=seed,
            n_jobs=1,
        ).fit_transform(rows)
    return np.asarray(drawn, np.float64)


def _tsne(TSNE: Any, rows: NDArray[np.float32], start: Array, seed: int) -> Array:
    drawn = TSNE(
        start.shape[1],
        perplexity=min(_PERPLEXITY, len(rows) / 3 - 1),
        metric="cosine",
        init=(1e-4 * start / start[:, 0].std()).astype(np.float32),
        # Half the steps and coarser far forces than its defaults: no less faithful, a third of
        # the time.
        max_iter=500,
        angle=0.8,
        random_state=seed,
    ).fit_transform(rows)
    return np.asarray(drawn, np.float64)


def _beside(shaped: Array, near: Positions, seed: int) -> Array:
    """Places beside the middle of the nearest titles' places, float64 (n, d).

    The median and not the mean: between two islands is nowhere. Titles that only one and the same
    user rated have the same neighbours, so each is moved a little.
    """
    middle = np.median(shaped[near], axis=1)
    # About as far as titles lie apart in a picture that spreads them evenly.
    step = np.ptp(shaped, axis=0).max() / 2 / len(shaped) ** (1 / shaped.shape[1])
    moved = np.random.default_rng(seed).normal(0, step / 2, middle.shape)
    return np.asarray(middle + moved)


def _turned(
    places: Array, columns: tuple[str, ...], index: pd.Index, previous: pd.DataFrame | None
) -> Array:
    """A picture turned to its previous orientation or, without one, to its own widest direction."""
    here = np.isfinite(places).all(axis=1)
    if previous is not None and set(columns) <= set(previous.columns):
        before = previous.reindex(index)[list(columns)].to_numpy(np.float64)
        both = here & np.isfinite(before).all(axis=1)
        if both.sum() > len(columns):
            source, target = places[both], before[both]
            turn = procrustes(source - source.mean(axis=0), target - target.mean(axis=0))
            return np.asarray(places @ turn)
    centred = places[here] - places[here].mean(axis=0)
    turn = _axes(centred)[:, : len(columns)]
    return np.asarray(places @ turn)


def _drawn_in(places: Array) -> Array:
    """A picture whose far islands are drawn in, so that the main land fills the frame.

    UMAP lets go of small groups that are tied to nothing; how far they drift means nothing. Beyond
    the middle 96 % along each axis a distance shrinks to its logarithm; the order stays.
    """
    low, high = np.nanquantile(places, [0.02, 0.98], axis=0)
    inside = np.clip(places, low, high)
    unit = 0.05 * (high - low).max() or 1.0
    beyond = (places - inside) / unit
    return np.asarray(inside + unit * np.sign(beyond) * np.log1p(np.abs(beyond)))


def _framed(places: Array) -> NDArray[np.float32]:
    """A picture in its frame: the widest side from -1 to 1, proportions kept."""
    low, high = np.nanmin(places, axis=0), np.nanmax(places, axis=0)
    half = (high - low).max() / 2 or 1.0
    inside = np.clip((places - (low + high) / 2) / half, -1, 1)
    return np.asarray(np.round(inside * _STEPS) / _STEPS, np.float32)
