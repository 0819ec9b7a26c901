"""How many visitors' acts one database takes, from one server and from several.

An act is a rating and the list of twenty titles that is recommended after it, of 1,000 visitors in
turn. Each server is a process that writes as the app's does, on this machine, as PostgreSQL is; a
transaction holds one act, or ten that came meanwhile. SQLite is the peer, which takes one server.
"""

from __future__ import annotations

from itertools import count
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.table import print_table
from recommender.settings import Settings
from recommender.storage import open_database
from recommender.storage.database import writing
from recommender.visitors.changes import Change, Context, Event, Shown, now, pseudonym
from recommender.visitors.keep import keep
from tests.storage.server import postgresql

SECONDS = 5.0
VISITORS, LENGTH, TITLES = 1000, 20, 5000
SERVERS, ACTS = (1, 2, 4), (1, 10)
_WHERE = Context("movies", "a release", "a model")


def main() -> None:
    rows = []
    for acts in ACTS:
        with TemporaryDirectory() as folder:
            rows.append(_row("SQLite", Settings(state=Path(folder)), 1, acts))
        for servers in SERVERS:
            with postgresql() as shared:
                rows.append(_row("PostgreSQL", Settings(database_url=shared.url), servers, acts))
    print_table(["database", "servers", "acts a transaction", "acts a second", "ms"], rows)


def _row(name: str, settings: Settings, servers: int, acts: int) -> list[object]:
    open_database(settings)
    with get_context("spawn").Pool(servers) as pool:
        waiting = [pool.apply_async(_write, (settings, acts, number)) for number in range(servers)]
        found = [one.get() for one in waiting]
    done = sum(transactions for transactions, _ in found)
    a_second = sum(acts * transactions / seconds for transactions, seconds in found)
    each = 1000 * sum(seconds for _, seconds in found) / done
    return [name, servers, acts, f"{a_second:,.0f}", f"{each:.1f}"]


def _write(settings: Settings, acts: int, server: int) -> tuple[int, float]:
    """Writes for a while; the number of transactions and the seconds they took."""
    engine = open_database(settings)
    numbers = count()
    transactions, began = 0, perf_counter()
    while perf_counter() - began < SECONDS:
        with writing(engine) as connection:
            keep(connection, [_act(server, next(numbers)) for _ in range(acts)])
        transactions += 1
    return transactions, perf_counter() - began


def _act(server: int, number: int) -> tuple[str, list[Event]]:
    visitor = pseudonym(f"{server} {number % VISITORS}")
    first, moment = 31 * number % TITLES, now()
    shown = [Shown(_WHERE, first + rank, rank, moment) for rank in range(1, LENGTH + 1)]
    return visitor, [Change(_WHERE, first, "rated", 0.5 + number % 10 / 2, moment), *shown]
