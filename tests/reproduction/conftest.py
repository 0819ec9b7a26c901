"""The real data that the reference systems ran on, as far as it is small."""

import pytest

from recommender.data import DataSet, load


@pytest.fixture(scope="session")
def small_movies(tastemap_data) -> DataSet:
    """ml-latest-small."""
    return load("movies", tastemap_data / "ml-latest-small")


@pytest.fixture(scope="session")
def anime(tastemap_data) -> DataSet:
    """The sample of the Anime Recommendations Database."""
    return load("anime", tastemap_data / "anime")


@pytest.fixture
def figures():
    """What came out, by what it is."""
    return lambda rows: {row.what: row.ours for row in rows}
