"""The configurations of docs/deploy.md in real proxies: two replicas, one database, one Hub."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from recommender.admin.passwords import PasswordHash
from recommender.releases import Registry
from recommender.releases.hub import Hub
from recommender.serving import ServedRelease
from recommender.settings import Settings
from recommender.storage import AuditLog, Entry, open_database
from tests.browser.conftest import Visit
from tests.browser.provider import CLIENT, SECRET, provide
from tests.browser.proxies import ELSEWHERE, How, caddy, get, nginx, proxied
from tests.browser.server import Server, free_port, serve
from tests.browser.test_bring_list import bring, opened
from tests.browser.visitor import FOR_YOU, Visitor
from tests.hub.conftest import NAME, double, environment
from tests.releases.helpers import forge
from tests.serving.importers import exports
from tests.storage.test_postgresql import url

__all__ = ["double", "environment", "url"]

PASSWORD = "purple owl likes tea"


@dataclass
class Replica:
    """An app of its own.

    Attributes:
        server: where it runs.
        stack: ends it.
    """

    server: Server
    stack: ExitStack

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(urlsplit(self.server.url).port or 0)

    def visitors(self) -> int:
        """How many sessions are open there."""
        metrics = get(f"{self.server.url}/_stcore/metrics").decode()
        (count,) = re.findall(r"^active_sessions (\d+)", metrics, re.MULTILINE)
        return int(count)

    def serves(self) -> str:
        """The movies release that serves."""
        told = json.loads(get(f"http://localhost:{self.port}/api/health"))
        return str(told["domains"]["movies"])


@pytest.fixture
def replicas(
    tmp_path: Path, release: ServedRelease, url: str, environment: dict[str, str]
) -> Iterator[list[Replica]]:
    with ExitStack() as all_of_them:
        made = []
        for number in range(2):
            folder = tmp_path / f"replica-{number}"
            shutil.copytree(release.folder.parent, folder / "models" / "movies")
            stack = all_of_them.enter_context(ExitStack())
            server = stack.enter_context(
                serve(
                    folder,
                    folder / "models",
                    STREAMLIT_SERVER_BASE_URL_PATH="tastemap",
                    STREAMLIT_SERVER_COOKIE_SECRET="x" * 40,
                    FORWARDED_ALLOW_IPS=ELSEWHERE,
                    TASTEMAP_STATE=str(folder / "state"),
                    TASTEMAP_DATABASE_URL=url,
                    TASTEMAP_HUB_REPO=NAME,
                    TASTEMAP_HUB_SECONDS="1",
                    TASTEMAP_ADMIN_PASSWORD_HASH=str(PasswordHash.of(PASSWORD)),
                    **environment,
                )
            )
            made.append(Replica(server, stack))
        yield made


def wait_until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 90
    while not what():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.parametrize("how", [nginx, caddy])
def test_replicas_behind_a_proxy_serve_as_one(
    how: How,
    replicas: list[Replica],
    double,
    url: str,
    visit: Visit,
    release: ServedRelease,
    famous: list[int],
    tmp_path: Path,
) -> None:
    with proxied(how, tmp_path, [one.port for one in replicas]) as proxy:
        # Visitors come to both, and whoever is somewhere stays there.
        homes: dict[int, Visitor] = {}
        for _ in range(16):
            before = [one.visitors() for one in replicas]
            visitor = visit("/tastemap/", proxy, ignore_https_errors=True)
            (home,) = (at for at in (0, 1) if replicas[at].visitors() > before[at])
            if homes.setdefault(home, visitor) is not visitor:
                visitor.leave()
            if len(homes) == 2:
                break
        assert set(homes) == {0, 1}
        for at, visitor in homes.items():
            visitor.rate(visitor.asked, visitor.titles(visitor.asked)[0], 4.5)
            expect(visitor.page.get_by_role("heading", name=FOR_YOU)).to_be_visible()
            other = visit(None, proxy, context=visitor.page.context)
            before = [one.visitors() for one in replicas]
            other.page.goto("/tastemap/explore")
            expect(other.page).to_have_title("Explore")
            other.settles()
            assert replicas[at].visitors() > before[at]
            other.leave()

        uploads_and_downloads(homes[0], release, famous)
        for at in (0, 1):
            signed_in(visit, proxy, homes[at]).leave()
        # Not from where the proxy is.
        assert [line.detail for line in logged(url)[:2]] == ["from this machine"] * 2

        # What is pushed serves everywhere; what is rolled back, only there until that is pushed.
        there = Registry(tmp_path / "there")
        shutil.copytree(release.folder.parent, there.root / "movies")
        new = another(there, release)
        Hub(NAME).push("movies", new, there, create=True)
        wait_until(lambda: [one.serves() for one in replicas] == [new, new])
        admin = signed_in(visit, proxy, homes[0])
        admin.button("Roll back").click()
        wait_until(lambda: replicas[0].serves() == release.id)
        assert replicas[1].serves() == new
        Hub(NAME).push("movies", release.id, there)
        wait_until(lambda: [one.serves() for one in replicas] == [release.id] * 2)
        assert json.loads(get(f"{proxy.url}/api/health"))["status"] == "ready"

        # Whose replica stops goes on at the other one, from the address.
        admin.leave()
        visitor, before = homes[0], replicas[1].visitors()
        known = ratings(visitor.address())
        assert known > 10
        replicas[0].stack.close()
        wait_until(lambda: replicas[1].visitors() == before + 1)
        visitor.settles()
        visitor.rate(visitor.asked, visitor.titles(visitor.asked)[0], 3)
        visitor.comes_to(lambda address: ratings(address) == known + 1)
        # The browser says that it lost the connection.
        visitor.errors.clear()
        for visitor in homes.values():
            visitor.leave()


def test_the_provider_of_a_space_signs_admins_in_over_https_below_a_base_path(
    tmp_path: Path, visit: Visit
) -> None:
    people = {"Ada": {"email": "ada@example.org", "email_verified": True}}
    port = free_port()
    with (
        provide(people) as provider,
        serve(
            tmp_path,
            STREAMLIT_SERVER_BASE_URL_PATH="tastemap",
            TASTEMAP_STATE=str(tmp_path / "state"),
            TASTEMAP_ADMINS="ada@example.org",
            OAUTH_CLIENT_ID=CLIENT,
            OAUTH_CLIENT_SECRET=SECRET,
            OPENID_PROVIDER_URL=provider.url,
            SPACE_HOST=f"localhost:{port}/tastemap",
        ) as app,
        proxied(nginx, tmp_path, [urlsplit(app.url).port or 0] * 2, port) as proxy,
    ):
        admin = visit(None, proxy, ignore_https_errors=True)
        admin.page.goto("/tastemap/admin")
        admin.button("Sign in with your provider").click()
        admin.page.get_by_role("link", name="Ada").click()
        admin.go_to("Admin")
        admin.button("Continue").click()
        expect(admin.button("Sign out")).to_be_visible()
        admin.leave()
        # Chromium may give up one of many connections to a certificate that it does not trust.
        admin.errors = [one for one in admin.errors if "ERR_TOO_MANY_RETRIES" not in one]


def ratings(address: dict[str, str]) -> int:
    return len(address["ratings"].split("_"))


def uploads_and_downloads(visitor: Visitor, release: ServedRelease, famous: list[int]) -> None:
    """A list goes to the server against forgery's cookie, a file comes from its memory."""
    shelf = release.shelf
    films = [(shelf.titles[at], int(shelf.years[at])) for at in map(shelf.position.get, famous)]
    dialog = opened(visitor)
    bring(dialog, "letterboxd.zip", exports.letterboxd(ratings=[(*one, 4) for one in films[:20]]))
    dialog.get_by_role("button", name=re.compile(r"^Add \d+ titles to my list$")).click()
    expect(dialog).to_have_count(0)
    visitor.button("Share & keep").click()
    with visitor.page.expect_download() as download:
        visitor.button("List, CSV").click()
    assert len(download.value.path().read_text().splitlines()) > 20
    visitor.page.keyboard.press("Escape")


def signed_in(visit: Visit, proxy: Server, visitor: Visitor) -> Visitor:
    """The visitor as an admin, in another tab."""
    admin = visit(None, proxy, context=visitor.page.context)
    admin.page.goto("/tastemap/admin")
    field = admin.page.get_by_role("textbox", name="Password")
    field.fill(PASSWORD)
    field.press("Enter")
    expect(admin.button("Sign out")).to_be_visible()
    return admin


def logged(url: str) -> list[Entry]:
    """The audit log in a database, newest first; the connection is closed."""
    engine = open_database(Settings(database_url=url))
    try:
        return AuditLog(engine).read()
    finally:
        engine.dispose()


def another(registry: Registry, release: ServedRelease) -> str:
    """A release that is the served one but ranks by popularity."""
    home = registry.home("movies")
    shutil.copytree(release.folder, home / "forged")
    forge(home / "forged", change=lambda facts: facts.update(ranker="popularity"))
    new = str(json.loads((home / "forged" / "release.json").read_bytes())["id"])
    (home / "forged").rename(home / new)
    return new
