"""Where the work of an answer is done, and no more of it than can be done.

What takes a few milliseconds is done at once, in the event loop. A thread would contend with the
loop for the interpreter, and lose up to 5 ms at every array that it multiplies. What may take
longer is done in threads; whoever comes when too many wait for them is told so at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from recommender.api.problems import Refusal

THREADS, MOST_WAITING = 2, 200

T = TypeVar("T")


class Work:
    """The threads, and how many requests wait for them or are being worked on."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="api")
        self._there = 0

    async def do(self, work: Callable[[], T], *, at_once: bool = False) -> T:
        """Does something.

        Args:
            work: what to do.
            at_once: whether it takes a few milliseconds at most.

        Raises:
            Refusal: too many wait already.
        """
        if at_once:
            return work()
        if self._there >= MOST_WAITING:
            raise Refusal(503, "The server has too much to do; try again in a second.", wait=1)
        self._there += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, work)
        finally:
            self._there -= 1
