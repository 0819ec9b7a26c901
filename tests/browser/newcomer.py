"""A first-time visitor, who does one thing after another as a script of plain words says.

Each public method is a verb of the scripts in `test_journeys.py`; what follows the verb are its
arguments. A step waits until its effect is on the screen. With a finger a newcomer taps, with a
mouse clicks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from playwright.sync_api import Locator, expect

from recommender.serving import ServedRelease
from recommender.serving.link import encode
from recommender.serving.session import State
from tests.browser.visitor import FOR_YOU, Visitor
from tests.serving.importers import exports

LENT = 30
"""How many titles a list from elsewhere holds."""


@dataclass
class Newcomer:
    """Somebody who has never seen Tastemap.

    Attributes:
        visitor: the browser tab.
        release: what the domain of the journey serves.
        touch: whether by finger.
        may_be_told: whether the last step brings a notice on purpose.
    """

    visitor: Visitor
    release: ServedRelease
    touch: bool
    may_be_told: bool = False

    def do(self, step: str) -> None:
        """Does what a line of a script says, and waits until the page is at rest."""
        verb, *rest = step.split()
        self.may_be_told = verb == "refused"
        getattr(self, verb)(" ".join(rest))
        self.visitor.settles()

    # Arriving and looking around

    def arrive(self, path: str) -> None:
        """Opens the app, and the domain of the journey if it is not the first."""
        self.visitor.arrive(path or "/")
        if self.release.domain != "movies":
            self._press(self.visitor.domain(self.release.domain.capitalize()))
            expect(self.visitor.page).to_have_url(re.compile(f"domain={self.release.domain}"))
            expect(self.visitor.cards(self.visitor.picks).first).to_be_visible()

    def go(self, page: str) -> None:
        """Goes to a page by the menu, which a phone has folded away."""
        menu = self.visitor.page.get_by_test_id("stExpandSidebarButton")
        folded = menu.is_visible()
        if folded:
            self._press(menu)
        self._press(self.visitor.page.get_by_role("link", name=page, exact=True))
        expect(self.visitor.page).to_have_title(page)
        expect(self.visitor.page.get_by_test_id("stMain").locator("h1")).to_be_visible()
        if folded:
            # The menu makes room for the page.
            expect(menu).to_be_visible()

    def reload(self, _: str) -> None:
        """Loads the page again; the address keeps everything."""
        rated = self.visitor.titles(self.visitor.own)
        self.visitor.page.reload()
        self.visitor.shows(self.visitor.own, rated)

    def model(self, name: str) -> None:
        """Chooses another model in the sidebar."""
        self.visitor.choose_model(name)
        expect(self.visitor.page).to_have_url(re.compile(f"model={name}"))

    def tour(self, _: str) -> None:
        """Takes the tour to its end."""
        bar = self.visitor.page.locator(".st-key-tour")
        self._press(self.visitor.button("Take the tour"))
        expect(bar).to_contain_text(re.compile(r"1 of \d"))
        steps = int(re.findall(r"1 of (\d)", bar.inner_text())[0])
        for at in range(2, steps + 1):
            self._press(bar.get_by_role("button", name="Next"))
            expect(bar).to_contain_text(f"{at} of {steps}")
            self.visitor.settles()

    def leave(self, _: str) -> None:
        """Ends the tour."""
        self._press(self.visitor.button("End the tour"))
        expect(self.visitor.page.locator(".st-key-tour")).to_have_count(0)

    def menu(self, _: str) -> None:
        """Opens the menu where it is folded away."""
        self._press(self.visitor.page.get_by_test_id("stExpandSidebarButton"))
        expect(self.visitor.page.get_by_role("link", name="About", exact=True)).to_be_in_viewport()

    def unfold(self, label: str) -> None:
        """Opens what is folded away under a label."""
        summary = self.visitor.page.locator("summary").filter(has_text=label)
        self._press(summary)
        expect(summary.locator("xpath=..")).to_have_attribute("open", "")

    # Rating

    def rate(self, which: str) -> None:
        """Gives the n-th title on offer stars: "2 4"."""
        at, stars = which.split()
        title = self.visitor.titles(self.visitor.asked)[int(at) - 1]
        self._stars(self.visitor.asked, title, stars)
        # Another takes its place.
        expect(self.visitor.card(self.visitor.asked, title)).to_have_count(0)
        expect(self.visitor.page.get_by_role("heading", name=FOR_YOU)).to_be_visible()

    def skip(self, at: str) -> None:
        """Says of the n-th title on offer that it is not known."""
        title = self.visitor.titles(self.visitor.asked)[int(at) - 1]
        self._press(self.visitor.button(f"Haven’t seen it: {title}"))
        expect(self.visitor.card(self.visitor.asked, title)).to_have_count(0)

    def search(self, words: str) -> None:
        """Looks for a title; without words, ends the search."""
        self.visitor.search(words)
        if not words:
            expect(self.visitor.cards(self.visitor.asked).first).to_be_visible()
            return
        nothing = self.visitor.page.get_by_text("Nothing is called")
        expect(self.visitor.cards(self.visitor.found).first.or_(nothing)).to_be_visible()

    def found(self, stars: str) -> None:
        """Gives the first title found stars."""
        expect(self.visitor.cards(self.visitor.found).first).to_be_visible()
        title = self.visitor.titles(self.visitor.found)[0]
        self._stars(self.visitor.found, title, stars)

    def undo(self, _: str) -> None:
        """Takes the last step back."""
        before = self.visitor.page.url
        self._press(self.visitor.button("Undo"))
        expect(self.visitor.page).not_to_have_url(before)

    def restart(self, _: str) -> None:
        """Starts over."""
        self._press(self.visitor.button("Start over"))
        self.visitor.has_no_ratings()

    # Recommendations

    def picks(self, _: str) -> None:
        """Looks at the recommendations: on a phone by the strip that leads there."""
        heading = self.visitor.page.locator(".st-key-for-you").get_by_role("heading").first
        strip = self.visitor.page.get_by_role("button", name="see your picks")
        if self.touch:
            expect(strip).to_be_visible()
            self._press(strip)
        else:
            heading.scroll_into_view_if_needed()
        expect(heading).to_be_in_viewport()

    def more(self, _: str) -> None:
        """Asks for more of them."""
        before = self.visitor.cards(self.visitor.picks).count()
        self._press(self.visitor.button("More"))
        expect(self.visitor.cards(self.visitor.picks)).to_have_count(before + 8)

    def why(self, at: str) -> None:
        """Asks why the n-th title is recommended."""
        card = self.visitor.cards(self.visitor.picks).nth(int(at) - 1)
        self._press(card.get_by_role("button", expanded=False).first)
        expect(card.get_by_role("table", name="What the score is made of")).to_be_visible()

    def doubt(self, _: str) -> None:
        """Changes, inside the first explanation, the rating that matters most, to one star."""
        card = self.visitor.cards(self.visitor.picks).first
        change = card.get_by_role("button", name=re.compile("^Change your rating of")).first
        label = change.get_attribute("aria-label") or ""
        title = re.sub(r"^Change your rating of (.*), [^,]*$", r"\1", label)
        self._press(change)
        self._stars(card, title, "1")

    def hide(self, at: str) -> None:
        """Wants the n-th title never again."""
        title = self.visitor.titles(self.visitor.picks)[int(at) - 1]
        self._press(self.visitor.button(f"Not for me: {title}"))
        self.visitor.told(f"Hid {title}.")

    def seen(self, which: str) -> None:
        """Has seen the n-th title already, and gives it stars: "1 4"."""
        at, stars = which.split()
        title = self.visitor.titles(self.visitor.picks)[int(at) - 1]
        self._press(self.visitor.button(f"Seen it: rate {title}"))
        self._stars(self.visitor.picks, title, stars)
        expect(self.visitor.card(self.visitor.picks, title)).to_have_count(0)

    # Dials

    def dials(self, _: str) -> None:
        """Opens all dials."""
        self._press(self.visitor.page.get_by_role("button", name=re.compile(r"Dials")))
        # They are drawn when the server hears that they are open.
        behind = self.visitor.page.get_by_test_id("stPopoverBody")
        expect(behind.get_by_role("switch").first).to_be_visible()

    def turn(self, name: str) -> None:
        """Turns a slider a step up."""
        before = self.visitor.page.url
        slider = self.visitor.page.get_by_role("slider", name=name).locator("visible=true")
        slider.first.press("ArrowRight")
        expect(self.visitor.page).not_to_have_url(before)

    def switch(self, name: str) -> None:
        """Turns a switch on."""
        before = self.visitor.page.url
        self._press(self.visitor.page.get_by_test_id("stPopoverBody").get_by_text(name, exact=True))
        expect(self.visitor.page).not_to_have_url(before)

    def reset(self, _: str) -> None:
        """Turns all dials back."""
        self._press(self.visitor.button("Reset"))
        expect(self.visitor.page).not_to_have_url(re.compile("dials="))

    def close(self, _: str) -> None:
        """Closes what is open on top of the page."""
        self.visitor.page.keyboard.press("Escape")
        expect(self.visitor.page.get_by_role("dialog")).to_have_count(0)
        expect(self.visitor.page.get_by_test_id("stPopoverBody")).to_have_count(0)

    # Other pages

    def share(self, _: str) -> None:
        """Opens what there is to share and keep."""
        self._press(self.visitor.button("Share & keep"))
        expect(self.visitor.page.get_by_role("textbox", name="Your link")).to_have_value(
            re.compile("taste=")
        )
        expect(self.visitor.page.get_by_role("img", name="QR code of your link")).to_be_visible()

    def befriend(self, name: str) -> None:
        """Adds somebody with other tastes, by link."""
        page = self.visitor.page
        known = self.release.shelf.item_ids[self.release.shelf.by_popularity[20:26]].tolist()
        rated = tuple((item_id, self.release.scale.high) for item_id in known)
        query = urlencode(encode(State(self.release.domain, rated=rated)))
        expect(page.get_by_role("textbox", name="Name")).to_be_visible()
        page.get_by_role("textbox", name="Name").fill(name)
        page.get_by_role("textbox", name="Friend's link").fill(f"https://tastemap.example/?{query}")
        self._press(self.visitor.button("Add").locator("visible=true"))
        expect(page.get_by_text(f"Added {name}.")).to_be_visible()

    def agree(self, way: str) -> None:
        """Agrees in another way."""
        self._press(self.visitor.page.get_by_role("radio", name=way))
        expect(self.visitor.page).to_have_url(re.compile("way="))

    def open(self, words: str) -> None:
        """Opens a title on the map by its name."""
        page = self.visitor.page
        page.get_by_role("searchbox", name="Find a title on the map").fill(words)
        found = page.get_by_role("list", name="Titles found").get_by_role("button").first
        self._press(found)
        expect(page).to_have_url(re.compile("title="))
        expect(page.get_by_role("button", name="Close")).to_be_visible()

    # Bringing a list

    def bring(self, service: str) -> None:
        """Brings a list from another service as far as its review."""
        self._file(*self._export(service))
        button = self._dialog().get_by_role("button", name=re.compile(r"^Add [\d,]+ titles? to"))
        expect(button).to_be_visible()

    def add(self, _: str) -> None:
        """Takes the list in that was brought."""
        self._press(self._dialog().get_by_role("button", name=re.compile(r"^Add [\d,]+ title")))
        expect(self._dialog()).to_have_count(0)
        expect(self.visitor.page.get_by_role("heading", name=FOR_YOU)).to_be_visible()

    def refused(self, _: str) -> None:
        """Brings what is no list."""
        self._file("holiday.jpg", b"\xff\xd8\xff\xe0 no list")
        expect(self._dialog().get_by_role("alert")).to_contain_text("is no list")

    def _dialog(self) -> Locator:
        return self.visitor.page.get_by_role("dialog", name="Bring your list")

    def _file(self, name: str, data: bytes) -> None:
        if not self._dialog().is_visible():
            self._press(self.visitor.button("Bring your list"))
        self._dialog().locator("input[type=file]").set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        )

    def _export(self, service: str) -> tuple[str, bytes]:
        """A list of what everybody knows, as a service exports it, with a slip in one name."""
        shelf, domain = self.release.shelf, self.release.domain
        at = shelf.by_popularity[:LENT]
        films = [(shelf.titles[one], int(shelf.years[one])) for one in at]
        ids = [int(shelf.item_ids[one]) for one in at]
        five = [1 + number % 5 for number in range(LENT)]
        ten = [2 * score for score in five]
        anime = [(i, t, s, "Completed") for i, (t, _), s in zip(ids, films, ten, strict=True)]
        slip = ("Good Will Huntng", 1997)
        rated = [(*film, score) for film, score in zip(films, five, strict=True)] + [(*slip, 3)]
        match service:
            case "letterboxd":
                return "letterboxd.zip", exports.letterboxd(rated, watched=films, watchlist=films)
            case "imdb":
                rows = [(t, t, y, 2 * s, "Movie") for t, y, s in rated]
                return "ratings.csv", exports.imdb(rows)
            case "movielens":
                titled = [f"{title} ({year})" for title, year in films]
                return "movielens-ratings.csv", exports.movielens_site(
                    list(zip(ids, five, titled, strict=True))
                )
            case "trakt":
                return "trakt.zip", exports.trakt([(t, y, 2 * s) for t, y, s in rated], films)
            case "myanimelist":
                return "animelist.xml.gz", exports.gzipped(exports.myanimelist(anime))
            case "anilist":
                return "anilist.json", exports.anilist(
                    [(i, t, s, "COMPLETED") for i, t, s, _ in anime]
                )
            case "tastemap":
                scores = five if domain == "movies" else ten
                return "tastemap.csv", exports.tastemap(
                    [
                        (domain, i, t, y or "", "rated", s)
                        for i, (t, y), s in zip(ids, films, scores, strict=True)
                    ]
                )
        raise LookupError(service)

    def _press(self, target: Locator) -> None:
        target.tap() if self.touch else target.click()

    def _stars(self, where: Locator, title: str, stars: str) -> None:
        """Presses the n-th of five stars of a title."""
        rating = float(stars) * self.release.scale.high / 5
        # Away from what is fixed to the edges of the screen.
        self.visitor.stars(where, title).evaluate("node => node.scrollIntoView({block: 'center'})")
        point = self.visitor.point(where, title, float(stars) - 0.25)
        if self.touch:
            self.visitor.page.touchscreen.tap(*point)
        else:
            self.visitor.page.mouse.click(*point)
        self.visitor.has_rated(title, rating)
