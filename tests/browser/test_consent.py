"""The switch in a browser: it remembers over a reload, and forgets, and waits for no database."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from recommender.settings import Settings
from recommender.storage import open_database
from recommender.visitors.changes import pseudonym
from tests.browser.conftest import TIMEOUT, Visit
from tests.browser.flaws import flaws
from tests.browser.visitor import Visitor
from tests.visitors.made import kept


@pytest.fixture
def state(tmp_path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def server(start, state):
    return start(TASTEMAP_STATE=str(state))


def box(visitor: Visitor) -> Locator:
    return visitor.page.locator(".st-key-consent")


def says(visitor: Visitor, text: str) -> None:
    """Waits until the box says so; the first rating of all waits for the database to be made."""
    expect(box(visitor)).to_contain_text(text, timeout=3 * TIMEOUT)


def switch(visitor: Visitor) -> None:
    box(visitor).get_by_text("Let Tastemap learn from my ratings").click()


def secret(visitor: Visitor) -> str | None:
    """What the browser keeps."""
    cookies = {one["name"]: one["value"] for one in visitor.page.context.cookies()}
    return cookies.get("tastemap_visitor")


def test_what_a_visitor_agrees_to_is_remembered_and_then_forgotten(server, visit: Visit, state):
    visitor = visit(server=server)
    assert secret(visitor) is None
    switch(visitor)
    says(visitor, "Nothing to save yet.")
    first = visitor.titles(visitor.asked)[0]
    visitor.rate(visitor.asked, first, 4.5)
    says(visitor, "1 rating saved.")
    word, _, number = secret(visitor).partition(".")
    assert word == "on"
    assert number not in visitor.page.url
    visitor.page.reload()
    visitor.has_rated(first, 4.5)
    visitor.rate(visitor.asked, visitor.titles(visitor.asked)[0], 2)
    says(visitor, "1 rating saved.")
    engine = open_database(Settings(state=state))
    assert sorted(kept(engine, pseudonym(number)).values()) == [2.0, 4.5]
    visitor.button("Forget me").click()
    says(visitor, "is deleted")
    assert kept(engine, pseudonym(number)) == {}
    engine.dispose()
    visitor.settles()
    assert secret(visitor) is None
    visitor.page.reload()
    expect(box(visitor).get_by_role("switch")).not_to_be_checked()


def test_on_a_phone_nothing_is_cut(server, visit: Visit):
    visitor = visit(server=server, viewport={"width": 360, "height": 740})
    switch(visitor)
    says(visitor, "Nothing to save yet.")
    assert flaws(visitor.page) == []


def test_a_visitor_goes_on_without_a_database(start, visit: Visit):
    server = start(TASTEMAP_DATABASE_URL="postgresql://ada@localhost:1/none")
    visitor = visit(server=server)
    switch(visitor)
    for title in visitor.titles(visitor.asked)[:3]:
        visitor.rate(visitor.asked, title, 4)
    says(visitor, "The database does not answer just now")
    says(visitor, "0 saved, 3 on the way")


def test_the_model_that_the_split_gives_shows_in_the_sidebar_at_once(start, visit: Visit, state):
    server = start(TASTEMAP_STATE=str(state), TASTEMAP_SPLIT="movies:nmf,popularity")
    visitor = visit(server=server)
    sidebar = visitor.page.get_by_test_id("stSidebar")
    expect(sidebar.get_by_text("blend", exact=True)).to_be_visible()
    switch(visitor)
    expect(sidebar.get_by_text(re.compile("^(nmf|popularity)$"))).to_be_visible()
