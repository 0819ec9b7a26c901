"""The search for good hyper-parameters: a grid, at random, or guided by a model of what was seen.

Optuna proposes (Akiba et al. 2019; the model is its tree-structured Parzen estimator, Bergstra et
al. 2011), processes measure, and only this one writes to the study's journal, so a search that is
killed goes on where it was: what was under way is marked as failed and proposed anew. Every
proposal's seed follows from the search's seed and its place in the row, so with one worker an
interrupted search ends as one that ran through. Cross-validation gives up on a trial after any
fold in which it stays behind the median of the others.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time
from typing import Any, Literal

import numpy as np
import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState, create_trial

from recommender.algorithms.contract import Algorithm, Progress, silent
from recommender.data.ratings import Ratings
from recommender.errors import ParameterError
from recommender.evaluation.objective import Objective, measure, sample_size
from recommender.evaluation.search_space import Range, Space, grid
from recommender.evaluation.study import (
    DEFAULTS,
    FIGURES,
    PARAMETERS,
    REFUSED,
    SECONDS,
    Found,
    Trial,
    complete,
    finished,
    found,
    opened,
    spent,
    tried,
)
from recommender.evaluation.workers import held, pool

METHODS = ("model", "random", "grid")


@dataclass(frozen=True)
class Search:
    """What to search, and how.

    Attributes:
        algorithm: with the values to compare with, which also stand for what is not searched.
        space: what to try.
        objective: what to make better.
        method: "model", "random" or "grid".
        seed: of the proposals and of every fit.
    """

    algorithm: Algorithm
    space: Space
    objective: Objective
    method: Literal["model", "random", "grid"] = "model"
    seed: int = 0


def tune(
    search: Search,
    ratings: Ratings,
    folder: Path,
    *,
    trials: int = 40,
    patience: int | None = None,
    seconds: float | None = None,
    workers: int | None = None,
    progress: Progress = silent,
) -> Found:
    """Searches, or goes on with a search.

    Args:
        search: what to search.
        ratings: all ratings; the objective sees to it that the test folds stay sealed.
        folder: of the study; made if it does not exist, continued if it does.
        trials: settings to try, those of earlier runs included; a grid ends by itself.
        patience: give up after so many trials in a row that are not the best so far; None: never.
        seconds: begin no trial after so much processor time, that of earlier runs and of the
            defaults included; None for no limit.
        workers: processes; by default one per core. With more than one the model sees the trials
            in the order in which they happen to end.
        progress: told about every trial.

    Returns:
        What all runs together have found.

    Raises:
        DataError: the data are too small for the objective.
        ParameterError: the algorithm cannot do what the objective asks, the grid is too large, or
            the algorithm refuses its own defaults.
        StudyError: the folder holds another search, or one that is running.
    """
    asked = sample_size(search.objective, search.algorithm, ratings)
    points = grid(search.space) if search.method == "grid" else None
    trials = min(trials, len(points)) if points else trials
    workers = workers or os.cpu_count() or 1
    higher = search.objective.higher_is_better
    with (
        opened(folder, _identity(search, ratings), higher_is_better=higher) as study,
        pool(ratings, workers) as processes,
    ):
        defaults = _defaults(search, study, processes)
        running: dict[Future[_Measured], _Running] = {}
        while True:
            while len(running) < workers and _goes_on(study, trials, patience, seconds):
                study.sampler = _proposal(search, points, len(tried(study)))
                begun = _begin(study, search)
                running[begun.submit(processes, search)] = begun
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                begun = running.pop(future)
                if begun.take(future, study):
                    running[begun.submit(processes, search)] = begun
            done = len(finished(study))
            progress(min(done / trials, 1.0), _phrase(search.objective, study, done, trials))
        return found(study, defaults, asked)


_Measured = tuple[list[float], float]
"""Figures, and the seconds of processor time that they took."""


class _Running:
    """A trial under way: what it tries, and the figures of the folds that it is through."""

    def __init__(self, trial: optuna.Trial, algorithm: Algorithm, steps: int) -> None:
        self.trial, self.algorithm, self.steps = trial, algorithm, steps
        self.figures: list[float] = []
        self.seconds = 0.0
        self.step = 0

    def submit(self, processes: Executor, search: Search) -> Future[_Measured]:
        """Has the next fold measured."""
        return processes.submit(_work, search.objective, self.algorithm, self.step, search.seed)

    def take(self, future: Future[_Measured], study: Study) -> bool:
        """Takes what a fold gave; says whether there is another one to measure."""
        try:
            figures, seconds = future.result()
        except ParameterError as error:
            # Too large a step, say: no good setting, and no reason to end the search.
            self.trial.set_user_attr(REFUSED, str(error))
            study.tell(self.trial, state=TrialState.PRUNED)
            return False
        self.figures += figures
        self.seconds += seconds
        self.trial.set_user_attr(SECONDS, round(self.seconds, 3))
        mean = float(np.mean(self.figures))
        self.step += 1
        self.trial.report(mean, self.step)
        if self.step < self.steps:
            if not self.trial.should_prune():
                return True
            study.tell(self.trial, state=TrialState.PRUNED)
            return False
        self.trial.set_user_attr(FIGURES, self.figures)
        study.tell(self.trial, mean)
        return False


def _work(objective: Objective, algorithm: Algorithm, step: int, seed: int) -> _Measured:
    started = process_time()
    figures = measure(objective, algorithm, held(), step, seed)
    return figures, process_time() - started


def _begin(study: Study, search: Search) -> _Running:
    trial = study.ask(_distributions(search.space))
    parameters = {
        name: allowed.rounded(trial.params[name])
        if isinstance(allowed, Range)
        else trial.params[name]
        for name, allowed in search.space.items()
    }
    trial.set_user_attr(PARAMETERS, parameters)
    return _Running(trial, replace(search.algorithm, **parameters), search.objective.steps)


def _distributions(space: Space) -> dict[str, BaseDistribution]:
    kinds: dict[str, BaseDistribution] = {}
    for name, allowed in space.items():
        if not isinstance(allowed, Range):
            kinds[name] = CategoricalDistribution(allowed.values)
        elif allowed.whole:
            kinds[name] = IntDistribution(int(allowed.low), int(allowed.high), log=allowed.log)
        else:
            kinds[name] = FloatDistribution(allowed.low, allowed.high, log=allowed.log)
    return kinds


# --- what to try next


def _proposal(search: Search, points: Sequence[Mapping[str, Any]] | None, n: int) -> BaseSampler:
    """Returns what proposes the n-th setting; `points` are those of a grid."""
    if points:
        # In random order: where trials run out before the points do, they are spread over all.
        return _Point(points[np.random.default_rng(search.seed).permutation(len(points))[n]])
    seed = int(np.random.SeedSequence([search.seed, n]).generate_state(1)[0])
    return TPESampler(seed=seed) if search.method == "model" else RandomSampler(seed=seed)


class _Point(RandomSampler):
    """Proposes what it is told to; Optuna's GridSampler fails where trials are asked for."""

    def __init__(self, point: Mapping[str, Any]) -> None:
        super().__init__()
        self._point = point

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """Gives the point's value."""
        return self._point[param_name]


