"""A running app and a Hub: what is published there is served to a visitor in mid-session."""

import json
import shutil
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from recommender.releases import Registry
from recommender.releases.hub import Hub
from recommender.serving import ServedRelease
from tests.browser.conftest import Visit
from tests.browser.server import Server
from tests.hub.conftest import NAME, double, environment
from tests.releases.helpers import forge

__all__ = ["double", "environment"]


def health(server: Server) -> dict[str, Any]:
    with urllib.request.urlopen(f"{server.url}/api/health", timeout=20) as answer:
        return dict(json.loads(answer.read()))


def wait_for(server: Server, what: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Asks for the health until it is as expected."""
    end = time.monotonic() + 60
    while not what(told := health(server)):
        assert time.monotonic() < end, f"{told}\n{server.log.read_text()}"
        time.sleep(0.1)
    return told


def test_a_visitor_keeps_the_ratings_and_gets_the_release_that_was_just_published(
    double,
    environment,
    start: Callable[..., Server],
    visit: Visit,
    release: ServedRelease,
    tmp_path: Path,
):
    models, there = tmp_path / "models", Registry(tmp_path / "there")
    for root in (models, there.root):
        shutil.copytree(release.folder.parent, root / "movies")
    # Another machine has a release that ranks by popularity.
    home = there.home("movies")
    shutil.copytree(release.folder, home / "forged")
    forge(home / "forged", change=lambda facts: facts.update(ranker="popularity"))
    new = json.loads((home / "forged" / "release.json").read_bytes())["id"]
    (home / "forged").rename(home / new)

    server = start(models, TASTEMAP_HUB_REPO=NAME, TASTEMAP_HUB_SECONDS="1", **environment)
    visitor = visit("/", server)
    titles = visitor.titles(visitor.asked)[:2]
    visitor.rate(visitor.asked, titles[0], 4)
    told = wait_for(server, lambda told: told["status"] == "degraded")
    assert f"has no repository {NAME}" in told["reason"]
    assert told["domains"] == {"movies": release.id}

    Hub(NAME).push("movies", new, there, create=True)
    told = wait_for(server, lambda told: told["domains"] == {"movies": new})
    told = wait_for(server, lambda told: told["status"] == "ready")
    assert told["hub"][NAME]["release"] == new
    # Nothing happened on screen; the next act is answered by the new release.
    visitor.has_rated(titles[0], 4)
    visitor.rate(visitor.asked, titles[1], 3)
    visitor.has_rated(titles[0], 4)
    visitor.has_rated(titles[1], 3)
    expect(
        visitor.page.get_by_test_id("stSidebar").get_by_text("popularity", exact=True)
    ).to_be_visible()
    expect(visitor.page.get_by_role("alert")).to_have_count(0)

    Registry(models).rollback("movies")
    looked = health(server)["hub"][NAME]["checked_at"]
    told = wait_for(server, lambda told: told["hub"][NAME]["checked_at"] > looked)
    assert told["domains"] == {"movies": release.id}
