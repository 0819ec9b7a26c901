"""Two pieces of work at the same time, told of as one.

The evaluation waits for other processes most of the time; what has to be done in this one can be
done meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Lock
from typing import TypeVar

from recommender.algorithms.contract import Progress

T = TypeVar("T")


class StoppedError(Exception):
    """The other piece of work has failed."""


@contextmanager
def beside(work: Callable[[Progress], T], progress: Progress) -> Iterator[Future[T]]:
    """Does work in a thread of its own while the block runs.

    Args:
        work: called with what it is to tell its progress to.
        progress: told that progress.

    Yields:
        The future of its result. If the block fails, the work ends when it next tells progress.
    """
    stopped = Event()

    def told(done: float, phrase: str) -> None:
        if stopped.is_set():
            raise StoppedError
        progress(done, phrase)

    with ThreadPoolExecutor(1, "beside") as pool:
        future = pool.submit(work, told)
        try:
            yield future
        except BaseException:
            stopped.set()
            raise


def joined(progress: Progress, weights: Sequence[float]) -> list[Progress]:
    """Makes one progress of several.

    Args:
        progress: told the whole; its share never falls.
        weights: of each piece of work; they sum to 1.

    Returns:
        What each is to tell its progress to, from any thread.
    """
    shares, lock = [0.0] * len(weights), Lock()

    def part(number: int) -> Progress:
        def told(done: float, phrase: str) -> None:
            with lock:
                shares[number] = max(shares[number], done)
                whole = sum(w * share for w, share in zip(weights, shares, strict=True))
                progress(min(whole, 1.0), phrase)

        return told

    return [part(number) for number in range(len(weights))]
