"""Who gets into the Admin page, and who does not: by password and by an OpenID Connect provider."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from recommender.admin.passwords import PasswordHash
from tests.browser.conftest import Visit
from tests.browser.provider import provide
from tests.browser.server import Server, free_port

PASSWORD = "purple owl likes tea"
ADA = {"email": "ada@example.org", "email_verified": True}
EVE = {"email": "eve@example.org", "email_verified": True}
MALLORY = {"email": "ada@example.org", "email_verified": False}


def test_a_password_opens_the_page_for_this_tab_until_one_signs_out(
    tmp_path: Path, start: Callable[..., Server], visit: Visit
) -> None:
    state, hashed = str(tmp_path / "state"), str(PasswordHash.of(PASSWORD))
    server = start(TASTEMAP_STATE=state, TASTEMAP_ADMIN_PASSWORD_HASH=hashed)
    admin = visit("/", server)
    # Strangers do not see that there is such a page.
    expect(admin.page.get_by_role("link", name="Admin")).to_have_count(0)
    admin.page.goto("/admin")
    field = admin.page.get_by_role("textbox", name="Password")
    field.fill("sesame sesame")
    field.press("Enter")
    admin.says("That is not the password.")
    field.fill(PASSWORD)
    field.press("Enter")
    expect(admin.button("Sign out")).to_be_visible()
    expect(admin.page.get_by_role("link", name="Admin")).to_be_visible()
    # Another page and back: still signed in; another tab: not.
    admin.go_to("About")
    admin.go_to("Admin")
    expect(admin.button("Sign out")).to_be_visible()
    other = visit(None, server)
    other.page.goto("/admin")
    expect(other.page.get_by_role("textbox", name="Password")).to_be_visible()
    admin.button("Sign out").click()
    expect(field).to_be_visible()
    expect(admin.page.get_by_test_id("stAlert")).to_have_text(re.compile("You are signed out"))


@pytest.fixture
def people() -> dict[str, dict[str, object]]:
    return {"Ada": ADA, "Eve": EVE, "Mallory": MALLORY}


def test_a_provider_lets_in_whom_the_list_names_and_nobody_else(
    tmp_path: Path, start: Callable[..., Server], visit: Visit, people: dict[str, dict[str, object]]
) -> None:
    port = free_port()
    with provide(people) as provider:
        secrets = tmp_path / "secrets.toml"
        secrets.write_text(provider.secrets(f"http://localhost:{port}"))
        server = start(
            port=port,
            TASTEMAP_STATE=str(tmp_path / "state"),
            TASTEMAP_ADMINS="ada@example.org",
            STREAMLIT_SECRETS_FILES=str(secrets),
        )
        for name in ("Eve", "Mallory"):
            stranger = visit(None, server)
            stranger.page.goto("/admin")
            stranger.button("Sign in with your provider").click()
            stranger.page.get_by_role("link", name=name).click()
            stranger.page.goto("/admin")
            stranger.button("Continue").click()
            stranger.says("is not among the admins")
            expect(stranger.button("Sign out")).to_have_count(0)
        ada = visit(None, server)
        ada.page.goto("/admin")
        ada.button("Sign in with your provider").click()
        ada.page.get_by_role("link", name="Ada").click()
        # Who comes back from the provider finds the page in the menu.
        ada.go_to("Admin")
        ada.button("Continue").click()
        expect(ada.button("Sign out")).to_be_visible()
        expect(ada.page.get_by_text("ada@example.org").first).to_be_visible()
        # The browser is led past the provider's door and back.
        with ada.page.expect_navigation():
            ada.button("Sign out").click()
        ada.settles()
        ada.page.goto("/admin")
        expect(ada.button("Sign in with your provider")).to_be_visible()
