"""Small releases made by hand: real files without any training."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from recommender.data.dataset import Provenance
from recommender.data.scale import MOVIE_SCALE, RatingScale
from recommender.factors.faithfulness import Faithfulness
from recommender.factors.fold_in import FoldIn, NoFoldIn, RidgeFoldIn
from recommender.factors.learned import LearnedFoldIn
from recommender.factors.model import FactorModel, Readout
from recommender.factors.naming import NO_NAME, Evidence, FactorName
from recommender.factors.regions import Region
from recommender.factors.survey import PRINCIPAL, READABLE, Basis, Picture, Survey
from recommender.factors.weighted import NonNegativeFoldIn, WeightedFoldIn
from recommender.releases import Recipe, ReleaseDraft, manifest

CREATED = datetime(2026, 11, 21, 14, 32, 5, tzinfo=UTC)
MEND = "restore its folder from where it came, or train a new release"
N_ITEMS = 24


def item_ids(n_items: int = N_ITEMS) -> np.ndarray:
    return np.arange(n_items, dtype=np.int64) * 3 + 1


def fold_in(kind: str, factors: np.ndarray, seed: int = 0) -> FoldIn:
    """A fold-in of each kind that suits these item factors."""
    n_items, k = factors.shape
    wide = factors.astype(np.float64)
    plain = WeightedFoldIn(wide.T @ wide, n_items, 0.1, 0.01, 5.0)
    if kind == "learned":
        matrix = np.random.default_rng(seed).normal(size=(2 + 3 * k, k))
        return LearnedFoldIn(plain, matrix, 3.5, 1.1)
    simple = {
        "none": NoFoldIn(),
        "ridge": RidgeFoldIn.isotropic(k, 3.0, 5.0),
        "weighted": plain,
        "non-negative": NonNegativeFoldIn(plain.gram, n_items, 0.1, 0.01, 5.0),
    }
    return simple[kind]


FOLD_INS = ("none", "ridge", "weighted", "non-negative", "learned")


def model(
    ranking: str = "learned",
    rating: str | None = "ridge",
    n_items: int = N_ITEMS,
    k: int = 3,
    seed: int = 0,
    scale: RatingScale = MOVIE_SCALE,
) -> FactorModel:
    generator = np.random.default_rng(seed)
    factors = np.abs(generator.normal(size=(n_items, k))).astype(np.float32)
    offset = generator.normal(0.7 * scale.high, 0.1 * scale.high, n_items).astype(np.float32)
    ranker = Readout(np.zeros(n_items, np.float32), fold_in(ranking, factors, seed))
    rater = None
    if rating is not None:
        variance = generator.uniform(0.01, 0.1, n_items).astype(np.float32)
        rater = Readout(offset, fold_in(rating, factors, seed), True, 0.9, variance)
    return FactorModel(item_ids(n_items), scale, factors, ranker, rater)


def catalogue(n_items: int = N_ITEMS) -> pd.DataFrame:
    counts = np.arange(n_items, dtype=np.int32)[::-1].copy()
    means = np.where(counts > 0, 2.5 + counts % 5 / 2, np.nan).astype(np.float32)
    return pd.DataFrame(
        {
            "title": pd.array([f"Čapek’s film {i} 映画" for i in range(n_items)], dtype="str"),
            "alternatives": [["Film", f"No. {i}"] if i % 3 == 0 else [] for i in range(n_items)],
            "year": pd.array([1950 + i % 70 if i % 5 else None for i in range(n_items)], "Int16"),
            "genres": [["Drama", "Sci-Fi"][: i % 3] for i in range(n_items)],
            "kind": pd.array(["movie"] * n_items, dtype="str"),
            "episodes": pd.array([1 + i if i % 4 else None for i in range(n_items)], "Int16"),
            "n_ratings": counts,
            "mean_rating": means,
        },
        index=pd.Index(item_ids(n_items), name="item_id"),
    )


def without_episodes(catalogue: bytes) -> bytes:
    """The file of a catalogue as schema 2 had it."""
    table = pq.read_table(BytesIO(catalogue)).drop_columns("episodes")
    sink = BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def atlas(n_items: int = N_ITEMS) -> pd.DataFrame:
    places = np.random.default_rng(7).uniform(-1, 1, (n_items, 3)).astype(np.float32)
    index = pd.Index(item_ids(n_items), name="item_id")
    return pd.DataFrame(places, columns=["x", "y", "z"], index=index)


def survey(of: str = "house", n_items: int = N_ITEMS, k: int = 3) -> Survey:
    """A survey by hand of a model with k factors: two pictures, and a name for every factor."""
    generator = np.random.default_rng(3)
    places = generator.integers(-4096, 4097, (n_items, 3)).astype(np.float32) / 4096
    believed = Faithfulness(0.9, 0.8, 5, n_items)
    region = Region("Drama, 1980s", 0.25, -0.5, 7, 0.7, 0.2, 0.01)
    word = Evidence("drama", "genre", "+", 1.2, 0.6, 0.3, 0.002, True)
    names = [FactorName(0, "More drama", True, 0.5, (word,))]
    names += [FactorName(at, NO_NAME, False, 0.1, ()) for at in range(1, k)]
    turn = np.linalg.qr(generator.normal(size=(k, k)))[0]
    stability = np.linspace(0.9, 0.4, k)
    return Survey(
        model=of,
        placed=item_ids(n_items)[1:],
        pictures=(
            Picture("umap_2d", places[1:, :2].copy(), believed, (region,)),
            Picture("pca_3d", places[1:], believed, ()),
        ),
        bases=(
            Basis(PRINCIPAL, np.eye(k), tuple(names), stability),
            Basis(READABLE, turn, tuple(names), stability.copy()),
        ),
    )


def estimate(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.01, "high": value + 0.01}


EVALUATION: dict[str, Any] = {
    "seed": 0,
    "visitors": 412,
    "few_ratings": {
        "house": {
            "mean": {"ndcg@10": estimate(0.46), "recall@20": estimate(0.3), "mrr": estimate(0.5)},
            "cells": [],
        },
        "plain": {
            "mean": {"ndcg@10": estimate(0.34), "recall@20": estimate(0.2), "mrr": estimate(0.4)},
            "cells": [],
        },
    },
    "cross_validation": {"house": {"folds": 5, "rmse": estimate(0.87), "mae": estimate(0.66)}},
    "cost": {"house": {"fit_seconds": 1.5, "peak_mib": 210.0}},
}


def draft(**changes: Any) -> ReleaseDraft:
    made = ReleaseDraft(
        domain="movies",
        created=CREATED,
        scale=MOVIE_SCALE,
        catalogue=catalogue(),
        atlas=atlas(),
        models={"house": model(), "plain": model("none", None)},
        survey=survey(),
        recipes={
            "house": Recipe("taste-als", {"k": 3, "a0": 0.1}, "Ranks what you would choose."),
            "plain": Recipe("popularity"),
        },
        ranker="house",
        rater="house",
        evaluation=EVALUATION,
        provenance=Provenance(
            name="MovieLens by hand",
            citation="Harper and Konstan 2015. The MovieLens Datasets.",
            licence="Research use; redistribution under the same conditions.",
            url="https://grouplens.org/datasets/movielens/",
            files={"ratings.csv": "0" * 64},
        ),
        n_ratings=276,
        n_users=31,
        dropped={"repeated ratings": 2},
    )
    return replace(made, **changes)


def another(number: int) -> ReleaseDraft:
    """A draft with other content and an id of its own; a higher number is newer."""
    return draft(seed=number, created=CREATED.replace(day=1 + number % 28, hour=number // 28 % 24))


def facts(folder: Path) -> dict[str, Any]:
    return json.loads((folder / manifest.NAME).read_bytes())


def forge(
    folder: Path,
    contents: Mapping[str, bytes] | None = None,
    change: Callable[[dict[str, Any]], object] = lambda facts: None,
) -> None:
    """Changes files and manifest of a release and makes checksums and id fit again."""
    forged = facts(folder)
    for name, data in (contents or {}).items():
        (folder / name).write_bytes(data)
        forged["files"][name] = {"sha256": sha256(data).hexdigest(), "size": len(data)}
    change(forged)
    if forged["id"] == facts(folder)["id"]:
        # The change may have been to the time that the id is made of; then it stays as it is.
        with suppress(ValueError, OverflowError):
            created = datetime.fromisoformat(forged["created"]).astimezone(UTC)
            forged["id"] = manifest.release_id(created, forged)
    (folder / manifest.NAME).write_text(json.dumps(forged))


def owner(array: object) -> object:
    """What holds an array's numbers, below all views of it."""
    while not isinstance(array, mmap) and (base := _below(array)) is not None:
        array = base
    return array


def _below(view: object) -> object:
    return view.obj if isinstance(view, memoryview) else getattr(view, "base", None)
