"""Training on 1, 4, 16 and 24 million synthetic ratings: time and memory, and how they grow.

The ratings are like the anime set's (docs/synthetic.md), with as many a user; making them is timed,
too. `taste-als` and `explicit-als` are as anime has them; Funk SVD has scikit-surprise's own
settings (100 factors, 20 epochs), by Tastemap's kernel and by scikit-surprise itself. Every run has
a process of its own, which reads the ratings from their file, as `train` does, and fits on one
thread, as `train` does; what a first fit compiles is not timed. Seconds are the processor's, which
a busy machine changes little (making takes all cores; theirs are added up). Peak memory is the
whole process's, reading included. A run is stopped when it needs more than 4 GiB or two hours, and
larger ones of its kind are then left out. The growth is the slope of log time, or log memory, on
log ratings: 1 is linear.

The Spark engine fits the same two on two cores of this machine (`local[2]`) with a heap of 4 GiB;
seconds and memory are of all its processes, at most 12 GiB. It needs pyspark and Java.

Sets and figures are kept in `studies/growth`: a run that is stopped goes on where it was. It needs
the Kaggle files of anime: name the folder above them as TASTEMAP_DATA.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from time import perf_counter, process_time
from typing import Any

import numpy as np
import psutil
from threadpoolctl import threadpool_limits

import recommender
from benchmarks.family import Peak, cpu_seconds, family, held_mib
from benchmarks.peers import key
from benchmarks.table import print_table
from recommender.algorithms import configure
from recommender.algorithms.contract import Algorithm, silent
from recommender.data import load
from recommender.data.dataset import DataSet
from recommender.evaluation.cost import peak_mib
from recommender.evaluation.kept import fingerprint, measured
from recommender.evaluation.workers import end_with_parent
from recommender.settings import Settings
from recommender.training.recipes import recipe

DOMAIN = "anime"
MILLION = 1_000_000
SIZES = (1 * MILLION, 4 * MILLION, 16 * MILLION, 24 * MILLION)
SVD = {"k": 100, "epochs": 20, "learning_rate": 0.005, "regularisation": 0.02}
HOME = Path("studies", "growth")
_PACKAGE = Path(recommender.__path__[0])
_SPARK = {"spark.ui.enabled": "false", "spark.driver.memory": "4g"}
_FEW = 50
_POLL = 0.2


@dataclass(frozen=True)
class Limits:
    """At what a run is stopped."""

    mib: float = 4096
    seconds: float = 7200


_OF_ALL = Limits(mib=3 * Limits.mib)


@dataclass(frozen=True)
class Contender:
    """An algorithm and what fits it on the ratings in a folder."""

    algorithm: Algorithm
    fit: Callable[[Algorithm, Path], dict[str, float]]
    limits: Limits = Limits()
    engine: str = ""


def contenders() -> dict[str, Contender]:
    """What is fitted, by its name in the table."""
    taste, explicit = (recipe(DOMAIN, name) for name in ("taste-als", "explicit-als"))
    found = {
        "taste-als": Contender(taste, fit_here),
        "explicit-als": Contender(explicit, fit_here),
        "funk-svd": Contender(configure("funk-svd", **SVD), fit_here),
        "scikit-surprise SVD": Contender(configure("funk-svd", **SVD, engine="surprise"), fit_here),
    }
    if find_spec("pyspark") is None:
        print("pyspark is not installed: without the Spark engine", file=sys.stderr)
        return found
    changes = fingerprint((_PACKAGE / "spark").rglob("*.py"))
    engine = f" on Spark, {changes}, {_SPARK}"
    return found | {
        f"{algorithm.name}, Spark": Contender(algorithm, fit_on_spark, _OF_ALL, engine)
        for algorithm in (taste, explicit)
    }


def main() -> None:
    data = Settings.from_environment().data
    if data is None or not (data / DOMAIN).exists():
        print(f"{DOMAIN}: TASTEMAP_DATA names no folder that holds it")
        return
    report(data / DOMAIN, SIZES)


def report(source: Path, sizes: Sequence[int]) -> None:
    """Makes the sets, fits everything on them and prints the table."""
    names = ["making the ratings", *contenders()]
    found = measure(load(DOMAIN, source), source, sizes, contenders(), HOME)
    heading = ["", *(f"{n / MILLION:g} million: s, MiB" for n in sizes), "growth: time, memory"]
    print_table(heading, [row(name, found.get(name, {}), len(sizes)) for name in names])


def measure(
    data: DataSet,
    source: Path,
    sizes: Sequence[int],
    contenders: Mapping[str, Contender],
    home: Path,
) -> dict[str, dict[int, Mapping[str, Any]]]:
    """Makes sets of these sizes and fits algorithms on them.

    Args:
        data: the real set.
        source: where it lies.
        sizes: numbers of ratings, ascending.
        contenders: what to fit, by name.
        home: keeps sets and figures.

    Returns:
        Name -> size -> seconds and mib, or stopped, which says at what; a size that was left out
        because a smaller one was stopped is not there.
    """
    raters = int((data.ratings.user_counts() > 0).sum())
    maker = fingerprint((_PACKAGE / "synthesis").rglob("*.py"))
    found: dict[str, dict[int, Mapping[str, Any]]] = {}
    with ThreadPoolExecutor(1) as one_by_one:

        def run(name: str, task: str, n: int, limits: Limits, *what: Any) -> bool:
            """Whether it ran to its end, now or before."""
            said = f"{task}; at most {limits.mib:g} MiB, {limits.seconds:g} s"
            tasks = {said: (limits, *what)}
            file = home / "figures.jsonl"
            figures = measured(file, tasks, one_by_one, watched, _told(f"{name}, {n:,} ratings"))
            found.setdefault(name, {})[n] = figures[said]
            return "stopped" not in figures[said]

        stopped: set[str] = set()
        for n in sizes:
            users = round(n * raters / len(data.ratings))
            world = f"{n} ratings like {data.ratings.fingerprint}, {maker}"
            place = home / f"{DOMAIN}-{n}-{data.ratings.fingerprint}-{maker}"
            making = (_make, source, users, n, place)
            if not run("making the ratings", f"making {world}", n, Limits(), *making):
                break
            for name, one in contenders.items():
                if name in stopped:
                    continue
                task = key(world, one.algorithm) + one.engine
                if not run(name, task, n, one.limits, one.fit, one.algorithm, place):
                    stopped.add(name)
    return found


def watched(
    limits: Limits, work: Callable[..., dict[str, float]], *arguments: Any
) -> dict[str, Any]:
    """Does work in a process of its own and stops it at a limit.

    Args:
        limits: of the process.
        work: gives figures.
        arguments: of the work.

    Returns:
        The figures, or {"stopped": at what}.

    Raises:
        ChildProcessError: the process failed; it has said why.
    """
    spawn = get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_answer, args=(theirs, work, arguments), daemon=True)
    started = perf_counter()
    process.start()
    theirs.close()
    try:
        while not ours.poll(_POLL):
            seconds = perf_counter() - started
            assert process.pid is not None
            if max(peak_mib(process.pid), held_mib(process.pid)) > limits.mib:
                return {"stopped": f"over {limits.mib / 1024:g} GiB after {seconds:.0f} s"}
            if seconds > limits.seconds:
                return {"stopped": f"over {limits.seconds / 60:g} minutes"}
        figures: dict[str, Any] = ours.recv()
        return figures
    except EOFError:
        raise ChildProcessError(f"a run of {arguments} failed") from None
    finally:
        for one in family(process.pid):
            with suppress(psutil.NoSuchProcess):
                one.kill()
        process.join()


def _answer(into: Connection, work: Callable[..., dict[str, float]], arguments: Any) -> None:
    # Else a run goes on for hours after a benchmark that was killed.
    Thread(target=end_with_parent, daemon=True).start()
    into.send(work(*arguments))


def _make(source: Path, users: int, n: int, place: Path) -> dict[str, float]:
    from recommender.synthesis import synthesise

    if place.exists():
        # Of a run that was stopped between its end and the writing down of its figures.
        shutil.rmtree(place)
    synthesise(load(DOMAIN, source), users, n, place, progress=silent)
    return {"seconds": round(process_time(), 4), "mib": round(peak_mib())}


def fit_here(algorithm: Algorithm, place: Path) -> dict[str, float]:
    """Fits in this process, on one thread."""
    ratings = load(DOMAIN, place).ratings
    figures = {"reading_seconds": round(process_time(), 4), "reading_mib": round(peak_mib())}
    with threadpool_limits(1):
        # What a first fit imports and compiles is not the fit.
        algorithm.fit(ratings.subset(ratings.users < _FEW))
        started, begun = process_time(), perf_counter()
        algorithm.fit(ratings)
    return figures | {
        "seconds": round(process_time() - started, 4),
        "elapsed": round(perf_counter() - begun, 4),
        "mib": round(peak_mib()),
    }


def fit_on_spark(algorithm: Algorithm, place: Path) -> dict[str, float]:
    """Fits on two cores of this machine, by Spark."""
    from recommender.spark.fit import fit
    from recommender.spark.material import read
    from recommender.spark.session import session
    from recommender.spark.train import chosen_people

    peak = Peak()
    with threadpool_limits(1), session("local[2]", _SPARK) as spark:
        crowd, _ = read(spark, DOMAIN, str(place))
        _, others = chosen_people(crowd, 1, seed=0)
        sample = crowd.collected(others)
        figures = {"reading_seconds": round(cpu_seconds(), 4), "reading_mib": round(peak.mib)}
        started, begun = cpu_seconds(), perf_counter()
        fit(algorithm, crowd, sample, 0)
        return figures | {
            "seconds": round(cpu_seconds() - started, 4),
            "elapsed": round(perf_counter() - begun, 4),
            "mib": round(peak.mib),
        }


def row(name: str, by_size: Mapping[int, Mapping[str, Any]], n_sizes: int) -> list[str]:
    """A line of the table, from the sizes that were run, the smallest."""
    cells = [
        figures.get("stopped") or f"{figures['seconds']:,.0f}, {figures['mib']:,.0f}"
        for figures in by_size.values()
    ]
    missing = [""] * (n_sizes - len(cells))
    growing = [growth(by_size, what) for what in ("seconds", "mib")]
    told = ", ".join("–" if slope is None else f"{slope:.2f}" for slope in growing)
    return [name, *cells, *missing, told]


def growth(by_size: Mapping[int, Mapping[str, Any]], what: str) -> float | None:
    """The slope of a figure on ratings, both in logarithms; None of fewer than two runs."""
    done = {n: figures[what] for n, figures in by_size.items() if what in figures}
    if len(done) < 2:
        return None
    return float(np.polyfit(np.log(list(done)), np.log(list(done.values())), 1)[0])


def _told(phrase: str) -> Callable[[float, str], None]:
    return lambda done, what: print(phrase, file=sys.stderr, flush=True)
