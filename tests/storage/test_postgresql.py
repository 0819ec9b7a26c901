"""The audit log in PostgreSQL: the same promises, kept by a real server."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from recommender.settings import Settings
from recommender.storage import AuditLog, database, open_database


def program(name: str) -> str:
    """Path of a program of PostgreSQL's server, which Debian keeps out of PATH."""
    there = [shutil.which(name), *map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))]
    if found := next(filter(None, there), None):
        return found
    pytest.skip(f"There is no {name}: PostgreSQL's server is not installed.")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    initdb, postgres = program("initdb"), program("postgres")
    # It refuses to run as root.
    nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []} if nobody else {}
    with tempfile.TemporaryDirectory() as folder:
        if nobody:
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        with socket.socket() as free:
            free.bind(("localhost", 0))
            port = free.getsockname()[1]
        home = f"{folder}/data"
        command = [initdb, "-D", home, "-U", "ada", "-A", "trust", "--no-sync", "-E", "UTF8"]
        subprocess.run(command, check=True, capture_output=True, cwd=folder, **user)
        server = subprocess.Popen(
            [postgres, "-D", home, "-p", str(port), "-k", folder, "-h", "localhost"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            **user,
        )
        try:
            address = f"postgresql://ada@localhost:{port}/postgres"
            wait(port, server)
            yield address
        finally:
            server.terminate()
            server.wait(30)


def wait(port: int, server: subprocess.Popen[bytes]) -> None:
    ready = [program("pg_isready"), "-h", "localhost", "-p", str(port)]
    for _ in range(300):
        assert server.poll() is None
        if subprocess.run(ready, check=False, capture_output=True).returncode == 0:
            return
        subprocess.run(["sleep", "0.1"], check=True)
    raise TimeoutError("PostgreSQL did not start.")


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
