"""How much a request may bring and how often one source may come.

The rate is a leaky bucket (the generic cell rate algorithm, ITU-T I.371): of each source one number
is kept, the moment until which what it has asked is paid for. At most `MOST_SOURCES` are
remembered, so nobody can fill the memory by coming from many; libraries that count in memory keep
all of them and look through all of them again and again.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recommender.admin.throttle import source_of
from recommender.api.problems import Refusal, told
from recommender.errors import TastemapError
from recommender.settings import Settings

BODY_BYTES = 128 * 1024
"""What a request may bring."""

AHEAD = 10.0
"""Seconds' worth of requests that may come at once."""

MOST_SOURCES = 10_000

_OPEN = ("/health", "/metrics")
"""Asked by machines that watch the server, and never refused."""


class Rate:
    """What each source has asked of late.

    Args:
        clock: seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._paid: OrderedDict[str, float] = OrderedDict()

    def wait(self, source: str, per_minute: int) -> float:
        """Takes note of a request.

        Args:
            source: where it comes from.
            per_minute: how many of them are allowed.

        Returns:
            0 if it is one of those, else the seconds until another is; then it does not count.
        """
        now = self._clock()
        paid = max(self._paid.pop(source, now), now)
        wait = paid - now - AHEAD
        self._paid[source] = paid if wait > 0 else paid + 60 / per_minute
        if len(self._paid) > MOST_SOURCES:
            self._paid.popitem(last=False)
        return max(wait, 0.0)


class Gate:
    """Refuses what is too large or comes too often, as ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._rate = app, Rate()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through or answers it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            if not scope["path"].removeprefix(scope["root_path"]).startswith(_OPEN):
                self._count(scope)
            length = Headers(scope=scope).get("content-length", "")
            if length.isdecimal() and int(length) > BODY_BYTES:
                raise _too_large()
        except Refusal as refusal:
            await told(refusal)(scope, receive, send)
            return

        taken = 0

        async def measured() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > BODY_BYTES:
                raise _too_large()
            return message

        await self._app(scope, measured, send)

    def _count(self, scope: Scope) -> None:
        try:
            allowed = Settings.from_environment().api_per_minute
        except TastemapError as error:
            raise Refusal(503, str(error)) from error
        wait = self._rate.wait(source_of(scope["client"] and scope["client"][0]), allowed)
        if wait:
            seconds = math.ceil(wait)
            raise Refusal(
                429,
                f"Too many requests: {allowed} a minute may come from one place. "
                f"Try again in {seconds} seconds.",
                wait=seconds,
            )


def _too_large() -> Refusal:
    return Refusal(413, f"The body is too large; send at most {BODY_BYTES // 1024} KiB.", "body")
