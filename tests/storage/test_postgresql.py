"""The audit log in PostgreSQL: the same promises, kept by a real server."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from recommender.settings import Settings
from recommender.storage import AuditLog, database, open_database
from tests.storage.server import postgresql


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with postgresql() as server:
        yield server.url


def test_the_log_grows_and_never_changes_in_postgresql(url):
    settings = Settings(database_url=url)
    # Eight tabs that come together make the tables once.
    with ThreadPoolExecutor(8) as pool:
        database._opened.cache_clear()
        engines = list(pool.map(lambda _: open_database(settings), range(8)))
    log = AuditLog(engines[0], secrets=("hf_abc",))
    begun = log.append("ada", "promote", domain="movies", release="r1", detail="hf_abc")
    log.append("ada", "promote", outcome="done", begun=begun, detail="serves")
    log.append("eve", "sign in", outcome="refused")
    newest, oldest = log.read()
    assert (newest.who, newest.outcome) == ("eve", "refused")
    assert (oldest.id, oldest.detail, oldest.outcome, oldest.result) == (
        begun,
        "•••",
        "done",
        "serves",
    )
    assert oldest.at.utcoffset() is not None
    assert log.read(before=newest.id) == [oldest]
    for statement in ("UPDATE audit SET who = 'eve'", "DELETE FROM audit", "TRUNCATE audit"):
        with pytest.raises(DBAPIError, match="the audit log only grows"), log.engine.begin() as one:
            one.execute(text(statement))
    assert len(log.read()) == 2
    for engine in {*engines}:
        engine.dispose()
    database._opened.cache_clear()
