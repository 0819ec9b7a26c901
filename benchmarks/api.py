"""Recommendations over the JSON API: 200 requests a second for 30 seconds, whatever the answers do.

The server is `streamlit run app.py`; what asks runs beside it on the same machine. Each request
brings 3 to 20 ratings of well-known titles, every other one of anime, and asks for 20 titles. It
counts from the moment it was due, so a server that falls behind cannot hide it. The peer is the
same number of requests for a route that does nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import numpy as np
import psutil

import recommender
from benchmarks.table import print_table, summary
from tests.browser.server import Server, serve

RATE, SECONDS, WARM_UP = 200, 30, 3
RATINGS, TITLES = (3, 20), 500


def main() -> None:
    asked = [_post(body) for body in _bodies(RATE * SECONDS)]
    idle = [b"GET /_stcore/health HTTP/1.1\r\nHost: localhost\r\n\r\n"] * len(asked)
    with (
        TemporaryDirectory() as folder,
        serve(Path(folder), TASTEMAP_API_PER_MINUTE="1000000") as server,
    ):
        _wait_until_ready(server)
        asyncio.run(_ask(server, asked[: RATE * WARM_UP]))
        rows = [
            _row(f"recommendations, {RATE} a second", server, asked),
            _row("peer: a route that does nothing", server, idle),
        ]
    print_table(["what", "median ms", "95 % ms", "99 % ms", "errors", "server, cores"], rows)


def _bodies(n: int) -> list[bytes]:
    generator = np.random.default_rng(0)
    releases = [recommender.open_release(domain) for domain in ("movies", "anime")]
    bodies = []
    for number in range(n):
        release = releases[number % 2]
        known = release.shelf.item_ids[release.shelf.by_popularity[:TITLES]]
        count = int(generator.integers(*RATINGS, endpoint=True))
        titles = generator.choice(known, count, replace=False).tolist()
        values = generator.choice(release.scale.values, count).tolist()
        ratings = {str(title): value for title, value in zip(titles, values, strict=True)}
        bodies.append(json.dumps({"domain": release.domain, "ratings": ratings}).encode())
    return bodies


def _post(body: bytes) -> bytes:
    return (
        b"POST /api/recommend HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    )


def _wait_until_ready(server: Server) -> None:
    for _ in range(100):
        try:
            with urlopen(f"{server.url}/api/health/ready", timeout=30):
                return
        except HTTPError:
            sleep(0.2)
    raise RuntimeError(f"the server does not get ready:\n{server.log.read_text()}")


def _row(what: str, server: Server, requests: Sequence[bytes]) -> list[object]:
    process = psutil.Process(server.pid)
    before, started = process.cpu_times(), perf_counter()
    figures, errors = asyncio.run(_ask(server, requests))
    after, taken = process.cpu_times(), perf_counter() - started
    cores = (after.user + after.system - before.user - before.system) / taken
    last = f"{np.percentile(figures, 99):.1f}"
    return [what, *summary(figures), last, f"{errors} of {len(requests):,}", f"{cores:.2f}"]


async def _ask(server: Server, requests: Sequence[bytes]) -> tuple[list[float], int]:
    """Sends each request when it is due; milliseconds until answered, and how many failed."""
    address = urlsplit(server.url)
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    figures: list[float] = []
    errors = 0

    async def one(request: bytes, due: float) -> None:
        nonlocal errors
        try:
            # The server ends connections that nobody has used for a while.
            while idle and idle[-1][0].at_eof():
                idle.pop()[1].close()
            if not idle:
                idle.append(await asyncio.open_connection(address.hostname, address.port))
            reader, writer = idle.pop()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
        except (OSError, EOFError, ValueError):
            errors += 1
            return
        idle.append((reader, writer))
        figures.append(1000 * (perf_counter() - due))
        errors += not head.startswith(b"HTTP/1.1 200 ")

    start = perf_counter() + 0.1
    async with asyncio.TaskGroup() as tasks:
        for number, request in enumerate(requests):
            due = start + number / RATE
            await asyncio.sleep(max(0.0, due - perf_counter()))
            tasks.create_task(one(request, due))
    for _, writer in idle:
        writer.close()
    return figures, errors
