"""Fixtures for all tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from threadpoolctl import threadpool_limits

from recommender.data import DataSet, load

# The same examples on every run, so a red test is about the change; search for new ones with
# `pytest --hypothesis-profile=search`.
settings.register_profile("reproducible", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=1000, deadline=None)
settings.load_profile("reproducible")


@pytest.fixture(scope="session")
def tastemap_data() -> Path:
    """The folder with data sets that no package ships; tests that need it are skipped without."""
    named = os.environ.get("TASTEMAP_DATA")
    if not named:
        pytest.skip(
            "TASTEMAP_DATA is not set: it names the folder that holds ml-latest-small and anime"
        )
    folder = Path(named)
    if not folder.is_dir():
        pytest.fail(f"TASTEMAP_DATA names {folder}, which is no folder")
    return folder


@pytest.fixture(scope="session")
def movies() -> DataSet:
    """The movies that a package ships: 100,004 ratings."""
    return load("movies")


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Small solves take longer to share out than to do, and bits then do not depend on cores."""
    with threadpool_limits(1):
        yield
