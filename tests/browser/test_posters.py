"""Pictures from elsewhere on cards: shown once there, the cover until then, nothing waited for."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Route, expect

from tests.browser.conftest import Visit
from tests.browser.server import serve
from tests.browser.visitor import Visitor


@pytest.fixture(scope="module")
def with_posters(tmp_path_factory):
    folder = tmp_path_factory.mktemp("posters")
    with serve(folder, TASTEMAP_TMDB_KEY="none", TASTEMAP_CACHE=str(folder)) as server:
        yield server


def poster() -> bytes:
    file = BytesIO()
    Image.new("RGB", (20, 28), "#123456").save(file, "PNG")
    return file.getvalue()


def answering(visit: Visit, server, answer) -> Visitor:
    visitor = visit(None, server)
    visitor.page.route("**/api/artwork/**", answer)
    visitor.arrive()
    return visitor


def test_a_poster_covers_the_cover_once_it_is_there(visit: Visit, with_posters):
    def answer(route: Route) -> None:
        route.fulfill(body=poster(), content_type="image/png")

    visitor = answering(visit, with_posters, answer)
    title = visitor.titles(visitor.asked)[0]
    expect(visitor.card(visitor.asked, title).locator("img.poster.there")).to_have_count(1)
    expect(visitor.page.get_by_text("not endorsed or certified by TMDB")).to_be_visible()


def test_without_an_answer_the_covers_stay_and_the_page_works(visit: Visit, with_posters):
    held: list[Route] = []

    def answer(route: Route) -> None:
        held.append(route)

    visitor = answering(visit, with_posters, answer)
    title = visitor.titles(visitor.asked)[0]
    visitor.rate(visitor.asked, title, 4)
    assert held
    expect(visitor.card(visitor.own, title).locator("svg")).to_be_visible()
    for route in held:
        route.fulfill(status=204)
    expect(visitor.card(visitor.own, title).locator("img.poster")).to_have_count(0)
