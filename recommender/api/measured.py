"""What is known of the API's requests: figures for Prometheus, a line in the log, nothing personal.

A request is told by the template of its address, as /api/titles/{domain}/{item_id}/neighbours; what
was asked and who asked is in neither.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from time import perf_counter

from fastapi.routing import APIRoute
from prometheus_client import REGISTRY, Counter, Gauge, Histogram
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recommender import logs
from recommender.api.problems import Refusal, told
from recommender.serving import opened
from recommender.serving.counted import SECONDS as BOUNDS

_METHODS = {"GET", "HEAD", "POST"}

REQUESTS = Counter(
    "tastemap_requests", "Requests to the API that were answered.", ["method", "route", "status"]
)
SECONDS = Histogram(
    "tastemap_request_seconds", "How long requests to the API took.", ["route"], buckets=BOUNDS
)
_SESSIONS = Gauge("tastemap_sessions", "Visitors who have a page open.")


def count_sessions(count: Callable[[], int]) -> None:
    """Tells how many visitors have a page open, whenever it is asked for."""
    _SESSIONS.set_function(count)


class _Releases(Collector):
    """Which release serves each domain that somebody has asked for."""

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(
            "tastemap_release", "The release that serves a domain.", labels=["domain", "release"]
        )
        for domain, release in opened.serving().items():
            family.add_metric([domain, release], 1)
        yield family


REGISTRY.register(_Releases())


class Measured:
    """Counts and logs every request, as ASGI middleware; no error gets past it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Has a request answered and takes note of how."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = perf_counter(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception:
            # A bug: whoever asked is told where to look for it, and nothing else.
            number = secrets.token_hex(4)
            logs.LOGGER.exception("bug", extra={"fields": {"number": number}})
            if status:
                raise
            refusal = Refusal(500, f"Something went wrong here; the log has it as {number}.")
            await told(refusal)(scope, receive, noting)
        finally:
            self._note(scope, status, perf_counter() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        found = scope.get("route")
        route = f"/api{found.path}" if isinstance(found, APIRoute) else "other"
        method = scope["method"] if scope["method"] in _METHODS else "other"
        REQUESTS.labels(method, route, status).inc()
        SECONDS.labels(route).observe(seconds)
        level = logging.ERROR if status >= 500 else logging.INFO
        logs.event(
            "request",
            level,
            method=method,
            route=route,
            status=status,
            milliseconds=round(1000 * seconds, 1),
        )
