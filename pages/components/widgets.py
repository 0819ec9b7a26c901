"""The code of the widgets, sent to a browser once.

Streamlit sends a component's JavaScript and CSS again with every change of its data, 35 kB each
time for the cards. So the code of widgets that go together is in a component of its own, which
never changes and is therefore not sent again, and a widget's own component is a few lines that wait
for it.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent


class Bundle:
    """Widgets whose code is sent together, by the page that uses them."""

    def __init__(self, name: str, modules: tuple[str, ...], styles: Mapping[str, str]) -> None:
        """Registers the code.

        Args:
            name: of the bundle.
            modules: its JavaScript files, without their ending.
            styles: a widget's function in JavaScript, as "titleCards" -> its CSS file, without its
                ending; "" for a widget that draws nothing.
        """
        self._name = name
        functions = ", ".join(styles)
        code = _code(modules) + f"const FUNCTIONS = {{ {functions} }};\n"
        self._mount = _component(name, code + _code(["widgets"]), name)
        self._styles = {
            widget: (_HERE / f"{file}.css").read_text(encoding="utf-8") if file else ""
            for widget, file in styles.items()
        }

    def send(self) -> None:
        """Sends the code to the browser; a page calls it once, anywhere."""
        self._mount(key=self._name, data=self._styles)

    def widget(self, name: str, html: str = "") -> Callable[..., Any]:
        """Registers a widget of the bundle.

        Args:
            name: of its function in JavaScript, as "titleCards".
            html: what it draws in.

        Returns:
            What mounts it; see `st.components.v2.component`. Its data are plain values.
        """
        code = f"const WIDGET = {json.dumps(name)};\n{_code(['mount'])}"
        return _component(name, code, self._name, html=html)


def _component(name: str, code: str, bundle: str, **parts: str) -> Callable[..., Any]:
    head = f"const BUNDLE = {json.dumps(bundle)};\n{_code(['waiting_room'])}"
    component = st.components.v2.component(name, js=head + code, **parts)

    def mount(*, data: object, **how: Any) -> Any:
        # Streamlit searches every value of a dictionary for data frames, but none of a list.
        return component(data=[data], **how)

    return mount


def _code(modules: tuple[str, ...] | list[str]) -> str:
    return "".join((_HERE / f"{name}.js").read_text(encoding="utf-8") for name in modules)


CARDS = Bundle(
    "widgets",
    (
        "element",
        "cover",
        "stars",
        "opinion",
        "breakdown",
        "outbox",
        "motion",
        "title_cards",
        "taste_strip",
    ),
    {"titleCards": "title_cards", "tasteStrip": "taste_strip"},
)
"""The cards of titles and the strip that leads to them."""

ATLAS = Bundle(
    "atlasWidgets",
    (
        "element",
        "atlas/store",
        "atlas/colours",
        "atlas/filters",
        "atlas/view",
        "atlas/points",
        "atlas/labels",
        "atlas/gestures",
        "atlas/controls",
        "atlas/listing",
        "atlas/map",
        "bar_list",
    ),
    {"atlasMap": "atlas/map", "atlasTitles": "", "atlasPlaces": "", "barList": "bar_list"},
)
"""The map of the titles, what it draws, and lists of titles with a bar each."""

SHARE = Bundle("shareWidgets", ("element", "share_link"), {"shareLink": "share_link"})
"""The link that a visitor's list is shared by."""
