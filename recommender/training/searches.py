"""The search behind all defaults: every algorithm of a domain, each for its job, within a time.

An algorithm that predicts ratings is judged by the RMSE of what visitors with a few ratings hide,
one that only ranks by NDCG@10; where some hyper-parameters are for the order alone (`ranks`), they
are searched first. Choices rest on the visitors who tune; what a search has decided to change is
then, once, put to the test folds, which decide nothing any more but are part of the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from recommender.algorithms import names
from recommender.algorithms.contract import Algorithm, Progress, silent
from recommender.algorithms.ensemble import Ensemble
from recommender.data.ratings import Ratings
from recommender.evaluation.differences import by_visitor
from recommender.evaluation.few_ratings import TEST_FOLDS, run_fold
from recommender.evaluation.kept import measured
from recommender.evaluation.metrics import Estimate
from recommender.evaluation.objective import OBJECTIVES
from recommender.evaluation.search_space import Space, search_space
from recommender.evaluation.study import Found
from recommender.evaluation.tuning import Search, tune
from recommender.evaluation.workers import held, pool
from recommender.training.recipes import recipe

TRIALS, PATIENCE = 60, 20
"""Of one search: settings at most, and how many without a better one end it."""
FIGURES = ("ndcg", "rmse")
"""What a search makes better: keys of `OBJECTIVES`."""


@dataclass(frozen=True)
class Stage:
    """One search: some hyper-parameters of an algorithm for one figure."""

    name: str
    figure: str
    parameters: tuple[str, ...]

    @property
    def label(self) -> str:
        """The name of its folder."""
        return f"{self.name}-{self.figure}"


@dataclass(frozen=True, eq=False)
class Decision:
    """What a stage came to.

    Attributes:
        stage: what was searched.
        space: what was tried.
        before: the algorithm as the stage found it.
        after: what it is from now on, `before` itself if nothing was better beyond chance.
        found: the search.
    """

    stage: Stage
    space: Space
    before: Algorithm
    after: Algorithm
    found: Found


@dataclass(frozen=True)
class Verdict:
    """What the test folds say of a change: a figure before and after, and after minus before."""

    before: Estimate
    after: Estimate
    difference: Estimate

    @classmethod
    def of(cls, before: Mapping[str, float], after: Mapping[str, float]) -> Verdict:
        """Compares visitor by visitor."""
        old, new = np.array([(before[user], after[user]) for user in before]).T
        return cls(Estimate.mean(old), Estimate.mean(new), Estimate.mean(new - old))


def stages(algorithms: Mapping[str, Algorithm]) -> list[Stage]:
    """Lists the searches, those of an ensemble behind those of its members.

    Args:
        algorithms: name -> algorithm.

    Returns:
        At most two for each: what only orders titles, then the rest.
    """
    ordered = sorted(algorithms.values(), key=lambda one: (isinstance(one, Ensemble), one.name))
    found = []
    for algorithm in ordered:
        for figure in FIGURES:
            parameters = tuple(
                item.name
                for item in fields(algorithm)
                if item.metadata["tuned"]
                and (figure == "ndcg")
                == (item.metadata.get("ranks", False) or algorithm.rater is None)
                and item.name not in _inherited(algorithm)
            )
            if parameters:
                found.append(Stage(algorithm.name, figure, parameters))
    return found


def search(
    domain: str,
    ratings: Ratings,
    folder: Path,
    *,
    minutes: float,
    algorithms: Mapping[str, Algorithm] | None = None,
    workers: int = 1,
    seed: int = 0,
    progress: Progress = silent,
) -> list[Decision]:
    """Searches every algorithm, or goes on with it.

    Args:
        domain: whose recipes are where the search begins.
        ratings: all ratings.
        folder: of the studies, one for each stage.
        minutes: of computing by every worker, shared evenly among the stages; what one leaves is
            for those behind it. Rounded up to the end of a trial.
        algorithms: by name; all there are unless told otherwise.
        workers: processes.
        seed: of the proposals and of every fit.
        progress: told about every trial.

    Returns:
        A decision for each stage.
    """
    chosen = dict(algorithms or {name: recipe(domain, name) for name in names()})
    plan = stages(chosen)
    left = 60 * minutes * workers
    decisions = []
    for number, stage in enumerate(plan):
        before = with_members(chosen[stage.name], chosen)
        told = partial(_told, progress, number, len(plan), stage.label)
        space = search_space(before, dict.fromkeys(stage.parameters))
        found = tune(
            Search(before, space, OBJECTIVES[stage.figure], seed=seed),
            ratings,
            folder / stage.label,
            trials=TRIALS,
            patience=PATIENCE,
            seconds=left / (len(plan) - number),
            workers=workers,
            progress=told,
        )
        left -= found.seconds
        after = replace(before, **found.better.parameters) if found.better else before
        chosen[stage.name] = after
        decisions.append(Decision(stage, space, before, after, found))
    return decisions


def judged(
    decisions: list[Decision],
    ratings: Ratings,
    file: Path,
    *,
    workers: int = 1,
    seed: int = 0,
    progress: Progress = silent,
) -> dict[str, dict[str, Verdict]]:
    """Puts to the test folds what the search has changed.

    Args:
        decisions: of all stages.
        ratings: all ratings.
        file: keeps what was measured.
        workers: processes.
        seed: of every fit.
        progress: told about every fold.

    Returns:
        Algorithm -> figure -> verdict; of algorithms that changed, the figures they were searched
        for.
    """
    old = {d.stage.name: d.before for d in reversed(decisions)}
    new = {d.stage.name: d.after for d in decisions}
    changed = [name for name in old if old[name] != new[name]]
    tasks = {
        _task(algorithm, fold, seed): (algorithm, fold, seed)
        for name in changed
        for algorithm in (old[name], new[name])
        for fold in TEST_FOLDS
    }
    with pool(ratings, workers) as processes:
        told = partial(_told, progress, 0, 1, "test folds")
        found = measured(file, tasks, processes, _test, told)

    def figures(algorithm: Algorithm, figure: str) -> dict[str, float]:
        folds = [found[_task(algorithm, fold, seed)][figure] for fold in TEST_FOLDS]
        return {user: value for fold in folds for user, value in fold.items()}

    return {
        name: {
            d.stage.figure: Verdict.of(
                figures(old[name], d.stage.figure), figures(new[name], d.stage.figure)
            )
            for d in decisions
            if d.stage.name == name
        }
        for name in changed
    }


def _task(algorithm: Algorithm, fold: int, seed: int) -> str:
    return f"{algorithm!r}, fold {fold}, seed {seed}"


def _test(algorithm: Algorithm, fold: int, seed: int) -> dict[str, dict[str, float]]:
    outcomes = run_fold({"it": algorithm}, held(), fold, seed)["it"]
    return {
        figure: {str(user): value for user, value in by_visitor(outcomes, figure).items()}
        for figure in FIGURES
    }


def _inherited(algorithm: Algorithm) -> set[str]:
    """The hyper-parameters that are those of members, by the same name."""
    if not isinstance(algorithm, Ensemble):
        return set()
    own = {item.name for item in fields(algorithm)}
    return own & {item.name for member in algorithm.members for item in fields(member)}


def with_members(algorithm: Algorithm, decided: Mapping[str, Algorithm]) -> Algorithm:
    """An ensemble with what has been decided for its members."""
    if not isinstance(algorithm, Ensemble):
        return algorithm
    values: dict[str, Any] = {}
    for member in algorithm.members:
        values |= asdict(decided.get(member.name, member))
    inherited = _inherited(algorithm)
    return replace(algorithm, **{name: values[name] for name in values if name in inherited})


def _told(
    progress: Progress, number: int, total: int, label: str, done: float, phrase: str
) -> None:
    progress((number + done) / total, f"{label}, {phrase}")
