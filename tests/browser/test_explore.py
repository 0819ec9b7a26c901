"""The Explore page: the map by mouse, finger and keys, with WebGL and without."""

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.install import FLAGS
from tests.browser.server import Server
from tests.browser.test_access import barriers, tab_to
from tests.browser.test_phone import PHONE, overflow
from tests.browser.visitor import Visitor

DRAWN = ".stage[data-drawn]"


def explore(visit: Visit, query: str = "", **options) -> Visitor:
    """A visitor who comes to the Explore page by an address."""
    visitor = visit(None, **options)
    visitor.page.goto(f"/explore{query}")
    drawn(visitor.page)
    return visitor


def drawn(page: Page) -> None:
    """Waits until the map is there and the page at rest."""
    page.locator(DRAWN).wait_for()
    page.wait_for_timeout(300)


def canvas(page: Page) -> Locator:
    return page.get_by_role("application", name=re.compile("^Map of"))


def middle(page: Page) -> tuple[float, float]:
    box = canvas(page).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def picture(page: Page) -> np.ndarray:
    """What the map looks like, (height, width, 3)."""
    page.wait_for_timeout(200)
    with Image.open(BytesIO(canvas(page).screenshot())) as shot:
        return np.asarray(shot.convert("RGB"))


def coloured(picture: np.ndarray) -> int:
    """How many pixels of a map are neither paper nor ink."""
    return int((np.ptp(picture.astype(int), axis=2) > 40).sum())


