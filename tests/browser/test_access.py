"""For everybody: in light and dark, by keyboard alone, and for screen readers."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from recommender.admin.passwords import PasswordHash
from recommender.serving import ServedRelease
from tests.browser.conftest import PHONE, Visit
from tests.browser.flaws import flaws
from tests.browser.newcomer import Newcomer
from tests.browser.server import Server

ZOOMED = {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2}
"""A window of 1280 by 900 at 200 %."""

WATCH = """() => {
  window.moved = new Set();
  const roots = (root) => [root, ...[...root.querySelectorAll("*")].flatMap(
    (node) => node.shadowRoot ? roots(node.shadowRoot) : [])];
  const look = () => {
    for (const move of roots(document).flatMap((root) => root.getAnimations())) {
      const { duration } = move.effect.getComputedTiming();
      if (move.playState === "running" && duration > 1) {
        const { className } = move.effect.target;
        window.moved.add(`${className}: ${move.animationName ?? move.transitionProperty}`);
      }
    }
    requestAnimationFrame(look);
  };
  look();
}"""
"""Writes down in every frame what moves, also inside of components."""

FOCUSED = "(node) => node.getRootNode().activeElement === node"

NAMED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at?.ariaLabel || at?.innerText?.slice(0, 40) || at?.tagName;
}"""
"""What the control with the focus is called."""


def barriers(page: Page) -> list[str]:
    """What axe-core finds that keeps somebody from using the page."""
    # What still fades in has not its contrast yet.
    page.wait_for_function("document.getAnimations().every((one) => one.playState !== 'running')")
    violations = Axe().run(page).response["violations"]
    return [
        f"{found['id']}: {[node['html'] for node in found['nodes']]}"
        for found in violations
        if found["impact"] in ("serious", "critical")
    ]


def tab_to(target: Locator, key: str = "Tab", most: int = 60) -> None:
    """Goes on with the keyboard until a control has the focus."""
    way = []
    for _ in range(most):
        if target.evaluate(FOCUSED):
            return
        way.append(target.page.evaluate(NAMED))
        target.page.keyboard.press(key)
    raise AssertionError(f"{most} times {key} do not lead to {target}, but by {way}.")


# Each screen with everything that can be open, by the verbs of `newcomer.py`: one walk through all.
SCREENS = (
    "rate 1 4, why 1, hide 2",
    "dials",
    "close, refused, bring letterboxd",
    "close, share",
    "close, go Your taste, unfold How we know",
    "go Together, befriend Ann, unfold Add somebody",
    "go Explore, open toy story, unfold Export",
    "go Factors, unfold Export",
    "go Compare models",
    "go Compare embeddings, unfold Export",
    "go About",
    "menu, unfold Model",
)
EYES = {
    "light, 200 % zoom": {"color_scheme": "light", **ZOOMED},
    "dark, 360 px": {"color_scheme": "dark", **PHONE},
}
PAPER = {"light": "rgb(250, 251, 249)", "dark": "rgb(17, 24, 23)"}


@pytest.mark.parametrize("eyes", EYES)
def test_no_screen_has_barriers_or_is_cut_off(
    visit: Visit, release: ServedRelease, famous: list[int], eyes: str
):
    link = "_".join(f"{item_id}-{4 - at % 4}" for at, item_id in enumerate(famous[:6]))
    options = EYES[eyes]
    visitor = visit(None, **options, reduced_motion="reduce")
    newcomer = Newcomer(visitor, release, touch=bool(options.get("has_touch")))
    newcomer.do(f"arrive /?ratings={link}_bad")
    found: list[str] = []
    for screen in SCREENS:
        for step in screen.split(", "):
            newcomer.do(step)
        background = visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background == PAPER[options["color_scheme"]]
        flawed = barriers(visitor.page) + flaws(visitor.page)
        found += [f"after “{screen}”: {flaw}" for flaw in flawed]
    assert not found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_way_into_the_admin_page_has_no_barriers(
    tmp_path: Path, start: Callable[..., Server], visit: Visit, scheme: str
):
    state, hashed = str(tmp_path / "state"), str(PasswordHash.of("purple owl likes tea"))
    server = start(TASTEMAP_STATE=state, TASTEMAP_ADMIN_PASSWORD_HASH=hashed)
    visitor = visit(None, server, color_scheme=scheme, **PHONE)
    visitor.page.goto("/admin")
    expect(visitor.page.get_by_role("textbox", name="Password")).to_be_visible()
    visitor.settles()
    assert barriers(visitor.page) == []
    assert flaws(visitor.page) == []


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_nothing_moves_for_who_wants_no_motion(
    visit: Visit,
    release: ServedRelease,
    famous: list[int],
    motion: Literal["no-preference", "reduce"],
):
    visitor = visit(f"/?ratings={famous[0]}-4", reduced_motion=motion)
    newcomer = Newcomer(visitor, release, touch=False)
    visitor.page.evaluate(WATCH)
    for step in ("rate 1 5", "why 1", "hide 2", "share", "close", "go Your taste"):
        newcomer.do(step)
    moved = visitor.page.evaluate("[...window.moved]")
    assert bool(moved) == (motion == "no-preference"), moved


