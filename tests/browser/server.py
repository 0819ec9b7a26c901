"""The real app in a process of its own, started as `make run` starts it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds until a server that does not answer counts as broken."""


@dataclass(frozen=True)
class Server:
    """A running app.

    Attributes:
        url: where it answers, without a slash at the end.
        log: the file that takes what it prints.
        pid: of its process.
    """

    url: str
    log: Path
    pid: int


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        return int(free.getsockname()[1])


@contextmanager
def serve(
    folder: Path,
    models: Path | None = None,
    port: int | None = None,
    root: Path = ROOT,
    **settings: str,
) -> Iterator[Server]:
    """Runs the app until the block ends.

    Args:
        folder: takes the log.
        models: the models folder to serve; None for the bundled one.
        port: where it answers; None for any that is free.
        root: the project's folder.
        settings: further environment variables; any other of Tastemap's is not passed on.
    """
    port = port or free_port()
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TASTEMAP_")}
    environment = kept | settings
    if models is not None:
        environment["TASTEMAP_MODELS"] = str(models)
    path = folder / f"server-{port}.log"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with path.open("w") as log:
        process = subprocess.Popen(
            [*command, "--server.address", "localhost"],
            cwd=root,
            env=environment | {"PYTHONUNBUFFERED": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    base = settings.get("STREAMLIT_SERVER_BASE_URL_PATH", "")
    server = Server(f"http://localhost:{port}/{base}".rstrip("/"), path, process.pid)
    try:
        _wait(process, server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], server: Server) -> None:
    """Returns once the server answers."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5) as answer:
                if answer.read() == b"ok":
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise RuntimeError(f"The app did not start:\n{server.log.read_text()}")
