"""Processes that work on one set of ratings: who evaluates and who tunes hands them tasks.

A task is a function and its arguments; it asks `held()` for what it works on. Every process
computes on one thread, and ends with the process that started it, however that one ends.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import fields
from multiprocessing import get_context, parent_process
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import numpy as np

from recommender.data.ratings import Ratings
from recommender.data.scale import RatingScale


@contextmanager
def pool(
    ratings: Ratings, workers: int, tasks_per_process: int | None = None
) -> Iterator[ProcessPoolExecutor]:
    """Starts processes, and stops them at the end; tasks that have not begun are then dropped.

    Args:
        ratings: what `held()` gives in them.
        workers: processes, >= 1.
        tasks_per_process: after so many a process is replaced by a new one; None for never.

    Yields:
        Where to submit tasks.
    """
    # A fork would copy the threads' locks of a running server, hence spawn. The ratings go through
    # a file: in the pipe that starts a process they would block us for ever if it died early.
    spawn = get_context("spawn")
    with TemporaryDirectory(prefix="tastemap-") as folder:
        file = Path(folder, "ratings.npz")
        _store(ratings, file)
        started = ProcessPoolExecutor(
            workers, spawn, _begin, (file, ratings.scale), max_tasks_per_child=tasks_per_process
        )
        try:
            yield started
        finally:
            # A failure is told at once, not after the tasks behind it.
            started.shutdown(cancel_futures=True)


def held() -> Ratings:
    """The ratings that this process works on; only in a process of `pool`."""
    assert _ratings is not None
    return _ratings


_ratings: Ratings | None = None


def _store(ratings: Ratings, file: Path) -> None:
    arrays = {field.name: getattr(ratings, field.name) for field in fields(ratings)}
    kept: dict[str, Any] = {
        n: array for n, array in arrays.items() if isinstance(array, np.ndarray)
    }
    np.savez(file, **kept)


def _begin(file: Path, scale: RatingScale) -> None:
    from threadpoolctl import threadpool_limits

    global _ratings
    Thread(target=end_with_parent, args=(file.parent,), daemon=True).start()
    with np.load(file) as arrays:
        _ratings = Ratings(**arrays, scale=scale)
    # Many small solves: one thread each and one process a core is twice as fast as the reverse.
    threadpool_limits(1)


def end_with_parent(folder: Path | None = None) -> None:
    """Without it, a process whose parent is killed goes on, or waits for a task, for ever.

    Args:
        folder: the parent's, which is then nobody's: it is empty already if the parent has ended
            by itself.
    """
    parent = parent_process()
    assert parent is not None
    parent.join()
    if folder is not None:
        rmtree(folder, ignore_errors=True)
    os._exit(1)
