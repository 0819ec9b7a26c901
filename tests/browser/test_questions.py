"""A recommendation is questioned by keyboard, the answer changed and undone, the list shared."""

import re

import pytest
from playwright.sync_api import Locator, expect

from recommender.serving.what_if import ranks_without
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

STARS = (5, 4.5, 5, 2, 1, 4)
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def ratings(famous: list[int]) -> dict[int, float]:
    return dict(zip(famous[10:16], STARS, strict=True))


def link(ratings: dict[int, float]) -> str:
    return "/?ratings=" + "_".join(f"{item_id}-{rating:g}" for item_id, rating in ratings.items())


def open_reason(visitor: Visitor, card: Locator) -> Locator:
    """Opens what the score is made of by keyboard and waits until it says what would change."""
    reason = card.get_by_role("button", expanded=False).first
    reason.focus()
    visitor.page.keyboard.press("Enter")
    table = card.get_by_role("table", name="What the score is made of")
    expect(table.get_by_text(re.compile("^without it")).first).to_be_visible()
    return table


def test_the_ranks_without_ratings_are_the_recommenders(visit: Visit, release, ratings):
    visitor = visit(link(ratings))
    folded = release.fold_in(ratings)
    best = folded.recommend(8)
    for rank, row in enumerate(best.head(2).itertuples(), 1):
        card = visitor.card(visitor.picks, row.title)
        table = open_reason(visitor, card)
        ranks = ranks_without(release, folded, row.item_id, lambda one, also: one.order(also))
        for item_id, without in ranks.items():
            title = release.shelf.titles[release.shelf.position[item_id]]
            line = table.get_by_role("row").filter(has_text=title)
            expect(line).to_contain_text(re.compile(rf"without it {without:,}(st|nd|rd|th)"))
        most = max(ranks.values())
        if most > rank:
            expect(
                card.get_by_text(re.compile(rf"drops from {rank}\w\w to {most:,}"))
            ).to_be_visible()


def test_a_rating_is_weakened_inside_an_explanation_by_keyboard_and_undone(
    visit: Visit, release, ratings
):
    visitor = visit(link(ratings))
    before = visitor.titles(visitor.picks)
    card = visitor.card(visitor.picks, before[0])
    open_reason(visitor, card)
    loved = release.shelf.titles[release.shelf.position[next(iter(ratings))]]
    card.get_by_role(
        "button", name=re.compile(f"^Change your rating of {re.escape(loved)}")
    ).focus()
    visitor.page.keyboard.press("Enter")
    stars = visitor.stars(card, loved)
    expect(stars).to_be_focused()
    for _ in range(8):
        visitor.page.keyboard.press("ArrowLeft")
    visitor.has_rated(loved, 1)
    visitor.told(f"Changed {loved} from 5 to 1.")
    changed = release.fold_in({**ratings, next(iter(ratings)): 1.0}).recommend(8)["title"].tolist()
    assert changed != before
    visitor.no_longer_shows(visitor.picks, before)
    expect(stars).to_be_focused()
    visitor.page.keyboard.press("Tab")
    expect(visitor.button(f"Remove your rating of {loved}").first).to_be_focused()
    visitor.page.keyboard.press("Tab")
    expect(visitor.button("Undo: 1 instead of 5")).to_be_focused()
    visitor.page.keyboard.press("Enter")
    visitor.has_rated(loved, 5)
    visitor.shows(visitor.picks, before)
    visitor.page.keyboard.press("Escape")
    expect(stars).to_have_count(0)


def test_a_rating_is_removed_inside_an_explanation_and_brought_back(visit: Visit, ratings, release):
    visitor = visit(link(ratings), **PHONE)
    before = visitor.titles(visitor.picks)
    card = visitor.card(visitor.picks, before[0])
    card.get_by_role("button", expanded=False).first.tap()
    loved = release.shelf.titles[release.shelf.position[next(iter(ratings))]]
    card.get_by_role("button", name=re.compile(f"^Change your rating of {re.escape(loved)}")).tap()
    card.get_by_role("button", name=f"Remove your rating of {loved}").tap()
    expect(visitor.card(visitor.own, loved)).to_have_count(0)
    card.get_by_role("button", name=f"Undo: Removed {loved}").tap()
    visitor.has_rated(loved, 5)
    visitor.shows(visitor.picks, before)


def test_a_list_goes_from_the_desktop_to_a_fresh_phone_by_its_link(visit: Visit, ratings, release):
    visitor = visit(link(ratings))
    picks = visitor.titles(visitor.picks)
    visitor.go_to("Your taste")
    expect(visitor.page.get_by_role("heading", name="Your ratings against ours")).to_be_visible()
    expect(visitor.page.get_by_role("heading", name="On the map")).to_be_visible()
    visitor.go_to("Recommend")
    visitor.button("Share & keep").click()
    shared = visitor.page.get_by_role("textbox", name="Your link").input_value()
    expect(visitor.page.get_by_role("img", name="QR code of your link")).to_be_visible()

    phone = visit(None, **PHONE)
    phone.arrive(shared)
    phone.shows(phone.picks, picks)
    for item_id, rating in ratings.items():
        phone.has_rated(release.shelf.titles[release.shelf.position[item_id]], rating)
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_link_is_copied_by_a_press(visit: Visit, ratings):
    visitor = visit(link(ratings), permissions=["clipboard-read", "clipboard-write"])
    visitor.button("Share & keep").click()
    shared = visitor.page.get_by_role("textbox", name="Your link").input_value()
    visitor.button("Copy link").click()
    expect(visitor.page.get_by_text("Copied.")).to_be_visible()
    assert visitor.page.evaluate("navigator.clipboard.readText()") == shared


def test_what_is_kept_as_a_file_can_be_brought_back(visit: Visit, ratings, tmp_path):
    visitor = visit(link(ratings))
    visitor.button("Share & keep").click()
    with visitor.page.expect_download() as download:
        visitor.button("List, CSV").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    with visitor.page.expect_download() as download:
        visitor.button("Picture, PNG").click()
    assert download.value.suggested_filename == "tastemap-movies.png"

    other = visit()
    other.button("Bring your list").first.click()
    with other.page.expect_file_chooser() as chooser:
        other.page.get_by_role("button", name=re.compile("Upload|Browse")).click()
    chooser.value.set_files(path)
    other.page.get_by_role("button", name=re.compile(r"^Add \d")).click()
    other.has_rated(next(iter(visitor.titles(visitor.own))), STARS[-1])


def test_a_card_leads_to_other_sites_safely(visit: Visit, ratings, release):
    visitor = visit(link(ratings))
    title = visitor.titles(visitor.picks)[0]
    card = visitor.card(visitor.picks, title)
    card.get_by_role("button", expanded=False).first.click()
    item_id = release.fold_in(ratings).recommend(1)["item_id"].iloc[0]
    there = card.get_by_role("link", name=f"{title} on MovieLens, opens in a new tab")
    expect(there).to_have_attribute("href", f"https://movielens.org/movies/{item_id}")
    expect(there).to_have_attribute("rel", "noopener noreferrer")
