"""What following a Hub costs a start: a fresh process to the first cards, in Chromium, in turn.

Without a Hub, with one that takes connections and never answers, and with one that is not there.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from playwright.sync_api import Browser, sync_playwright

from benchmarks.browser import ROOT, server
from benchmarks.table import print_table
from tests.browser.install import FLAGS, chromium

ROUNDS = 9


def main() -> None:
    executable = chromium()
    with (
        TemporaryDirectory() as home,
        socket.create_server(("127.0.0.1", 0)) as silent,
        sync_playwright() as playwright,
    ):
        followed = {"TASTEMAP_HUB_REPO": "somebody/tastemap-{domain}", "HF_HOME": home}
        port = silent.getsockname()[1]
        hubs: dict[str, Mapping[str, str]] = {
            "no Hub": {},
            "a Hub that hangs": {**followed, "HF_ENDPOINT": f"http://127.0.0.1:{port}"},
            "a Hub that is not there": {**followed, "HF_ENDPOINT": "http://127.0.0.1:1"},
        }
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        figures: dict[str, list[float]] = {name: [] for name in hubs}
        _start(browser, {})
        for _ in range(ROUNDS):
            for name, settings in hubs.items():
                figures[name].append(_start(browser, settings))
        browser.close()
    alone = median(figures["no Hub"])
    rows = [
        [name, f"{median(found):.2f}", f"{min(found):.2f}", f"{median(found) - alone:+.2f}"]
        for name, found in figures.items()
    ]
    print_table(["start with", "median s", "least s", "minus no Hub, s"], rows)


def _start(browser: Browser, settings: Mapping[str, str]) -> float:
    """Seconds from a fresh process to cards on screen."""
    before = dict(os.environ)
    os.environ.update(settings)
    page = browser.new_context().new_page()
    try:
        started = perf_counter()
        with server(ROOT / "app.py") as address:
            page.goto(address)
            page.locator(".card").first.wait_for(timeout=120_000)
            return perf_counter() - started
    finally:
        page.context.close()
        os.environ.clear()
        os.environ.update(before)
