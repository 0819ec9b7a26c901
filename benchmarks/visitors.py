"""A hundred visitors at once for half an hour: each rates a title every five seconds.

They speak to `streamlit run app.py` over websockets as browsers do, agree that their ratings are
kept, and leave after 10 to 30 ratings for others to come. An update counts from the moment it was
due to the last message of the page, so a server that falls behind cannot hide it. The visitors run
on the same two cores. Beside it, one visitor alone. BENCHMARK_MINUTES sets another length.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from time import monotonic, sleep

import numpy as np
import psutil

from benchmarks.table import print_table, summary
from tests.browser.server import Server, serve
from tests.visitors.client import Client

VISITORS, PAUSE, ALONE = 100, 5.0, 40
RAMP = 100.0
"""Seconds in which they come; updates count from then on."""
STAY = range(10, 31)
"""How many titles somebody rates, in turn, so that not all leave at once."""

MINUTES = float(os.environ.get("BENCHMARK_MINUTES", "30"))
VALUES = (5.0, 3.5, 4.0, 1.0)
NUMBERS = count()


def main() -> None:
    with (
        TemporaryDirectory() as folder,
        serve(Path(folder), TASTEMAP_STATE=str(Path(folder, "state"))) as server,
    ):
        alone, _ = _visit(server, 0.2, _rounds(ALONE))
        held, updates, errors, cores = _crowd(server)
    print_table(
        ["updates", "number", "median ms", "95 % ms", "99 % ms", "errors"],
        [
            ["one visitor alone", len(alone), *summary(alone), _last(alone), 0],
            [f"{VISITORS} at once", len(updates), *summary(updates), _last(updates), len(errors)],
        ],
    )
    print(f"\nThe server took {cores:.2f} cores. It held, by minute: {', '.join(held)} MiB.")
    for error in sorted(set(errors)):
        print(error)


def _crowd(server: Server) -> tuple[list[str], list[float], list[str], float]:
    """Lets them in, then counts; what the server held, the updates, the errors, its cores."""
    process, full, over = psutil.Process(server.pid), Event(), Event()
    held: list[str] = []
    with ThreadPoolExecutor(VISITORS) as threads:
        visits = []
        for _ in range(VISITORS):
            visits.append(threads.submit(_visit, server, PAUSE, lambda: not over.is_set(), full))
            sleep(RAMP / VISITORS)
        full.set()
        before, began = sum(process.cpu_times()[:2]), monotonic()
        for minute in count(1):
            held.append(str(process.memory_info().rss >> 20))
            if (left := began + 60 * MINUTES - monotonic()) <= 0:
                break
            sleep(min(left, began + 60 * minute - monotonic()))
        cores = (sum(process.cpu_times()[:2]) - before) / (monotonic() - began)
        over.set()
    found = [visit.result() for visit in visits]
    return (
        held,
        [one for updates, _ in found for one in updates],
        [one for _, errors in found for one in errors],
        cores,
    )


def _visit(
    server: Server, pause: float, more: Callable[[], bool], full: Event | None = None
) -> tuple[list[float], list[str]]:
    """One visitor after the other; milliseconds of the updates that count, and what went wrong."""
    updates: list[float] = []
    errors: list[str] = []
    while more():
        try:
            visitor = next(NUMBERS)
            with Client(server.url, f"{visitor:032x}") as client:
                due = monotonic() + pause
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


def _rounds(n: int) -> Callable[[], bool]:
    left = iter(range(n))
    return lambda: next(left, None) is not None


def _last(figures: list[float]) -> str:
    return f"{np.percentile(figures, 99):.1f}"
