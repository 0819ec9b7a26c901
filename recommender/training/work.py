"""A background training from within: what `python -m recommender train --job FOLDER` does.

It gives way to visitors, holds itself to its memory, and dies with the process that watches it.
What it does is the pipeline's work; it only tells of it (`recommender.training.events`).
"""

from __future__ import annotations

import os
import signal
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import TYPE_CHECKING, Never

from recommender.errors import ReleaseError, TastemapError
from recommender.settings import Settings
from recommender.training import processes
from recommender.training.folder import JUDGEMENT, REQUEST, SCRATCH, JobsFolder, read_json
from recommender.training.job import JobRequest

if TYPE_CHECKING:
    from recommender.training.events import Teller

WITHOUT_SHARE = 0.15
"""Of a training's progress, where it learns from visitors: the same test without them."""


def carry_out(folder: Path, models: Path) -> str:
    """Carries out the request that lies in the folder of a training.

    Args:
        folder: of the training.
        models: where the release is written.

    Returns:
        The id of the release.

    Raises:
        TastemapError: it cannot be done; whoever watches has been told why.
    """
    processes.step_back()
    _watched()
    limit = Settings.from_environment().training_memory
    # Whoever watches ends a training that holds too much; this stops one that leaps. The system
    # counts what is reserved, which is up to a GiB more than what is held.
    processes.bound(limit + 1024)
    # Imported now that this process gives way: it takes a second of a core.
    from recommender.training.events import Teller

    teller = Teller()
    try:
        return _train(folder, models, teller)
    except TastemapError as error:
        teller.tell(error=str(error))
        raise
    except (MemoryError, BrokenProcessPool) as error:
        said = f"It wanted more than the {limit:,} MiB of memory that are allowed, or there are."
        teller.tell(error=said)
        raise ReleaseError(said) from error
    except OSError as error:
        said = f"The disk refused ({error.strerror or error}); see that there is room."
        teller.tell(error=said)
        raise ReleaseError(said) from error


def _train(folder: Path, models: Path, teller: Teller) -> str:
    from recommender.data import load
    from recommender.evaluation import judgement_file
    from recommender.evaluation.judgement import judge
    from recommender.releases import Registry
    from recommender.training import plan
    from recommender.training.estimate import estimate
    from recommender.training.events import Part
    from recommender.training.pipeline import train_on
    from recommender.training.visitors import effect, with_visitors

    request = JobRequest.from_json(read_json(folder / REQUEST))
    teller(0.0, "reading the data")
    source = plan.find_source(request.source, folder.parent.parent)
    teller.tell(expected=estimate(request, source, JobsFolder(folder.parent), models).seconds)
    data, joined = load(request.domain, source), None
    if request.visitors:
        settings = replace(Settings.from_environment(), state=folder.parent.parent)
        joined = with_visitors(data, settings)
        data = joined.data
    teller.tell(ratings=len(data.ratings))
    workers = processes.spare_cores()
    end = 1.0 if joined is None else 1.0 - WITHOUT_SHARE
    algorithms, searched, progress = plan.algorithms(request), "", Part(teller, 0.0, end)
    if request.search is not None:
        share = plan.SEARCH_SHARE
        study = folder / SCRATCH / "study"
        algorithms, searched = plan.searched(
            request, data, study, workers, Part(teller, 0.0, share)
        )
        teller.tell(message=searched)
        progress = Part(teller, share, end)
    trained = train_on(
        data,
        algorithms,
        models=models,
        seed=request.seed,
        workers=workers,
        rivalled=True,
        progress=progress,
    )
    name = trained.folder.name
    teller.tell(release=name)
    challenger = Registry(models).open(request.domain, name)
    learned = None
    if joined is not None:
        roles = {name: algorithms[name] for name in {challenger.ranker, challenger.rater}}
        told = Part(teller, end, 1.0)
        learned = effect(
            joined, roles, challenger, trained.outcomes, workers=workers, progress=told
        )
    judgement = judge(
        challenger, trained.champion, data, trained.outcomes, trained.refused, learned
    )
    judgement_file.write(judgement, folder / JUDGEMENT)
    verdict = "It passes the gate." if judgement.passed else "It does not pass the gate."
    teller.tell(message=f"It wrote release {name}. {verdict} {searched}".strip())
    return name


def _watched() -> None:
    """Ends this process and its helpers when the watcher is gone, or asks."""

    def until_the_pipe_ends() -> None:
        # Not by `sys.stdin`, whose lock a thread that still waits would hold when Python ends.
        while os.read(0, 1):
            pass
        processes.end_group(os.getpid())

    def on_signal(number: int, frame: FrameType | None) -> Never:
        raise KeyboardInterrupt

    Thread(target=until_the_pipe_ends, name="watched", daemon=True).start()
    signal.signal(signal.SIGTERM, on_signal)
