"""Work that takes more than a moment: in threads of its own, and no more of it than can be done.

A fold-in holds the interpreter most of the time, so more threads than cores would only wait for
each other and for the event loop. Whoever comes when too many wait is told so at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from recommender.api.problems import Refusal

THREADS, MOST_WAITING = 2, 200

P = ParamSpec("P")
T = TypeVar("T")


class Work:
    """The threads, and how many requests wait for them or are being worked on."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="api")
        self._there = 0

    async def do(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Does something in a thread.

        Raises:
            Refusal: too many wait already.
        """
        if self._there >= MOST_WAITING:
            raise Refusal(503, "The server has too much to do; try again in a second.", wait=1)
        self._there += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, lambda: work(*args, **kwargs))
        finally:
            self._there -= 1
