"""How much is kept: limits per session and per source, so that nobody fills the database.

Whoever comes to one goes on as before; what is above it is not kept, and the page says so. Sources
(`recommender.admin.throttle.source_of`) are counted in memory, for an hour, and written nowhere.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

PER_SESSION = 20_000
"""Events of one browser tab: the ratings of the longest lists, and what was recommended."""
PER_SOURCE = 200_000
"""Events of one source in an hour: a hundred people in one room who tap all the time."""
PSEUDONYMS = 300
"""Visitors who agree at one source in an hour."""
_HOUR, _MOST = 3600.0, 10_000


@dataclass
class _Count:
    since: float
    events: int = 0
    pseudonyms: int = 0


@dataclass(eq=False)
class Limits:
    """What has been handed in; for all tabs of a server.

    Attributes:
        clock: seconds.
    """

    clock: Callable[[], float] = time.monotonic
    _sources: OrderedDict[str, _Count] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def allow(self, source: str, before: int, events: int) -> bool:
        """Whether so many events more may be kept; they count if so.

        Args:
            source: where they come from.
            before: how many the session has handed in.
            events: how many come now.
        """
        if before + events > PER_SESSION:
            return False
        with self._lock:
            count = self._count(source)
            if count.events + events > PER_SOURCE:
                return False
            count.events += events
            return True

    def agree(self, source: str) -> bool:
        """Whether one visitor more may agree there; it counts if so."""
        with self._lock:
            count = self._count(source)
            if count.pseudonyms >= PSEUDONYMS:
                return False
            count.pseudonyms += 1
            return True

    def _count(self, source: str) -> _Count:
        now = self.clock()
        found = self._sources.get(source)
        if found is None or now - found.since > _HOUR:
            found = self._sources[source] = _Count(now)
        self._sources.move_to_end(source)
        while len(self._sources) > _MOST:
            self._sources.popitem(last=False)
        return found
