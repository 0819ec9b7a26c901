"""A catalogue of any size that is like the anime release, and real visitors to it.

Titles: the real ones, and as many more as wanted. Each of those lies between a real title, drawn at
random, and one of its ten nearest in factor space, at a random share of the way (as Chawla et al.
2002, SMOTE, make examples); its length lies between the two lengths, too. Factors: those of the
release's taste-als, turned to their principal axes, of which the first 64 are kept. So spectrum and
lengths are those of the release; `likeness` says how nearly. The fold-in is that of the release,
turned likewise. Visitors: what held-out people of the few-ratings protocol show, folded in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.algorithms.solvers.subsets import well_known
from recommender.data import Provenance, load
from recommender.data.ratings import Ratings
from recommender.evaluation.few_ratings import showings, visitor_folds
from recommender.factors.fold_in import Array, RidgeFoldIn
from recommender.factors.learned import LearnedFoldIn
from recommender.factors.model import FactorModel, Positions, Readout
from recommender.factors.neighbourhoods import nearest
from recommender.factors.rank_index import RankIndex
from recommender.factors.weighted import WeightedFoldIn
from recommender.releases import Recipe, Registry, Release, ReleaseDraft
from recommender.settings import BUNDLED_MODELS, Settings

FACTORS, _NEAR = 64, 10
_AT_A_TIME = 1 << 16


@dataclass(frozen=True, eq=False)
class World:
    """A large catalogue.

    Attributes:
        release: the release that it is like.
        model: float32 factors of all titles, with a ranker and a rater.
        source: intp (n_items,), for each title the position of the real one that it is made from.
        place: intp (n_real,), positions of the real titles.
    """

    release: Release
    model: FactorModel
    source: Positions
    place: Positions


def world(n_items: int, seed: int = 0) -> World:
    """Makes a catalogue of `n_items` titles, at least as many as the release has."""
    release = Registry(BUNDLED_MODELS).open("anime")
    real = release.models["taste-als"]
    assert isinstance(real, FactorModel)
    assert real.rater is not None
    generator = np.random.default_rng(seed)
    n_real = len(real.item_ids)
    axes = _axes(real.item_factors)
    rows = (real.item_factors @ axes).astype(np.float32)
    units = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    near, _ = nearest(units, units, _NEAR, np.arange(n_real))

    place = np.sort(generator.choice(n_items, n_real, replace=False))
    source = generator.integers(0, n_real, n_items)
    source[place] = np.arange(n_real)
    other = near[source, generator.integers(0, _NEAR, n_items)]
    share = generator.uniform(size=n_items).astype(np.float32)
    share[place] = 0
    factors = np.empty((n_items, rows.shape[1]), np.float32)
    lengths = np.log(np.maximum(np.linalg.norm(rows, axis=1), 1e-12)).astype(np.float32)
    for at in range(0, n_items, _AT_A_TIME):
        piece = slice(at, at + _AT_A_TIME)
        one, two, between = rows[source[piece]], rows[other[piece]], share[piece, None]
        between_them = one + between * (two - one)
        length = lengths[source[piece]] * (1 - share[piece]) + lengths[other[piece]] * share[piece]
        own = np.maximum(np.linalg.norm(between_them, axis=1), 1e-12)
        factors[piece] = between_them * (np.exp(length) / own)[:, None]
    factors[place] = rows

    ranker = Readout(real.ranker.offset[source], _turned(real.ranker.fold_in, axes))
    rater = Readout(
        real.rater.offset[source],
        _turned(real.rater.fold_in, axes),
        real.rater.unit_factors,
        real.rater.noise,
        None if real.rater.offset_variance is None else real.rater.offset_variance[source],
    )
    model = FactorModel(np.arange(1, n_items + 1), real.scale, factors, ranker, rater)
    return World(release, model, source, place)


def visitors(large: World, n: int, seed: int = 0) -> list[tuple[Positions, Array]]:
    """What `n` held-out people show: positions in the large catalogue, and ratings.

    Raises:
        DataError: the ratings are not there; TASTEMAP_DATA names the folder that has them.
    """
    ratings = _ratings()
    people = np.flatnonzero(visitor_folds(ratings) >= 0)
    some = np.random.default_rng(seed).choice(people, n, replace=False)
    position = large.release.models["taste-als"].positions(ratings.item_ids)
    shown = [
        (position[ratings.items[showing.seen]], ratings.values[showing.seen].astype(np.float64))
        for showing in showings(ratings, np.sort(some), well_known(ratings.counts()))
    ]
    chosen = np.random.default_rng(seed).choice(len(shown), n, replace=False)
    return [
        (large.place[at[at >= 0]], values[at >= 0]) for at, values in (shown[i] for i in chosen)
    ]


@cache
def _ratings() -> Ratings:
    folder = Settings.from_environment().data
    return load("anime", folder / "anime" if folder else None).ratings


def draft(large: World, index: RankIndex) -> ReleaseDraft:
    """A release of the large catalogue; a title is called what the one it is made from is."""
    release, source, ids = large.release, large.source, large.model.item_ids
    catalogue = release.catalogue.iloc[source].set_axis(pd.Index(ids, name="item_id"))
    numbered = [f"{title} {at}" for at, title in zip(ids, catalogue["title"], strict=True)]
    catalogue["title"] = pd.array(numbered, dtype="str")
    name, facts = index.model, release.manifest["data"]
    provenance = {key: facts[key] for key in ("name", "citation", "licence", "url", "files")}
    return ReleaseDraft(
        domain=release.domain,
        created=release.created,
        scale=release.scale,
        catalogue=catalogue,
        atlas=release.atlas.iloc[source].set_axis(catalogue.index),
        models={name: large.model},
        survey=replace(release.survey, model=name, placed=ids[large.place][_placed(release)]),
        recipes={name: Recipe(name)},
        ranker=name,
        rater=name,
        evaluation={},
        provenance=Provenance(**provenance),
        n_ratings=facts["ratings"],
        n_users=facts["users"],
        index=index,
    )


def _placed(release: Release) -> Positions:
    """Positions of the titles of its pictures in the release."""
    return release.models[release.ranker].positions(release.survey.placed)


def likeness(large: World) -> list[list[str]]:
    """How like the release it is: share of the first axes, lengths at some percentiles."""
    real = large.release.models["taste-als"]
    assert isinstance(real, FactorModel)
    rows = []
    for name, factors in (
        ("release", real.item_factors @ _axes(real.item_factors)),
        ("large", large.model.item_factors),
    ):
        moment = np.linalg.eigvalsh((factors.T @ factors).astype(np.float64))[::-1]
        shares = [moment[:first].sum() / moment.sum() for first in (1, 4, 16)]
        lengths = np.percentile(np.linalg.norm(factors, axis=1), (10, 50, 90, 99, 100))
        rows.append([name, *(f"{x:.2f}" for x in shares), *(f"{x:.3f}" for x in lengths)])
    return rows


def _axes(factors: NDArray[np.float32]) -> Array:
    """The principal axes of item factors, float64 (k, FACTORS)."""
    wide = factors.astype(np.float64)
    return np.asarray(np.linalg.eigh(wide.T @ wide)[1][:, ::-1][:, :FACTORS])


def _turned(fold_in: object, axes: Array) -> LearnedFoldIn | RidgeFoldIn:
    """A fold-in for factors that were turned to some axes."""
    if isinstance(fold_in, LearnedFoldIn):
        k, kept = axes.shape
        features = np.zeros((2 + 3 * k, 2 + 3 * kept))
        features[:2, :2] = np.eye(2)
        for block in range(3):
            rows = slice(2 + block * k, 2 + (block + 1) * k)
            features[rows, 2 + block * kept : 2 + (block + 1) * kept] = axes
        old = fold_in.plain
        plain = WeightedFoldIn(
            axes.T @ old.gram @ axes,
            *(old.n_items, old.unrated_weight, old.regularisation, old.highest_rating, old.power),
        )
        matrix = features.T @ fold_in.matrix @ axes
        return LearnedFoldIn(plain, matrix, fold_in.mean, fold_in.deviation)
    assert isinstance(fold_in, RidgeFoldIn)
    with_bias = np.zeros((1 + axes.shape[0], 1 + axes.shape[1]))
    with_bias[0, 0], with_bias[1:, 1:] = 1, axes
    return RidgeFoldIn(with_bias.T @ fold_in.penalty @ with_bias, fold_in.penalty_per_rating)
