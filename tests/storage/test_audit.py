"""The audit log grows and never changes, on real SQLite files and with real processes."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recommender.errors import SettingError, StorageError
from recommender.settings import Settings
from recommender.storage import AuditLog, database, open_database

ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from pathlib import Path
from recommender.settings import Settings
from recommender.storage import AuditLog, open_database
log = AuditLog(open_database(Settings(state=Path(sys.argv[1]))))
for i in range(int(sys.argv[3])):
    log.append(sys.argv[2], "count", detail=str(i))
    print(i, flush=True)
"""


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    return AuditLog(open_database(Settings(state=tmp_path / "state")))


def writer(state: Path, name: str, n: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(state), name, str(n)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_an_act_is_read_back_with_its_end_newest_first(log):
    start = datetime.now(UTC)
    first = log.append("ada", "promote", domain="movies", release="r1", detail="better")
    second = log.append("ada", "delete", domain="anime", release="r0")
    log.append("ada", "promote", detail="serves", outcome="done", begun=first)
    newest, oldest = log.read()
    assert (newest.id, newest.action, newest.outcome, newest.ended) == (
        second,
        "delete",
        "begun",
        None,
    )
    assert (oldest.who, oldest.domain, oldest.release) == ("ada", "movies", "r1")
    assert (oldest.detail, oldest.outcome, oldest.result) == ("better", "done", "serves")
    assert start <= oldest.at <= oldest.ended <= datetime.now(UTC)
    assert oldest.at.tzinfo is UTC


def test_pages_of_the_log_join_without_gap_or_repeat(log):
    ids = [log.append("ada", "look", domain=("movies", "anime")[i % 2]) for i in range(11)]
    seen, before = [], None
    while page := log.read(4, before=before):
        seen += [entry.id for entry in page]
        before = page[-1].id
    assert seen == ids[::-1]
    assert [entry.id for entry in log.read(domain="anime")] == ids[1::2][::-1]
    assert log.read(actions=["promote"]) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET who = 'eve'",
        "DELETE FROM audit",
        "REPLACE INTO audit SELECT id, at, 'eve', action, domain, release, detail, outcome, begun"
        " FROM audit",
    ],
)
def test_no_row_can_be_changed_or_removed_by_anybody(log, tmp_path, statement):
    log.append("ada", "promote")
    strangers = sqlite3.connect(tmp_path / "state" / database.NAME)
    with pytest.raises(sqlite3.IntegrityError, match="the audit log only grows"):
        strangers.execute(statement)
    strangers.close()
    assert [entry.who for entry in log.read()] == ["ada"]


def test_an_act_ends_once(log):
    begun = log.append("ada", "promote")
    log.append("ada", "promote", outcome="done", begun=begun)
    with pytest.raises(StorageError, match="UNIQUE"):
        log.append("ada", "promote", outcome="failed", begun=begun)


def test_secrets_and_control_characters_are_not_kept(tmp_path):
    log = AuditLog(open_database(Settings(state=tmp_path)), secrets=("hf_abc", "scrypt:1:2"))
    log.append("ada", "push", detail="401 for hf_abc\n\x1b[31mscrypt:1:2\x00 " + "x" * 9000)
    (entry,) = log.read()
    assert entry.detail.startswith("401 for ••• [31m•••  xxx")
    assert len(entry.detail) == 2000
    assert b"hf_abc" not in (tmp_path / database.NAME).read_bytes()


def test_many_processes_write_at_once_and_nothing_is_lost(tmp_path):
    writers = [writer(tmp_path, name, 40) for name in ("ada", "bob", "cleo")]
    assert [one.wait(60) for one in writers] == [0, 0, 0]
    for one in writers:
        one.stdout.close()
    entries = AuditLog(open_database(Settings(state=tmp_path))).read(1000)
    for name in ("ada", "bob", "cleo"):
        own = [int(entry.detail) for entry in entries if entry.who == name]
        assert own == list(range(40))[::-1]


def test_what_was_appended_before_a_kill_is_there(tmp_path):
    for delay in (0.0, 0.03, 0.11):
        state = tmp_path / str(delay)
        process = writer(state, "ada", 100_000)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(delay)
        os.kill(process.pid, signal.SIGKILL)
        rest = process.stdout.read().split()
        process.stdout.close()
        process.wait()
        told = int(rest[-1]) if rest else 0
        log = AuditLog(open_database(Settings(state=state)))
        kept = sorted(int(entry.detail) for entry in log.read(100_000))
        assert kept[: told + 1] == list(range(told + 1))
        assert len(kept) <= told + 2
        log.append("ada", "look")


def test_a_locked_database_is_said_and_nothing_is_written(log, tmp_path):
    holder = sqlite3.connect(tmp_path / "state" / database.NAME, isolation_level=None)
    with log.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 100")
        connection.rollback()
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match=r"cannot be written \(database is locked\)"):
        log.append("ada", "promote")
    assert log.read() == []  # and reading waits for nobody
    holder.execute("ROLLBACK")
    holder.close()
    log.append("ada", "promote")


def test_a_full_disk_is_said_and_nothing_is_written(log):
    log.append("ada", "promote")
    with log.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        for _ in range(100):
            log.append("ada", "delete", detail="x" * 2000)

    with pytest.raises(StorageError, match=r"disk is full"):
        fill()
    n = len(log.read(1000))
    with pytest.raises(StorageError, match=r"disk is full"):
        log.append("ada", "delete", detail="x" * 2000)
    assert len(log.read(1000)) == n


def test_a_state_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="TASTEMAP_STATE"):
        open_database(Settings(state=tmp_path / "file" / "state"))


def test_a_file_that_is_no_database_is_said(tmp_path):
    (tmp_path / database.NAME).write_bytes(b"no database at all" * 100)
    with pytest.raises(StorageError, match="not a database"):
        open_database(Settings(state=tmp_path))


@pytest.mark.parametrize(
    "url", ["mysql://ada:s3cret@host/x", "s3cret", "postgresql://ada:s3cret@host:port/x"]
)
def test_another_kind_of_database_is_refused_without_repeating_the_password(url):
    with pytest.raises(SettingError, match="TASTEMAP_DATABASE_URL") as raised:
        open_database(Settings(database_url=url))
    assert "s3cret" not in str(raised.value)


def test_a_database_server_that_is_not_there_is_said_without_the_password():
    url = "postgresql://ada:s3cret@localhost:1/none"
    with pytest.raises(StorageError, match="cannot be written") as raised:
        open_database(Settings(database_url=url))
    assert "s3cret" not in str(raised.value)
