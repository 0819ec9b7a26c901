"""The server itself: that it is up, what it says of its health, and that it warms up."""

import http.client
import json
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from websockets.sync.client import connect

from recommender import __version__
from recommender.releases import Registry, write
from tests.browser.server import Server, serve
from tests.releases.helpers import draft


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


def get(server: Server, path: str) -> tuple[int, str]:
    """Status and body of the answer."""
    try:
        with urllib.request.urlopen(server.url + path, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_health_names_the_release_of_each_domain(models: Path, tmp_path: Path):
    folder = write(draft(), models)
    Registry(models).promote("movies", folder.name)
    with serve(tmp_path, models) as server:
        status, body = get(server, "/api/health")
        assert status == 200
        assert json.loads(body) == {
            "status": "ready",
            "version": __version__,
            "domains": {"movies": folder.name},
        }
        # Fonts and icons come from the same server, and nothing but them.
        assert get(server, "/app/static/fonts/figtree-OFL.txt")[0] == 200
        assert "streamlit" not in get(server, "/app/static/%2e%2e/recommend.py")[1].lower()
    assert "Traceback" not in server.log.read_text()


def test_a_server_with_nothing_to_serve_lives_and_says_why(models: Path, tmp_path: Path):
    with serve(tmp_path, models) as server:
        status, body = get(server, "/api/health")
        assert status == 503
        answer = json.loads(body)
        assert (answer["status"], answer["domains"]) == ("degraded", {})
        assert "make train" in answer["reason"]
        models.rmdir()
        status, body = get(server, "/api/health")
        assert status == 503
        assert "TASTEMAP_MODELS" in json.loads(body)["reason"]
        assert get(server, "/_stcore/health") == (200, "ok")
    assert "Traceback" not in server.log.read_text()


def test_the_warm_up_opens_the_releases_before_anybody_comes(models: Path, tmp_path: Path):
    folder = write(draft(), models)
    Registry(models).promote("movies", folder.name)
    (folder / "release.json").write_text("{")
    with serve(tmp_path, models) as server:
        end = time.monotonic() + 20
        while '"warm-up"' not in server.log.read_text():
            assert time.monotonic() < end, server.log.read_text()
            time.sleep(0.05)
        # It has tried and failed; the server goes on.
        assert folder.name in server.log.read_text()
        assert get(server, "/_stcore/health") == (200, "ok")
    assert "Traceback" not in server.log.read_text()


def test_a_visitor_with_a_page_open_is_counted(models: Path, tmp_path: Path):
    folder = write(draft(), models)
    Registry(models).promote("movies", folder.name)
    with serve(tmp_path, models) as server:
        assert "tastemap_sessions 0.0" in get(server, "/api/metrics")[1]
        address = f"{server.url.replace('http', 'ws')}/_stcore/stream"
        with connect(address, subprotocols=["streamlit"]):
            end = time.monotonic() + 20
            while "tastemap_sessions 1.0" not in get(server, "/api/metrics")[1]:
                assert time.monotonic() < end, get(server, "/api/metrics")[1]
                time.sleep(0.05)
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize(
    ("trusted", "others"), [("192.0.2.1", 429), ("127.0.0.1,::1", 200)], ids=["nobody", "a proxy"]
)
def test_who_comes_through_a_proxy_is_told_apart_only_if_it_is_trusted(
    models: Path, tmp_path: Path, trusted: str, others: int
):
    folder = write(draft(), models)
    Registry(models).promote("movies", folder.name)
    limits = {"TASTEMAP_API_PER_MINUTE": "1", "FORWARDED_ALLOW_IPS": trusted}

    def ask(server: Server, forwarded: str) -> int:
        request = urllib.request.Request(f"{server.url}/api/domains")
        request.add_header("X-Forwarded-For", forwarded)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    with serve(tmp_path, models, **limits) as server:
        assert ask(server, "203.0.113.7") == 200
        assert ask(server, "203.0.113.7") == 429
        assert ask(server, "203.0.113.8") == others
        # Whatever somebody writes before what the proxy adds counts for nothing.
        assert ask(server, "198.51.100.1, 203.0.113.7") == 429


def test_an_answer_is_not_held_back_until_the_first_half_of_it_is_acknowledged(
    models: Path, tmp_path: Path
):
    with serve(tmp_path, models) as server:
        connection = http.client.HTTPConnection("localhost", int(server.url.rpartition(":")[2]))
        waits = []
        for _ in range(40):
            started = time.monotonic()
            connection.request("GET", "/_stcore/health")
            assert connection.getresponse().read() == b"ok"
            waits.append(time.monotonic() - started)
        connection.close()
    # The system acknowledges the first few at once, whoever waits.
    assert min(waits[20:]) < 0.03
