"""The evaluation of several algorithms on one data set: what a release carries as evidence.

Every fold of every group of algorithms that share fits is a task of its own for a pool of
processes; a task's numbers depend on the data, the seed and the algorithms alone, so the report
does not depend on how many processes ran.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np

from recommender.algorithms.contract import Algorithm, Progress, silent
from recommender.algorithms.ensemble import fit_together, parts, related
from recommender.data.dataset import DataSet
from recommender.data.ratings import Ratings
from recommender.data.splits import by_rating
from recommender.evaluation import cross_validation, few_ratings, lists, rating_errors, summary
from recommender.evaluation.cost import cost
from recommender.evaluation.differences import by_visitor, differences
from recommender.evaluation.few_ratings import Outcome
from recommender.evaluation.metrics import Estimate
from recommender.evaluation.workers import held, pool


@dataclass(frozen=True)
class _Task:
    algorithms: Mapping[str, Algorithm]
    part: str
    fold: int
    seed: int


@dataclass(frozen=True, eq=False)
class Examined:
    """An evaluation with what a judgement needs of it.

    Attributes:
        report: see `evaluate`.
        outcomes: name -> the outcomes of the few-ratings protocol, of algorithms and rivals.
    """

    report: dict[str, Any]
    outcomes: Mapping[str, Sequence[Outcome]]


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
        `summary.summarise`), `lists` (see `lists.summarise`), `rating_errors` (see
        `rating_errors.summarise`; only models that predict ratings), `cross_validation` (RMSE and
        MAE, each with an interval over the folds; the same models) and `cost` (on one thread
        fit_seconds and answer_ms, the median time to score all titles for a visitor with ten
        ratings; peak_mib of a process that does nothing else; of an ensemble, those of its members
        together); and `differences`, between every pair of models, of ndcg@10 and of rmse (see
        `differences.differences`).
    """
    examined = examine(data, algorithms, seed=seed, workers=workers, progress=progress)
    return examined.report


def few_ratings_outcomes(
    data: DataSet,
    algorithms: Mapping[str, Algorithm],
    *,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress = silent,
) -> dict[str, list[Outcome]]:
    """Runs the few-ratings protocol alone; arguments as `evaluate`.

    Returns:
        Name -> the outcomes of all test visitors.
    """
    distinct = {algorithm: name for name, algorithm in reversed(list(algorithms.items()))}
    groups = related({name: algorithm for algorithm, name in distinct.items()})
    tasks = [
        _Task(group, "few-ratings", fold, seed)
        for fold in few_ratings.TEST_FOLDS
        for group in groups
    ]
    results = _results(tasks, data.ratings, workers, progress)
    return {
        name: [
            outcome
            for fold in few_ratings.TEST_FOLDS
            for outcome in results[distinct[algorithm], "few-ratings", fold][0]
        ]
        for name, algorithm in algorithms.items()
    }


def examine(
    data: DataSet,
    algorithms: Mapping[str, Algorithm],
    *,
    rivals: Mapping[str, Algorithm] | None = None,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress = silent,
) -> Examined:
    """Evaluates algorithms, and keeps what each visitor got.

    Args:
        data: as `evaluate`.
        algorithms: as `evaluate`.
        rivals: name -> algorithm, others that go through the few-ratings protocol alone; one that
            is among the algorithms too costs nothing.
        seed: as `evaluate`.
        workers: as `evaluate`.
        progress: as `evaluate`.

    Returns:
        The report on the algorithms, and the outcomes of all.
    """
    named = {algorithm: name for name, algorithm in reversed(list(algorithms.items()))}
    rivals = rivals or {}
    for name, algorithm in rivals.items():
        named.setdefault(algorithm, name)
    extra = {name: a for name, a in rivals.items() if named[a] == name}
    groups = {
        "few-ratings": related({**algorithms, **extra}),
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
    results = _results(tasks, data.ratings, workers, progress)
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
    kept: dict[str, list[Outcome]] = {}
    for name in extra:
        runs = [results[name, "few-ratings", fold] for fold in few_ratings.TEST_FOLDS]
        kept[name] = [outcome for run, _ in runs for outcome in run]
    for name, algorithm in algorithms.items():
        runs = [results[name, "few-ratings", fold] for fold in few_ratings.TEST_FOLDS]
        outcomes = kept[name] = [outcome for run, _ in runs for outcome in run]
        report["few_ratings"][name] = summary.summarise(outcomes, data.ratings.n_items)
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
    return Examined(report, kept | {name: kept[named[a]] for name, a in rivals.items()})


def _results(
    tasks: list[_Task], ratings: Ratings, workers: int | None, progress: Progress
) -> dict[tuple[str, str, int], Any]:
    """What every task found, by name of the algorithm, part and fold."""
    results: dict[tuple[str, str, int], Any] = {}
    finished = _run(tasks, ratings, workers or os.cpu_count() or 1)
    for number, (task, found) in enumerate(finished, 1):
        results |= {(name, task.part, task.fold): result for name, result in found.items()}
        progress(number / len(tasks), f"evaluating: {number} of {len(tasks)} parts")
    return results


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
    if costs:
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
