"""The one thread of a server that takes what visitors did to the database.

A page hands events in and goes on; a `Receipt` says whether they are saved, and it says so only
after the commit. While the database is away they wait here, in their order, and are tried again
ever more slowly up to every ten seconds; nobody waits with them. When too many wait, new ones are
refused and counted. What has not been saved when the server dies was never said to be.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from logging import getLogger
from threading import Condition, Thread
from typing import TYPE_CHECKING

from recommender.errors import TastemapError
from recommender.visitors.changes import Event

if TYPE_CHECKING:
    from recommender.visitors.keep import Batch

MOST = 100_000
"""Events that wait at most: some 50 MB."""
BATCH = 2_000
"""Events in a transaction, about."""
GATHER = 0.02
"""Seconds in which more may come before a transaction begins: a tap changes a rating and, a little
later, what is recommended."""
SLOWEST = 10.0
"""Seconds between two tries while the database is away."""


@dataclass(eq=False)
class Receipt:
    """What became of events that were handed in.

    Attributes:
        visitor: pseudonym.
        events: what was handed in.
        saved: committed.
        refused: not taken, because too many wait already.
        forgotten: not kept, because the visitor was forgotten meanwhile, in another tab.
    """

    visitor: str
    events: Sequence[Event]
    saved: bool = False
    refused: bool = False
    forgotten: bool = False

    @property
    def ended(self) -> bool:
        """Whether it is known what became of them."""
        return self.saved or self.refused or self.forgotten


@dataclass(frozen=True)
class Health:
    """How keeping goes.

    Attributes:
        waiting: events that are not saved yet.
        refused: events that were not taken since the server started.
        saved: events that were saved since then.
        fault: why the last try failed, None if it did not.
        since: when the first of the failed tries was, seconds since 1970; None without a fault.
    """

    waiting: int
    refused: int
    saved: int
    fault: str | None
    since: float | None


@dataclass(eq=False)
class Writer:
    """A queue with a thread at its end, which begins with the first event.

    Attributes:
        save: saves a batch for good and returns the pseudonyms that were forgotten before, or
            raises `TastemapError` and has saved none of it.
    """

    save: Callable[[Batch], Collection[str]]
    _waiting: deque[Receipt] = field(default_factory=deque)
    _n_waiting: int = 0
    _n_refused: int = 0
    _n_saved: int = 0
    _fault: str | None = None
    _since: float | None = None
    _closing: bool = False
    _thread: Thread | None = None
    _changed: Condition = field(default_factory=Condition)

    def hand_in(self, visitor: str, events: Sequence[Event]) -> Receipt:
        """Takes events of a visitor; returns at once.

        Args:
            visitor: pseudonym.
            events: what the visitor did, in its order.

        Returns:
            What tells what became of them.
        """
        receipt = Receipt(visitor, tuple(events))
        with self._changed:
            if self._n_waiting + len(events) > MOST:
                receipt.refused = True
                self._n_refused += len(events)
                return receipt
            self._waiting.append(receipt)
            self._n_waiting += len(events)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="visitors", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return receipt

    def wait(self, receipt: Receipt, seconds: float) -> bool:
        """Waits until events are saved; returns whether they are."""
        with self._changed:
            self._changed.wait_for(lambda: receipt.ended, seconds)
        return receipt.saved

    def health(self) -> Health:
        """How keeping goes."""
        with self._changed:
            return Health(self._n_waiting, self._n_refused, self._n_saved, self._fault, self._since)

    def close(self, seconds: float) -> None:
        """Saves what waits if that takes no longer than this, and ends."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        failed = 0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing)
                if not self._waiting:
                    return
                self._changed.wait_for(lambda: self._closing, GATHER)
                receipts = self._next()
            try:
                late = self.save([(receipt.visitor, receipt.events) for receipt in receipts])
            except TastemapError as error:
                fault = str(error)
            except Exception:
                # A bug must neither end the thread nor pass for saved; what it was is in the log.
                getLogger("tastemap").exception("visitors' ratings cannot be saved")
                fault = "An error of Tastemap itself; the server's log has it."
            else:
                failed = 0
                self._done(receipts, late)
                continue
            failed += 1
            with self._changed:
                self._fault, self._since = fault, self._since or time.time()
                self._changed.wait_for(
                    lambda: self._closing, min(SLOWEST, 0.25 * 2 ** min(failed, 10))
                )
                if self._closing:
                    return

    def _next(self) -> list[Receipt]:
        """The first of those that wait; they go on waiting until they are saved."""
        found: list[Receipt] = []
        n = 0
        for receipt in self._waiting:
            if found and n + len(receipt.events) > BATCH:
                break
            found.append(receipt)
            n += len(receipt.events)
        return found

    def _done(self, receipts: Sequence[Receipt], late: Collection[str]) -> None:
        with self._changed:
            self._fault = self._since = None
            for receipt in receipts:
                self._waiting.popleft()
                receipt.forgotten = receipt.visitor in late
                receipt.saved = not receipt.forgotten
                self._n_waiting -= len(receipt.events)
                self._n_saved += len(receipt.events) if receipt.saved else 0
            self._changed.notify_all()