def _goes_on(study: Study, trials: int, patience: int | None, seconds: float | None) -> bool:
    if len(tried(study)) >= trials or (seconds is not None and spent(study) >= seconds):
        return False
    if patience is None or not complete(study):
        return True
    best = study.best_trial.number
    return sum(trial.number > best for trial in finished(study)) < patience


# --- what was there before


def _defaults(search: Search, study: Study, processes: Executor) -> Trial:
    """Measures the algorithm as it is, once in the life of a study."""
    parameters = {name: getattr(search.algorithm, name) for name in search.space}
    if DEFAULTS not in study.user_attrs:
        steps = [
            processes.submit(_work, search.objective, search.algorithm, step, search.seed)
            for step in range(search.objective.steps)
        ]
        measured = [step.result() for step in steps]
        figures = [figure for some, _ in measured for figure in some]
        study.set_user_attr(SECONDS, sum(seconds for _, seconds in measured))
        study.set_user_attr(DEFAULTS, figures)
    defaults = Trial(parameters, tuple(study.user_attrs[DEFAULTS]))
    inside = all(parameters[name] in allowed for name, allowed in search.space.items())
    if inside and not study.get_trials(deepcopy=False):
        # The model then knows them from the start.
        so_far = np.cumsum(defaults.figures) / np.arange(1, len(defaults.figures) + 1)
        between = dict(enumerate(so_far.tolist(), 1)) if search.objective.steps > 1 else {}
        study.add_trial(
            create_trial(
                value=defaults.estimate.value,
                params=parameters,
                distributions=_distributions(search.space),
                user_attrs={DEFAULTS: True},
                intermediate_values=between,
            )
        )
    return defaults


# --- what came out


def _phrase(objective: Objective, study: Study, done: int, trials: int) -> str:
    best = f", best {objective.label} {study.best_value:.4f}" if complete(study) else ""
    return f"tuning: {done} of {trials} trials{best}"


def _identity(search: Search, ratings: Ratings) -> dict[str, Any]:
    """What must be the same for trials to be comparable, as JSON."""
    return {
        "algorithm": repr(search.algorithm),
        "parameters": {name: str(allowed) for name, allowed in search.space.items()},
        "objective": search.objective.label,
        "method": search.method,
        "seed": search.seed,
        "ratings": f"{len(ratings)}-{ratings.fingerprint}",
    }
