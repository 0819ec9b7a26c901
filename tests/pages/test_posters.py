"""The route of pictures, and that cards know it only where there are some."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.requests import Request

from pages.components import posters
from recommender.serving.artwork import Artwork, Tmdb
from tests.data.fetching.servers import Served, site
from tests.pages.visits import ASKED, PICKS, Visit

JPEG = b"\xff\xd8\xff\xe0picture"


@pytest.fixture
def source(monkeypatch, tmp_path):
    with site() as web:
        web.files["/search/movie"] = Served(b'{"results": [{"poster_path": "/p.jpg"}]}')
        web.files["/p.jpg"] = Served(JPEG)
        made = Artwork({"movies": Tmdb("key", api=web.url, images=web.url)}, tmp_path)
        monkeypatch.setattr(posters, "artwork", lambda: made)
        yield web


def ask(domain, item_id):
    scope = {"type": "http", "path_params": {"domain": domain, "item_id": item_id}}
    # In a thread of its own: that of the browser tests has a loop that runs.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, posters.picture(Request(scope))).result()


def test_a_picture_is_sent_as_a_picture_and_kept_by_the_browser(source, famous):
    answer = ask("movies", famous[0])
    assert (answer.status_code, answer.body) == (200, JPEG)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "max-age" in answer.headers["cache-control"]


@pytest.mark.parametrize("domain", ["movies", "anime", "../../etc"])
def test_where_there_is_no_picture_the_answer_is_empty(source, domain):
    answer = ask(domain, 999_999_999)
    assert (answer.status_code, answer.body) == (204, b"")
    assert source.asked == []


def test_cards_know_the_route_and_the_page_names_the_source(source):
    visit = Visit()
    for label in (ASKED, PICKS):
        assert visit._widget(label)[1]["posters"] == "/api/artwork/movies/{id}"
    assert any("TMDB" in text for text in visit.texts())
    assert source.asked == []  # the page itself asks for nothing


def test_without_a_source_there_is_no_word_of_pictures():
    visit = Visit()
    assert visit._widget(PICKS)[1]["posters"] == ""
    assert not any("TMDB" in text for text in visit.texts())
