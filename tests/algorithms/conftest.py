"""Fitted models, each fitted once for all tests that look at it."""

from functools import cache

import pytest

from recommender.algorithms import configure
from tests.algorithms import worlds

pytest.register_assert_rewrite("tests.algorithms.contract")


@pytest.fixture(scope="session")
def village():
    return worlds.village()


@pytest.fixture(scope="session")
def fitted(village):
    """Name of an algorithm -> its fit on the village, with default hyper-parameters."""

    @cache
    def fit(name):
        return configure(name).fit(village, seed=1)

    return fit


@pytest.fixture(scope="session")
def fitted_on_movies(movies):
    """Name of an algorithm -> its fit on the movies that a package ships."""

    @cache
    def fit(name):
        return configure(name).fit(movies.ratings, seed=0)

    return fit
