"""Training the whole movies release, evaluation included, with the time of each step.

The peer is one fit of scikit-surprise's SVD on the same ratings.
"""

from __future__ import annotations

from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.table import print_table
from recommender.algorithms import configure
from recommender.data import load
from recommender.training.pipeline import train


def main() -> None:
    started = perf_counter()
    steps: dict[str, float] = {}

    def note(done: float, phrase: str) -> None:
        steps[phrase.split(":")[0]] = perf_counter() - started

    with TemporaryDirectory() as folder:
        train("movies", models=Path(folder), progress=note)
    rows = [[f"until “{phrase}”", f"{seconds:.1f}"] for phrase, seconds in steps.items()]
    peak = max(getrusage(who).ru_maxrss for who in (RUSAGE_SELF, RUSAGE_CHILDREN)) / 1024
    rows.append(["peak memory of the largest process, MiB", f"{peak:.0f}"])
    ratings = load("movies").ratings
    started = perf_counter()
    configure("funk-svd", k=100, epochs=20, learning_rate=0.005, regularisation=0.02).fit(ratings)
    rows.append(
        [
            "peer: one surprise SVD with its own defaults, folded in",
            f"{perf_counter() - started:.1f}",
        ]
    )
    print_table(["step", "seconds"], rows)
