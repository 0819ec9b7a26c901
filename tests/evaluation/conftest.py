"""Data that the evaluation is tested on."""

import numpy as np
import pytest

from recommender.data import load
from tests.releases import village as village_release


@pytest.fixture(scope="session")
def village():
    """A small made-up data set with about eighty visitors for the protocol."""
    return village_release.data()


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
