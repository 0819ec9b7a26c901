"""How the server is: that it lives, whether it can serve, and what is wrong if it is degraded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from recommender import __version__
from recommender.api.values import Health
from recommender.errors import TastemapError
from recommender.releases import sources, watch
from recommender.releases.watch import HubStatus
from recommender.serving import opened
from recommender.settings import Settings

router = APIRouter(tags=["health"])

_SERVES: dict[int | str, dict[str, Any]] = {
    200: {"model": Health},
    503: {"model": Health, "description": "Nothing can be served."},
}


@router.head("/health", include_in_schema=False)
@router.get("/health", responses=_SERVES)
def health() -> JSONResponse:
    """Which release is meant to serve each domain, and how the Hub is.

    200 with `status` "ready", or "degraded" with the reason if the Hub could not be followed, which
    keeps nobody from being served; 503 with "degraded" if there is no champion to serve.
    """

    def champion(domain: str) -> tuple[str, tuple[str, ...]]:
        settings = Settings.from_environment()
        return sources.registry(domain, settings).aliases(domain).champion, ()

    return _health(champion)


@router.head("/health/live", include_in_schema=False)
@router.get("/health/live", responses={200: {"model": Health}})
async def live() -> JSONResponse:
    """That the process answers. If it does not, start it anew."""
    return JSONResponse({"status": "live", "version": __version__})


@router.head("/health/ready", include_in_schema=False)
@router.get("/health/ready", responses=_SERVES)
def ready() -> JSONResponse:
    """Which release serves each domain: each is opened and checked if it is not open yet.

    200 with `status` "ready", or "degraded" with the reason if another release stands in or the
    Hub could not be followed; 503 with "degraded" if a domain cannot be served: send nobody here.
    """

    def open_(domain: str) -> tuple[str, tuple[str, ...]]:
        release = opened.release(domain)
        return release.id, release.faults

    return _health(open_)


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics() -> Response:
    """Figures for Prometheus: requests, recommendations, releases, visitors, the process."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _health(serving: Callable[[str], tuple[str, tuple[str, ...]]]) -> JSONResponse:
    """Tells what serves: for each domain the id of a release, and what is wrong with it."""
    looks = watch.statuses()
    faults = [look.fault for look in looks if look.fault]
    domains: dict[str, str] = {}
    status = 200
    try:
        for domain in sources.domains(Settings.from_environment()):
            domains[domain], wrong = serving(domain)
            faults = [*wrong, *faults]
        if not domains:
            raise TastemapError("There is no release; run `make train`.")
    except TastemapError as error:
        faults = [str(error), *faults]
        status, domains = 503, {}
    body: dict[str, object] = {
        "status": "degraded" if faults else "ready",
        "version": __version__,
        "domains": domains,
    }
    if faults:
        body["reason"] = " ".join(faults)
    if looks:
        body["hub"] = {look.repository: _told(look) for look in looks}
    return JSONResponse(body, status)


def _told(look: HubStatus) -> dict[str, str | None]:
    return {
        "domain": look.domain,
        "checked_at": look.checked.isoformat(timespec="seconds") if look.checked else None,
        "commit": look.commit,
        "release": look.release,
        "fault": look.fault,
    }
