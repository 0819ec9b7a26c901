"""A visitor brings a list from another service, and takes it back."""

import time

import pytest
from playwright.sync_api import FilePayload, Locator, expect

from recommender.serving import ServedRelease
from tests.browser.conftest import Visit
from tests.browser.server import Server
from tests.browser.test_access import barriers
from tests.browser.test_phone import PHONE, overflow
from tests.browser.visitor import FOR_YOU, Visitor
from tests.releases import anime
from tests.serving.importers import exports


def opened(visitor: Visitor) -> Locator:
    # While the page changes, the button it had before stands there too.
    expect(visitor.button("Bring your list")).to_have_count(1)
    visitor.button("Bring your list").click()
    dialog = visitor.page.get_by_role("dialog", name="Bring your list")
    expect(dialog).to_be_visible()
    return dialog


def bring(dialog: Locator, name: str, data: bytes) -> None:
    file: FilePayload = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    dialog.locator("input[type=file]").set_input_files(file)


def says(dialog: Locator, *lines: str) -> None:
    for line in lines:
        expect(dialog.get_by_role("listitem").get_by_text(line, exact=True)).to_be_visible()


def add(dialog: Locator, label: str) -> None:
    dialog.get_by_role("button", name=label, exact=True).click()
    expect(dialog).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_letterboxd_zip_becomes_ratings_and_undo_takes_all_of_it_back(
    visit: Visit, release: ServedRelease, famous: list[int], scheme: str
):
    shelf = release.shelf
    films = [(shelf.titles[at], int(shelf.years[at])) for at in map(shelf.position.get, famous)]
    data = exports.letterboxd(
        ratings=[(*film, 4.5) for film in films[:30]] + [("Good Will Huntng", 1997, 3)],
        watched=films[:34],
        watchlist=[films[35], ("A Film That Is Not There", 1990)],
    )
    visitor = visit("/", **PHONE, color_scheme=scheme)
    popular = visitor.titles(visitor.picks)
    dialog = opened(visitor)
    expect(dialog.get_by_text("Press “Export your data”.")).to_have_count(0)
    dialog.get_by_text("Letterboxd", exact=True).click()
    expect(dialog.get_by_text("Press “Export your data”.")).to_be_visible()
    assert barriers(visitor.page) == []

    bring(dialog, "letterboxd.zip", data)
    says(dialog, "New ratings: 31", "Watched, not rated: 4", "Planned: 1")
    says(dialog, "Named twice in the file: 30", "Not in the catalogue: 1")
    expect(dialog.get_by_text("ratings stay as they are")).to_be_visible()
    expect(dialog.get_by_role("combobox")).to_have_count(1)
    assert barriers(visitor.page) == []
    assert overflow(visitor.page) == 0

    add(dialog, "Add 36 titles to my list")
    visitor.told("Added 36 titles from Letterboxd.")
    expect(visitor.page.get_by_role("heading", name=FOR_YOU)).to_be_visible()
    visitor.no_longer_shows(visitor.picks, popular)
    assert not {film[0] for film in (*films[:34], films[35])} & set(visitor.titles(visitor.picks))
    expect(visitor.cards(visitor.own)).to_have_count(16)
    visitor.comes_to(lambda address: len(address.get("ratings", "").split("_")) == 31)

    # The same list again brings nothing new.
    dialog = opened(visitor)
    bring(dialog, "letterboxd.zip", data)
    expect(dialog.get_by_text("Nothing new")).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

    visitor.button("Undo").click()
    visitor.has_no_ratings()
    visitor.comes_to(lambda address: set(address) <= {"domain"})


def test_a_myanimelist_export_is_taken_to_anime_and_conflicts_are_the_visitors_to_decide(
    visit: Visit, both: Server
):
    data = exports.gzipped(
        exports.myanimelist(
            [
                (1, anime.TITAN, 9, "Completed"),
                (4, "whatever", 3, "Completed"),
                (7, "whatever", 0, "Plan to Watch"),
                (52991, "Sousou no Frieren", 10, "Completed"),
            ]
        )
    )
    visitor = visit("/?domain=anime&ratings=1-5", both)
    visitor.switch_to("Movies")
    dialog = opened(visitor)
    bring(dialog, "animelist_1_-_1.xml.gz", data)
    dialog.get_by_role("button", name="Bring it to Anime").click()
    expect(visitor.domain("Anime")).to_be_checked()
    dialog = visitor.page.get_by_role("dialog", name="Bring your list")
    says(dialog, "New ratings: 1", "Other than your rating, which stays: 1", "Planned: 1")
    dialog.get_by_text("Take MyAnimeList's", exact=True).click()
    says(dialog, "Ratings that replace yours: 1")
    add(dialog, "Add 3 titles to my list")
    visitor.has_rated(anime.TITAN, 9)
    expect(visitor.page.get_by_text("1 planned", exact=True)).to_be_visible()
    visitor.button("Undo").click()
    visitor.has_rated(anime.TITAN, 5)


def test_what_is_no_list_is_refused_with_what_to_bring(visit: Visit):
    visitor = visit("/")
    dialog = opened(visitor)
    bring(dialog, "holiday.jpg", b"\xff\xd8\xff\xe0 no list")
    expect(dialog.get_by_text("holiday.jpg is no list that Tastemap knows.")).to_be_visible()
    bomb = b'<!DOCTYPE m [<!ENTITY a "ha">]><myanimelist>&a;</myanimelist>'
    bring(dialog, "animelist.xml", bomb)
    expect(dialog.get_by_text("declares a document type or entities")).to_be_visible()


def test_a_thousand_titles_are_there_within_seconds(visit: Visit, release: ServedRelease):
    shelf = release.shelf
    films = [(shelf.titles[at], int(shelf.years[at]) or 1999) for at in shelf.by_popularity[:1000]]
    data = exports.letterboxd(ratings=[(*film, 4) for film in films], watched=films)
    visitor = visit("/")
    dialog = opened(visitor)
    started = time.monotonic()
    bring(dialog, "letterboxd.zip", data)
    button = dialog.get_by_role("button", name="to my list")
    expect(button).to_be_visible()
    # Two seconds on a quiet machine; a busy one may take longer.
    assert time.monotonic() - started < 6
    button.click()
    expect(visitor.page.get_by_placeholder("Search your ")).to_be_visible()
    expect(visitor.cards(visitor.own)).to_have_count(16)
