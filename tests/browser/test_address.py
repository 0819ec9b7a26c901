"""A visitor's state lives in the tab and in its address, and nowhere else."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.visitor import FOR_YOU, Visitor


def everything(visitor: Visitor) -> tuple[list[str], ...]:
    lists = (visitor.own, visitor.picks, visitor.asked)
    return tuple(visitor.titles(where) for where in lists)


def test_ratings_skipped_and_hidden_titles_outlive_page_switches_and_reloads(visit: Visit):
    visitor = visit()
    rated, skipped, *_ = visitor.titles(visitor.asked)
    visitor.rate(visitor.asked, rated, 4.5)
    visitor.button(f"Haven’t seen it: {skipped}").click()
    visitor.told(f"Skipped {skipped}.")
    hidden = next(title for title in visitor.titles(visitor.picks) if title != skipped)
    visitor.button(f"Not for me: {hidden}").click()
    visitor.told(f"Hid {hidden}.")
    kinds = {"domain", "ratings", "skipped", "dismissed"}
    address = visitor.comes_to(lambda address: set(address) == kinds)

    visitor.go_to("About")
    expect(visitor.page.get_by_role("heading", name="About Tastemap")).to_be_visible()
    visitor.go_to("Recommend")
    visitor.has_rated(rated, 4.5)
    visitor.comes_to(lambda now: now == address)
    # What was done before the switch can still be taken back.
    expect(visitor.button("Undo")).to_be_visible()
    shown = everything(visitor)
    assert hidden not in shown[1]
    assert not {rated, skipped} & set(shown[2])

    visitor.page.reload()
    visitor.has_rated(rated, 4.5)
    visitor.comes_to(lambda now: now == address)
    assert everything(visitor)[:2] == shown[:2]
    assert not {rated, skipped} & set(visitor.titles(visitor.asked))

    friend = visit(visitor.page.url)
    friend.has_rated(rated, 4.5)
    assert everything(friend) == everything(visitor)


def test_two_visitors_at_once_share_nothing(visit: Visit):
    one, other = visit(), visit()
    titles = one.titles(one.asked)
    one.rate(one.asked, titles[0], 5)
    other.has_no_ratings()
    other.rate(other.asked, titles[1], 1)
    one.rate(one.asked, titles[2], 4)
    one.shows(one.own, [titles[2], titles[0]])
    other.shows(other.own, [titles[1]])
    one.go_to("About")
    one.go_to("Recommend")
    one.shows(one.own, [titles[2], titles[0]])
    other.go_to("About")
    other.go_to("Recommend")
    other.shows(other.own, [titles[1]])


def test_the_browsers_back_button_takes_back_steps_and_then_leaves(visit: Visit):
    visitor = visit(None)
    visitor.page.goto("about:blank")
    visitor.arrive()
    title, *_ = visitor.titles(visitor.asked)
    visitor.rate(visitor.asked, title, 4)
    visitor.rate(visitor.asked, title, 2)
    visitor.page.go_back()
    visitor.has_rated(title, 4)
    visitor.told(f"Rated {title} 4.")
    visitor.page.go_back()
    visitor.has_no_ratings()
    visitor.page.go_forward()
    visitor.has_rated(title, 4)
    expect(visitor.page.get_by_role("heading", name=FOR_YOU)).to_be_visible()
    visitor.page.go_back()
    visitor.has_no_ratings()
    visitor.page.go_back()
    assert visitor.page.url == "about:blank"
