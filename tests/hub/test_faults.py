"""A Hub that does not do what it should: a sentence with the mend, in time, nothing changed."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep

import pytest
from starlette.responses import Response

from recommender.errors import HubError
from recommender.releases.hub import Hub
from tests.hub.conftest import NAME, publish, tidy
from tests.hub.double import TOKEN, Asked, refusal


def at(kind: str, fault: Response | str) -> Callable[[Asked], Response | str | None]:
    return lambda asked: fault if asked.kind == kind else None


@pytest.mark.parametrize("kind", ["info", "file"])
@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (refusal(401), "does not accept the token; set HF_TOKEN to one that is valid"),
        (refusal(403), "does not let you do that with .*; set HF_TOKEN to a token with the right"),
        (
            refusal(404, "RepoNotFound"),
            f"has no repository {NAME} that you may see; check the name",
        ),
        (refusal(500), r"cannot answer now \(status 500\); try again later"),
        ("hang", "has not answered for 1 seconds; try again later"),
        (Response(headers={"X-Huge": "x" * 200_000}), "gave no whole answer"),
        (Response(b"x" * 9_000_000), "sends far more than was asked for|gave no whole answer"),
    ],
)
def test_whatever_the_hub_does_is_a_sentence_and_changes_nothing(
    double, here, kind, fault, sentence
):
    publish(double, here, here.ids("movies")[0])
    before = here.aliases("movies")
    double.fault = at(kind, fault)

    with pytest.raises(HubError, match=sentence) as told:
        Hub(NAME, patience=1.0, long=20.0).pull("movies", here)

    assert not told.value.final
    assert TOKEN not in str(told.value)
    assert "\n" not in str(told.value)
    assert here.aliases("movies") == before
    assert tidy(here)


@pytest.mark.parametrize(
    ("headers", "seconds", "words"),
    [
        ({"Retry-After": "77"}, 77, "try again in 77 seconds"),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0, "try again later"),
        ({"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}, 86_400, "try again in 86400 seconds"),
        ({"Retry-After": "soon"}, 0, "try again later"),
        ({}, 0, "try again later"),
    ],
)
def test_too_many_requests_say_when_to_come_again(double, hub, here, headers, seconds, words):
    publish(double, here, here.ids("movies")[0])
    double.fault = at("info", refusal(429, **headers))
    with pytest.raises(HubError, match=f"has had too many requests; {words}") as told:
        hub.newest("movies")
    assert told.value.seconds == seconds


def test_a_file_that_is_cut_off_is_told_and_may_be_tried_again(double, hub, here, there):
    publish(double, here, here.ids("movies")[0])
    double.fault = lambda asked: Response(b"cut") if asked.path.endswith("atlas.parquet") else None

    with pytest.raises(HubError, match=r"broke off in atlas.parquet, after 3 of [\d,]+ bytes; try"):
        hub.pull("movies", there)

    assert list(there.home("movies").iterdir()) == []
    double.fault = lambda asked: None
    assert hub.pull("movies", there).promoted


def test_a_file_longer_than_it_says_is_not_read_to_its_end(double, hub, here, there):
    publish(double, here, here.ids("movies")[0])
    double.fault = lambda asked: (
        Response(b"x" * 50_000_000) if asked.path.endswith("atlas.parquet") else None
    )
    with pytest.raises(HubError, match="sends far more than was asked for"):
        hub.pull("movies", there)
    assert tidy(there)


@pytest.mark.parametrize("kind", ["info", "file"])
def test_a_drip_that_never_pauses_for_long_ends_at_the_deadline(double, here, there, kind):
    publish(double, here, here.ids("movies")[0])
    double.fault = at(kind, "drip")
    started = monotonic()

    with pytest.raises(HubError, match=f"took longer than 4 seconds over {NAME}; try again later"):
        Hub(NAME, patience=2.0, long=4.0).pull("movies", there)

    assert monotonic() - started < 8


@contextmanager
def dripping_headers() -> Iterator[str]:
    """A server that sends a header that does not end, a byte at a time."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        over = threading.Event()

        def serve() -> None:
            try:
                connection, _ = listener.accept()
                with connection:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
                    while not over.wait(0.1):
                        connection.sendall(b"x")
            except OSError:
                # The client is gone, or nobody came.
                return

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_headers_that_drip_end_at_the_deadline(monkeypatch):
    with dripping_headers() as url:
        monkeypatch.setenv("HF_ENDPOINT", url)
        started = monotonic()
        with pytest.raises(HubError, match="took longer than 3 seconds"):
            Hub(NAME, patience=1.0, brief=3.0).newest("movies")
        assert monotonic() - started < 7


def test_a_hub_that_is_not_there_is_told(monkeypatch, hub):
    monkeypatch.setenv("HF_ENDPOINT", "http://somebody:secret@127.0.0.1:1")
    with pytest.raises(HubError, match=r"^127\.0\.0\.1 cannot be reached; check the conn") as told:
        hub.newest("movies")
    assert "secret" not in str(told.value)


def test_offline_is_told_and_nothing_is_asked(monkeypatch, double, hub):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(HubError, match="HF_HUB_OFFLINE is set; unset it to use the Hub"):
        hub.newest("movies")
    assert double.asked == []


def test_an_unknown_revision_and_an_empty_repository_are_told(double, here):
    publish(double, here, here.ids("movies")[0])
    with pytest.raises(HubError, match=f"{NAME} has no branch, tag or commit v9; name another"):
        Hub(NAME, "v9").newest("movies")
    double.repository("somebody/empty")
    with pytest.raises(HubError, match=r"there is no release\.json, so it is no release"):
        Hub("somebody/empty").newest("movies")


def test_a_private_repository_needs_the_token(double, hub, here, monkeypatch):
    release = here.ids("movies")[0]
    publish(double, here, release)
    double.repository(NAME).private = True
    assert hub.newest("movies").id == release

    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(HubError, match=r"that you may see; check the name .*, and set HF_TOKEN"):
        hub.newest("movies")
    monkeypatch.setenv("HF_TOKEN", "hf_AnotherOne")
    with pytest.raises(HubError, match="set HF_TOKEN") as told:
        hub.newest("movies")
    assert "hf_AnotherOne" not in str(told.value)


def test_the_process_that_asks_may_die_and_is_told_of(double, here, there):
    """As when memory runs out: the kernel ends it with no last word."""
    import psutil

    publish(double, here, here.ids("movies")[0])
    double.fault = at("file", "hang")

    def kill() -> None:
        while not double.asked:
            sleep(0.01)
        for child in psutil.Process().children():
            if "recommender.releases.hub_process" in child.cmdline():
                child.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(HubError, match=r"broke off \(exit code -9\); try again"):
        Hub(NAME, patience=20.0).pull("movies", there)
    killer.join()
