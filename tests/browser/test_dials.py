"""The dials in a browser: by keyboard, on a phone, and what a reload keeps."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from recommender.serving.dials import NEUTRAL, Dials
from tests.browser.visitor import Visitor

PHONE = {"width": 360, "height": 780}


def address(famous: list[int], dials: Dials = NEUTRAL) -> str:
    rated = "_".join(
        f"{item_id}-{rating}" for item_id, rating in zip(famous, (5, 1, 4), strict=False)
    )
    turned = dials.encode()
    return f"/?ratings={rated}" + (f"&dials={turned}" if turned else "")


def expected(release, famous: list[int], dials: Dials) -> list[str]:
    ratings = dict(zip(famous, (5.0, 1.0, 4.0), strict=False))
    return release.fold_in(ratings).recommend(8, dials=dials)["title"].tolist()


def more(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("button", name=re.compile(r"^tune Dials|^Dials"))


def test_all_dials_are_turned_and_taken_back_without_a_mouse(visit, release, famous):
    visitor = visit(address(famous))
    page = visitor.page
    page.get_by_role("slider", name="Familiar or surprising").first.focus()
    page.keyboard.press("ArrowRight")
    visitor.shows(visitor.picks, expected(release, famous, Dials(surprise=50)))
    visitor.told("Turned a dial: Surprising 50 %.")

    more(visitor).focus()
    page.keyboard.press("Enter")
    first_parts = page.get_by_role("switch", name="First parts first")
    expect(first_parts).to_be_visible()
    first_parts.focus()
    page.keyboard.press("Space")
    turned = Dials(surprise=50, no_sequels=True)
    visitor.shows(visitor.picks, expected(release, famous, turned))
    # What was opened stays open, to turn the next.
    certain = page.get_by_role("slider", name="Certain or adventurous")
    certain.focus()
    page.keyboard.press("ArrowLeft")
    turned = Dials(surprise=50, adventure=-50, no_sequels=True)
    visitor.shows(visitor.picks, expected(release, famous, turned))
    page.keyboard.press("Escape")
    expect(certain).to_be_hidden()

    chip = page.get_by_role("button", name=re.compile("First parts first"))
    chip.focus()
    page.keyboard.press("Enter")
    turned = Dials(surprise=50, adventure=-50)
    visitor.shows(visitor.picks, expected(release, famous, turned))
    expect(page).to_have_url(re.compile("dials=s50_a-50"))
    page.reload()
    visitor.shows(visitor.picks, expected(release, famous, turned))
    visitor.button("Reset").focus()
    page.keyboard.press("Enter")
    visitor.shows(visitor.picks, expected(release, famous, Dials()))


def test_on_a_phone_one_button_opens_every_dial(visit, release, famous):
    visitor = visit(address(famous), viewport=PHONE)
    page = visitor.page
    expect(page.get_by_role("slider")).to_have_count(visitor.cards(visitor.asked).count() + 3)
    more(visitor).click()
    varied = page.get_by_test_id("stPopoverBody").get_by_role("slider", name="Variety")
    varied.focus()
    page.keyboard.press("End")
    visitor.shows(visitor.picks, expected(release, famous, Dials(variety=100)))
    body = page.get_by_test_id("stPopoverBody").bounding_box()
    assert body is not None
    assert body["x"] >= 0
    assert body["x"] + body["width"] <= PHONE["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_an_empty_list_is_one_tap_from_a_full_one(visit, release, famous):
    visitor = visit(None)
    visitor.page.goto(address(famous, Dials(genres=("Film-Noir",), fewest_ratings=200)))
    way = visitor.page.get_by_role("button", name=re.compile("^Without “Film-Noir”"))
    way.click()
    visitor.shows(visitor.picks, expected(release, famous, Dials(fewest_ratings=200)))
