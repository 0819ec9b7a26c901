"""The endpoints: which addresses there are, and what each takes and gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import FastAPI, Path, Query
from fastapi.middleware import Middleware

from recommender import __version__
from recommender.api import answers, health, measured, problems
from recommender.api.gate import Gate
from recommender.api.values import (
    Domain,
    Domains,
    Explanation,
    ItemId,
    Near,
    Problems,
    Recommendations,
    Sought,
    Titles,
    Why,
    Wish,
)
from recommender.api.work import Work

_ABOUT = """Rate a few titles; get recommendations you can question.

An answer other than the one asked for is a list of `errors`, each with the field and the mend."""

_REASONS = {
    400: "The request is not as described here.",
    404: "There is no such domain or title.",
    413: "The body is too large.",
    422: "The request is as described here, but does not fit what is served.",
    429: "Too many requests from one place; the header Retry-After says when to come again.",
    503: "Nothing can be served now.",
}


def _else(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describes what else an address may answer."""
    return {
        status: {"model": Problems, "description": _REASONS[status]}
        for status in sorted((*statuses, 429, 503))
    }


def create(sessions: Callable[[], int] | None = None) -> FastAPI:
    """Makes the service, to be mounted at /api.

    Args:
        sessions: tells how many visitors have a page open.
    """
    if sessions is not None:
        measured.count_sessions(sessions)
    api = FastAPI(
        title="Tastemap",
        version=__version__,
        description=_ABOUT,
        # Their pages would load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        middleware=[Middleware(measured.Measured), Middleware(Gate)],
    )
    problems.handle(api)
    api.include_router(health.router)
    work = Work()

    @api.get("/domains", responses=_else(), tags=["titles"])
    async def domains() -> Domains:
        """What is served: domains with their release, rating scale, models, genres and kinds."""
        return await work.do(answers.domains)

    @api.get("/titles", responses=_else(400, 422), tags=["titles"])
    async def titles(sought: Annotated[Sought, Query()]) -> Titles:
        """Finds titles by name, forgivingly."""
        return await work.do(lambda: answers.titles(sought))

    @api.get(
        "/titles/{domain}/{item_id}/neighbours", responses=_else(400, 404, 422), tags=["titles"]
    )
    async def neighbours(
        domain: Annotated[Domain, Path()],
        item_id: Annotated[ItemId, Path()],
        near: Annotated[Near, Query()],
    ) -> Titles:
        """The titles nearest to one in factor space."""
        return await work.do(lambda: answers.neighbours(domain, item_id, near))

    @api.post("/recommend", responses=_else(400, 413, 422), tags=["recommendations"])
    async def recommend(wish: Wish) -> Recommendations:
        """Recommends titles to somebody who has rated a few; popular ones to somebody new."""
        return await work.do(lambda: answers.recommend(wish), at_once=answers.quick(wish))

    @api.post("/explain", responses=_else(400, 413, 422), tags=["recommendations"])
    async def explain(why: Why) -> Explanation:
        """Splits the score of a title into what each rating brings."""
        return await work.do(lambda: answers.explain(why), at_once=answers.quick(why))

    return api
