"""The evaluation of several algorithms on one data set: what a release carries as evidence.

Every fold of every group of algorithms that share fits is a task of its own for a pool of
processes; a task's numbers depend on the data, the seed and the algorithms alone, so the report
does not depend on how many processes ran.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import as_completed
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import Any

import numpy as np

from recommender.algorithms.contract import Algorithm, Progress, silent
from recommender.algorithms.ensemble import fit_together, parts, related
from recommender.algorithms.solvers.subsets import well_known
from recommender.data.dataset import DataSet
from recommender.data.ratings import Ratings
from recommender.data.splits import by_rating
from recommender.evaluation import cross_validation, few_ratings, lists, rating_errors
from recommender.evaluation.differences import by_visitor, differences
from recommender.evaluation.few_ratings import Outcome
from recommender.evaluation.metrics import Estimate
from recommender.evaluation.workers import held, pool
from recommender.factors.model import Model

_ASKED, _RATED = 20, 10
"""Visitors whom a model answers to be timed, and their ratings."""


@dataclass(frozen=True)
class _Task:
    algorithms: Mapping[str, Algorithm]
    part: str
    fold: int
    seed: int


def evaluate(
    data: DataSet,
    algorithms: Mapping[str, Algorithm],
    *,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Runs the few-ratings protocol and cross-validation for every algorithm.

    Args:
        data: the data set.
        algorithms: model name -> algorithm.
        seed: of every fit; the splits are fixed.
        workers: processes; by default one per core.
        progress: told about every finished task.

    Returns:
        What `evaluation.json` holds: `seed`, `visitors`, and by model name `few_ratings` (see
        `few_ratings.summarise`), `lists` (see `lists.summarise`), `rating_errors` (see
        `rating_errors.summarise`; only models that predict ratings), `cross_validation` (RMSE and
        MAE, each with an interval over the folds; the same models) and `cost` (on one thread
        fit_seconds and answer_ms, the median time to score all titles for a visitor with ten
        ratings; peak_mib of a process that does nothing else; of an ensemble, those of its members
        together); and `differences`, between every pair of models, of ndcg@10 and of rmse (see
        `differences.differences`).
    """
    groups = {
        "few-ratings": related(algorithms),
        # A blend's ratings are those of a member: what else is in it need not be fitted.
        "cross-validation": related({n: a.rater for n, a in algorithms.items() if a.rater}),
        # What a fit costs is measured without the help of others.
        "cost": [{name: part} for name, part in _parts(algorithms).items()],
    }
    # Longest first, so that no core waits for a late long task.
    tasks = [
        _Task(group, part, fold, seed)
        for part, folds in _PARTS.items()
        for fold in folds
        for group in groups[part]
    ]
    results: dict[tuple[str, str, int], Any] = {}
    finished = _run(tasks, data.ratings, workers or os.cpu_count() or 1)
    for number, (task, found) in enumerate(finished, 1):
        results |= {(name, task.part, task.fold): result for name, result in found.items()}
        progress(number / len(tasks), f"evaluating: {number} of {len(tasks)} parts")

    folds = few_ratings.visitor_folds(data.ratings)
    report: dict[str, Any] = {
        "seed": seed,
        "visitors": int(np.isin(folds, few_ratings.TEST_FOLDS).sum()),
        "few_ratings": {},
        "lists": {},
        "rating_errors": {},
        "cross_validation": {},
        "cost": {},
    }
    titles = lists.Titles.of(data.ratings)
    samples: dict[str, dict[str, dict[int, float]]] = {"ndcg@10": {}, "rmse": {}}
    for name, algorithm in algorithms.items():
        runs = [results[name, "few-ratings", fold] for fold in few_ratings.TEST_FOLDS]
        outcomes = [outcome for run, _ in runs for outcome in run]
        report["few_ratings"][name] = few_ratings.summarise(outcomes, data.ratings.n_items)
        report["lists"][name] = lists.summarise(outcomes, titles)
        samples["ndcg@10"][name] = by_visitor(outcomes, "ndcg")
        if algorithm.rater:
            samples["rmse"][name] = by_visitor(outcomes, "rmse")
            tallies = [found for _, found in runs]
            report["rating_errors"][name] = rating_errors.summarise(tallies, data.catalogue)
            errors = [results[name, "cross-validation", f] for f in range(cross_validation.FOLDS)]
            rmse, mae = np.array(errors).T
            report["cross_validation"][name] = {
                "folds": cross_validation.FOLDS,
                "rmse": Estimate.mean(rmse).rounded(),
                "mae": Estimate.mean(mae).rounded(),
            }
        costs = [results[part, "cost", 0] for part in _parts({name: algorithm})]
        report["cost"][name] = {
            "fit_seconds": round(sum(cost["fit_seconds"] for cost in costs), 2),
            "answer_ms": round(sum(cost["answer_ms"] for cost in costs), 2),
            "peak_mib": max(cost["peak_mib"] for cost in costs),
        }
    report["differences"] = {figure: differences(found) for figure, found in samples.items()}
    return report


