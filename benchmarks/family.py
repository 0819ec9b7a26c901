"""What a process and all that it has started take: for engines that do not work in one process."""

from __future__ import annotations

import time
from contextlib import suppress
from threading import Thread

import psutil

_PAUSE = 0.5


class Peak:
    """The most memory, in MiB, that this process and its family have held at once since `reset`."""

    def __init__(self) -> None:
        self.reset()
        Thread(target=self._watch, daemon=True).start()

    def reset(self) -> None:
        """Begins anew."""
        self.mib = 0.0

    def _watch(self) -> None:
        while True:
            self.mib = max(self.mib, held_mib())
            time.sleep(_PAUSE)


def held_mib(process: int | None = None) -> float:
    """Resident memory of a process, by default this one, and its family, in MiB."""
    held = 0
    for one in family(process):
        with suppress(psutil.NoSuchProcess):
            held += one.memory_info().rss
    return held / 2**20


def cpu_seconds() -> float:
    """Processor time of this process and its family, those that have ended included."""
    total = 0.0
    for one in family():
        with suppress(psutil.NoSuchProcess):
            total += sum(one.cpu_times()[:4])
    return total


def family(process: int | None = None) -> list[psutil.Process]:
    """A process, by default this one, and all that it has started, as far as they are there."""
    with suppress(psutil.NoSuchProcess):
        first = psutil.Process(process)
        return [first, *first.children(recursive=True)]
    return []
