"""The schema is made by its steps alone, from nothing and from the databases there are."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from recommender.errors import StorageError
from recommender.settings import Settings
from recommender.storage import AuditLog, database, open_database, schema
from recommender.visitors import tables
from tests.storage.server import postgresql

# As the app made it before there were steps.
OLD = {
    "sqlite": """
CREATE TABLE audit (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, at DATETIME NOT NULL,
    who VARCHAR(200) NOT NULL, action VARCHAR(40) NOT NULL, domain VARCHAR(80) NOT NULL,
    release VARCHAR(80) NOT NULL, detail TEXT NOT NULL, outcome VARCHAR(10) NOT NULL,
    begun INTEGER, UNIQUE (begun), FOREIGN KEY(begun) REFERENCES audit (id),
    CONSTRAINT audit_outcome CHECK (outcome IN ('begun', 'done', 'failed', 'refused')));
CREATE TRIGGER audit_keeps_all BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log only grows') END""",
    "postgresql": """
CREATE TABLE audit (
    id BIGSERIAL NOT NULL PRIMARY KEY, at TIMESTAMP WITH TIME ZONE NOT NULL,
    who VARCHAR(200) NOT NULL, action VARCHAR(40) NOT NULL, domain VARCHAR(80) NOT NULL,
    release VARCHAR(80) NOT NULL, detail TEXT NOT NULL, outcome VARCHAR(10) NOT NULL,
    begun BIGINT, UNIQUE (begun), FOREIGN KEY(begun) REFERENCES audit (id),
    CONSTRAINT audit_outcome CHECK (outcome IN ('begun', 'done', 'failed', 'refused')));
CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit log only grows' END $$;
CREATE TRIGGER audit_keeps_rows BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_only_grows()""",
}


ENGINES: list[Engine] = []


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path) -> Iterator[Settings]:
    with postgresql() if request.param == "postgresql" else nullcontext() as server:
        here = Settings(database_url=server.url) if server else Settings(state=tmp_path)
        yield here
        for engine in ENGINES:
            engine.dispose()
        ENGINES.clear()
    database._opened.cache_clear()


def opened(settings: Settings) -> Engine:
    """The database, brought to the newest schema; closed when the test has ended."""
    ENGINES.append(open_database(settings))
    return ENGINES[-1]


def old(settings: Settings) -> Engine:
    """A database of the app before there were steps, with an act in its log."""
    if settings.database_url:
        engine = database._postgresql(settings.database_url)
    else:
        engine = database._sqlite(f"sqlite:///{settings.state / database.NAME}")
    ENGINES.append(engine)
    with engine.begin() as connection:
        for statement in OLD[engine.dialect.name].split(";\n"):
            # The semicolon that would end a statement, inside of a trigger.
            connection.exec_driver_sql(statement.replace(" END", "; END"))
    AuditLog(engine).append("ada", "promote", domain="movies")
    return engine


def revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        connection.rollback()
    return found


def test_the_steps_make_what_the_code_expects(settings):
    engine = opened(settings)
    assert revision(engine) == schema.HEAD
    assert {"visitor", "exposure"} <= tables.VISITOR.metadata.tables.keys()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, database.METADATA) == []
        connection.rollback()


def test_the_newest_step_is_the_one_that_the_code_knows():
    scripts = ScriptDirectory(str(schema.Path(schema.__file__).parent / "migrations"))
    assert scripts.get_current_head() == schema.HEAD
    assert scripts.get_base() == schema.FIRST


def test_a_database_from_before_the_steps_is_upgraded_and_keeps_its_log(settings):
    old(settings).dispose()
    engine = opened(settings)
    assert revision(engine) == schema.HEAD
    log = AuditLog(engine)
    log.append("bob", "look", outcome="done")
    newest, first = log.read()
    assert (newest.who, first.who, first.action) == ("bob", "ada", "promote")
    assert first.at <= datetime.now(UTC)
    with pytest.raises(DBAPIError, match="only grows"), engine.begin() as connection:
        connection.execute(text("DELETE FROM audit"))


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(settings, monkeypatch):
    engine = old(settings)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE exposure (no INTEGER)"))
    with pytest.raises(StorageError, match="exposure"):
        opened(settings)
    with engine.begin() as connection:
        names = database.METADATA.tables.keys() - {"audit", "exposure"}
        there = schema.inspect(connection).get_table_names()
        assert not names & {*there}
        connection.execute(text("DROP TABLE exposure"))
    assert revision(opened(settings)) == schema.HEAD


def test_a_database_of_a_newer_tastemap_is_left_alone(settings):
    engine = opened(settings)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'tomorrow'"))
    database._opened.cache_clear()
    with pytest.raises(StorageError, match="newer Tastemap"):
        opened(settings)
    assert revision(engine) == "tomorrow"
