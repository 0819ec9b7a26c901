"""What the API answers when it cannot: always the same body, which names the field and the mend.

400 is for a request that is not as described, 404 for what is not there, 422 for one that is as
described but does not fit what serves (a rating off its domain's scale, an unknown genre), 503 for
a server that cannot serve now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from recommender.api.values import Problem, Problems
from recommender.errors import TastemapError


class Refusal(HTTPException):
    """An answer other than the one asked for.

    Args:
        status: its HTTP status.
        message: what is wrong and what to do about it.
        field: what of the request is wrong, as "ratings.1"; None for nothing in particular.
        wait: seconds after which it may go better, for the header Retry-After.
    """

    def __init__(
        self, status: int, message: str, field: str | None = None, wait: int | None = None
    ) -> None:
        super().__init__(status, message, None if wait is None else {"Retry-After": str(wait)})
        self.problems = [Problem(field=field, message=message)]


def answer(
    status: int, problems: Sequence[Problem], headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The response that tells what is wrong."""
    return JSONResponse(Problems(errors=list(problems)).model_dump(), status, headers)


def told(refusal: Refusal) -> JSONResponse:
    """The response that a refusal asks for."""
    return answer(refusal.status_code, refusal.problems, refusal.headers)


def handle(api: FastAPI) -> None:
    """Lets a service answer so, whatever goes wrong in it."""

    @api.exception_handler(Refusal)
    async def refused(request: Request, error: Refusal) -> JSONResponse:
        return told(error)

    @api.exception_handler(TastemapError)
    async def cannot(request: Request, error: TastemapError) -> JSONResponse:
        return answer(503, [Problem(field=None, message=str(error))])

    @api.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return answer(400, [_problem(found) for found in error.errors()])

    @api.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        words = _WORDS.get(error.status_code, error.detail)
        return answer(error.status_code, [Problem(field=None, message=words)], error.headers)


_WORDS = {
    400: "The body cannot be read; send JSON in UTF-8.",
    404: "There is nothing at this address; /api/openapi.json lists what there is.",
    405: "This address takes other methods; the header Allow names them.",
}

_MENDS = {
    "missing": "This is missing; give it.",
    "extra_forbidden": "There is no such field; leave it out.",
    "model_attributes_type": "Send a JSON object, with the header Content-Type: application/json.",
}


def _problem(error: Mapping[str, Any]) -> Problem:
    """What is wrong with a field, from one of the errors that pydantic lists."""
    where, *path = error["loc"]
    kind = error["type"]
    if kind == "json_invalid":
        words = f"This is no JSON from character {path[0]} on: {error['ctx']['error']}."
        return Problem(field=where, message=words)
    if path and path[-1] == "[key]":
        words = "This is no item id; those are whole numbers, as GET /api/titles tells them."
        return Problem(field=".".join(map(str, path[:-1])), message=words)
    # pydantic's own words say what there should be, as "Input should be less than or equal to 100".
    words = _MENDS.get(kind) or f"{error['msg']}."
    return Problem(field=".".join(map(str, path)) or where, message=words)
