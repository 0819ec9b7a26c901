"""What a visitor waits for in Chromium: a fresh server's first page, new cards, a list, the map.

The peers are a Streamlit script that only writes a line, and one with a plain button.
"""

from __future__ import annotations

import csv
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, WebSocket, sync_playwright

from benchmarks.table import print_table, summary
from recommender.serving import open_release
from recommender.settings import BUNDLED_MODELS
from tests.browser.install import FLAGS, chromium

ROOT = Path(__file__).parent.parent
BARE = """
import streamlit as st
st.session_state.setdefault("n", 0)
def count():
    st.session_state.n += 1
st.button("Tap", on_click=count)
st.write(f"Tapped {st.session_state.n} times")
"""
STARTS, TAPS, COLOURINGS, LIST = 7, 30, 12, 1000


def main() -> None:
    executable = chromium()
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        bare = Path(folder, "bare.py")
        bare.write_text(BARE)
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        rows = [
            [
                "fresh process to cards on screen",
                *summary(_starts(browser, ROOT / "app.py", ".card")),
            ],
            ["peer: fresh process to a bare page", *summary(_starts(browser, bare, "button"))],
        ]
        with server(ROOT / "app.py") as address:
            page = open_page(browser, address, 1280)
            rows.append(["rating to new cards, desktop", *summary(_ratings(page))])
            page = open_page(browser, address, 360)
            rows.append(["rating to new cards, phone", *summary(_ratings(page))])
            rows += _dials(browser, address)
            brought = _brought(browser, address, _list(Path(folder)))
            rows.append([f"a list of {LIST:,} titles to the page", *summary(brought)])
            drawn, colourings, kilobytes = _maps(browser, address)
            rows.append(["Recommend to the map drawn", *summary(drawn)])
            rows.append(["another colouring of the map", *summary(colourings)])
        with server(bare) as address:
            page = open_page(browser, address, 1280)
            rows.append(["peer: bare button to new text", *summary(_taps(page))])
        browser.close()
    print_table(["what", "median ms", "95 % ms"], rows)
    print(f"\nThe server sends {max(kilobytes):.0f} kB for the map, before compression.")


def _starts(browser: Browser, script: Path, selector: str) -> list[float]:
    figures = []
    for _ in range(STARTS):
        page = browser.new_context().new_page()
        started = perf_counter()
        with server(script) as address:
            page.goto(address)
            page.locator(selector).first.wait_for()
            figures.append(1000 * (perf_counter() - started))
        page.context.close()
    return figures


# Runs in the page, so that the clock is the browser's own: from the finger's release to the frame
# in which the recommendations have changed.
WATCH = """
(selector) => {
  const host = document.querySelector(selector);
  const list = host.shadowRoot?.querySelector('.cards') ?? host;
  window.figures = [];
  let released = 0;
  document.addEventListener('pointerup', () => { released = performance.now(); }, true);
  new MutationObserver(() => {
    if (!released) return;
    const since = released;
    released = 0;
    requestAnimationFrame(() => window.figures.push(performance.now() - since));
  }).observe(list, {childList: true, subtree: true, characterData: true});
}
"""


def _ratings(page: Page) -> list[float]:
    page.locator(".st-key-for-you li").first.wait_for()
    page.evaluate(WATCH, ".st-key-for-you [data-testid=stBidiComponentIsolated]")
    for tap in range(TAPS):
        star = page.locator(".stars").nth(tap % 4).bounding_box()
        assert star is not None
        page.mouse.click(
            star["x"] + star["width"] * (0.95, 0.55, 0.75, 0.35)[tap % 4],
            star["y"] + star["height"] / 2,
        )
        page.wait_for_timeout(1700)  # a rated card stays a while for correction
    return list(page.evaluate("window.figures"))


