"""A small release whose models are fitted and evaluated: a made-up village, in a few seconds."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from recommender.algorithms import configure
from recommender.data import DataSet, Provenance
from recommender.data.catalogue import build
from recommender.evaluation.report import evaluate
from recommender.releases import Recipe, ReleaseDraft
from tests.algorithms import worlds
from tests.releases import helpers

ALGORITHMS = {
    "taste": configure("taste-als", k=4, iterations=3, subsets=2),
    "bias": configure("bias"),
    "bias-too": configure("bias"),
    "popularity": configure("popularity"),
}
"""One that is better than the others, two that are alike, one that predicts no ratings."""


@cache
def data() -> DataSet:
    """The village, with about eighty visitors for the few-ratings protocol."""
    ratings = worlds.village(n_users=250, n_items=260)
    ids = ratings.item_ids.tolist()
    catalogue = build(
        ratings,
        ids,
        titles=[f"Title {item_id}" for item_id in ids],
        alternatives=[[] for _ in ids],
        years=[None for _ in ids],
        genres=[["Drama", "Comedy"][: item_id % 3] for item_id in ids],
        kinds=["movie" for _ in ids],
    )
    return DataSet("movies", catalogue, ratings, Provenance("made up", "-", "-", "-", {}))


@cache
def draft() -> ReleaseDraft:
    """The release, before it is written."""
    village = data()
    ids = village.catalogue.index
    fits = {name: a.fit(village.ratings).model for name, a in ALGORITHMS.items()}
    atlas = pd.DataFrame(np.zeros((len(ids), 3), np.float32), ids, ["x", "y", "z"])
    survey = helpers.survey("taste", len(ids), 4)
    return helpers.draft(
        catalogue=village.catalogue,
        atlas=atlas,
        models=fits,
        survey=replace(survey, placed=ids.to_numpy()[1:]),
        recipes={name: Recipe(a.name, {}, a.summary) for name, a in ALGORITHMS.items()},
        ranker="taste",
        rater="taste",
        evaluation=evaluate(village, ALGORITHMS, workers=1),
        n_ratings=len(village.ratings),
        n_users=village.ratings.n_users,
    )
