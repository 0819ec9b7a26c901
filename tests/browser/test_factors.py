"""Factors and the comparison of embeddings in a browser: links, files, a phone, the tour."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from recommender.serving import ServedRelease
from recommender.serving.spaces import factor_spaces, space
from tests.browser.conftest import Visit
from tests.browser.test_access import barriers
from tests.browser.test_phone import PHONE, overflow
from tests.browser.visitor import Visitor

PLOTS = ".js-plotly-plot .main-svg"


def open_page(visit: Visit, path: str, plots: int, **options: object) -> Visitor:
    """Opens a page and waits for its figures."""
    visitor = visit(None, **options)
    visitor.page.goto(path)
    visitor.settles()
    expect(visitor.page.locator(".js-plotly-plot")).to_have_count(plots)
    expect(visitor.page.locator(PLOTS).first).to_be_visible()
    return visitor


def point(page: Page, plot: int, item_id: int) -> tuple[float, float]:
    """Where on the screen a figure has a title."""
    return tuple(
        page.evaluate(
            """([plot, id]) => {
                const node = document.querySelectorAll('.js-plotly-plot')[plot];
                const {xaxis, yaxis} = node._fullLayout;
                const trace = node._fullData[0];
                const at = Array.from(trace.customdata).indexOf(id);
                const box = node.getBoundingClientRect();
                return [box.x + xaxis._offset + xaxis.l2p(trace.x[at]),
                        box.y + yaxis._offset + yaxis.l2p(trace.y[at])];
            }""",
            [plot, item_id],
        )
    )


def test_a_link_leads_to_a_factor(visit: Visit, release: ServedRelease):
    name = space(release, next(iter(factor_spaces(release))), "varimax").names[4]
    visitor = open_page(visit, "/factors?axes=varimax&factor=4", 4)
    expect(visitor.page.get_by_role("heading", name=f"4 · {name.name}", exact=True)).to_be_visible()
    visitor.page.get_by_role("button", name="Next factor").click()
    expect(visitor.page).to_have_url(re.compile("factor=5"))
    expect(visitor.page.get_by_role("heading", name="5 · ")).to_be_visible()
    visitor.page.go_back()
    expect(visitor.page.get_by_role("heading", name="4 · ")).to_be_visible()


def test_the_coordinates_are_downloaded_under_a_name_that_says_what_they_are(
    visit: Visit, release: ServedRelease, tmp_path: Path
):
    visitor = open_page(visit, "/factors", 4)
    visitor.page.get_by_text("Export", exact=True).click()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="Coordinates, CSV").click()
    model = next(iter(factor_spaces(release)))
    name = f"movies-{release.id}-{model}-varimax-coordinates.csv"
    assert download.value.suggested_filename == name
    download.value.save_as(tmp_path / name)
    with (tmp_path / name).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(release.catalogue)
    assert rows[0]["title"] == release.shelf.titles[0]


def test_a_click_on_a_point_shows_the_title_in_both_pictures(visit: Visit, famous, release):
    visitor = open_page(visit, "/compare_embeddings", 4)
    page = visitor.page
    page.locator(".js-plotly-plot").first.scroll_into_view_if_needed()
    x, y = point(page, 0, famous[0])
    # Plotly finds out what lies under the pointer when it moves.
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    expect(page).to_have_url(re.compile("title="))
    visitor.settles()
    chosen = int(visitor.address()["title"])
    title = release.shelf.named(release.shelf.position[chosen])
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_role("table", name=re.compile("^Nearest by"))).to_have_count(2)


@pytest.mark.parametrize("path", ["/factors?ratings=1-5_260-2", "/compare_embeddings?title=1"])
def test_the_pages_work_on_a_phone(visit: Visit, path):
    visitor = open_page(visit, path, 5 if "factors" in path else 4, **PHONE)
    assert overflow(visitor.page) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/factors?ratings=1-5_260-2", "/compare_embeddings?title=1"])
def test_the_pages_have_no_barriers(visit: Visit, path, scheme):
    visitor = open_page(visit, path, 5 if "factors" in path else 4, color_scheme=scheme)
    visitor.page.get_by_text("Export", exact=True).click()
    expect(visitor.page.get_by_role("button", name="All figures, HTML")).to_be_visible()
    visitor.settles()
    assert barriers(visitor.page) == []


def test_the_tour_by_keyboard(visit: Visit):
    visitor = visit()
    bar = visitor.page.locator(".st-key-tour")
    visitor.page.get_by_role("button", name="Take the tour").press("Enter")
    expect(bar).to_contain_text("1 of ")
    visitor.settles()
    visitor.page.keyboard.press("Alt+n")
    expect(bar).to_contain_text("2 of ")
    visitor.settles()
    visitor.page.keyboard.press("Alt+b")
    expect(bar).to_contain_text("1 of ")