def _dials(browser: Browser, address: str) -> list[list[str]]:
    """Turning a slider and a switch to new cards."""
    rated = "ratings=1-5_260-4_480-3_1196-4.5_296-2"
    page = open_page(browser, f"{address}/?domain=movies&{rated}", 1280)
    page.locator(".st-key-for-you li").first.wait_for()
    page.wait_for_timeout(1500)
    page.evaluate(WATCH, ".st-key-for-you [data-testid=stBidiComponentIsolated]")
    track = page.locator(".st-key-dials-in-front [data-testid=stSlider] [role=group]").first
    track.scroll_into_view_if_needed()
    for turn in range(TAPS):
        box = track.bounding_box()
        assert box is not None
        at = box["x"] + box["width"] * (0.96, 0.04)[turn % 2]
        page.mouse.click(at, box["y"] + box["height"] / 2)
        page.wait_for_timeout(900)
    slider = list(page.evaluate("window.figures"))
    page.evaluate("window.figures.length = 0")
    page.get_by_role("button", name="Dials").first.click()
    switch = page.get_by_text("First parts first", exact=True).last
    switch.wait_for()
    page.wait_for_timeout(900)
    page.evaluate("window.figures.length = 0")
    for _ in range(TAPS):
        switch.click()
        page.wait_for_timeout(900)
    switched = list(page.evaluate("window.figures"))
    return [
        ["dial to new cards, slider", *summary(slider)],
        ["dial to new cards, switch", *summary(switched)],
    ]


def _brought(browser: Browser, address: str, file: Path) -> list[float]:
    """Milliseconds from a file chosen to its titles on the page, each by a visitor of its own."""
    figures = []
    for _ in range(STARTS):
        page = open_page(browser, address, 1280)
        page.locator(".st-key-for-you li").first.wait_for()
        page.get_by_role("button", name="Bring your list", exact=True).click()
        chosen = page.locator("input[type=file]")
        chosen.wait_for(state="attached")
        page.wait_for_timeout(500)
        started = perf_counter()
        chosen.set_input_files(file)
        page.get_by_role("button", name=re.compile(r"^Add [\d,]+ titles to")).click()
        page.locator(".st-key-own li").first.wait_for()
        figures.append(1000 * (perf_counter() - started))
        page.context.close()
    return figures


def _list(folder: Path) -> Path:
    """A thousand ratings of the best-known movies, as Letterboxd writes them."""
    shelf = open_release("movies", BUNDLED_MODELS).shelf
    file = folder / "ratings.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(["Date", "Name", "Year", "Letterboxd URI", "Rating"])
        for number, at in enumerate(shelf.by_popularity[:LIST]):
            name, year = shelf.titles[at], int(shelf.years[at])
            rows.writerow(
                ["2024-01-01", name, year, f"https://boxd.it/{number}", number % 10 / 2 + 0.5]
            )
    return file


# Until the frame after the one in which the map was asked to change has been drawn.
_COLOUR = """
(select, value) => new Promise((done) => {
  const since = performance.now();
  select.value = value;
  select.dispatchEvent(new Event('change'));
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - since)));
})
"""


def _maps(browser: Browser, address: str) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds to the map from another page and to each colouring, and kilobytes received."""
    drawn, colourings, kilobytes = [], [], []
    for _ in range(STARTS):
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        received: list[int] = []
        page.on("websocket", _counter(received))
        page.goto(address)
        page.locator(".st-key-for-you li").first.wait_for()
        page.wait_for_timeout(500)
        page.evaluate("addEventListener('pointerup', () => { clicked = performance.now(); }, true)")
        received.clear()
        page.get_by_role("link", name="Explore", exact=True).click()
        stage = page.locator(".stage[data-drawn]")
        stage.wait_for()
        drawn.append(float(stage.get_attribute("data-drawn") or 0) - page.evaluate("clicked"))
        page.wait_for_timeout(500)
        kilobytes.append(sum(received) / 1000)
        colour = page.get_by_role("combobox", name="Colour").element_handle()
        for turn in range(COLOURINGS):
            value = ("popularity", "main", "mean", "genre 0")[turn % 4]
            script = f"(select) => ({_COLOUR})(select, '{value}')"
            colourings.append(page.evaluate(script, colour))
        page.context.close()
    return drawn, colourings, kilobytes


def _counter(received: list[int]) -> Callable[[WebSocket], None]:
    return lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame)))


def _taps(page: Page) -> list[float]:
    page.get_by_text("Tapped 0 times").wait_for()
    page.evaluate(WATCH, "[data-testid=stMarkdown]")
    for _ in range(TAPS):
        page.get_by_role("button", name="Tap").click()
        page.wait_for_timeout(500)
    return list(page.evaluate("window.figures"))


def open_page(browser: Browser, address: str, width: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(address)
    page.get_by_role("button").first.wait_for()
    return page


@contextmanager
def server(script: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    server = subprocess.Popen(
        [*command, "--server.headless=true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                with urlopen(f"{address}/_stcore/health", timeout=1):
                    break
            except (URLError, TimeoutError):
                if server.poll() is not None:
                    raise RuntimeError(f"the server of {script} ended at once") from None
        yield address
    finally:
        server.terminate()
        server.wait()
