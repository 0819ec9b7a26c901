"""The Compare page in a browser: seen, by keyboard, on a phone, and taken away."""

import csv
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from recommender.releases import Registry, write
from tests.browser.conftest import Visit
from tests.browser.server import Server, serve
from tests.browser.test_access import barriers, tab_to
from tests.browser.test_phone import PHONE, overflow
from tests.browser.visitor import Visitor
from tests.releases import village

LINK = "/compare?ratings=100-5_120-1.5_145-4"


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of a release with everything that is compared."""
    folder = tmp_path_factory.mktemp("compared")
    models = folder / "models"
    models.mkdir()
    Registry(models).promote("movies", write(village.draft(), models).name)
    with serve(folder, models) as server:
        yield server


def arrive(visitor: Visitor) -> None:
    visitor.page.goto(LINK)
    expect(visitor.page.get_by_test_id("stPlotlyChart")).to_have_count(5)
    for chart in visitor.page.get_by_test_id("stPlotlyChart").all():
        expect(chart.locator(".main-svg").first).to_be_visible()
    visitor.settles()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_no_barriers_and_every_chart_a_sentence(visit: Visit, compared, scheme):
    visitor = visit(None, compared, color_scheme=scheme)
    arrive(visitor)
    page = visitor.page
    page.get_by_text("What each figure means").click()
    expect(page.get_by_text("This decides which model ranks")).to_be_visible()
    expect(page.get_by_text("visitor by visitor: ")).to_be_visible()
    assert barriers(page) == []


def test_another_figure_by_keyboard_alone(visit: Visit, compared: Server):
    visitor = visit(None, compared)
    arrive(visitor)
    page, press = visitor.page, visitor.page.keyboard.press
    figure = page.get_by_role("radiogroup", name="Figure")
    tab_to(figure.get_by_role("radio", name="NDCG@10"))
    press("ArrowRight")
    press("Enter")
    expect(page.get_by_text("Recall@20: with 3 ratings from")).to_be_visible()


def test_the_table_is_saved_as_it_is(visit: Visit, compared: Server, tmp_path):
    visitor = visit(None, compared)
    arrive(visitor)
    with visitor.page.expect_download() as saved:
        visitor.button("This table, CSV").click()
    path = tmp_path / saved.value.suggested_filename
    saved.value.save_as(path)
    assert path.name.endswith("-models.csv")
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert {row["Model"] for row in rows} == set(village.ALGORITHMS)
    mean = village.draft().evaluation["few_ratings"]["taste"]["mean"]["ndcg@10"]
    (taste,) = (row for row in rows if row["Model"] == "taste")
    assert float(taste["NDCG@10 low"]) == mean["low"]


def test_on_a_phone_nothing_sticks_out(visit: Visit, compared: Server):
    visitor = visit(None, compared, **PHONE)
    arrive(visitor)
    assert overflow(visitor.page) == 0
