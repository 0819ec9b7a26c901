"""A small release of anime by hand: what is other than with movies, in forty titles.

Ratings from 1 to 10, no years, kinds, romanised and English names, titles for adults only among
the best known, a ranker that predicts no ratings beside a rater that does.
"""

from typing import Any

import numpy as np
import pandas as pd

from recommender.data.scale import ANIME_SCALE
from recommender.releases import Recipe, ReleaseDraft
from tests.releases import helpers
from tests.releases.helpers import atlas, catalogue, estimate, model, survey

N_TITLES = 40
ADULT = (4, 31)
"""Ids of the titles for adults only."""

TITAN = "Shingeki no Kyojin"
LONG = (
    "Kochira Katsushikaku Kameari Kouenmae Hashutsujo: Shiiron Tankentai! Sumidagawa no Chikai - "
    "Omoide n"
)
_KINDS = ("TV", "Movie", "OVA", "Special", "unknown")
_GENRES = (["Action", "Drama"], ["Comedy"], ["Sci-Fi", "Thriller"])


def titles() -> pd.DataFrame:
    """The catalogue; the titles with low ids are the best known."""
    frame = catalogue(N_TITLES)
    ids = frame.index
    names = [TITAN, "Yoru no Hon", "Death Note", LONG]
    names += [f"Tabi no Hi: Dai {number}-wa" for number in range(len(names), N_TITLES)]
    genres = [_GENRES[at % 3] + (["Hentai"] if ids[at] in ADULT else []) for at in range(N_TITLES)]
    return frame.assign(
        title=pd.array(names, dtype="str"),
        alternatives=[["Attack on Titan", "進撃の巨人"]] + [[] for _ in names[1:]],
        year=pd.array([None] * N_TITLES, "Int16"),
        genres=genres,
        kind=pd.array([_KINDS[at % 5] for at in range(N_TITLES)], dtype="str"),
        mean_rating=(2 * frame["mean_rating"]).astype(np.float32),
    )


def _report(ndcg: float, rmse: float | None) -> dict[str, Any]:
    mean = {"ndcg@10": estimate(ndcg), "recall@20": estimate(0.4), "mrr": estimate(0.6)}
    return {"mean": mean, "cells": [{"shown": "popular", "k": 3, "rmse": rmse}]}


def draft(**changes: Any) -> ReleaseDraft:
    """The release, before it is written."""
    made: dict[str, Any] = {
        "domain": "anime",
        "scale": ANIME_SCALE,
        "catalogue": titles(),
        "atlas": atlas(N_TITLES),
        "models": {
            "house": model(rating=None, n_items=N_TITLES, scale=ANIME_SCALE),
            "orders": model("weighted", None, N_TITLES, seed=1, scale=ANIME_SCALE),
            "rates": model("ridge", "ridge", N_TITLES, seed=2, scale=ANIME_SCALE),
        },
        "recipes": {
            "house": Recipe("blend", {}, "Joins several models."),
            "orders": Recipe("ease", {}, "Finds titles that go together."),
            "rates": Recipe("funk-svd", {}, "Predicts the rating you would give."),
        },
        "survey": survey("house", N_TITLES),
        "ranker": "house",
        "rater": "rates",
        "evaluation": {
            "seed": 0,
            "visitors": 2521,
            "few_ratings": {
                "house": _report(0.55, None),
                "orders": _report(0.4, None),
                "rates": _report(0.1, 1.3),
            },
        },
    }
    return helpers.draft(**made | changes)
