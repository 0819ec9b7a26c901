"""Factor models and catalogues made for a test."""

import numpy as np
import pandas as pd

from recommender.data.scale import MOVIE_SCALE
from recommender.factors.fold_in import NoFoldIn
from recommender.factors.model import FactorModel, Readout


def normal(*size, seed=0):
    return np.random.default_rng(seed).normal(size=size)


def factor_model(factors, item_ids=None):
    n = len(factors)
    ids = 10 * np.arange(n) if item_ids is None else np.asarray(item_ids)
    nothing = Readout(np.zeros(n, np.float32), NoFoldIn())
    return FactorModel(ids, MOVIE_SCALE, np.asarray(factors, np.float32), nothing)


def catalogue(n, *, genres=None, years=None, kinds="movie", n_ratings=None):
    counts = np.full(n, 20) if n_ratings is None else n_ratings
    return pd.DataFrame(
        {
            "genres": pd.Series(genres or [[]] * n, dtype="object"),
            "year": pd.array([None] * n if years is None else years, dtype="Int16"),
            "kind": pd.array([kinds] * n if isinstance(kinds, str) else kinds, dtype="str"),
            "n_ratings": np.asarray(counts, np.int32),
        }
    ).set_axis(pd.Index(10 * np.arange(n), name="item_id"))
