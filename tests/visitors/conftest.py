"""What the tests of visitors' ratings share: both kinds of database, real ones."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from recommender.settings import Settings
from recommender.storage import database, open_database
from tests.storage.server import PostgreSQL, postgresql


@pytest.fixture(scope="session")
def server() -> Iterator[PostgreSQL]:
    with postgresql() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path) -> Iterator[Settings]:
    """Where an empty database is."""
    if request.param == "sqlite":
        here = Settings(state=tmp_path / "state")
        yield here
        open_database(here).dispose()
    else:
        running: PostgreSQL = request.getfixturevalue("server")
        here = Settings(database_url=running.url)
        yield here
        engine = open_database(here)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        engine.dispose()
    database._opened.cache_clear()


@pytest.fixture
def engine(settings: Settings) -> Engine:
    return open_database(settings)
