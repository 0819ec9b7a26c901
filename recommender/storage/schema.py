"""The schema: the steps in `migrations/versions`, by Alembic, that make or upgrade a database.

All of an upgrade is one transaction, in which processes that start together wait for each other. A
database from before there were steps holds the audit log alone and begins behind the first step.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect

from recommender.errors import StorageError

FIRST, HEAD = "audit", "visitors"
"""The first and the last step."""
_LOCK = 0x7A57E3A9


def upgrade(connection: Connection) -> None:
    """Brings a database to the newest schema.

    Args:
        connection: in a transaction that writes.

    Raises:
        StorageError: it was made by a newer Tastemap.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    there = inspect(connection).get_table_names()
    version = None
    if "alembic_version" in there:
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if version == HEAD:
        return
    # Imported here: it takes half a second, and a database is upgraded once.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    if version is not None and version not in _steps(ScriptDirectory.from_config(config)):
        raise StorageError(
            f"The database was made by a newer Tastemap (its schema is {version!r}); start that "
            "one, or let TASTEMAP_DATABASE_URL or TASTEMAP_STATE name another database."
        )
    if version is None and "audit" in there:
        command.stamp(config, FIRST)
    command.upgrade(config, HEAD)


def _steps(scripts: object) -> set[str]:
    return {step.revision for step in scripts.walk_revisions()}  # type: ignore[attr-defined]
