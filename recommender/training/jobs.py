"""Background training: asked for by a page, done by processes of their own.

`Jobs.submit` writes a folder and starts a runner (`recommender.training.runner`), a small process
that belongs to no browser and no server; it does what waits, one training after the other, each
again in a process of its own, `python -m recommender train --job FOLDER`. Whoever wants to know how
a training stands reads its folder. A runner that dies, with its machine or without, is noticed by
the next one who looks: what it had begun is marked as failed, and the rest of the queue goes on.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from threading import Thread
from typing import TYPE_CHECKING

import recommender
from recommender.errors import JobError, ReleaseError
from recommender.settings import Settings
from recommender.training.folder import (
    CANCEL,
    JUDGEMENT,
    LOG,
    SCRATCH,
    STATUS,
    JobsFolder,
    tail,
    write_json,
)
from recommender.training.job import ENDED, Estimate, Job, JobRequest, Limits, Status
from recommender.training.processes import end_tree, obituary

if TYPE_CHECKING:
    from recommender.evaluation.judgement import Judgement

_MOST_WAITING, _MOST_KEPT = 20, 200
_STARTING = 20.0
"""Seconds that a runner may take until it holds its lock; then another one is started."""


@dataclass(frozen=True)
class Jobs:
    """All trainings of an installation.

    Attributes:
        state_folder: TASTEMAP_STATE; `jobs/` in it holds the trainings.
        models: where releases are written.
        limits: what a training may take.
    """

    state_folder: Path
    models: Path
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def of(cls, settings: Settings) -> Jobs:
        """Those that the settings speak of."""
        limits = Limits(settings.training_memory, settings.training_minutes)
        return cls(settings.state, settings.models, limits)

    @property
    def folder(self) -> JobsFolder:
        """Where they lie."""
        return JobsFolder(self.state_folder.absolute() / "jobs")

    def submit(self, request: JobRequest) -> str:
        """Puts a training into the queue; it begins by itself when its turn has come.

        Args:
            request: what to train.

        Returns:
            The id of the training.

        Raises:
            ParameterError: an algorithm, a hyper-parameter or the search cannot be; the message
                names the field and its bounds.
            DataError: there is no such data set.
            JobError: too many are waiting, or the disk refuses.
        """
        from recommender.training.plan import check, find_source

        check(request)
        source = find_source(request.source, self.state_folder)
        request = replace(request, source=None if source is None else str(source))
        now = datetime.now(UTC)
        job_id = f"{now:%Y%m%d-%H%M%S}-{token_hex(3)}"
        with self.folder.queue():
            waiting = [job for job in self.folder.jobs()[0] if job.state == "waiting"]
            if len(waiting) >= _MOST_WAITING:
                raise JobError(f"{len(waiting)} trainings are waiting; cancel some of them first.")
            try:
                self.folder.prune(_MOST_KEPT)
                self.folder.add(job_id, request, Status(submitted=now))
                self._start_runner()
            except OSError as error:
                raise JobError(
                    f"The training cannot be put down in {self.folder.root} ({error.strerror}); "
                    "make room and try again."
                ) from error
        return job_id

    def all(self) -> list[Job]:
        """All trainings: the one that runs, those that wait in their order, those that ended.

        Those that have ended come newest first. If the runner has died, this notices.
        """
        if not self.folder.root.is_dir():
            return []
        with self.folder.queue():
            self._revive(starting=_STARTING)
            jobs = self.folder.jobs()[0]
        rank = {"running": 0, "waiting": 1}
        ended = sorted((j for j in jobs if j.state in ENDED), key=_end, reverse=True)
        return sorted((j for j in jobs if j.state in rank), key=lambda j: rank[j.state]) + ended

    def job(self, job_id: str) -> Job:
        """One training.

        Raises:
            JobError: there is none of that id, or it cannot be read.
        """
        self.folder.folder(job_id)
        with self.folder.queue():
            self._revive(starting=_STARTING)
            return self.folder.read(job_id)

    def log(self, job_id: str, last: int = 200) -> list[str]:
        """The last lines that a training has said; `JobError` if there is none of that id."""
        return tail(self.folder.folder(job_id) / LOG, last)

    def cancel(self, job_id: str, by: str) -> None:
        """Ends a training, or takes it out of the queue. It leaves no release behind.

        A running one ends within seconds; `job` tells when. One that has written its release
        before it hears of it is done.

        Args:
            job_id: which.
            by: who wants it.

        Raises:
            JobError: there is none of that id, it has ended already, or the disk refuses.
        """
        folder = self.folder.folder(job_id)
        with self.folder.queue():
            job = self.folder.read(job_id)
            if job.state in ENDED:
                raise JobError(f"Training {job_id} has ended already: it is {job.state}.")
            try:
                if job.state == "waiting":
                    said = f"Cancelled by {by or 'somebody'} before it began."
                    self._write(replace_status(job, state="cancelled", message=said))
                else:
                    write_json(folder / CANCEL, {"by": by}, lasting=True)
            except OSError as error:
                raise JobError(
                    f"Training {job_id} cannot be cancelled ({error.strerror})."
                ) from error

    def estimate(self, request: JobRequest) -> Estimate:
        """What a training would take; `ParameterError` and `DataError` as `submit`."""
        from recommender.training.estimate import estimate
        from recommender.training.plan import check, find_source

        check(request)
        source = find_source(request.source, self.state_folder)
        return estimate(request, source, self.folder, self.models)

    def recover(self) -> list[str]:
        """Puts right what a crash, a power loss, a kill or a full disk has left behind.

        To be called when the app starts. Trainings that somebody runs are left alone.

        Returns:
            A sentence for everything that was found amiss; none if all is well.

        Raises:
            JobError: the folder of trainings cannot be written to.
        """
        if not self.folder.root.is_dir():
            return []
        with self.folder.queue():
            return self._revive(starting=0.0) + self.folder.jobs()[1]

    def judgement(self, domain: str, release: str) -> Judgement | None:
        """The newest judgement of a release, or None if it was never judged.

        Raises:
            JobError: the judgement is not whole.
        """
        from recommender.evaluation import judgement_file

        jobs = [job for job in self.folder.jobs()[0] if job.release == release]
        files = [
            self.folder.folder(job.id) / JUDGEMENT for job in jobs if job.request.domain == domain
        ]
        files.append(judged_file(self.state_folder, domain, release))
        found = [found for found in map(judgement_file.read, files) if found is not None]
        return max(found, key=lambda judgement: judgement.judged, default=None)

    def _revive(self, *, starting: float) -> list[str]:
        """Marks what a dead runner has begun, starts another if some wait; the queue is held."""
        guard = self.folder.take_running()
        if guard is None:
            return []
        with guard:
            self.folder.sweep()
            jobs, _ = self.folder.jobs()
            broken = [job for job in jobs if job.state == "running"]
            said = [self._bury(job) for job in broken]
        if broken:
            said += self._swept()
        if any(job.state == "waiting" for job in jobs) and self._idle() >= starting:
            try:
                self._start_runner()
            except OSError as error:
                said.append(f"What waits cannot be started ({error.strerror}); make room.")
        return said

    def _bury(self, job: Job) -> str:
        end_tree(job.pid, job.started)
        folder = self.folder.folder(job.id)
        cancelled = (folder / CANCEL).exists()
        message = "It was cancelled." if cancelled else obituary(job)
        try:
            shutil.rmtree(folder / SCRATCH, ignore_errors=True)
            state = "cancelled" if cancelled else "failed"
            self._write(replace_status(job, state=state, message=message))
        except OSError as error:
            message += f" This could not be noted down ({error.strerror})."
        return f"Training {job.id}: {message}"

    def _swept(self) -> list[str]:
        from recommender.releases.registry import Registry

        try:
            swept = Registry(self.models).sweep()
        except ReleaseError as error:
            return [str(error)]
        return [f"{path.name}, which was never finished, is removed." for path in swept]

    def _write(self, job: Job) -> None:
        names = Status.__dataclass_fields__
        status = Status(**{name: getattr(job, name) for name in names})
        write_json(self.folder.folder(job.id) / STATUS, status.to_json(), lasting=True)

    def _idle(self) -> float:
        """Seconds since a runner was started last."""
        try:
            return time.time() - (self.folder.root / ".starting").stat().st_mtime
        except FileNotFoundError:
            return float("inf")

    def _start_runner(self) -> None:
        """Starts a process that runs what waits, unless one does; it outlives this one."""
        (self.folder.root / ".starting").touch()
        home = Path(recommender.__file__).resolve().parent.parent
        command = [sys.executable, "-m", "recommender.training.runner"]
        command += [str(self.state_folder.absolute()), str(self.models.absolute())]
        command += [str(self.limits.memory), str(self.limits.minutes)]
        with (self.folder.root / "runner.log").open("wb") as log:
            runner = subprocess.Popen(
                command,
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
            )
        # So that it is no zombie once it has ended, for as long as this process lives.
        Thread(target=runner.wait, name="runner", daemon=True).start()


def judged_file(state: Path, domain: str, release: str) -> Path:
    """Where the judgement lies that `python -m recommender judge` has made of a release."""
    from recommender.releases.manifest import check_name

    check_name(domain, "domain")
    return state / "judgements" / f"{domain}-{check_name(release, 'release id')}.json"


def replace_status(job: Job, **changes: object) -> Job:
    """The job as it stands once it has ended."""
    ended = {"ended": datetime.now(UTC), "seconds_left": None, "pid": None, "memory": 0}
    return replace(job, **{**ended, **changes})  # type: ignore[arg-type]


def _end(job: Job) -> datetime:
    return job.ended or job.submitted
