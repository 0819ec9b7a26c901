"""The memory of the server with every bundled domain open and a visitor on every page of each.

The peer is the same server before anybody has come.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from benchmarks.table import print_table
from recommender.releases import Registry
from recommender.settings import BUNDLED_MODELS
from tests.browser.install import FLAGS, chromium
from tests.browser.server import serve

PAGES = ("Explore", "Factors", "Compare models", "Compare embeddings")
SETTLING = 2000


def main() -> None:
    rows, executable = [], chromium()
    with (
        TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=executable, args=FLAGS) as browser,
        serve(Path(folder), BUNDLED_MODELS) as server,
    ):
        rows.append(["peer: the server, nobody there", *_memory(server.pid)])
        for domain in Registry(BUNDLED_MODELS).domains():
            page = browser.new_context().new_page()
            page.goto(f"{server.url}/?domain={domain}")
            page.locator(".st-key-for-you li").first.wait_for()
            star = page.locator(".stars").first.bounding_box()
            assert star is not None
            page.mouse.click(star["x"] + 0.9 * star["width"], star["y"] + star["height"] / 2)
            page.get_by_role("heading", name="For you").wait_for()
            rows.append([f"and a visitor in {domain}, on Recommend", *_memory(server.pid)])
            for name in PAGES:
                page.get_by_role("link", name=name, exact=True).click()
                page.get_by_role("heading", name=name, exact=True).wait_for()
                page.get_by_test_id("stStatusWidget").wait_for(state="hidden")
                page.wait_for_timeout(SETTLING)
                rows.append([f"then on {name}", *_memory(server.pid)])
    print_table(["what", "now, MiB", "at most, MiB"], rows)


def _memory(pid: int) -> list[str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    figures = dict(line.split(":", 1) for line in lines)
    return [f"{int(figures[name].split()[0]) / 1024:.0f}" for name in ("VmRSS", "VmHWM")]
