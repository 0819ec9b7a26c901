"""For everybody: in light and dark, by keyboard alone, and for screen readers."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit

FOCUSED = "(node) => node.getRootNode().activeElement === node"


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
    for _ in range(most):
        target.page.keyboard.press(key)
        if target.evaluate(FOCUSED):
            return
    raise AssertionError(f"{most} times {key} do not lead to {target}.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_barriers(visit: Visit, famous, scheme):
    link = "_".join(f"{item_id}-{4 - at}" for at, item_id in enumerate(famous[:3]))
    visitor = visit(f"/?ratings={link}_bad", color_scheme=scheme)
    background = visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == {"light": "rgb(250, 251, 249)", "dark": "rgb(17, 24, 23)"}[scheme]
    # With everything that can be open.
    visitor.picks.get_by_role("button", expanded=False).first.click()
    first, second, *_ = visitor.titles(visitor.picks)
    visitor.button(f"Seen it: rate {first}").click()
    visitor.button(f"Not for me: {second}").click()
    expect(visitor.button(f"Undo: {second} won’t come back.")).to_be_visible()
    visitor.settles()
    assert barriers(visitor.page) == []
    visitor.button("Share & keep").click()
    expect(visitor.page.get_by_role("textbox", name="Your link")).to_be_visible()
    assert barriers(visitor.page) == []
    visitor.page.keyboard.press("Escape")
    visitor.go_to("Your taste")
    expect(visitor.page.get_by_text("Rate at least")).to_be_visible()
    assert barriers(visitor.page) == []
    visitor.go_to("About")
    expect(visitor.page.get_by_role("table")).to_be_visible()
    visitor.settles()
    assert barriers(visitor.page) == []


def test_the_main_job_by_keyboard_alone(visit: Visit):
    visitor = visit()
    page, press = visitor.page, visitor.page.keyboard.press
    first, second, third, *_ = visitor.titles(visitor.asked)
    stars = visitor.stars(visitor.asked, first)
    tab_to(stars)
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
    tab_to(visitor.button(f"Haven’t seen it: {second}"))
    press("Enter")
    expect(visitor.card(visitor.asked, second)).to_have_count(0)
    tab_to(visitor.stars(visitor.asked, third))
    press("ArrowRight")
    visitor.has_rated(third, 0.5)

    pick = visitor.cards(visitor.picks).first
    tab_to(pick.get_by_role("button", expanded=False))
    press("Enter")
    expect(pick.get_by_role("table")).to_be_visible()
    title = visitor.titles(visitor.picks)[0]
    tab_to(visitor.button(f"Not for me: {title}"))
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

    tab_to(visitor.button(f"Remove your rating of {third}"))
    press("Enter")
    expect(visitor.button(f"Undo: Removed {third}.")).to_be_focused()
    press("Enter")
    visitor.has_rated(third, 0.5)
    tab_to(visitor.button("Start over"))
    press("Enter")
    visitor.has_no_ratings()
    search = page.get_by_role("searchbox")
    tab_to(search, "Shift+Tab")
    page.keyboard.type("toy story")
    expect(visitor.cards(visitor.found).first).to_be_visible()
    found = visitor.titles(visitor.found)[0]
    tab_to(visitor.stars(visitor.found, found))
    press("ArrowRight")
    press("Enter")
    visitor.has_rated(found, 0.5)
