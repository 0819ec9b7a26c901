"""The server: the Streamlit app, the JSON routes beside it, and a warm start.

Run by `streamlit run app.py`. The pages' entry script lies inside `pages/`, so that no page can be
reached without it.
"""

import gc
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from recommender import api, logs
from recommender.admin.provider import space_secrets
from recommender.settings import Settings
from recommender.training.jobs import Jobs
from recommender.visitors import service


def background() -> None:
    """Imports what the pages need, opens the releases, then takes what comes from the Hub."""
    # Imported here, so that the server answers, and the browser loads, in the meantime.
    from threadpoolctl import threadpool_limits

    from recommender.serving import opened

    # A visitor's fold-in is many small solves: threads would only wait for each other, and for the
    # other visitors.
    threadpool_limits(1)
    opened.warm_up()
    # What is there now stays: whenever Python looks for garbage it need not look through that.
    gc.collect()
    gc.freeze()
    service.start(Settings.from_environment())
    opened.watch_hub()


def sessions() -> int:
    """How many visitors have a page open."""
    family = "active_sessions"
    (found,) = st.runtime.get_instance().stats_mgr.get_stats([family])[family]
    return int(found.value)


def recover() -> None:
    """Puts right what trainings have left that a crash has interrupted, and says so."""
    for sentence in Jobs.of(Settings.from_environment()).recover():
        logs.event("recovered", logging.WARNING, reason=sentence)


async def artwork(request: Request) -> Response:
    """`GET /api/artwork/{domain}/{item_id}`: a title's picture from elsewhere."""
    # Imported here for the same reason.
    from pages.components.posters import picture

    return await picture(request)


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Warms up, and follows the Hub, while the server already answers."""
    logs.configure()
    Thread(target=background, name="background", daemon=True).start()
    Thread(target=recover, name="recover", daemon=True).start()
    yield
    # What visitors gave within the last moment is not said to be saved yet; it mostly can be.
    service.close(2.0)


app = st.App(
    "pages/navigation.py",
    routes=[Route("/api/artwork/{domain}/{item_id:int}", artwork), *api.routes(sessions)],
    lifespan=lifespan,
    secrets=space_secrets(os.environ, st.get_option("server.cookieSecret")),
)
