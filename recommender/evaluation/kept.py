"""What a long measurement has come to so far, so that one that is stopped goes on where it was.

A file of JSON lines, one a task, written as soon as the task is done. A key says all that a task's
figures depend on; after a change of it the task is measured anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future, as_completed
from pathlib import Path
from typing import Any
from zlib import crc32

from recommender.algorithms.contract import Progress


def kept(file: Path) -> dict[str, Any]:
    """What is in a file: key -> figures. Half a line of a run that was killed is taken off."""
    if not file.exists():
        return {}
    whole = file.read_bytes()
    whole = whole[: whole.rfind(b"\n") + 1]
    file.write_bytes(whole)
    return {entry["task"]: entry["figures"] for entry in map(json.loads, whole.splitlines())}


def measured(
    file: Path,
    tasks: Mapping[str, tuple[Any, ...]],
    pool: Executor,
    work: Callable[..., Any],
    progress: Progress,
) -> dict[str, Any]:
    """Does what has not been done.

    Args:
        file: what was measured before; every task is added to it when it ends.
        tasks: key -> arguments of the work.
        pool: where it is done.
        work: gives a JSON value.
        progress: told about every task.

    Returns:
        Key -> what the work gave, of every task.

    Raises:
        Exception: what the work raised first; nothing more is begun then, and what ends is kept.
    """
    before = kept(file)
    found = {key: before[key] for key in tasks if key in before}
    failed: Future[Any] | None = None
    waiting = {pool.submit(work, *tasks[key]): key for key in tasks if key not in found}
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as lines:
        for future in as_completed(waiting):
            if future.cancelled():
                continue
            if future.exception() is not None:
                failed = failed or future
                for other in waiting:
                    other.cancel()
                continue
            key = waiting[future]
            # Through JSON, so that a run that went on gives what one that ran through does.
            line = json.dumps({"task": key, "figures": future.result()})
            lines.write(line + "\n")
            lines.flush()
            found[key] = json.loads(line)["figures"]
            progress(len(found) / len(tasks), f"{len(found)} of {len(tasks)}")
    if failed is not None:
        failed.result()
    return found


def fingerprint(files: Iterable[Path]) -> str:
    """A short word that changes when the content of one of the files does."""
    content = 0
    for file in sorted(files):
        content = crc32(file.read_bytes(), content)
    return f"{content:08x}"
