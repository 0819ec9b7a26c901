"""Training whole releases, evaluation included, with the time of each step.

Movies, and anime if TASTEMAP_DATA has it. The peer is one fit of scikit-surprise's SVD on the same
ratings.
"""

from __future__ import annotations

from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.table import print_table
from recommender.algorithms import configure
from recommender.data import load
from recommender.settings import Settings
from recommender.training.pipeline import train


def main() -> None:
    data = Settings.from_environment().data
    report("movies", None)
    if data is not None and (data / "anime").exists():
        report("anime", data / "anime")


def report(domain: str, source: Path | None) -> None:
    started = perf_counter()
    steps: dict[str, float] = {}

    def note(done: float, phrase: str) -> None:
        steps[phrase.split(":")[0]] = perf_counter() - started

    with TemporaryDirectory() as folder:
        train(domain, models=Path(folder), source=source, progress=note)
    rows = [[f"until “{phrase}”", f"{seconds:.1f}"] for phrase, seconds in steps.items()]
    peak = max(getrusage(who).ru_maxrss for who in (RUSAGE_SELF, RUSAGE_CHILDREN)) / 1024
    rows.append(["peak memory of the largest process, MiB", f"{peak:.0f}"])
    ratings = load(domain, source).ratings
    peer = configure(
        "funk-svd", k=100, epochs=20, learning_rate=0.005, regularisation=0.02, engine="surprise"
    )
    started = perf_counter()
    peer.fit(ratings)
    seconds = f"{perf_counter() - started:.1f}"
    rows.append(["peer: one surprise SVD with its own defaults, folded in", seconds])
    print(f"{domain}\n")
    print_table(["step", "seconds"], rows)
    print()
