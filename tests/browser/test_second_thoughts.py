"""Everything a visitor can take back: ratings, skipped and hidden titles, all of it at once."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit


@pytest.fixture
def link(famous) -> str:
    """An address with three rated titles."""
    return f"/?ratings={famous[0]}-5_{famous[1]}-3.5_{famous[2]}-1"


def test_a_title_not_seen_gives_way_to_another_at_its_place_until_undone(visit: Visit):
    visitor = visit()
    before = visitor.titles(visitor.asked)
    visitor.button(f"Haven’t seen it: {before[2]}").click()
    visitor.told(f"Skipped {before[2]}.")
    expect(visitor.card(visitor.asked, before[2])).to_have_count(0)
    now = visitor.titles(visitor.asked)
    assert [at for at in range(6) if now[at] != before[at]] == [2]
    visitor.has_no_ratings()
    visitor.comes_to(lambda address: "skipped" in address)
    visitor.button("Undo").click()
    expect(visitor.button("Undo")).to_have_count(0)
    visitor.comes_to(lambda address: "skipped" not in address)


def test_a_recommendation_not_wanted_goes_and_comes_back_by_either_undo(visit: Visit, link):
    visitor = visit(link)
    before = visitor.titles(visitor.picks)
    unwanted = before[1]
    undoes = (visitor.button(f"Undo: {unwanted} won’t come back."), visitor.button("Undo"))
    for undo in undoes:
        visitor.button(f"Not for me: {unwanted}").click()
        visitor.told(f"Hid {unwanted}.")
        visitor.comes_to(lambda address: "dismissed" in address)
        undo.click()
        expect(visitor.button(f"Not for me: {unwanted}")).to_be_visible()
        visitor.comes_to(lambda address: "dismissed" not in address)
        visitor.shows(visitor.picks, before)


def test_a_recommendation_that_was_seen_turns_into_a_rating(visit: Visit, link):
    visitor = visit(link)
    seen, other, *_ = visitor.titles(visitor.picks)
    visitor.button(f"Seen it: rate {other}").click()
    visitor.button(f"Don’t rate {other}").click()
    expect(visitor.stars(visitor.picks, other)).to_be_hidden()
    visitor.button(f"Seen it: rate {seen}").click()
    visitor.page.mouse.click(*visitor.point(visitor.picks, seen, 4.25))
    visitor.has_rated(seen, 4.5)
    expect(visitor.card(visitor.picks, seen)).to_have_count(0)
    assert len(visitor.titles(visitor.own)) == 4


def test_ratings_are_changed_removed_and_all_forgotten_until_undone(visit: Visit, link):
    visitor = visit(link)
    own, picks = visitor.titles(visitor.own), visitor.titles(visitor.picks)
    last, _, first = own
    visitor.page.mouse.click(*visitor.point(visitor.own, last, 4.75))
    visitor.told(f"Changed {last} from 1 to 5.")
    visitor.has_rated(last, 5)
    visitor.no_longer_shows(visitor.picks, picks)
    visitor.button("Undo").click()
    visitor.has_rated(last, 1)
    visitor.shows(visitor.picks, picks)

    visitor.button("Start over").click()
    visitor.has_no_ratings()
    visitor.comes_to(lambda address: address == {"domain": "movies"})
    visitor.button("Undo").click()
    visitor.shows(visitor.own, own)
    visitor.shows(visitor.picks, picks)

    for undo in (visitor.button(f"Undo: Removed {first}."), visitor.button("Undo")):
        visitor.button(f"Remove your rating of {first}").click()
        visitor.told(f"Removed {first}.")
        undo.click()
        visitor.has_rated(first, 5)
        visitor.shows(visitor.picks, picks)


def test_starting_over_leaves_nothing_to_take_back_one_by_one(visit: Visit, link):
    visitor = visit(link)
    removed, hidden = visitor.titles(visitor.own)[0], visitor.titles(visitor.picks)[0]
    visitor.button(f"Remove your rating of {removed}").click()
    visitor.button(f"Not for me: {hidden}").click()
    expect(visitor.button(f"Undo: Removed {removed}.")).to_be_visible()
    expect(visitor.button(f"Undo: {hidden} won’t come back.")).to_be_visible()
    visitor.button("Start over").click()
    visitor.has_no_ratings()
    visitor.told("Started over.")
    expect(visitor.page.get_by_role("button", name=re.compile("^Undo:"))).to_have_count(
        0, timeout=1500
    )