def heading(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stHeading").get_by_role("heading", name=name, exact=True)


def test_a_link_opens_a_title_and_a_click_on_the_map_does_too(visit: Visit, release, famous):
    title = release.catalogue.loc[famous[0], "title"]
    visitor = explore(visit, f"?title={famous[0]}")
    page = visitor.page
    expect(heading(page, title)).to_be_visible()
    page.wait_for_timeout(900)  # the map flies there
    page.get_by_role("button", name="Close").click()
    expect(heading(page, title)).to_have_count(0)
    visitor.settles()
    page.wait_for_timeout(300)
    page.mouse.move(*middle(page))
    tip = page.locator(".tip")
    expect(tip).to_contain_text(title)
    page.mouse.click(*middle(page))
    expect(heading(page, title)).to_be_visible()
    visitor.comes_to(lambda address: address.get("title") == str(famous[0]))
    page.go_back()
    expect(heading(page, title)).to_have_count(0)


def test_search_flies_to_a_title_and_neighbours_lead_on(visit: Visit, release, famous):
    visitor = explore(visit)
    page = visitor.page
    title = release.catalogue.loc[famous[1], "title"]
    page.get_by_role("searchbox", name="Find a title on the map").fill(title)
    found = page.get_by_role("list", name="Titles found")
    found.get_by_role("button", name=re.compile(re.escape(title))).first.click()
    expect(heading(page, title)).to_be_visible()
    expect(found).to_have_count(0)
    in_view = page.get_by_text(re.compile("^Titles in view: "))
    expect(in_view).not_to_have_text(f"Titles in view: {len(release.shelf):,}")
    near = page.get_by_role("list", name=f"Titles nearest to {title}").get_by_role("button")
    expect(near).to_have_count(10)
    next_title = re.sub(r" \d{4}$", "", near.first.text_content())
    near.first.click()
    expect(heading(page, next_title)).to_be_visible()


def test_a_lasso_lists_what_it_holds_and_says_what_sets_it_apart(visit: Visit):
    page = explore(visit).page
    lasso = page.get_by_role("button", name="Select titles with a lasso")
    lasso.click()
    expect(lasso).to_have_attribute("aria-pressed", "true")
    x, y = middle(page)
    page.mouse.move(x, y)
    page.mouse.down()
    for dx, dy in ((150, 0), (150, 120), (0, 120)):
        page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()
    chosen = page.get_by_role("heading", name=re.compile("selected titles$"))
    expect(chosen).to_be_visible()
    n = chosen.text_content().split()[0]
    expect(page.get_by_text(f"Selected titles: {n}", exact=True)).to_be_visible()
    expect(page.get_by_role("list", name="What sets the selection apart")).to_be_visible()
    # The lasso was for once: the next drag moves the map.
    expect(lasso).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Clear the selection").click()
    expect(chosen).to_have_count(0)


def test_colours_and_filters_change_the_map_at_once_and_say_how_many_match(visit: Visit, release):
    page = explore(visit).page
    before = picture(page)
    assert coloured(before) > 3000
    colour = page.get_by_role("combobox", name="Colour")
    colour.select_option("Popularity")
    expect(page.locator(".ramp")).to_be_visible()
    assert (picture(page) != before).any()
    page.get_by_text("Filter", exact=True).click()
    page.get_by_role("combobox", name="Genre", exact=True).select_option("Horror")
    horror = sum("Horror" in genres for genres in release.catalogue["genres"])
    n = f"{len(release.shelf):,}"
    expect(page.get_by_text(f"{horror:,} of {n} titles match", exact=True)).to_be_visible()
    page.get_by_role("spinbutton", name="From year").fill("2300")
    expect(page.get_by_text("No title matches. Without the first year,")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_text(f"{n} titles", exact=True)).to_be_visible()
    assert colour.input_value() == "popularity"


def test_ratings_move_the_visitor_and_are_the_same_on_every_page(visit: Visit, release, famous):
    visitor = explore(visit, f"?title={famous[0]}")
    page = visitor.page
    title = release.catalogue.loc[famous[0], "title"]
    expect(page.get_by_text("Rate a few titles, and the map shows")).to_be_visible()
    page.get_by_role("slider", name=f"Your rating of {title}", exact=True).fill("4.5")
    expect(page.get_by_text("stand among the 30 titles")).to_be_visible()
    colour = page.get_by_role("combobox", name="Colour")
    colour.select_option("Predicted for you")
    visitor.settles()
    visitor.go_to("Recommend")
    visitor.has_rated(title, 4.5)
    visitor.go_to("Explore")
    drawn(page)
    # The map is as it was left.
    expect(page.get_by_role("combobox", name="Colour")).to_have_value("values for-you")


def test_the_map_turns_in_three_dimensions_and_comes_back(visit: Visit):
    page = explore(visit).page
    choice = page.get_by_role("combobox", name="Picture")
    flat = choice.input_value()
    solid = page.locator("option[value$='_3d']").first.get_attribute("value")
    choice.select_option(solid)
    page.wait_for_timeout(1800)
    before = picture(page)
    x, y = middle(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 120, y + 40, steps=4)
    page.mouse.up()
    assert (picture(page) != before).mean() > 0.05
    choice.select_option(flat)
    page.wait_for_timeout(1500)
    assert coloured(picture(page)) > 3000


def test_everything_is_reached_by_keyboard(visit: Visit, release):
    visitor = explore(visit)
    page, press = visitor.page, visitor.page.keyboard.press
    tab_to(canvas(page))
    whole = page.get_by_text(f"Titles in view: {len(release.shelf):,}", exact=True)
    expect(whole).to_be_visible()
    for _ in range(6):
        press("+")
    press("ArrowRight")
    expect(whole).to_have_count(0)
    tab_to(page.get_by_role("button", name="Select the titles in view"))
    press("Enter")
    expect(page.get_by_role("heading", name=re.compile("selected titles$"))).to_be_visible()
    first = page.locator(".listed li button").first
    tab_to(first)
    name = first.text_content().split(" · ")[0]
    press("Enter")
    expect(heading(page, name)).to_be_visible()
    tab_to(canvas(page), "Shift+Tab")
    press("0")
    press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_and_the_panel_have_no_barriers(visit: Visit, famous, scheme):
    link = f"?ratings={famous[0]}-5_{famous[1]}-2&title={famous[2]}"
    visitor = explore(visit, link, color_scheme=scheme)
    page = visitor.page
    page.get_by_role("button", name="More like this").click()
    expect(heading(page, "Title arithmetic")).to_be_visible()
    page.get_by_role("button", name="Select the titles in view").click()
    expect(page.get_by_role("heading", name=re.compile("selected titles$"))).to_be_visible()
    page.get_by_text("Filter", exact=True).click()
    visitor.settles()
    assert barriers(page) == []


def test_the_map_by_finger_on_a_phone(visit: Visit, release, famous):
    title = release.catalogue.loc[famous[0], "title"]
    visitor = explore(visit, f"?title={famous[0]}", **PHONE)
    page = visitor.page
    page.wait_for_timeout(900)
    assert overflow(page) == 0
    # The panel lies below the map; a strip leads to it.
    strip = page.get_by_role("button", name=title).last
    expect(strip).to_be_visible()
    strip.tap()
    expect(heading(page, title)).to_be_in_viewport()
    page.get_by_role("button", name="Close").tap()
    expect(heading(page, title)).to_have_count(0)
    visitor.settles()
    canvas(page).scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    page.touchscreen.tap(*middle(page))
    expect(heading(page, title)).to_have_count(1)
    assert overflow(page) == 0


def test_without_webgl_the_map_is_drawn_all_the_same_and_says_so(
    launch_browser, shared_server: Server
):
    browser = launch_browser(args=[*FLAGS, "--disable-3d-apis"])
    page = browser.new_page(base_url=shared_server.url)
    page.goto("/explore")
    drawn(page)
    assert page.locator(DRAWN).get_attribute("data-plain") == "true"
    expect(page.get_by_text("Your browser has no WebGL")).to_be_visible()
    assert coloured(picture(page)) > 3000
    page.get_by_role("button", name="Zoom in").click()
    expect(page.get_by_text(re.compile("^Titles in view: "))).to_be_visible()
    browser.close()
