"""The folder of a background training, and the two locks that keep several processes in order.

    <state>/jobs/<id>/request.json   what was asked for; never changes
                      status.json    how it stands; written by one process at a time
                      log.txt        what it said
                      cancel.json    who wants it to stop
                      judgement.json beside the champion (`recommender.evaluation.judgement`)
                      tmp/           what is of no use once it has ended
    <state>/jobs/.queue              held for a moment, by whoever changes the queue
    <state>/jobs/.runner             held by the process that runs trainings, as long as it lives

A job appears by a rename, files are replaced whole, locks end with the process that held them: a
process can be killed anywhere and the next one finds its way.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from recommender.errors import JobError, ParameterError
from recommender.training.job import ENDED, Job, JobRequest, Status

REQUEST, STATUS, LOG, CANCEL = "request.json", "status.json", "log.txt", "cancel.json"
JUDGEMENT, SCRATCH = "judgement.json", "tmp"
EVENT = "\x1e"
"""What a line of a training's output begins with if it is an event; see `training.events`."""
_UNFINISHED = ".writing"
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
_LARGEST = 8 << 20
_TAIL = 1 << 18


@dataclass(frozen=True)
class JobsFolder:
    """The folder of all trainings.

    Attributes:
        root: `<state>/jobs`; it need not exist.
    """

    root: Path

    def make(self) -> None:
        """Makes the folder.

        Raises:
            JobError: the disk refuses.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise JobError(
                f"{self.root} cannot be made ({error.strerror}); see that there is room and that "
                "you may write there, or set TASTEMAP_STATE."
            ) from error

    def ids(self) -> list[str]:
        """The ids of all trainings, oldest first."""
        try:
            return sorted(path.name for path in self.root.iterdir() if _ID.fullmatch(path.name))
        except FileNotFoundError:
            return []

    def folder(self, job_id: str) -> Path:
        """The folder of a training.

        Raises:
            JobError: there is none of that id.
        """
        folder = self.root / job_id if _ID.fullmatch(job_id) else None
        if folder is None or not folder.is_dir():
            raise JobError(f"There is no training {job_id[:40]!r}.")
        return folder

    def add(self, job_id: str, request: JobRequest, status: Status) -> Path:
        """Writes a new training; it is whole or not there."""
        unfinished = self.root / f".{job_id}{_UNFINISHED}"
        unfinished.mkdir()
        try:
            write_json(unfinished / REQUEST, request.to_json(), lasting=True)
            write_json(unfinished / STATUS, status.to_json(), lasting=True)
            unfinished.rename(self.root / job_id)
        except OSError:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        return self.root / job_id

    def sweep(self) -> None:
        """Removes what was never finished; the queue must be held."""
        for path in self.root.glob(f".*{_UNFINISHED}"):
            shutil.rmtree(path)

    def prune(self, kept: int) -> None:
        """Removes the oldest trainings that have ended, all but so many; the queue must be held."""
        ended = [job.id for job in self.jobs()[0] if job.state in ENDED]
        for job_id in ended[: max(len(ended) - kept, 0)]:
            shutil.rmtree(self.root / job_id)

    def read(self, job_id: str) -> Job:
        """Reads a training.

        Raises:
            JobError: a file of it is missing or not whole.
        """
        folder = self.folder(job_id)
        try:
            return _read(folder, *(_version(folder / name) for name in (REQUEST, STATUS)))
        except (JobError, ParameterError) as error:
            raise JobError(f"Training {job_id} cannot be read: {error}.") from error

    def jobs(self) -> tuple[list[Job], list[str]]:
        """All trainings that can be read, oldest first, and why the others cannot."""
        jobs, faults = [], []
        for job_id in self.ids():
            try:
                jobs.append(self.read(job_id))
            except JobError as error:
                faults.append(str(error))
        return sorted(jobs, key=lambda job: (job.submitted, job.id)), faults

    @contextmanager
    def queue(self) -> Iterator[None]:
        """Holds the queue; `JobError` if the disk refuses."""
        self.make()
        with _lock_file(self.root / ".queue") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def take_running(self) -> IO[bytes] | None:
        """Takes the runner's lock, or returns None if somebody has it; the queue must be held.

        Returns:
            What to close to give it back.
        """
        file = (self.root / ".runner").open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        return file


@contextmanager
def _lock_file(path: Path) -> Iterator[IO[bytes]]:
    try:
        file = path.open("ab")
    except OSError as error:
        raise JobError(f"{path.parent} cannot be written to ({error.strerror}).") from error
    with file:
        yield file


def _version(path: Path) -> tuple[int, int, int] | None:
    """What changes whenever a file is replaced."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_mtime_ns, facts.st_size, facts.st_ino


@lru_cache(512)
def _read(folder: Path, *versions: tuple[int, int, int] | None) -> Job:
    """Reads a training once for each version of its files: a page asks every second."""
    request = JobRequest.from_json(read_json(folder / REQUEST))
    return Job.of(folder.name, request, Status.from_json(read_json(folder / STATUS)))


def write_json(path: Path, value: Any, *, lasting: bool = False) -> None:
    """Replaces a file whole.

    Args:
        path: the file.
        value: a JSON value.
        lasting: wait until it is on disk, so that it survives the machine and not only the process.

    Raises:
        OSError: the disk refuses; what was there before still is.
    """
    data = json.dumps(value, allow_nan=False).encode()
    unfinished = path.with_name(f".{path.name}{_UNFINISHED}")
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    if lasting:
        handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_json(path: Path) -> Any:
    """Reads a file; `JobError` if it is missing, too large or no JSON."""
    try:
        if path.stat().st_size > _LARGEST:
            raise JobError(f"{path.name} is too large")
        return json.loads(path.read_bytes())
    except OSError as error:
        raise JobError(f"{path.name} cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise JobError(f"{path.name} is no JSON ({error})") from error


def tail(path: Path, last: int) -> list[str]:
    """The last lines of a log, at most a quarter of a MiB of them; none if there is no file."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - _TAIL, 0))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return []
    return lines[1 if size > _TAIL else 0 :][-last:] if last > 0 else []
