"""Links as people share, shorten and mangle them, and as the first thing a new process sees."""

from playwright.sync_api import expect

from pages.components.own_list import SHOWN
from tests.browser.conftest import Visit


def test_a_link_to_about_may_be_a_process_first_request(start, visit: Visit, famous):
    visitor = visit(None, start())
    visitor.page.goto(f"/about?ratings={famous[0]}-4")
    expect(visitor.page.get_by_role("heading", name="About Tastemap")).to_be_visible()
    expect(visitor.page).to_have_title("About")
    visitor.go_to("Recommend")
    expect(visitor.cards(visitor.own)).to_have_count(1)


def test_a_link_with_ratings_may_be_a_process_first_request(start, visit: Visit, release, famous):
    visitor = visit(f"/?ratings={famous[0]}-4_{famous[1]}-0.5", start())
    titles = [release.catalogue.loc[item_id, "title"] for item_id in famous[:2]]
    visitor.has_rated(titles[0], 4)
    visitor.has_rated(titles[1], 0.5)
    best = release.fold_in({famous[0]: 4, famous[1]: 0.5}).recommend(8)
    visitor.shows(visitor.picks, best["title"].tolist())


def test_a_mangled_link_keeps_what_is_sound_and_says_what_is_not(visit: Visit, release, famous):
    sound, off = (release.catalogue.loc[item_id, "title"] for item_id in famous[:2])
    parts = (f"{famous[0]}-4", f"{famous[1]}-9", "999999999-4", "<script>", "1-")
    visitor = visit(f"/?ratings={'_'.join(parts)}&skipped=x&model=nosuch&more=1")
    visitor.shows(visitor.own, [sound])
    visitor.says(off, "0.5 to 5", "999999999", "model", release.ranker)
    visitor.comes_to(lambda address: address == {"domain": "movies", "ratings": parts[0]})
    visitor.rate(visitor.asked, visitor.titles(visitor.asked)[0], 3)
    expect(visitor.page.get_by_role("alert")).to_have_count(0)


def test_an_endless_link_is_cut_and_says_so(visit: Visit, release):
    ratings = "_".join(f"{item_id}-3" for item_id in release.shelf.item_ids[:3000])
    visitor = visit(f"/?ratings={ratings}")
    visitor.says("too long", "8,000")
    expect(visitor.cards(visitor.own)).to_have_count(SHOWN)
    assert len(visitor.page.url) < 8000
