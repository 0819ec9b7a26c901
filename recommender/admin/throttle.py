"""Slows down who guesses passwords, and nobody else.

Every wrong password makes its source wait longer for the next look: nothing after the first three,
then a second, two, four, up to half a minute. An attempt during the wait is not looked at and does
not lengthen it, so that somebody who shares the source with a guesser gets a turn twice a minute.
Over all sources together one password is looked at at a time, at a steady pace: a thousand sources
guess no faster than one. A source that signed in before does not queue with the others, so
strangers cannot keep an admin out however many they are.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from threading import Lock

from recommender.errors import SignInError

FREE = 3
"""Wrong passwords without a wait."""
LONGEST_WAIT = 30.0
"""Seconds."""
FORGOTTEN = 3600.0
"""Seconds after which a source's wrong passwords no longer count."""
PACE = 0.25
"""Seconds between two looks at strangers' passwords."""
QUEUE = 4.0
"""Seconds that a stranger waits for a turn at most."""
_MOST = 10_000


@dataclass
class _Source:
    wrong: int = 0
    last: float = 0.0
    checking: bool = False


@dataclass(eq=False)
class Throttle:
    """What is known of the sources of passwords; in memory, for all tabs of a server.

    Attributes:
        clock: seconds.
        sleep: waits so many of them.
    """

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _sources: OrderedDict[str, _Source] = field(default_factory=OrderedDict)
    _known: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)
    _turn: Lock = field(default_factory=Lock)
    _last_turn: float = float("-inf")

    @contextmanager
    def attempt(self, source: str) -> Iterator[Callable[[bool], None]]:
        """Lets a source have a password looked at.

        Args:
            source: where it comes from, see `source_of`.

        Yields:
            What to tell whether it was right.

        Raises:
            SignInError: it has to wait; the password is not to be looked at.
        """
        with self._lock:
            found = self._sources.setdefault(source, _Source())
            self._sources.move_to_end(source)
            now = self.clock()
            if now - found.last > FORGOTTEN:
                found.wrong = 0
            wait = found.last + _wait(found.wrong) - now
            if found.wrong > 0 and wait > 0:
                raise SignInError(
                    f"Too many wrong passwords. Try again in {max(1, round(wait))} seconds."
                )
            if found.checking:
                raise SignInError("A password from there is being checked. Try again in a second.")
            found.checking = True
            known = source in self._known
            while len(self._sources) > _MOST:
                self._sources.popitem(last=False)

        def tell(right: bool) -> None:
            with self._lock:
                found.last = self.clock()
                found.wrong = 0 if right else found.wrong + 1
                if right:
                    self._known[source] = None
                    while len(self._known) > _MOST:
                        self._known.popitem(last=False)

        try:
            if known:
                yield tell
            else:
                with self._strangers_turn():
                    yield tell
        finally:
            found.checking = False

    def wrong(self, source: str) -> int:
        """How many wrong passwords a source has given, one after the other."""
        with self._lock:
            return self._sources.get(source, _Source()).wrong

    @contextmanager
    def _strangers_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=QUEUE):
            raise SignInError("Many are trying to sign in at this moment. Try again in a while.")
        try:
            self.sleep(max(0.0, self._last_turn + PACE - self.clock()))
            yield
        finally:
            self._last_turn = self.clock()
            self._turn.release()


def source_of(address: str | None) -> str:
    """Where somebody comes from: an address, or the network of one where people own networks.

    Args:
        address: of the connection; None for this machine.

    Returns:
        The IPv4 address, or the first half of the IPv6 address.
    """
    if address is None:
        return "this machine"
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return "elsewhere"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return f"{IPv6Address(int(found) >> 64 << 64)}/64"
    return str(found)


def _wait(wrong: int) -> float:
    return min(LONGEST_WAIT, 2.0 ** min(wrong - FREE, 10)) if wrong >= FREE else 0.0
