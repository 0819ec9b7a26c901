"""The search as a visitor uses it; how it ranks is tested in tests/serving."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit


def test_the_search_forgives_and_what_it_finds_can_be_rated(visit: Visit):
    visitor = visit()
    asked = visitor.titles(visitor.asked)
    for typed, meant in (
        ("Matrix, The", "The Matrix"),
        ("shawshenk redemtion", "The Shawshank Redemption"),
        ("lambs silence", "The Silence of the Lambs"),
    ):
        visitor.search(typed)
        expect(visitor.cards(visitor.found).first.get_by_role("heading")).to_have_text(meant)
    visitor.rate(visitor.found, meant, 4.5)
    # It stays, so that a second thought finds it; and can be changed here as well.
    expect(visitor.stars(visitor.found, meant)).to_have_value("4.5")
    visitor.rate(visitor.found, meant, 3)
    visitor.search("")
    expect(visitor.cards(visitor.asked)).to_have_count(6)
    assert [title for title in asked if title != meant] == [
        title for title in visitor.titles(visitor.asked) if title in asked
    ]

    # What finds nothing is said in the visitor's own words, whatever they are.
    for typed in ("zzqqxx", "*zzqqxx* $qxqxqx$ [xqxqzz](zzqxq) <b>qzqzxx</b>"):
        visitor.search(typed)
        expect(visitor.page.get_by_text(f"Nothing is called “{typed}”")).to_be_visible()
        expect(visitor.cards(visitor.picks)).to_have_count(8)
    visitor.search("   ")
    expect(visitor.cards(visitor.asked)).to_have_count(6)
