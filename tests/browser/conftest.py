"""A Chromium, a server that the tests share, and visitors who share nothing.

After every test the server must not have printed a traceback and no console an error; when a test
fails its report holds the log of the server.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, expect

from recommender.releases import Registry, write
from recommender.serving import ServedRelease, open_release
from recommender.settings import BUNDLED_MODELS
from tests.browser.install import FLAGS, chromium
from tests.browser.server import Server, serve
from tests.browser.visitor import Visitor
from tests.releases import anime

DESKTOP = {"width": 1280, "height": 900}

PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}

TIMEOUT = 20_000
"""Milliseconds that something may take to appear."""

expect.set_options(timeout=TIMEOUT)


class Visit(Protocol):
    """What the fixture `visit` is: brings visitors, each with a browser context of their own."""

    def __call__(
        self,
        path: str | None = "/",
        server: Server | None = None,
        context: BrowserContext | None = None,
        **options: Any,
    ) -> Visitor:
        """Brings one.

        Args:
            path: what to open first; None for nothing yet.
            server: where; the shared server if not said.
            context: the browser context, if it is shared.
            options: how the visitor's own browser context is, as Playwright takes it.
        """


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    executable = chromium()
    if executable is None:
        pytest.fail("There is no Chromium; `make browser` installs one.")
    return browser_type_launch_args | {"executable_path": executable, "args": FLAGS}


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="session")
def both(tmp_path_factory: pytest.TempPathFactory, release: ServedRelease) -> Iterator[Server]:
    """A server of both domains: the bundled movies, and forty anime."""
    folder = tmp_path_factory.mktemp("both")
    models = folder / "models"
    shutil.copytree(release.folder.parent, models / "movies")
    Registry(models).promote("anime", write(anime.draft(), models).name)
    with serve(folder, models) as server:
        yield server


@pytest.fixture(scope="session")
def base_url() -> None:
    """None for all: `visit` says it for each visitor, there being several servers."""


@pytest.fixture
def start(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Server]]:
    """Starts a server of the test's own, as `serve` takes it but for the folder of its log."""
    with ExitStack() as servers:

        def start(models: Path | None = None, port: int | None = None, **settings: str) -> Server:
            server = servers.enter_context(serve(tmp_path, models, port, **settings))
            _logs(request.node).append(server.log)
            return server

        yield start


@pytest.fixture
def visit(
    request: pytest.FixtureRequest,
    shared_server: Server,
    new_context: Callable[..., BrowserContext],
) -> Iterator[Visit]:
    visitors: list[Visitor] = []

    def visit(
        path: str | None = "/",
        server: Server | None = None,
        context: BrowserContext | None = None,
        **options: Any,
    ) -> Visitor:
        url = (server or shared_server).url
        _logs(request.node).append((server or shared_server).log)
        context = context or new_context(**{"viewport": DESKTOP, "base_url": url} | options)
        visitor = Visitor(context.new_page())
        visitor.page.on("console", lambda message: _keep_error(message, visitor))
        visitor.page.on("pageerror", lambda error: visitor.errors.append(str(error)))
        visitors.append(visitor)
        if path is not None:
            visitor.arrive(path)
        return visitor

    yield visit
    for visitor in visitors:
        # Streamlit prints a traceback when somebody leaves whom it is just sending a page.
        if visitor.page.get_by_test_id("stApp").count():
            visitor.settles()
        visitor.page.close()
    assert [visitor.errors for visitor in visitors] == [[] for _ in visitors]
    for log in _logs(request.node):
        assert "Traceback" not in log.read_text(), log.read_text()


@pytest.fixture(scope="session")
def release() -> ServedRelease:
    """The release that the shared server serves, to compare with."""
    return open_release("movies", BUNDLED_MODELS)


@pytest.fixture(scope="session")
def famous(release: ServedRelease) -> list[int]:
    """Ids of titles that everybody knows, the best known first."""
    return release.shelf.item_ids[release.shelf.by_popularity[:40]].tolist()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.failed:
        report.sections += [(f"log of {log.name}", log.read_text()) for log in set(_logs(item))]
    return report


_LOGS = pytest.StashKey[list[Path]]()


def _logs(item: pytest.Item) -> list[Path]:
    return item.stash.setdefault(_LOGS, [])


def _keep_error(message: ConsoleMessage, visitor: Visitor) -> None:
    # On a deep link Streamlit looks for its server below the page's path first.
    probe = message.location["url"].endswith(("/_stcore/health", "/_stcore/host-config"))
    if message.type == "error" and not probe:
        visitor.errors.append(f"{message.text} {message.location['url']}")
