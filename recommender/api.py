"""The JSON API, as Starlette routes that `app.py` serves beside the pages."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from recommender import __version__
from recommender.errors import TastemapError
from recommender.settings import Settings


def health(request: Request) -> JSONResponse:
    """`GET /api/health`: which release serves each domain.

    200 with `status` "ready"; 503 with "degraded" and the reason if there is no champion to serve.
    """
    # Imported here: the server is to listen before pandas is loaded.
    from recommender.releases.registry import Registry

    body: dict[str, object] = {"status": "ready", "version": __version__, "domains": {}}
    status = 200
    try:
        registry = Registry(Settings.from_environment().models)
        champions = {domain: registry.aliases(domain).champion for domain in registry.domains()}
        body["domains"] = champions
        if not champions:
            raise TastemapError("There is no release; run `make train`.")
    except TastemapError as error:
        body |= {"status": "degraded", "reason": str(error)}
        status = 503
    return JSONResponse(body, status)


routes = [Route("/api/health", health)]
