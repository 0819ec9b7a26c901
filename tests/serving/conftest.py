"""The release of real movies that the tests of serving share."""

import pytest

from recommender.data.dataset import DataSet
from recommender.serving.served import ServedRelease
from tests.serving.releases import real


@pytest.fixture(scope="session")
def served(movies: DataSet) -> ServedRelease:
    return real(movies)
