"""The whole main job on a small phone, by touch."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.visitor import FOR_YOU


def overflow(page: Page) -> int:
    """How many pixels something is wider than the screen."""
    return page.evaluate(
        "Math.max(...[document.documentElement, document.querySelector('[data-testid=stMain]')]"
        ".map((node) => node.scrollWidth)) - innerWidth"
    )


def test_the_main_job_on_a_phone(visit: Visit):
    visitor = visit(**PHONE)
    page = visitor.page
    assert overflow(page) == 0
    strip = page.get_by_role("button", name="see your picks")
    expect(strip).to_have_count(0)
    # One column would be endless, six titles would hide the recommendations: four are shown.
    titles = visitor.titles(visitor.asked)[:4]
    expect(visitor.card(visitor.asked, titles[3])).to_be_visible()
    for title, position, rating in ((titles[0], 4.75, 5), (titles[1], 2.25, 3)):
        # A finger is wider than half a star: a tap gives a whole one.
        page.touchscreen.tap(*visitor.point(visitor.asked, title, position))
        visitor.has_rated(title, rating)
    where = visitor.point(visitor.asked, titles[1], 2.25)
    page.touchscreen.tap(*where)
    visitor.has_rated(titles[1], 2.5)
    assert overflow(page) == 0

    heading = page.get_by_role("heading", name=FOR_YOU)
    expect(heading).not_to_be_in_viewport()
    expect(strip).to_be_visible()
    expect(strip).to_contain_text("2 rated")
    strip.tap()
    expect(heading).to_be_in_viewport()
    expect(strip).to_be_hidden()
    first = visitor.cards(visitor.picks).first
    first.get_by_role("button", expanded=False).tap()
    expect(first.get_by_role("table")).to_be_visible()
    assert overflow(page) == 0

    visitor.search("zzqqxx " * 12)
    expect(page.get_by_text("Nothing is called")).to_be_visible()
    assert overflow(page) == 0
    page.get_by_test_id("stExpandSidebarButton").tap()
    page.get_by_role("link", name="About", exact=True).tap()
    expect(page.get_by_role("heading", name="About Tastemap")).to_be_visible()
    expect(page.get_by_role("table")).to_be_visible()
    assert overflow(page) == 0
