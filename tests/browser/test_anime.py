"""Both domains in one app: the way between them, and what is other with anime."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.server import Server
from tests.browser.test_access import barriers, tab_to
from tests.browser.test_phone import PHONE, overflow
from tests.browser.visitor import FOR_YOU
from tests.releases import anime

FINGER = 44
"""Pixels that a target has to be high."""


def test_each_domain_is_a_tap_away_and_keeps_its_ratings(visit: Visit, both: Server):
    visitor = visit("/", both)
    expect(visitor.domain("Movies")).to_be_checked()
    movie = visitor.titles(visitor.asked)[0]
    visitor.rate(visitor.asked, movie, 4.5)
    visitor.switch_to("Anime")
    visitor.has_no_ratings()
    visitor.comes_to(lambda address: address == {"domain": "anime"})
    title = visitor.titles(visitor.asked)[0]
    visitor.rate(visitor.asked, title, 9)
    visitor.comes_to(lambda address: address.get("ratings", "").endswith("-9"))
    visitor.switch_to("Movies")
    visitor.has_rated(movie, 4.5)
    visitor.comes_to(lambda address: address["domain"] == "movies")

    # Back is where the visitor was; the page About is about the domain at hand.
    visitor.page.go_back()
    visitor.has_rated(title, 9)
    expect(visitor.domain("Anime")).to_be_checked()
    visitor.go_to("About")
    expect(visitor.page.get_by_text("on the scale from 1 to 10")).to_be_visible()
    visitor.domain("Movies").click()
    expect(visitor.page.get_by_text("on the scale from 0.5 to 5")).to_be_visible()
    visitor.go_to("Recommend")
    visitor.has_rated(movie, 4.5)
    visitor.page.reload()
    visitor.has_rated(movie, 4.5)


def test_the_mouse_gives_each_of_ten_ratings(visit: Visit, both: Server):
    visitor = visit("/?domain=anime&ratings=1-5", both)
    for before, rating in pairwise((5, 1, 10, 2, 7, 8, 3)):
        where = visitor.point(visitor.own, anime.TITAN, rating / 2 - 0.25)
        visitor.page.mouse.click(*where)
        visitor.told(f"Changed {anime.TITAN} from {before} to {rating}.")
        visitor.has_rated(anime.TITAN, rating)
        card = visitor.card(visitor.own, anime.TITAN)
        expect(card.get_by_text(str(rating), exact=True)).to_be_visible()
    pick = visitor.cards(visitor.picks).first
    expect(pick.get_by_role("img", name="Predicted rating")).to_contain_text("/ 10")


def test_ten_steps_and_the_domain_by_keyboard_alone(visit: Visit, both: Server):
    visitor = visit("/", both)
    press = visitor.page.keyboard.press
    tab_to(visitor.domain("Movies"))
    press("ArrowRight")
    press("Enter")
    expect(visitor.domain("Anime")).to_be_checked()
    expect(visitor.page).to_have_url(re.compile("domain=anime"))
    visitor.settles()
    expect(visitor.domain("Anime")).to_be_focused()
    title = visitor.titles(visitor.asked)[0]
    stars = visitor.stars(visitor.asked, title)
    tab_to(stars)
    for step in range(1, 11):
        press("ArrowRight")
        expect(stars).to_have_attribute("aria-valuetext", f"{step} of 10")
    for _ in range(3):
        press("ArrowLeft")
    press("Enter")
    visitor.has_rated(title, 7)


def test_anime_on_a_phone_by_touch(visit: Visit, both: Server):
    visitor = visit("/", both, **PHONE)
    page = visitor.page
    for name in ("Movies", "Anime"):
        # In the first view, without opening the sidebar.
        expect(visitor.domain(name)).to_be_in_viewport()
        assert visitor.domain(name).bounding_box()["height"] >= FINGER
    visitor.domain("Anime").tap()
    expect(page).to_have_url(re.compile("domain=anime"))
    visitor.settles()
    expect(visitor.cards(visitor.asked).first).to_be_visible()
    first, second, *_ = visitor.titles(visitor.asked)
    stars = visitor.stars(visitor.asked, first)
    assert stars.bounding_box()["height"] >= FINGER
    # A whole star is two steps; the number is said, and how to get the one between.
    where = visitor.point(visitor.asked, first, 3.5)
    page.touchscreen.tap(*where)
    expect(visitor.card(visitor.asked, first)).to_contain_text("8 · tap again for 7")
    page.touchscreen.tap(*where)
    visitor.has_rated(first, 7)
    page.touchscreen.tap(*visitor.point(visitor.asked, second, 0.5))
    visitor.has_rated(second, 2)
    assert overflow(page) == 0
    visitor.search(anime.LONG)
    expect(visitor.cards(visitor.found)).to_have_count(1)
    assert overflow(page) == 0
    visitor.switch_to("Movies")
    visitor.has_no_ratings()


def test_the_search_knows_english_names_and_nothing_for_adults_only(visit: Visit, both: Server):
    visitor = visit("/?domain=anime", both)
    for typed in ("attack on titan", "shingeki no kyojin", "進撃の巨人", "atack on titn"):
        visitor.search(typed)
        expect(visitor.cards(visitor.found).first.get_by_role("heading")).to_have_text(anime.TITAN)
    visitor.rate(visitor.found, anime.TITAN, 10)
    expect(visitor.page.get_by_role("heading", name=FOR_YOU)).to_be_visible()
    visitor.search("yoru no hon")
    expect(visitor.page.get_by_text("Nothing is called")).to_be_visible()


def test_a_model_whose_numbers_are_no_ratings_says_match(visit: Visit, both: Server):
    visitor = visit("/?domain=anime&ratings=1-9_7-3", both)
    predicted = visitor.picks.get_by_role("img", name="Predicted rating")
    expect(predicted).to_have_count(8)
    visitor.choose_model("orders")
    expect(visitor.picks.get_by_text("Match")).to_have_count(8)
    expect(predicted).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_anime_have_no_barriers(visit: Visit, both: Server, scheme):
    visitor = visit("/?domain=anime&ratings=1-9_7-3_bad", both, color_scheme=scheme)
    visitor.picks.get_by_role("button", expanded=False).first.click()
    visitor.settles()
    assert barriers(visitor.page) == []
