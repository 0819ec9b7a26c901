"""What an algorithm takes: time to fit, time to answer, memory.

Memory is that of the whole process: whoever wants to know it of one algorithm asks a process that
has done nothing else.
"""

from __future__ import annotations

from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from recommender.algorithms.contract import Algorithm
from recommender.algorithms.solvers.subsets import well_known
from recommender.data.ratings import Ratings
from recommender.evaluation import few_ratings
from recommender.factors.model import Model

_ASKED, _RATED = 20, 10
"""Visitors whom a model answers to be timed, and their ratings."""


def cost(algorithm: Algorithm, ratings: Ratings, seed: int = 0) -> dict[str, float]:
    """What an algorithm takes; for memory, call it in a process that has done nothing else.

    Args:
        algorithm: what to fit.
        ratings: what to fit it on, with visitors as the few-ratings protocol wants them.
        seed: of the fit.

    Returns:
        fit_seconds, answer_ms, the median time to score all titles for a visitor with ten ratings,
        and peak_mib of this process.
    """
    started = perf_counter()
    model = algorithm.fit(ratings, seed=seed).model
    seconds = perf_counter() - started
    return {
        "fit_seconds": round(seconds, 2),
        "peak_mib": round(peak_mib(), 1),
        "answer_ms": answer_ms(
            model, ratings, np.flatnonzero(few_ratings.visitor_folds(ratings) >= 0)
        ),
    }


def answer_ms(model: Model, ratings: Ratings, visitors: NDArray[np.intp]) -> float:
    """The median time to score all titles for a visitor with ten ratings, in milliseconds."""
    known = well_known(ratings.counts())
    seconds = []
    for showing in few_ratings.showings(ratings, visitors[:_ASKED], known):
        if showing.k == _RATED:
            items = ratings.items[showing.seen].astype(np.intp)
            values = ratings.values[showing.seen].astype(np.float64)
            started = perf_counter()
            model.taste(items, values).scores  # noqa: B018
            seconds.append(perf_counter() - started)
    return round(1000 * float(np.median(seconds)), 3)


def peak_mib(process: int | str = "self") -> float:
    """The largest this process has been, its libraries included; on Linux, any other by its id."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return getrusage(RUSAGE_SELF).ru_maxrss / 2**20  # macOS counts bytes
    # Linux hands ru_maxrss on from the parent, however large that one is; VmHWM is our own.
    lines = status.read_text().splitlines()
    # A process that has just ended has a status, but no memory.
    peak = next((line for line in lines if line.startswith("VmHWM")), "VmHWM: 0 kB")
    return int(peak.split()[1]) / 1024
