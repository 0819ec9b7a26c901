"""Data that the evaluation is tested on."""

import numpy as np
import pytest

from recommender.data import DataSet, Provenance, load
from recommender.data.catalogue import build
from tests.algorithms import worlds


@pytest.fixture(scope="session")
def village():
    """A small made-up data set with about eighty visitors for the protocol."""
    ratings = worlds.village(n_users=250, n_items=260)
    ids = ratings.item_ids.tolist()
    catalogue = build(
        ratings,
        ids,
        titles=[f"Title {item_id}" for item_id in ids],
        alternatives=[[] for _ in ids],
        years=[None for _ in ids],
        genres=[[] for _ in ids],
        kinds=["movie" for _ in ids],
    )
    return DataSet("movies", catalogue, ratings, Provenance("made up", "-", "-", "-", {}))


@pytest.fixture(scope="session")
def latest_small(tastemap_data):
    """The ratings of ml-latest-small."""
    return load("movies", tastemap_data / "ml-latest-small").ratings


@pytest.fixture(scope="session")
def known(village):
    """A few titles of the village that count as well known."""
    marks = np.zeros(village.ratings.n_items, np.bool_)
    marks[np.argsort(-village.ratings.counts())[:15]] = True
    return marks
