"""Visits to the app without a browser: Streamlit's AppTest runs the pages as the server would.

What the cards' JavaScript does is tested in tests/browser; here a visit sends what it would send.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Slider

from tests.serving.addresses import readable

NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"
ASKED, FOUND, PICKS, OWN = "Titles to rate", "Titles found", "Recommendations", "Your ratings"


class Visit:
    """A visitor's tab.

    Attributes:
        app: what AppTest knows of the page.
    """

    def __init__(self, page: str = "recommend.py", **address: str) -> None:
        self.app = AppTest.from_file(NAVIGATION, default_timeout=30).switch_page(page)
        for name, value in address.items():
            self.app.query_params[name] = value
        self.run()

    def run(self) -> Visit:
        """Runs the script again, as after any act; a page that raises fails the test."""
        self.app.run()
        return self._checked()

    def go_to(self, page: str, **address: str) -> Visit:
        """Goes to another page: "about.py", where the address may say more."""
        self.app.switch_page(page)
        for name, value in address.items():
            self.app.query_params[name] = value
        self.app.run()
        return self._checked()

    def press(self, button: str) -> Visit:
        """Presses a button of the page."""
        (found,) = (one for one in self.app.button if one.label == button)
        found.click().run()
        return self._checked()

    def open_dials(self, domain: str = "movies") -> Visit:
        """Opens the popover of all dials."""
        self.app.session_state[f"dials.{domain}"] = True
        return self.run()

    def range(self, label: str) -> Slider:
        """A slider with two ends."""
        (found,) = (one for one in self.app.slider if one.label == label)
        return found

    def unfold_models(self) -> Visit:
        """Unfolds the choice of the model in the sidebar."""
        self.app.session_state["model"] = True
        return self.run()

    def choose_model(self, name: str) -> Visit:
        """Chooses a model in the sidebar."""
        self.unfold_models().app.sidebar.radio[0].set_value(name).run()
        return self._checked()

    def choose_domain(self, domain: str) -> Visit:
        """Chooses a domain at the top of the page."""
        self.app.button_group[0].set_value(domain).run()
        return self._checked()

    def search(self, text: str) -> Visit:
        """Types into the search."""
        self.app.text_input[0].set_value(text).run()
        return self._checked()

    def send(self, label: str, *events: tuple[str, int, float | None], first: int = 0) -> Visit:
        """Sends what a list of cards sends: (type, item id, rating), in one message.

        Args:
            label: which list.
            events: numbered on from the last one that Python has acknowledged.
            first: the number of the first, to send something a second time.
        """
        widget, data = self._widget(label)
        start = first or data["acknowledged"] + 1
        names = ("type", "item_id", "rating")
        sent = [
            {"number": number, **dict(zip(names, event, strict=True))}
            for number, event in enumerate(events, start=start)
        ]
        return self._send(widget, "events", sent)

    def send_late(self, label: str, event: tuple[str, int, float | None], domain: str) -> Visit:
        """Sends what a list of cards sends, but another domain is chosen before it arrives."""
        widget, _ = self._widget(label)
        kind, item_id, rating = event
        self.choose_domain(domain)
        sent = [{"number": 1, "type": kind, "item_id": item_id, "rating": rating}]
        return self._send(widget, "events", sent)

    def trigger(self, which: Callable[[dict[str, Any]], bool], name: str, value: object) -> Visit:
        """Sends what a component sends.

        Args:
            which: says by its data whether a component is the one.
            name: of the trigger.
            value: of the trigger.
        """
        (widget,) = (widget for widget, data in self.components() if which(data))
        return self._send(widget, name, value)

    def data(self, which: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The data of the component whose data is the one."""
        (found,) = (data for _, data in self.components() if which(data))
        return found

    def components(self) -> list[tuple[Any, dict[str, Any]]]:
        """The components of the page with their data."""
        found = self.app.get("bidi_component")
        return [(widget, *json.loads(widget.proto.json)) for widget in found]

    def _send(self, widget: Any, name: str, value: object) -> Visit:
        # AppTest has no word for what a component sends, so its message is put in by hand.
        states = self.app._tree.get_widget_states()
        state = states.widgets.add()
        state.id = _make_trigger_id(widget.proto.id, "events")
        state.json_trigger_value = json.dumps([{"event": name, "value": value}])
        self.app._run(states)
        return self._checked()

    @property
    def address(self) -> dict[str, str]:
        """What the address carries, readable."""
        return readable(
            {
                name: value if isinstance(value, str) else value[0]
                for name, value in self.app.query_params.items()
            }
        )

    def cards(self, label: str) -> list[dict[str, Any]]:
        """The cards of a list, as the browser gets them."""
        return self._widget(label)[1]["cards"]

    def ids(self, label: str) -> list[int]:
        """The ids of the titles in a list."""
        return [card["id"] for card in self.cards(label)]

    def ratings(self) -> dict[int, float]:
        """What "Your ratings" shows, the latest first."""
        return {card["id"]: card["rating"] for card in self.cards(OWN)}

    def headings(self) -> list[str]:
        """The page's headings below its title."""
        return [heading.value for heading in self.app.header]

    def texts(self) -> list[str]:
        """Plain sentences on the page."""
        return [text.value for text in (*self.app.text, *self.app.markdown)]

    def warnings(self) -> list[str]:
        """What the page warns of."""
        return [warning.value for warning in self.app.warning]

    def errors(self) -> list[str]:
        """What keeps the page from being shown."""
        return [error.value for error in self.app.error]

    def _widget(self, label: str) -> tuple[Any, dict[str, Any]]:
        for widget, data in self.components():
            if data.get("label") == label:
                return widget, data
        raise LookupError(f"There is no list {label!r} on the page.")

    def _checked(self) -> Visit:
        assert not self.app.exception, self.app.exception
        return self
