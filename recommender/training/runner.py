"""The process that runs what waits in the queue: `python -m recommender.training.runner`.

`recommender.training.jobs` starts it. There is one at a time, by a lock; it takes the oldest
training that waits, watches it to its end (`recommender.training.supervision`), and goes when none
is left. It decides to go while it holds the queue, so a training that is submitted at that moment
is either seen by it or starts another. Told to stop, as when a container is shut down, it ends its
training and says so.
"""

from __future__ import annotations

import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from types import FrameType

from recommender.training.folder import STATUS, JobsFolder, write_json
from recommender.training.job import Job, Limits, Status
from recommender.training.supervision import Supervision


def run(folder: JobsFolder, models: Path, limits: Limits, stop: Event) -> None:
    """Does what waits, oldest first, until nothing is left or it is told to stop.

    Args:
        folder: of the trainings.
        models: where releases are written.
        limits: what each training may take.
        stop: set to end the one under way and leave.
    """
    with folder.queue():
        guard = folder.take_running()
    if guard is None:
        return
    with guard:
        while not stop.is_set():
            with folder.queue():
                job = _next(folder)
                if job is None:
                    # Given back before the queue is: whoever submits next must find it free.
                    guard.close()
                    return
            Supervision(folder.folder(job.id), job, models, limits, stop).run()


def _next(folder: JobsFolder) -> Job | None:
    """The job whose turn it is, marked as running."""
    for job in folder.jobs()[0]:
        if job.state != "waiting":
            continue
        status = Status(
            submitted=job.submitted, state="running", stage="starting", started=datetime.now(UTC)
        )
        write_json(folder.folder(job.id) / STATUS, status.to_json(), lasting=True)
        return replace(job, state="running", stage="starting", started=status.started)
    return None


def main() -> int:
    """Reads the arguments that `Jobs` gives."""
    state, models, memory, minutes = sys.argv[1:]
    stop = Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    run(JobsFolder(Path(state) / "jobs"), Path(models), Limits(int(memory), float(minutes)), stop)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
