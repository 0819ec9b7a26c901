"""Processes on this machine: what a training and its helpers hold, and how they end.

A training starts helpers of its own; memory and end are always those of all of them. A process is
known by its number and when it began: numbers are given out again.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
from datetime import UTC, datetime

import psutil

from recommender.training.job import Job

_SLACK = 60.0


def tree(pid: int) -> list[psutil.Process]:
    """The process and all that it has started and they in turn; none if it is gone."""
    try:
        head = psutil.Process(pid)
        return [head, *head.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def memory(pid: int) -> int:
    """Bytes that a process and its helpers hold, each library that they share counted once each."""
    total = 0
    for process in tree(pid):
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            total += process.memory_info().rss
    return total


def end_group(pid: int) -> None:
    """Ends a process that leads a group, and the group, at once."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def end_tree(pid: int | None, since: datetime | None) -> None:
    """Ends what a dead runner has left running.

    Args:
        pid: of the training process, or None.
        since: when the training began; a process that is older is another one.
    """
    if pid is None or since is None:
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        if psutil.Process(pid).create_time() >= since.timestamp() - _SLACK:
            end_group(pid)


def step_back() -> None:
    """Makes this process and its helpers give way: to visitors, and first when memory is short."""
    os.nice(19)
    if os.getsid(0) == os.getpid():
        # Linux may share time out among sessions first, then niceness counts only within one.
        with contextlib.suppress(OSError), open("/proc/self/autogroup", "w") as group:
            group.write("19")
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("900")


def spare_cores() -> int:
    """How many cores a training may use: one fewer than there are, but two if there are two.

    On two cores it gives way to visitors by its priority alone; one would double its time.
    """
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max((usable or 1) - 1, min(usable or 1, 2))


def bound(mib: int) -> None:
    """Has the system refuse this process and each helper more memory than that.

    It ends them less rudely than `Supervision` has to, which counts all of them together.
    """
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (mib << 20, mib << 20))


def obituary(job: Job) -> str:
    """What is said of a training whose processes are gone without a word."""
    booted = datetime.fromtimestamp(psutil.boot_time(), UTC)
    restarted = job.started is not None and booted > job.started
    what = "The machine was restarted" if restarted else "The process that ran it was ended"
    during = f" during “{job.stage}”" if job.stage else ""
    if job.release is not None:
        return f"{what}{during}; its release {job.release} is whole, but was not judged."
    return f"{what}{during}. Nothing was published and the champion still serves; start it again."
