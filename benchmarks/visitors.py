"""A hundred visitors at once for half an hour: each rates a title every five seconds.

They speak to the app over websockets as browsers do, agree that their ratings are kept, and leave
after 10 to 30 ratings for others to come. An update counts from the moment it was due to the last
message of the page, so a server that falls behind cannot hide it. The visitors run on the same two
cores. Beside it, one visitor alone.

The app runs as `docs/deploy.md` says for several replicas: two processes behind nginx, over HTTPS,
with one PostgreSQL. BENCHMARK_REPLICAS=1 is `streamlit run app.py` alone, with SQLite.
BENCHMARK_MINUTES sets another length.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from ssl import SSLContext
from tempfile import TemporaryDirectory
from threading import Event
from time import monotonic, sleep
from urllib.parse import urlsplit

import numpy as np
import psutil
from numpy.typing import NDArray

from benchmarks.family import cpu_seconds
from benchmarks.simulation import PAUSE, STAY
from benchmarks.table import print_table, summary
from tests.browser.proxies import ELSEWHERE, nginx, proxied, trusting
from tests.browser.server import Server, serve
from tests.storage.server import postgresql
from tests.visitors.client import Client

VISITORS, ALONE = 100, 40
RAMP = 100.0
"""Seconds in which they come; updates count from then on."""

MINUTES = float(os.environ.get("BENCHMARK_MINUTES", "30"))
REPLICAS = int(os.environ.get("BENCHMARK_REPLICAS", "2"))
VALUES = (5.0, 3.5, 4.0, 1.0)
NUMBERS = count()


@dataclass(frozen=True)
class App:
    """What the visitors come to.

    Attributes:
        url: where it answers.
        replicas: its processes.
        ssl: how to believe who it is.
    """

    url: str
    replicas: Sequence[psutil.Process]
    ssl: SSLContext | None = None

    def held(self) -> str:
        """MiB of each process."""
        return " + ".join(str(one.memory_info().rss >> 20) for one in self.replicas)

    def seconds(self) -> float:
        """Processor time so far."""
        return sum(map(_seconds, self.replicas))


@dataclass(frozen=True)
class Crowd:
    """What came of visitors who were there together.

    Attributes:
        updates: milliseconds of each that counts.
        errors: what went wrong.
        held: what the app held at each minute, MiB of each process.
        cores: what the app took.
        own: cores that the visitors took themselves.
        beside: cores of the proxy and the database.
    """

    updates: Sequence[float]
    errors: Sequence[str]
    held: Sequence[str]
    cores: float
    own: float
    beside: float


def main() -> None:
    with TemporaryDirectory() as folder, started(Path(folder), REPLICAS) as app:
        alone, _ = visit(app, 0.2, rounds(ALONE))
        crowd = gather(app, VISITORS, RAMP, MINUTES)
    updates = crowd.updates
    print_table(
        ["updates", "number", "median ms", "95 % ms", "99 % ms", "errors"],
        [
            ["one visitor alone", len(alone), *summary(alone), _last(alone), 0],
            [
                f"{VISITORS} at once",
                len(updates),
                *summary(updates),
                _last(updates),
                len(crowd.errors),
            ],
        ],
    )
    print(
        f"\nThe app, {REPLICAS} of it, took {crowd.cores:.2f} cores, the visitors {crowd.own:.2f}, "
        f"proxy and database {crowd.beside:.2f}. It held, by minute: {', '.join(crowd.held)} MiB."
    )
    for error in sorted(set(crowd.errors)):
        print(error)


@contextmanager
def started(folder: Path, replicas: int) -> Iterator[App]:
    """Runs the app until the block ends: one process, or several behind nginx."""
    with ExitStack() as stack:
        if replicas == 1:
            server = stack.enter_context(serve(folder, TASTEMAP_STATE=str(folder / "state")))
            yield App(server.url, [psutil.Process(server.pid)])
            return
        shared = {
            "STREAMLIT_SERVER_BASE_URL_PATH": "tastemap",
            "STREAMLIT_SERVER_COOKIE_SECRET": "x" * 40,
            "FORWARDED_ALLOW_IPS": ELSEWHERE,
            "TASTEMAP_DATABASE_URL": stack.enter_context(postgresql()).url,
        }
        servers: list[Server] = []
        for number in range(replicas):
            state = str(folder / f"state-{number}")
            servers.append(stack.enter_context(serve(folder, TASTEMAP_STATE=state, **shared)))
        ports = [urlsplit(server.url).port or 0 for server in servers]
        proxy = stack.enter_context(proxied(nginx, folder, ports))
        yield App(proxy.url, [psutil.Process(server.pid) for server in servers], trusting())


def gather(app: App, visitors: int, ramp: float, minutes: float) -> Crowd:
    """Lets visitors in one by one for `ramp` seconds, then counts."""
    full, over = Event(), Event()
    held: list[str] = []
    with ThreadPoolExecutor(visitors) as threads:
        visits = []
        for _ in range(visitors):
            visits.append(threads.submit(visit, app, PAUSE, lambda: not over.is_set(), full))
            sleep(ramp / visitors)
        full.set()
        before, began = _spent(app), monotonic()
        for minute in count(1):
            held.append(app.held())
            if (left := began + 60 * minutes - monotonic()) <= 0:
                break
            sleep(min(left, max(0.0, began + 60 * minute - monotonic())))
        took = monotonic() - began
        cores, own, beside = ((_spent(app) - before) / took).tolist()
        over.set()
    found = [one.result() for one in visits]
    return Crowd(
        [one for updates, _ in found for one in updates],
        [one for _, errors in found for one in errors],
        held,
        cores,
        own,
        beside,
    )


def visit(
    app: App, pause: float, more: Callable[[], bool], full: Event | None = None
) -> tuple[list[float], list[str]]:
    """One visitor after the other; milliseconds of the updates that count, and what went wrong."""
    updates: list[float] = []
    errors: list[str] = []
    while more():
        try:
            visitor = next(NUMBERS)
            with Client(app.url, f"{visitor:032x}", app.ssl) as client:
                due = monotonic() + pause
                # In turn, so that not all leave at once.
                for number in range(STAY[visitor % len(STAY)]):
                    if not more():
                        break
                    sleep(max(0.0, due - monotonic()))
                    client.rate(VALUES[number % len(VALUES)])
                    if full is None or full.is_set():
                        updates.append(1000 * (monotonic() - due))
                    due = max(due + pause, monotonic())
        except Exception as error:
            # Whatever it is, it is counted and told.
            errors.append(f"{type(error).__name__}: {error}")
            sleep(1)
    return updates, errors


def rounds(n: int) -> Callable[[], bool]:
    """Says `n` times that there is more to do."""
    left = iter(range(n))
    return lambda: next(left, None) is not None


def _spent(app: App) -> NDArray[np.float64]:
    """Processor time of the app, of the visitors, of what runs beside, float64 (3,)."""
    of_app, own = app.seconds(), _seconds(psutil.Process())
    return np.array([of_app, own, cpu_seconds() - of_app - own])


def _seconds(process: psutil.Process) -> float:
    return sum(process.cpu_times()[:2])


def _last(figures: Sequence[float]) -> str:
    return f"{np.percentile(figures, 99):.1f}"
