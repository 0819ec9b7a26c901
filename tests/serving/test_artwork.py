"""Pictures from elsewhere: what sources send, what they do wrong, and what is kept."""

import json
import os
import time
from dataclasses import replace

import pytest

from recommender.serving import artwork
from recommender.serving.artwork import Artwork, Jikan, Tmdb
from recommender.settings import Settings
from tests.data.fetching.servers import Served, hanging, site

JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 100
PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
KEY = "a-secret-key"
MOVIE = ("movies", 6, "Heat", 1995)
ANIME = ("anime", 5114, "Fullmetal Alchemist: Brotherhood", 2009)


@pytest.fixture
def web():
    with site() as running:
        yield running


@pytest.fixture
def made(web, tmp_path):
    host = web.url.removeprefix("http://")
    sources = {
        "movies": Tmdb(KEY, api=web.url, images=f"{web.url}/w342"),
        "anime": replace(Jikan(api=web.url, images=(host,)), pause=0.0),
    }
    return Artwork(sources, tmp_path / "artwork")


def found(web, *paths):
    results = [{"poster_path": path} for path in paths]
    web.files["/search/movie"] = Served(json.dumps({"results": results}).encode())


def entry(web, address):
    data = {"data": {"images": {"jpg": {"image_url": address}}}}
    web.files["/anime/5114"] = Served(json.dumps(data).encode())


def test_a_movie_is_searched_once_and_its_poster_kept(web, made):
    found(web, "/heat.jpg", "/other.jpg")
    web.files["/w342/heat.jpg"] = Served(JPEG)
    for _ in range(3):
        assert made.picture(*MOVIE) == (JPEG, "image/jpeg")
    assert [path for path, _ in web.asked] == ["/search/movie", "/w342/heat.jpg"]


def test_an_anime_is_found_by_its_id(web, made):
    entry(web, f"{web.url}/images/5114.png")
    web.files["/images/5114.png"] = Served(PNG)
    assert made.picture(*ANIME) == (PNG, "image/png")


@pytest.mark.parametrize("answer", [{"results": []}, {"results": [{"poster_path": None}]}, {}])
def test_a_title_without_a_picture_is_asked_about_once_a_week(web, made, answer):
    web.files["/search/movie"] = Served(json.dumps(answer).encode())
    assert made.picture(*MOVIE) is None
    assert made.picture(*MOVIE) is None
    assert len(web.asked) == 1
    (kept,) = made._folder.rglob("6")
    os.utime(kept, (0, 0))
    assert made.picture(*MOVIE) is None
    assert len(web.asked) == 2


def test_a_picture_that_is_nowhere_is_none(web, made):
    found(web, "/gone.jpg")
    assert made.picture(*MOVIE) is None
    assert made.picture("anime", 1, "Nothing", None) is None


@pytest.mark.parametrize("address", ["http://169.254.169.254/x.jpg", "file:///etc/passwd", 7, None])
def test_no_address_that_a_source_names_is_followed_elsewhere(web, made, address):
    entry(web, address)
    assert made.picture(*ANIME) is None
    assert len(web.asked) == 1


FAULTS = {
    "refuses": Served(b"no", status=401),
    "has had enough": Served(b"slow down", status=429),
    "breaks": Served(b"oops", status=500),
    "leads elsewhere": Served(b"", status=302, headers={"Location": "http://example.org/x.jpg"}),
    "sends a page": Served(b"<html><script>alert(1)</script></html>"),
    "sends an SVG": Served(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    "sends too much": Served(JPEG + bytes(artwork.MOST_BYTES)),
    "ends too soon": Served(JPEG, cut=50),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_source_at_fault_gives_no_picture_and_is_left_alone(
    web, made, fault, capsys, monkeypatch
):
    found(web, "/heat.jpg")
    web.files["/w342/heat.jpg"] = FAULTS[fault]
    assert made.picture(*MOVIE) is None
    assert made.picture("movies", 7, "Sabrina", 1995) is None
    assert len(web.asked) == 2
    assert list(made._folder.rglob("*")) == []
    said = capsys.readouterr().out
    assert "movies 6" in said
    assert KEY not in said
    monkeypatch.setattr(time, "monotonic", lambda now=time.monotonic: now() + artwork._CALM + 1)
    web.files["/w342/heat.jpg"] = Served(JPEG)
    assert made.picture(*MOVIE) == (JPEG, "image/jpeg")


@pytest.mark.parametrize("answer", [b"", b"[]", b"{", b"\xff\xfe", b'{"results": 3}'])
def test_an_answer_that_is_none_is_no_picture(web, made, answer):
    web.files["/search/movie"] = Served(answer)
    assert made.picture(*MOVIE) is None


def test_a_source_that_stalls_or_hangs_or_is_not_there_costs_its_deadline_at_most(
    web, made, monkeypatch, tmp_path
):
    monkeypatch.setattr(artwork, "DEADLINE", 0.5)
    found(web, "/heat.jpg")
    web.files["/w342/heat.jpg"] = Served(JPEG, stall=50)
    start = time.monotonic()
    assert made.picture(*MOVIE) is None
    with hanging() as nowhere:
        silent = Artwork({"movies": Tmdb(KEY, api=nowhere)}, tmp_path)
        assert silent.picture(*MOVIE) is None
    gone = Artwork({"movies": Tmdb(KEY, api=nowhere)}, tmp_path)
    assert gone.picture(*MOVIE) is None
    assert time.monotonic() - start < 4


def test_requests_keep_the_pause_that_a_source_asks_for(web, tmp_path):
    web.files["/search/movie"] = Served(b'{"results": []}')
    source = replace(Tmdb(KEY, api=web.url), pause=0.2)
    made = Artwork({"movies": source}, tmp_path)
    start = time.monotonic()
    for item_id in range(4):
        made.picture("movies", item_id, "Heat", None)
    assert time.monotonic() - start >= 0.6


def test_of_too_many_pictures_those_longest_unused_go(web, made, monkeypatch):
    monkeypatch.setattr(artwork, "MOST_FILES", 10)
    found(web, "/heat.jpg")
    web.files["/w342/heat.jpg"] = Served(JPEG)
    for item_id in range(10):
        made.picture("movies", item_id, "Heat", None)
        os.utime(made._folder / "movies" / str(item_id), (item_id, item_id))
    made.picture("movies", 0, "Heat", None)  # used again
    made.picture("movies", 10, "Heat", None)
    left = {int(path.name) for path in (made._folder / "movies").iterdir()}
    assert {0, 10} <= left
    assert 1 not in left
    assert len(left) <= 10


def test_without_a_key_or_a_switch_nothing_is_asked(tmp_path):
    none = Artwork.of(Settings(cache=tmp_path))
    assert none.sources == {}
    assert none.picture(*MOVIE) is None
    both = Artwork.of(Settings(cache=tmp_path, tmdb_key=KEY, jikan=True))
    assert set(both.sources) == {"movies", "anime"}
    assert KEY not in repr(both.sources)
