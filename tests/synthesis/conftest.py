"""Synthetic ratings like the village's: four times as many users as are real."""

import numpy as np
import pytest

from recommender.algorithms.contract import silent
from recommender.data import load
from recommender.synthesis import synthesise
from recommender.synthesis.world import learnt
from recommender.training.recipes import recipe
from tests.releases import village

N_USERS, N_RATINGS = 1_000, 23_456


@pytest.fixture(scope="session")
def real():
    """The data set that is to be like."""
    return village.data()


@pytest.fixture(scope="session")
def made(real, tmp_path_factory):
    """What was made of it, and the data set read from there."""
    place = tmp_path_factory.mktemp("synthesis") / "made"
    outcome = synthesise(real, N_USERS, N_RATINGS, place, rank=8, progress=silent)
    return outcome, load("movies", place)


@pytest.fixture(scope="session")
def world(real):
    """What was learned of it."""
    return learnt(real.ratings, recipe("movies", "taste-als", k=8), 0, silent)


@pytest.fixture
def generator():
    return np.random.default_rng(0)
