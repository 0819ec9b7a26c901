"""The pictures of titles on cards: the route that serves them, and what has to be said of them.

See `recommender.serving.artwork`. A browser asks for a picture when its card comes into view, and
shows the cover until it has it; the page itself waits for nothing.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response

from pages.components.text import small
from recommender.serving.artwork import Artwork
from recommender.serving.opened import domains, release
from recommender.settings import Settings

_KEEP = {"Cache-Control": "public, max-age=604800", "X-Content-Type-Options": "nosniff"}
_LATER = {"Cache-Control": "no-store"}

# Sources are slow: they have threads of their own, so that nothing else waits behind them.
_threads = ThreadPoolExecutor(4, thread_name_prefix="artwork")


@lru_cache(maxsize=1)
def artwork() -> Artwork:
    """The pictures that the settings allow."""
    return Artwork.of(Settings.from_environment())


def posters(domain: str) -> str:
    """The address of the pictures of a domain for `title_cards`, "" if it has none."""
    # A proxy leads <base path>/api/ to /api/: docs/deploy.md.
    base = st.get_option("server.baseUrlPath").strip("/")
    start = f"/{base}" if base else ""
    return f"{start}/api/artwork/{domain}/{{id}}" if domain in artwork().sources else ""


def poster_notice(domain: str) -> None:
    """Says where the pictures come from, where there are some."""
    source = artwork().sources.get(domain)
    if source is not None:
        st.markdown(small(source.notice))


def _picture(domain: str, item_id: int) -> tuple[bytes, str] | None:
    if domain not in artwork().sources or domain not in domains():
        return None
    shelf = release(domain).shelf
    at = shelf.position.get(item_id)
    if at is None or not shelf.offered[at]:
        return None
    return artwork().picture(domain, item_id, shelf.titles[at], int(shelf.years[at]) or None)


async def picture(request: Request) -> Response:
    """`GET /api/artwork/{domain}/{item_id}`: 200 with the picture, 204 where there is none now."""
    asked = (request.path_params["domain"], request.path_params["item_id"])
    found = await asyncio.get_running_loop().run_in_executor(_threads, _picture, *asked)
    # Not 404, which a browser's console would call an error.
    if found is None:
        return Response(status_code=204, headers=_LATER)
    return Response(found[0], media_type=found[1], headers=_KEEP)
