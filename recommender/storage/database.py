"""The database: SQLite in the state folder, or PostgreSQL where TASTEMAP_DATABASE_URL says so.

All tables hang on `METADATA`, and the steps in `migrations/` make them. SQLite runs with a
write-ahead log, flushed at every commit, so that many processes may read while one writes and a
power loss takes nothing that was committed. A transaction that writes takes the write lock when it
begins; waiting for it has an end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError

from recommender.errors import SettingError, StorageError
from recommender.settings import Settings
from recommender.storage.schema import upgrade

METADATA = MetaData()
NAME = "tastemap.sqlite"
PATIENCE = 5.0
"""Seconds to wait for a database that another process holds."""


def open_database(settings: Settings) -> Engine:
    """Opens the database, brought to the newest schema.

    Args:
        settings: where it is.

    Returns:
        An engine, the same one for the same place.

    Raises:
        SettingError: TASTEMAP_DATABASE_URL cannot be read, or is of another kind of database.
        StorageError: it cannot be reached or written, or was made by a newer Tastemap.
    """
    if settings.database_url is not None:
        return _opened(settings.database_url)
    try:
        settings.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StorageError(
            f"The state folder {settings.state} cannot be made ({error.strerror}); see that there "
            "is room and that you may write there, or let TASTEMAP_STATE name another."
        ) from error
    return _opened(f"sqlite:///{settings.state.resolve() / NAME}")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that is kept when the block ends and forgotten when it fails.

    Raises:
        StorageError: the database refuses.
    """
    with _told("written"), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that waits for nobody who writes.

    Raises:
        StorageError: the database refuses.
    """
    with _told("read"), engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


@lru_cache(maxsize=8)
def _opened(address: str) -> Engine:
    engine = _sqlite(address) if address.startswith("sqlite:") else _postgresql(address)
    try:
        with writing(engine) as connection:
            upgrade(connection)
    except BaseException:
        # Whoever waits for a database tries again and again, each time with a new one.
        engine.dispose()
        raise
    return engine


def _sqlite(address: str) -> Engine:
    engine = create_engine(address, connect_args={"timeout": PATIENCE})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: Any) -> None:
        # The driver would begin transactions by itself, too late to hold the lock; see `begin`.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        # Without it, replacing a row would not count as deleting the old one.
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql(address: str) -> Engine:
    try:
        url = make_url(address)
    except (SQLAlchemyError, ValueError):
        # Its text may hold a password, and so may the error's.
        url = None
    if url is None or url.get_backend_name() not in ("postgresql", "postgres"):
        raise SettingError(
            "TASTEMAP_DATABASE_URL cannot be used; write postgresql://user:password@host/name, or "
            "unset it."
        )
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=5,
        max_overflow=5,
        pool_timeout=PATIENCE,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": round(PATIENCE),
            # A server that falls silent must not hold whoever waits for it.
            "tcp_user_timeout": round(1000 * PATIENCE),
            "options": "-c lock_timeout=5000 -c statement_timeout=30000",
        },
    )


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turns what the database refuses into a sentence, without addresses and values."""
    try:
        yield
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]
        raise StorageError(
            f"The database cannot be {what} ({reason}); see that there is room on the disk and "
            "that nothing else holds it, then try again."
        ) from error
