"""Releases made in memory: small ones by hand, and one of real movies whose factors are an SVD."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from recommender.data import catalogue as catalogues
from recommender.data.dataset import DataSet
from recommender.data.scale import MOVIE_SCALE
from recommender.factors.fold_in import NoFoldIn, RidgeFoldIn
from recommender.factors.model import FactorModel, Model, Readout
from recommender.factors.weighted import WeightedFoldIn
from recommender.serving.served import ServedRelease
from tests.releases import helpers


def release(
    catalogue: pd.DataFrame, models: Mapping[str, Model], ranker: str, rater: str
) -> ServedRelease:
    atlas = pd.DataFrame(
        np.zeros((len(catalogue), 3), np.float32), columns=["x", "y", "z"], index=catalogue.index
    )
    return ServedRelease(
        id="20261121-1432-ab12cd",
        domain="movies",
        created=datetime(2026, 11, 21, 14, 32, tzinfo=UTC),
        folder=Path("in-memory"),
        scale=MOVIE_SCALE,
        catalogue=catalogues.check(catalogue),
        atlas=atlas,
        models=models,
        survey=replace(helpers.survey(ranker), placed=catalogue.index.to_numpy()[:0], pictures=()),
        ranker=ranker,
        rater=rater,
        evaluation={},
        manifest={},
    )


def catalogue(
    titles: Sequence[str],
    *,
    years: Sequence[int | None] | None = None,
    genres: Sequence[list[str]] | None = None,
    alternatives: Mapping[str, list[str]] | None = None,
    n_ratings: Sequence[int] | None = None,
    episodes: Sequence[int | None] | None = None,
) -> pd.DataFrame:
    """A catalogue with item ids 10, 20, 30, …; without `n_ratings` the first is the best known."""
    n = len(titles)
    counts = np.array(n_ratings if n_ratings is not None else range(n, 0, -1), np.int32)
    return pd.DataFrame(
        {
            "title": pd.array(list(titles), dtype="str"),
            "alternatives": pd.Series(
                [(alternatives or {}).get(title, []) for title in titles], dtype="object"
            ).to_numpy(),
            "year": pd.array(list(years or [2000] * n), dtype="Int16"),
            "genres": pd.Series(list(genres or [[]] * n), dtype="object").to_numpy(),
            "kind": pd.array(["movie"] * n, dtype="str"),
            "episodes": pd.array(list(episodes or [None] * n), dtype="Int16"),
            "n_ratings": counts,
            "mean_rating": np.where(counts > 0, 3.5, np.nan).astype(np.float32),
        },
        index=pd.Index(10 * np.arange(1, n + 1, dtype=np.int64), name="item_id"),
    )


def factor_model(
    item_ids: np.ndarray, factors: np.ndarray, *, rates: bool = True, offset: float = 3.5
) -> FactorModel:
    """Ranks by the weighted fold-in, rates by ridge regression on the same factors."""
    n_items, k = factors.shape
    wide = factors.astype(np.float64)
    zeros = np.zeros(n_items, np.float32)
    ranker = Readout(zeros, WeightedFoldIn(wide.T @ wide, n_items, 0.1, 0.01, 5.0))
    rater = Readout(
        np.full(n_items, offset, np.float32), RidgeFoldIn.isotropic(k, 3.0, 5.0), True, 0.9
    )
    return FactorModel(
        item_ids.astype(np.int64),
        MOVIE_SCALE,
        factors.astype(np.float32),
        ranker,
        rater if rates else None,
    )


def popularity(item_ids: np.ndarray, n_ratings: np.ndarray) -> FactorModel:
    return FactorModel(
        item_ids.astype(np.int64),
        MOVIE_SCALE,
        np.zeros((len(item_ids), 0), np.float32),
        Readout(n_ratings.astype(np.float32), NoFoldIn()),
    )


def real(data: DataSet) -> ServedRelease:
    """The movies that a package ships, with the singular vectors of the ratings as factors."""
    ratings = data.ratings
    matrix = np.zeros((ratings.n_users, ratings.n_items), np.float32)
    matrix[ratings.users, ratings.items] = ratings.values
    values, left = np.linalg.eigh(matrix @ matrix.T)
    factors = matrix.T @ left[:, -32:] / values[-32:] ** 0.25
    factors *= 1 / np.abs(factors).max()
    models = {
        "house": factor_model(ratings.item_ids, factors),
        "orders": factor_model(ratings.item_ids, factors, rates=False),
        "popularity": popularity(ratings.item_ids, ratings.counts()),
    }
    return release(data.catalogue, models, "house", "house")
