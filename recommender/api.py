"""The JSON API, as Starlette routes that `app.py` serves beside the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from recommender import __version__
from recommender.errors import TastemapError
from recommender.settings import Settings

if TYPE_CHECKING:
    from recommender.releases.watch import HubStatus


def health(request: Request) -> JSONResponse:
    """`GET /api/health`: which release serves each domain, and how the Hub is.

    200 with `status` "ready", or "degraded" with the reason if the Hub could not be followed, which
    keeps nobody from being served; 503 with "degraded" if there is no champion to serve. Where a
    Hub is followed, `hub` tells of each repository its domain, checked_at, commit, release, fault.
    """
    # Imported here: the server is to listen before pandas is loaded.
    from recommender.releases import sources, watch

    body: dict[str, object] = {"status": "ready", "version": __version__, "domains": {}}
    status = 200
    looks = watch.statuses()
    faults = [look.fault for look in looks if look.fault]
    if looks:
        body["hub"] = {look.repository: _told(look) for look in looks}
    if faults:
        body |= {"status": "degraded", "reason": " ".join(faults)}
    try:
        settings = Settings.from_environment()
        champions = {
            domain: sources.registry(domain, settings).aliases(domain).champion
            for domain in sources.domains(settings)
        }
        body["domains"] = champions
        if not champions:
            raise TastemapError("There is no release; run `make train`.")
    except TastemapError as error:
        body |= {"status": "degraded", "reason": " ".join([str(error), *faults])}
        status = 503
    return JSONResponse(body, status)


def _told(look: HubStatus) -> dict[str, str | None]:
    return {
        "domain": look.domain,
        "checked_at": look.checked.isoformat(timespec="seconds") if look.checked else None,
        "commit": look.commit,
        "release": look.release,
        "fault": look.fault,
    }


routes = [Route("/api/health", health)]
