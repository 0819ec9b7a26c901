"""What a visitor sees and does, found by roles and labels as a screen reader finds it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.serving.addresses import readable

POPULAR, FOR_YOU = "Popular with everybody", "For you"
DRAWN = """() => new Promise(done => {
    const drawn = () => { watch.disconnect(); requestAnimationFrame(done); };
    let last = setTimeout(drawn, 100);
    const watch = new MutationObserver(() => {
        clearTimeout(last);
        last = setTimeout(drawn, 100);
    });
    watch.observe(document.body, { subtree: true, childList: true });
})"""
"""Streamlit draws what has arrived a little later: waits until nothing was drawn for 100 ms."""


class Visitor:
    """A visitor with a browser tab.

    Attributes:
        page: the tab.
        asked: the list of titles to rate.
        found: the list of titles that a search found.
        picks: the list of recommendations.
        own: the list of the visitor's ratings.
        errors: what the browser's console called an error.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked = page.get_by_role("list", name="Titles to rate")
        self.found = page.get_by_role("list", name="Titles found")
        self.picks = page.get_by_role("list", name="Recommendations")
        self.own = page.get_by_role("list", name="Your ratings")
        self.errors: list[str] = []

    def arrive(self, path: str = "/") -> None:
        """Opens the Recommend page and waits for its titles."""
        self.page.goto(path)
        expect(self.cards(self.asked).first).to_be_visible()
        expect(self.cards(self.picks).first).to_be_visible()

    def cards(self, where: Locator) -> Locator:
        """The cards of a list."""
        return where.get_by_role("listitem")

    def card(self, where: Locator, title: str) -> Locator:
        """The card of a title in a list."""
        heading = self.page.get_by_role("heading", name=title, exact=True)
        return self.cards(where).filter(has=heading)

    def titles(self, where: Locator) -> list[str]:
        """The titles of a list, as it shows them now."""
        return where.get_by_role("heading").all_text_contents()

    def shows(self, where: Locator, titles: Sequence[str]) -> None:
        """Waits until a list shows these titles in this order."""
        expect(where.get_by_role("heading")).to_have_text(list(titles))

    def no_longer_shows(self, where: Locator, titles: Sequence[str]) -> None:
        """Waits until a list shows others, or in another order."""
        expect(where.get_by_role("heading")).not_to_have_text(list(titles))

    def stars(self, where: Locator, title: str) -> Locator:
        """The stars on the card of a title."""
        return where.get_by_role("slider", name=f"Your rating of {title}", exact=True)

    def rate(self, where: Locator, title: str, rating: float) -> None:
        """Gives a title stars and waits until they are among the visitor's ratings."""
        self.stars(where, title).fill(f"{rating:g}")
        self.has_rated(title, rating)

    def point(self, where: Locator, title: str, position: float) -> tuple[float, float]:
        """Where on the screen a title has so many stars: 3.75 is the right half of the fourth."""
        stars = self.stars(where, title)
        stars.scroll_into_view_if_needed()
        box = stars.bounding_box()
        assert box is not None
        return box["x"] + box["width"] * position / 5, box["y"] + box["height"] / 2

    def has_rated(self, title: str, rating: float) -> None:
        """Waits until a title is among the visitor's ratings with so many stars."""
        expect(self.stars(self.own, title)).to_have_value(f"{rating:g}")

    def has_no_ratings(self) -> None:
        """Waits until the page is as on arrival."""
        expect(self.page.get_by_role("heading", name=POPULAR)).to_be_visible()
        expect(self.cards(self.own)).to_have_count(0)

    def button(self, name: str) -> Locator:
        """A button of the page itself; those of a card name its title."""
        return self.page.get_by_role("button", name=name, exact=True)

    def told(self, text: str) -> None:
        """Waits until the page tells the last step so."""
        step = self.page.get_by_test_id("stText").get_by_text(text, exact=True)
        expect(step).to_be_visible()

    def go_to(self, page: str) -> None:
        """Goes to a page by the sidebar."""
        self.page.get_by_role("link", name=page, exact=True).click()
        expect(self.page).to_have_title(page)

    def choose_model(self, name: str) -> None:
        """Chooses a model in the sidebar, where the choice is folded away at first."""
        self.models().get_by_text(name, exact=True).click()

    def models(self) -> Locator:
        """The choice of the model, unfolded."""
        choice = self.page.get_by_role("radiogroup", name="Model")
        if not choice.is_visible():
            self.page.get_by_test_id("stSidebar").locator("summary").click()
        expect(choice).to_be_visible()
        return choice

    def domain(self, name: str) -> Locator:
        """A domain in the choice at the top of the page."""
        choice = self.page.get_by_role("radiogroup", name="Domain")
        return choice.get_by_role("radio", name=name, exact=True)

    def switch_to(self, name: str) -> None:
        """Chooses a domain and waits until the page is about it."""
        self.domain(name).click()
        expect(self.page).to_have_url(re.compile(f"domain={name.lower()}"))
        self.settles()

    def search(self, text: str) -> None:
        """Types into the search."""
        self.page.get_by_role("searchbox", name=re.compile("^Search all")).fill(text)

    def says(self, *texts: str) -> None:
        """Waits until there is one notice, and it says all this."""
        notice = self.page.get_by_role("alert")
        expect(notice).to_have_count(1)
        for text in texts:
            expect(notice).to_contain_text(text)

    def settles(self) -> None:
        """Waits until the server has nothing to do for this visitor, and all it sent is drawn."""
        app = self.page.get_by_test_id("stApp")
        expect(app).to_have_attribute("data-test-script-state", "notRunning")
        self.page.evaluate(DRAWN)
        expect(self.page.get_by_test_id("stStatusWidget")).to_have_count(0)

    def leave(self) -> None:
        """Goes from the app once the server has nothing to do, so that it may end."""
        self.settles()
        self.page.goto("about:blank")

    def address(self) -> dict[str, str]:
        """What the address carries, readable."""
        return _readable(self.page.url)

    def comes_to(self, holds: Callable[[dict[str, str]], bool]) -> dict[str, str]:
        """Waits until something holds of the readable address and gives that."""
        self.page.wait_for_url(lambda url: holds(_readable(url)), wait_until="commit")
        return self.address()


def _readable(url: str) -> dict[str, str]:
    query = urlsplit(url).query
    return readable({name: value for name, (value,) in parse_qs(query).items()})
