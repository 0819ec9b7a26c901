"""The whole way of a release: retrained, watched, compared, promoted, served, rolled back."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from recommender.admin.passwords import PasswordHash
from recommender.releases import Registry
from recommender.serving import ServedRelease
from recommender.training.job import ENDED
from recommender.training.jobs import Jobs
from tests.browser.conftest import TIMEOUT, Visit
from tests.browser.server import Server
from tests.browser.visitor import Visitor

PASSWORD = "purple owl likes tea"
TRAINING, PATIENCE = 900_000, 90_000
"""Milliseconds that a training may take on a busy machine, and a page meanwhile."""


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """Pages wait for their turn while a training takes all cores there are."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=TIMEOUT)


@pytest.fixture
def models(tmp_path: Path, release: ServedRelease) -> Path:
    """The bundled movies, to be changed."""
    folder = tmp_path / "models"
    shutil.copytree(release.folder.parent, folder / "movies")
    return folder


@pytest.fixture
def server(tmp_path: Path, models: Path, start: Callable[..., Server]) -> Iterator[Server]:
    state = tmp_path / "state"
    yield start(
        models,
        TASTEMAP_STATE=str(state),
        TASTEMAP_ADMIN_PASSWORD_HASH=str(PasswordHash.of(PASSWORD)),
    )
    # Trainings outlive the server, and would outlive a test that fails.
    trainings = Jobs(state, models)
    for job in trainings.all():
        if job.state not in ENDED:
            trainings.cancel(job.id, "the test")


def sign_in(admin: Visitor, path: str = "/admin") -> None:
    admin.page.goto(path)
    field = admin.page.get_by_role("textbox", name="Password")
    field.fill(PASSWORD)
    field.press("Enter")
    expect(admin.button("Sign out")).to_be_visible()


def section(admin: Visitor, name: str) -> None:
    choice = admin.page.get_by_role("radiogroup", name="Section")
    choice.get_by_role("radio", name=name, exact=True).click()
    expect(admin.page).to_have_url(re.compile(f"section={name.lower()}"))
    admin.settles()


def says(admin: Visitor, text: str) -> None:
    told = admin.page.get_by_test_id("stAlert").filter(has_text=text).first
    expect(told).to_be_visible()


def models_on_offer(visitor: Visitor) -> Locator:
    return visitor.models().get_by_role("radio")


def test_a_release_is_trained_judged_promoted_served_and_rolled_back(
    server: Server, models: Path, release: ServedRelease, famous: list[int], visit: Visit
) -> None:
    before = Registry(models).aliases("movies").champion
    visitor = visit("/", server)
    first, second, third = visitor.titles(visitor.asked)[:3]
    visitor.rate(visitor.asked, first, 5)
    expect(models_on_offer(visitor)).to_have_count(len(release.models))

    admin = visit(None, server)
    sign_in(admin)
    section(admin, "Retrain")
    algorithms = admin.page.get_by_role("combobox", name="Algorithms")
    admin.page.get_by_test_id("stMultiSelect").get_by_role("button", name="Clear all").click()
    admin.settles()
    for name in ("taste-als", "bias"):
        algorithms.fill(name)
        admin.page.get_by_role("option", name=name, exact=True).click()
        # The open list hides the rest of the page from roles.
        algorithms.press("Tab")
        admin.settles()
    admin.page.get_by_role("textbox", name="Why").fill("smaller and quicker")
    admin.page.get_by_role("textbox", name="Why").press("Enter")
    expect(admin.page.get_by_text(re.compile("of memory. From"))).to_be_visible()
    admin.button("Start training").click()
    says(admin, "is in the queue")

    # The page may be closed; the training goes on and is there again.
    running = admin.page.get_by_role("heading", name="Training movies")
    expect(running).to_be_visible(timeout=TRAINING)
    sign_in(admin, "/admin?section=retrain")
    expect(running).to_be_visible(timeout=TRAINING)
    expect(admin.page.get_by_role("progressbar")).to_be_visible()
    # Meanwhile the visitor notices nothing.
    visitor.rate(visitor.asked, second, 2)
    expect(admin.page.get_by_text("Trainings that ended: 1")).to_be_visible(timeout=TRAINING)

    (challenger,) = [one for one in Registry(models).ids("movies") if one != before]
    section(admin, "Judgement")
    expect(admin.page.get_by_role("combobox", name="Challenger")).to_have_value(challenger)
    expect(admin.page.get_by_role("heading", name="On the same people")).to_be_visible()
    expect(admin.page.get_by_text(re.compile("are alike"))).to_have_count(10)
    admin.button("Promote").click()
    admin.page.get_by_role("textbox", name=re.compile("^Why")).fill("it is half the size")
    admin.page.get_by_role("textbox", name=re.compile("^Why")).press("Enter")
    admin.settles()
    admin.button("Let it serve").click()
    says(admin, f"{challenger} serves.")

    # The visitor in mid-session goes on with the new release, and the old ratings.
    visitor.rate(visitor.asked, third, 4)
    expect(models_on_offer(visitor)).to_have_count(2)
    for title, stars in ((first, 5), (second, 2), (third, 4)):
        visitor.has_rated(title, stars)

    section(admin, "Releases")
    admin.button("Roll back").click()
    says(admin, f"{before} serves again")
    assert Registry(models).aliases("movies").champion == before
    fourth = visitor.titles(visitor.asked)[0]
    visitor.rate(visitor.asked, fourth, 3)
    expect(models_on_offer(visitor)).to_have_count(len(release.models))
    visitor.has_rated(first, 5)

    section(admin, "Log")
    lines = admin.page.get_by_test_id("stMarkdown")
    for text in ("roll back movies", "promote movies", "train movies"):
        expect(lines.filter(has_text=text).first).to_be_visible()
    expect(lines.filter(has_text="it is half the size")).to_have_count(1)
    expect(lines.filter(has_text="smaller and quicker")).to_have_count(1)
