"""A real PostgreSQL for tests: a cluster of its own, which can be stopped and started again."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest


def program(name: str) -> str:
    """Path of a program of PostgreSQL's server, which Debian keeps out of PATH."""
    there = [shutil.which(name), *map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))]
    if found := next(filter(None, there), None):
        return found
    pytest.skip(f"There is no {name}: PostgreSQL's server is not installed.")


@dataclass
class PostgreSQL:
    """A server.

    Attributes:
        folder: its cluster and its socket.
        port: where it listens.
        user: whom its process runs as, as `subprocess` takes it.
    """

    folder: str
    port: int
    user: dict[str, Any]
    _process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"postgresql://ada@localhost:{self.port}/postgres"

    def start(self) -> None:
        command = [program("postgres"), "-D", f"{self.folder}/data", "-p", str(self.port)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(
            [*command, "-k", self.folder, "-h", "localhost"], cwd=self.folder, **quiet, **self.user
        )
        ready = [program("pg_isready"), "-h", "localhost", "-p", str(self.port)]
        for _ in range(300):
            assert self._process.poll() is None
            if subprocess.run(ready, check=False, capture_output=True).returncode == 0:
                return
            time.sleep(0.1)
        raise TimeoutError("PostgreSQL did not start.")

    def stop(self) -> None:
        """Breaks all connections off and ends; what was committed stays."""
        if self._process is not None:
            # SIGINT is its "fast shutdown", which waits for no client.
            self._process.send_signal(2)
            self._process.wait(30)
            self._process = None


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """Runs a server of its own; the test is skipped where none is installed."""
    initdb = program("initdb")
    # It refuses to run as root.
    nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []} if nobody else {}
    with tempfile.TemporaryDirectory() as folder:
        if nobody:
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        with socket.socket() as free:
            free.bind(("localhost", 0))
            port = free.getsockname()[1]
        command = [initdb, "-D", f"{folder}/data", "-U", "ada", "-A", "trust", "--no-sync"]
        command += ["-E", "UTF8"]
        subprocess.run(command, check=True, capture_output=True, cwd=folder, **user)
        server = PostgreSQL(folder, port, user)
        server.start()
        try:
            yield server
        finally:
            server.stop()
