"""The folder of a search for hyper-parameters: Optuna's journal, and who may write to it.

A study belongs to one process at a time. What a process that was killed leaves behind is put right
when the next one opens the folder: half a line at the end of the journal, the journal's lock,
trials that are under way nowhere.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.study import Study, StudyDirection
from optuna.trial import FrozenTrial, TrialState

from recommender.errors import StudyError
from recommender.evaluation.metrics import Estimate

DEFAULTS = "defaults"
"""Marks the trial that is the algorithm as it was, and in a study names its figures."""
FIGURES, PARAMETERS, REFUSED, SECONDS = "figures", "parameters", "refused", "seconds"
"""Of a trial: what it gave, what was tried, why the algorithm would not have it, and the processor
time that it took."""


@dataclass(frozen=True)
class Trial:
    """One setting and what it gave.

    Attributes:
        parameters: hyper-parameter -> value, those searched.
        figures: the objective's, of every visitor or fold, in the same order for all trials.
    """

    parameters: Mapping[str, Any]
    figures: tuple[float, ...]

    @property
    def estimate(self) -> Estimate:
        """Their mean with its interval."""
        return Estimate.mean(np.array(self.figures))

    def against(self, other: Trial) -> Estimate:
        """The mean difference to another trial, visitor by visitor or fold by fold."""
        return Estimate.mean(np.array(self.figures) - np.array(other.figures))


@dataclass(frozen=True)
class Found:
    """The outcome of a search.

    Attributes:
        defaults: the algorithm as it was before.
        trials: those that ran to the end, best first.
        better: the first of them if it is better than the defaults by more than chance would make
            the luckiest of as many: the interval of the difference leaves out 0 at 95 % for all
            trials together (Bonferroni). None if not.
        stopped_early: trials given up on after some folds.
        refused: trials whose hyper-parameters the algorithm could not work with.
        sample_size: visitors, or ratings held out, that every figure rests on.
        seconds: processor time that it took.
    """

    defaults: Trial
    trials: tuple[Trial, ...]
    better: Trial | None
    stopped_early: int
    refused: int
    sample_size: int
    seconds: float


@contextmanager
def opened(folder: Path, search: Mapping[str, Any], *, higher_is_better: bool) -> Iterator[Study]:
    """Opens the study in a folder, or makes one.

    Args:
        folder: made if it does not exist.
        search: what has to be the same for a search to go on; a JSON value.
        higher_is_better: of the objective.

    Yields:
        The study; nobody else can open it meanwhile.

    Raises:
        StudyError: the folder holds another search, or somebody has it open.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    folder.mkdir(parents=True, exist_ok=True)
    journal = folder / "journal.log"
    with (folder / "in-use").open("w") as guard:
        try:
            fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StudyError(
                f"{folder} is in use by another process; wait for it, or name another --study."
            ) from None
        _mend(journal)
        study = optuna.create_study(
            storage=JournalStorage(JournalFileBackend(str(journal))),
            study_name="tuning",
            direction="maximize" if higher_is_better else "minimize",
            pruner=optuna.pruners.MedianPruner(),
            load_if_exists=True,
        )
        before = study.user_attrs.get("search", search)
        if before != search:
            differing = [key for key in search if search[key] != before.get(key)]
            raise StudyError(
                f"{folder} holds a search with other {', '.join(differing)}; name another --study."
            )
        study.set_user_attr("search", search)
        for trial in study.get_trials(deepcopy=False):
            if not trial.state.is_finished():
                study.tell(trial.number, state=TrialState.FAIL)
        yield study


def tried(study: Study) -> list[FrozenTrial]:
    """The trials that count: not the defaults, and none that a killed process left behind."""
    return [
        trial
        for trial in study.get_trials(deepcopy=False)
        if trial.state != TrialState.FAIL and DEFAULTS not in trial.user_attrs
    ]


def finished(study: Study) -> list[FrozenTrial]:
    """Those of them that are not under way."""
    return [trial for trial in tried(study) if trial.state.is_finished()]


def spent(study: Study) -> float:
    """The processor time of all trials and of the defaults, in seconds."""
    trials = sum(trial.user_attrs.get(SECONDS, 0.0) for trial in finished(study))
    return float(trials + study.user_attrs.get(SECONDS, 0.0))


def complete(study: Study) -> list[FrozenTrial]:
    """All trials with a value, the defaults among them."""
    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))


def found(study: Study, defaults: Trial, sample_size: int) -> Found:
    """Sums a study up."""
    ended = finished(study)
    through = [trial for trial in ended if trial.state == TrialState.COMPLETE]
    sign = -1 if study.direction == StudyDirection.MAXIMIZE else 1
    trials = [Trial(t.user_attrs[PARAMETERS], tuple(t.user_attrs[FIGURES])) for t in through]
    trials.sort(key=lambda trial: sign * trial.estimate.value)
    lead = trials[0].against(defaults) if trials else Estimate(0, 0, 0)
    ahead = -sign * lead.value > margin(lead, len(trials))
    refused = sum(REFUSED in trial.user_attrs for trial in ended)
    return Found(
        defaults,
        tuple(trials),
        trials[0] if ahead else None,
        stopped_early=len(ended) - len(through) - refused,
        refused=refused,
        sample_size=sample_size,
        seconds=spent(study),
    )


def margin(lead: Estimate, trials: int) -> float:
    """How far ahead the best of some trials is by luck at most, in 95 % of all cases.

    Args:
        lead: the difference with the 95 % interval that it would have as the only one.
        trials: of which it is the best.
    """
    single, best_of_all = (NormalDist().inv_cdf(1 - 0.025 / n) for n in (1, max(trials, 1)))
    return (lead.high - lead.value) * best_of_all / single


def _mend(journal: Path) -> None:
    journal.with_name(journal.name + ".lock").unlink(missing_ok=True)
    if journal.exists():
        os.truncate(journal, journal.read_bytes().rfind(b"\n") + 1)
