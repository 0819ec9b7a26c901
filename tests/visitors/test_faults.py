"""What is said to be saved is there: after a kill, with two servers, with a database that goes."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine
from websockets.exceptions import ConnectionClosed

from recommender.settings import Settings
from recommender.storage import database, open_database
from recommender.visitors.changes import pseudonym
from tests.browser.server import serve
from tests.storage.server import postgresql
from tests.visitors.client import Client
from tests.visitors.made import kept

VALUES = (5.0, 3.5, 4.0, 1.0)


def secret(number: int) -> str:
    return f"{number:032x}"


def kept_of(engine: Engine, number: int) -> dict[int, float]:
    return kept(engine, pseudonym(secret(number)))


def rate(client: Client, n: int) -> None:
    for step in range(n):
        client.rate(VALUES[step % len(VALUES)])


def until_saved(client: Client, n: int, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while client.saved() < n:
        assert time.monotonic() < end, client.texts()
        client.look_again()


@pytest.fixture(autouse=True)
def _closed():
    yield
    database._opened.cache_clear()


def test_every_acknowledged_rating_survives_a_kill_while_twenty_write(tmp_path):
    state = tmp_path / "state"
    with serve(tmp_path, TASTEMAP_STATE=str(state)) as server:
        clients = [Client(server.url, secret(number)) for number in range(20)]

        def write(client: Client) -> None:
            try:
                rate(client, 1000)
            except (ConnectionClosed, OSError):
                return
            raise AssertionError("the server was not killed")

        with ThreadPoolExecutor(20) as pool:
            writing = [pool.submit(write, client) for client in clients]
            try:
                end = time.monotonic() + 240
                while sum(client.saved() for client in clients) < 60:
                    assert time.monotonic() < end, [client.texts() for client in clients]
                    assert not any(one.done() for one in writing), [
                        one.exception() for one in writing if one.done()
                    ]
                    time.sleep(0.1)
            finally:
                os.kill(server.pid, signal.SIGKILL)
            for one in writing:
                one.result(60)
            for client in clients:
                client.close()
    engine = open_database(Settings(state=state))
    told = 0
    for number, client in enumerate(clients):
        there, acknowledged = kept_of(engine, number), client.acknowledged()
        assert acknowledged.items() <= there.items() <= client.rated.items()
        told += len(acknowledged)
    assert told >= 60


def test_two_servers_share_one_database(tmp_path):
    with postgresql() as shared:
        place = {"TASTEMAP_DATABASE_URL": shared.url}
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
        with serve(tmp_path / "one", **place) as one, serve(tmp_path / "two", **place) as two:
            # One of them is at both, which is one visitor with two tabs.
            visits = [(one, 1), (one, 2), (two, 3), (two, 1)]
            clients = [Client(server.url, secret(number)) for server, number in visits]
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(lambda client: rate(client, 5), clients))
            for client in clients:
                until_saved(client, 5)
                client.close()
            engine = open_database(Settings(database_url=shared.url))
            assert kept_of(engine, 2) == clients[1].rated
            assert kept_of(engine, 3) == clients[2].rated
            assert kept_of(engine, 1).keys() == clients[0].rated.keys() | clients[3].rated.keys()
            engine.dispose()


def test_visitors_go_on_without_a_database_and_it_is_saved_when_it_comes(tmp_path):
    with postgresql() as away:
        away.stop()
        with (
            serve(tmp_path, TASTEMAP_DATABASE_URL=away.url) as server,
            Client(server.url, secret(1)) as client,
        ):
            begun = time.monotonic()
            rate(client, 5)
            assert time.monotonic() - begun < 20
            assert client.saved() == 0
            client.look_again()
            assert any("does not answer" in text for text in client.texts())
            assert not any(text.startswith("5 ratings saved") for text in client.texts())
            away.start()
            until_saved(client, 5)
            # And lost in mid-flight.
            away.stop()
            rate(client, 3)
            client.look_again()
            assert client.saved() == 5
            away.start()
            until_saved(client, 8)
            engine = open_database(Settings(database_url=away.url))
            assert kept_of(engine, 1) == client.rated
            assert len(client.rated) == 8
            engine.dispose()
            assert "Traceback" not in server.log.read_text()