def _parts(algorithms: Mapping[str, Algorithm]) -> dict[str, Algorithm]:
    """What has to be fitted for them, under a name of its own."""
    return {repr(part): part for part in parts(algorithms.values())}


_PARTS: dict[str, Iterable[int]] = {
    "few-ratings": few_ratings.TEST_FOLDS,
    "cross-validation": range(cross_validation.FOLDS),
    "cost": range(1),
}


def _run(tasks: list[_Task], ratings: Ratings, workers: int) -> Iterator[tuple[_Task, Any]]:
    # What a process has held before would count as the memory of a later fit.
    costs = [task for task in tasks if task.part == "cost"]
    others = [task for task in tasks if task.part != "cost"]
    yield from _run_in_pool(others, ratings, workers, tasks_per_process=None)
    yield from _run_in_pool(costs, ratings, workers, tasks_per_process=1)


def _run_in_pool(
    tasks: list[_Task], ratings: Ratings, workers: int, tasks_per_process: int | None
) -> Iterator[tuple[_Task, Any]]:
    with pool(ratings, workers, tasks_per_process) as processes:
        waiting = {processes.submit(_perform, task): task for task in tasks}
        for future in as_completed(waiting):
            yield waiting[future], future.result()


def _perform(task: _Task) -> dict[str, Any]:
    """What a task found out, by name of the algorithm."""
    work: dict[str, Callable[[_Task, Ratings], dict[str, Any]]] = {
        "few-ratings": _few_ratings,
        "cross-validation": _cross_validation,
        "cost": _cost,
    }
    return work[task.part](task, held())


def _few_ratings(task: _Task, ratings: Ratings) -> dict[str, Any]:
    found = few_ratings.run_fold(task.algorithms, ratings, task.fold, task.seed)
    return {name: _condensed(outcomes, ratings) for name, outcomes in found.items()}


def _condensed(
    outcomes: list[Outcome], ratings: Ratings
) -> tuple[list[Outcome], rating_errors.Tally | None]:
    """The outcomes without their single predictions, and what those come to."""
    guesses = [outcome.guesses for outcome in outcomes if outcome.guesses]
    counted = rating_errors.tally(guesses, ratings.n_items, ratings.scale) if guesses else None
    return [replace(outcome, guesses=None) for outcome in outcomes], counted


def _cross_validation(task: _Task, ratings: Ratings) -> dict[str, Any]:
    splits = by_rating(ratings, cross_validation.FOLDS, few_ratings.SPLIT_SEED)
    training, test = next(islice(splits, task.fold, None))
    fits = fit_together(task.algorithms, training, seed=task.seed)
    return {n: cross_validation.held_out_errors(fit, training, test) for n, fit in fits.items()}


def _cost(task: _Task, ratings: Ratings) -> dict[str, Any]:
    return {name: cost(a, ratings, task.seed) for name, a in task.algorithms.items()}


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
        "answer_ms": _answer_ms(model, ratings),
    }


def _answer_ms(model: Model, ratings: Ratings) -> float:
    """The median time to score all titles for a visitor with ten ratings, in milliseconds."""
    visitors = np.flatnonzero(few_ratings.visitor_folds(ratings) >= 0)[:_ASKED]
    known = well_known(ratings.counts())
    seconds = []
    for showing in few_ratings.showings(ratings, visitors, known):
        if showing.k == _RATED:
            items = ratings.items[showing.seen].astype(np.intp)
            values = ratings.values[showing.seen].astype(np.float64)
            started = perf_counter()
            model.taste(items, values).scores  # noqa: B018
            seconds.append(perf_counter() - started)
    return round(1000 * float(np.median(seconds)), 3)


def peak_mib() -> float:
    """The largest this process has been, its libraries included."""
    status = Path("/proc/self/status")
    if not status.exists():
        return getrusage(RUSAGE_SELF).ru_maxrss / 2**20  # macOS counts bytes
    # Linux hands ru_maxrss on from the parent, however large that one is; VmHWM is our own.
    peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024
