"""Who is signed in: kept by the server alone, under a token that a browser tab's state holds.

A sign-in ends by itself an hour after the last act and twelve hours after the first. Nothing is
stored in the browser: a reload, another tab and a restart of the server ask for the password again,
and nobody who gets at the browser later finds a way in.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from recommender.errors import SignedOutError

IDLE, LONGEST = 3600.0, 12 * 3600.0
"""Seconds without an act, and in all, after which a sign-in ends."""
_MOST = 1000


@dataclass
class _Session:
    who: str
    began: float
    last: float


@dataclass(eq=False)
class Sessions:
    """The sign-ins of a server.

    Attributes:
        clock: seconds.
    """

    clock: Callable[[], float] = time.monotonic
    _sessions: dict[str, _Session] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def open(self, who: str, *, age: float = 0.0) -> str:
        """Signs somebody in who has proved who they are.

        Args:
            who: their name.
            age: seconds since they proved it.

        Returns:
            The token of the sign-in.
        """
        token, now = secrets.token_urlsafe(32), self.clock()
        with self._lock:
            ended = [key for key, one in self._sessions.items() if self._ended(one)]
            oldest = list(self._sessions)[: max(0, len(self._sessions) - _MOST + 1)]
            for key in {*ended, *oldest}:
                del self._sessions[key]
            self._sessions[token] = _Session(who, now - age, now)
        return token

    def who(self, token: str | None, *, acts: bool = True) -> str:
        """Says who is signed in.

        Args:
            token: of the sign-in.
            acts: whether this is an act, which keeps the sign-in alive; a page that refreshes
                itself is none.

        Returns:
            Their name.

        Raises:
            SignedOutError: nobody, or no longer.
        """
        with self._lock:
            found = self._sessions.get(token or "")
            if found is None:
                raise SignedOutError("You are not signed in. Nothing has been done.")
            if ended := self._ended(found):
                raise SignedOutError(f"{ended} Nothing has been done; sign in and try again.")
            if acts:
                found.last = self.clock()
            return found.who

    def once(self, token: str | None) -> str:
        """Whose sign-in it is or was; empty if it is none."""
        with self._lock:
            found = self._sessions.get(token or "")
            return found.who if found else ""

    def close(self, token: str | None) -> None:
        """Ends a sign-in."""
        with self._lock:
            self._sessions.pop(token or "", None)

    def _ended(self, session: _Session) -> str | None:
        now = self.clock()
        if now - session.began > LONGEST:
            return f"Your sign-in ended after {LONGEST / 3600:g} hours."
        if now - session.last > IDLE:
            return "Your sign-in ended after an hour without an act."
        return None
