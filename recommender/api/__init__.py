"""The JSON API: what a visitor gets on the pages, for programs; and how the server fares.

`app.py` serves `routes` beside the pages. The service behind them is a FastAPI application, made
when it is first asked: the server is to listen, and to show a first page, before FastAPI is loaded.
`values` is what may be asked and what is answered; it validates, and the description at
`/api/openapi.json` is generated from it. `gate` says how much and how often, `measured` counts and
logs, `work` keeps the event loop free.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.routing import Mount

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class _Service:
    def __init__(self, sessions: Callable[[], int] | None) -> None:
        self._sessions = sessions
        self._made: ASGIApp | None = None
        self._making = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        made = self._made
        if made is None:
            made = await run_in_threadpool(self._make)
        await made(scope, receive, send)

    def _make(self) -> ASGIApp:
        from recommender.api.endpoints import create

        with self._making:
            if self._made is None:
                self._made = create(self._sessions)
            return self._made


def routes(sessions: Callable[[], int] | None = None) -> list[Mount]:
    """The API as routes of Starlette, all under `/api`.

    Args:
        sessions: tells how many visitors have a page open, for the metrics; None where there are no
            pages.
    """
    return [Mount("/api", app=_Service(sessions))]
