"""What one machine carries: constants, a simulation fitted to them, and how far it holds.

Constants: processor time of an update and of an arrival with nobody else there, of the database and
the proxy for an update, what both send, what a session and what a title holds in memory. The
simulation (`benchmarks/simulation.py`) has one number that is fitted, to medians, 95th percentiles
and cores of all crowds that were measured. What is said of more cores than there are is the
simulation's.

Crowds rate for a minute each, after half a minute in which they come. One process keeps ratings
in SQLite; several are behind nginx with one PostgreSQL, as in `benchmarks/visitors.py`.
"""

from __future__ import annotations

import os
from dataclasses import astuple, dataclass
from math import inf
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

import numpy as np
import psutil

import recommender
from benchmarks.simulation import (
    LIMIT,
    STAY,
    Constants,
    Figures,
    Setting,
    fit,
    most_visitors,
    simulate,
)
from benchmarks.table import print_table
from benchmarks.visitors import VALUES, App, Crowd, gather, rounds, started, visit
from tests.visitors.client import Client

CROWDS = ((1, 25), (1, 50), (1, 75), (1, 100), (2, 50), (2, 100), (2, 150))
"""Processes of the app, visitors."""
RAMP, MINUTES = 30.0, 1.0
ARRIVALS, UPDATES = 30, 200
RATINGS = 10
MACHINES = (1, 2, 4, 8, 16)


def main() -> None:
    cores = len(os.sched_getaffinity(0))
    alone = measured_alone()
    constants, own = alone.constants, alone.own
    measured: dict[Setting, Crowd] = {}
    for replicas, visitors in CROWDS:
        crowd = measured_crowd(replicas, visitors)
        beside = 60 * MINUTES * crowd.beside / len(crowd.updates)
        places = (own,) if replicas == 1 else (beside, own)
        measured[Setting(visitors, replicas, cores, places)] = crowd
    crowds = {at: Figures.of(crowd.updates, crowd.cores) for at, crowd in measured.items()}
    constants = fit(constants, crowds)

    several = [setting.beside[0] for setting in crowds if setting.replicas > 1]
    one = {at.visitors: held(crowd) for at, crowd in measured.items() if at.replicas == 1}
    a_session, base = np.polyfit(list(one), list(one.values()), 1)
    print_table(
        ["constant", ""],
        [
            ["an update, alone", f"{1000 * np.mean(constants.updates):.0f} ms of a core"],
            ["a first page, alone", f"{1000 * constants.arrival:.0f} ms of a core"],
            ["proxy and database, an update", f"{1000 * np.mean(several):.1f} ms of a core"],
            ["the visitor's own part", f"{1000 * own:.0f} ms of a core"],
            ["lost while several acts are under way", f"{constants.loss:.0%} of an interpreter"],
            ["sent for an update", f"{alone.sent / 1024:.1f} KiB"],
            ["sent for a first page, without its files", f"{alone.sent_first / 1024:.0f} KiB"],
            ["a process without visitors", f"{base:.0f} MiB"],
            ["a visitor", f"{a_session:.2f} MiB"],
        ],
    )
    print()
    columns = ("median ms", "95 % ms", "cores")
    header = [*columns, *(f"{name}, simulated" for name in columns)]
    print_table(
        ["processes", "visitors", *header, "holds, MiB", "errors"],
        [
            [
                setting.replicas,
                setting.visitors,
                *_cells(figures),
                *_cells(simulate(constants, setting)),
                f"{held(measured[setting]):.0f}",
                len(measured[setting].errors),
            ]
            for setting, figures in crowds.items()
        ],
    )
    print()
    print_table(
        ["cores, a process on each", f"visitors with 95 % within {LIMIT:.0f} ms, simulated"],
        [[n, most_visitors(constants, n)] for n in MACHINES],
    )
    print()
    print_table(["releases", "a title, KiB", "on disk, KiB"], titles())


def _cells(figures: Figures) -> list[str]:
    median, most, cores = astuple(figures)
    return [f"{median:.0f}", f"{most:.0f}", f"{cores:.2f}"]


def held(crowd: Crowd) -> float:
    """MiB of all processes of the app at the end."""
    return sum(float(mib) for mib in crowd.held[-1].split(" + "))


@dataclass(frozen=True)
class Alone:
    """What a visitor takes with nobody else there.

    Attributes:
        constants: without a loss.
        own: seconds of a core of the visitor's own part in an update.
        sent: bytes that the app sends for an update.
        sent_first: and for a first page.
    """

    constants: Constants
    own: float
    sent: float
    sent_first: float


def measured_alone() -> Alone:
    """What one visitor after the other takes."""
    own, first, some = psutil.Process(), 0, 0
    with TemporaryDirectory() as folder, started(Path(folder), 1) as app:
        visit(app, 0.2, rounds(10))
        _rest(app)
        before = app.seconds()
        for number in range(ARRIVALS):
            with Client(app.url, f"{number + 10**9:032x}") as client:
                first += client.received
                sleep(0.3)
        arrival = (app.seconds() - before) / ARRIVALS
        with Client(app.url, f"{10**10:032x}") as client:
            some -= client.received
            for _ in range(RATINGS):
                client.rate(VALUES[0])
            some += client.received
        before, own_before = app.seconds(), sum(own.cpu_times()[:2])
        updates: list[float] = []
        visits = 0
        while len(updates) < UPDATES:
            found, errors = visit(app, 0.2, rounds(min(STAY) + 1))
            if errors:
                raise SystemExit(errors[0])
            updates += found
            visits += 1
        each = (app.seconds() - before - visits * arrival) / len(updates)
        own_each = (sum(own.cpu_times()[:2]) - own_before) / len(updates)
    # Their mean is what the processor says; how they differ is what the clock says.
    scaled = np.array(updates) * each / np.mean(updates)
    constants = Constants(scaled.tolist(), arrival)
    return Alone(constants, own_each, some / RATINGS, first / ARRIVALS)


def _rest(app: App) -> None:
    """Waits until the app has nothing left to do, such as what it prepares when it starts."""
    before = -inf
    while (now := app.seconds()) - before > 0.02:
        before = now
        sleep(1)


def measured_crowd(replicas: int, visitors: int) -> Crowd:
    """A crowd of real sessions."""
    with TemporaryDirectory() as folder, started(Path(folder), replicas) as app:
        visit(app, 0.2, rounds(10))
        _rest(app)
        return gather(app, visitors, RAMP, MINUTES)


def titles() -> list[list[str]]:
    """What each bundled release holds, in a process of its own."""
    with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        return pool.map(_held, ("movies", "anime"), chunksize=1)


def _held(domain: str) -> list[str]:
    own = psutil.Process()
    # What any release imports is not the release.
    recommender.open_release("movies" if domain == "anime" else "anime")
    before = own.memory_full_info().uss
    release = recommender.open_release(domain)
    release.warm_up()
    of_release = own.memory_full_info().uss - before
    on_disk = sum(file.stat().st_size for file in release.folder.iterdir())
    n = len(release.catalogue)
    return [f"{n:,} {domain}", f"{of_release / n / 1024:.1f}", f"{on_disk / n / 1024:.2f}"]
