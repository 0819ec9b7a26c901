"""Thirty first visits, on a phone and at a desk, with and without a list, to movies and to anime.

After every step the screen is looked over for flaws (`flaws.js`) and for notices that nothing has
called for; the fixture `visit` looks for errors in the console and for tracebacks. With
JOURNEY_SCREENS=folder a picture of every step is kept there, for a person to look at.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from recommender.serving import ServedRelease, open_release
from recommender.settings import BUNDLED_MODELS
from tests.browser.conftest import DESKTOP, Visit
from tests.browser.flaws import flaws
from tests.browser.newcomer import Newcomer
from tests.browser.server import Server
from tests.browser.test_phone import PHONE

SCREENS = os.environ.get("JOURNEY_SCREENS")

# device domain: steps. What the verbs mean is said in `newcomer.py`.
JOURNEYS = """
phone movies: rate 1 5, rate 2 2, picks, why 1, hide 2, undo, more
phone movies: skip 1, skip 2, undo, rate 1 4, picks, seen 1 4, reload
phone movies: search the matrix, found 5, search, search qqzzxx, search, picks, why 2
phone movies: rate 1 5, rate 3 4, dials, turn Variety, switch First parts first, close
phone movies: rate 1 5, rate 1 4, rate 1 1, rate 1 4, rate 1 2, go Your taste
phone movies: rate 1 4, picks, why 1, doubt, undo, share, close, restart, undo
phone movies: go Explore, open toy story, go Factors, go Compare models, go About, go Recommend
phone movies: go Together, befriend Ann, befriend Bo, agree Nobody suffers, go Recommend, rate 1 5
phone movies: bring letterboxd, add, picks, why 1, undo
phone movies: refused, bring trakt, add, go Your taste, go Recommend, share, close

phone anime: rate 1 5, rate 2 2, picks, why 1, hide 2, undo, more
phone anime: skip 1, undo, search fullmetal, found 5, search, dials, turn Familiar, reset
phone anime: rate 1 5, rate 1 4, rate 1 1, rate 1 4, rate 1 2, go Your taste
phone anime: go Explore, open cowboy bebop, go Compare embeddings, go Together, befriend Bo
phone anime: bring myanimelist, add, picks, why 1, share, close, undo

desktop movies: rate 1 5, rate 2 2, picks, why 1, why 2, doubt, undo, more
desktop movies: skip 1, skip 3, undo, rate 2 4, seen 1 4, hide 1, reload
desktop movies: search lambs silence, found 5, search, search qqzzxx, search, restart, undo
desktop movies: rate 1 4, turn Familiar, turn Variety, dials, switch First parts first, close, reset
desktop movies: rate 1 5, model nmf, why 1, model popularity, go Factors, go Compare models
desktop movies: tour, leave, go Recommend, rate 1 5
desktop movies: bring imdb, add, go Your taste, go Together, befriend Ann, agree Fair shares
desktop movies: refused, bring movielens, add, why 1, share, close, undo
desktop movies: bring tastemap, add, go Explore, open heat, go Recommend, restart, undo

desktop anime: rate 1 5, rate 2 2, picks, why 1, doubt, undo, hide 1, undo, more
desktop anime: search attack on titan, found 5, search, seen 1 3, turn Variety, reset
desktop anime: go Explore, open death note, go Compare embeddings, go Factors, go About
desktop anime: rate 1 4, share, close, go Together, befriend Bo, agree Nobody suffers, reload
desktop anime: bring anilist, add, why 1, go Your taste, go Recommend, undo
desktop anime: bring tastemap, add, dials, turn Certain, close, share, close, restart, undo
"""
TABLE = [line for line in JOURNEYS.splitlines() if line]


@pytest.fixture(scope="module")
def devices(browser: Browser, shared_server: Server) -> Iterator[dict[str, BrowserContext]]:
    """A browser context for each kind of device: what one has loaded the next one need not."""
    # What moves cannot be looked at.
    common = {"base_url": shared_server.url, "reduced_motion": "reduce"}
    kinds = {"phone": PHONE, "desktop": {"viewport": DESKTOP}}
    contexts = {name: browser.new_context(**kind | common) for name, kind in kinds.items()}
    yield contexts
    for context in contexts.values():
        context.close()


@pytest.fixture(scope="module")
def releases() -> dict[str, ServedRelease]:
    return {domain: open_release(domain, BUNDLED_MODELS) for domain in ("movies", "anime")}


def test_there_are_thirty_journeys_of_every_kind():
    assert len(set(TABLE)) == 30
    for device in ("phone", "desktop"):
        for domain in ("movies", "anime"):
            kind = [line for line in TABLE if line.startswith(f"{device} {domain}: ")]
            listed = sum("bring " in line for line in kind)
            assert 0 < listed < len(kind)


@pytest.mark.parametrize("journey", TABLE, ids=[f"{at:02}" for at, _ in enumerate(TABLE, 1)])
def test_a_first_visit_has_no_error_no_dead_end_and_no_text_cut_off(
    visit: Visit,
    devices: dict[str, BrowserContext],
    releases: dict[str, ServedRelease],
    journey: str,
):
    place, _, script = journey.partition(": ")
    device, domain = place.split()
    visitor = visit(None, context=devices[device])
    newcomer = Newcomer(visitor, releases[domain], touch=device == "phone")
    for at, step in enumerate(["arrive", *script.split(", ")]):
        newcomer.do(step)
        if SCREENS:
            name = re.sub(r"\W+", "-", f"{TABLE.index(journey) + 1:02} {at:02} {step}")
            visitor.page.screenshot(path=Path(SCREENS) / f"{name}.png")
        found = flaws(visitor.page)
        if not newcomer.may_be_told:
            found += [
                f"notice: {told}" for told in visitor.page.get_by_role("alert").all_inner_texts()
            ]
        assert not found, f"after “{step}” of “{journey}”: " + "; ".join(found)