def test_the_main_job_by_keyboard_alone(visit: Visit):
    visitor = visit()
    page, press = visitor.page, visitor.page.keyboard.press

    def reach(control: Locator, key: str = "Tab") -> None:
        # What is drawn anew has the focus again a moment later.
        visitor.settles()
        tab_to(control, key)

    first, second, third, *_ = visitor.titles(visitor.asked)
    stars = visitor.stars(visitor.asked, first)
    reach(stars)
    # Half a star a key; it counts after a pause, or at once with Enter.
    press("ArrowRight")
    expect(stars).to_have_attribute("aria-valuetext", "0.5 of 5 stars")
    for _ in range(8):
        press("ArrowRight")
    press("Enter")
    visitor.has_rated(first, 4.5)
    # The focus goes on at the title that took the place of the rated one.
    expect(visitor.card(visitor.asked, first)).to_have_count(0)
    new = visitor.titles(visitor.asked)[0]
    expect(visitor.stars(visitor.asked, new)).to_be_focused()
    reach(visitor.button(f"Haven’t seen it: {second}"))
    press("Enter")
    expect(visitor.card(visitor.asked, second)).to_have_count(0)
    reach(visitor.stars(visitor.asked, third))
    press("ArrowRight")
    visitor.has_rated(third, 0.5)

    pick = visitor.cards(visitor.picks).first
    reach(pick.get_by_role("button", expanded=False))
    press("Enter")
    expect(pick.get_by_role("table")).to_be_visible()
    title = visitor.titles(visitor.picks)[0]
    reach(visitor.button(f"Not for me: {title}"))
    press("Enter")
    undo = visitor.button(f"Undo: {title} won’t come back.")
    expect(undo).to_be_focused()
    visitor.told(f"Hid {title}.")
    press("Enter")
    visitor.told(f"Brought back {title}.")
    seen = visitor.button(f"Seen it: rate {title}")
    expect(seen).to_be_focused()
    press("Enter")
    stars = visitor.stars(visitor.picks, title)
    expect(stars).to_be_focused()
    press("Escape")
    expect(seen).to_be_focused()
    press("Enter")
    press("End")
    press("Enter")
    visitor.has_rated(title, 5)

    reach(visitor.button(f"Remove your rating of {third}"))
    press("Enter")
    expect(visitor.button(f"Undo: Removed {third}.")).to_be_focused()
    press("Enter")
    visitor.has_rated(third, 0.5)
    visitor.settles()
    # A title rated in the list stays a moment after the focus has left it.
    expect(visitor.card(visitor.picks, title)).to_have_count(0)
    # Weaken a rating inside an explanation, turn a dial, take the list along.
    pick = visitor.cards(visitor.picks).first
    reach(pick.get_by_role("button", expanded=False).first, "Shift+Tab")
    press("Enter")
    change = pick.get_by_role("button", name=re.compile("^Change your rating of")).first
    expect(change).to_be_visible()
    reach(change)
    press("Enter")
    before = visitor.titles(visitor.picks)
    press("Home")
    press("Enter")
    visitor.no_longer_shows(visitor.picks, before)
    press("Escape")
    dial = page.get_by_role("slider", name="Familiar or surprising").locator("visible=true")
    reach(dial, "Shift+Tab")
    press("ArrowRight")
    visitor.told("Turned a dial: Rather surprising.")
    reach(visitor.button("Undo"), "Shift+Tab")
    press("Enter")
    expect(page).not_to_have_url(re.compile("dials="))
    reach(visitor.button("Share & keep"))
    press("Enter")
    expect(page.get_by_role("textbox", name="Your link")).to_be_visible()
    press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(visitor.button("Share & keep")).to_be_focused()

    reach(visitor.button("Start over"))
    press("Enter")
    visitor.has_no_ratings()
    search = page.get_by_role("searchbox")
    reach(search, "Shift+Tab")
    page.keyboard.type("toy story")
    expect(visitor.cards(visitor.found).first).to_be_visible()
    found = visitor.titles(visitor.found)[0]
    reach(visitor.stars(visitor.found, found))
    press("ArrowRight")
    press("Enter")
    visitor.has_rated(found, 0.5)
