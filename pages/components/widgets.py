"""The code of the widgets, sent to a browser once.

Streamlit sends a component's JavaScript and CSS again with every change of its data, 35 kB each
time for these. So the code is in a component of its own, which never changes and is therefore not
sent again, and a widget's own component is a few lines that wait for it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent
_MODULES = ("cover", "stars", "opinion", "outbox", "title_cards", "taste_strip", "widgets")
_STYLES = {"titleCards": "title_cards", "tasteStrip": "taste_strip"}


def _code(*names: str) -> str:
    return "".join((_HERE / f"{name}.js").read_text(encoding="utf-8") for name in names)


_mount = st.components.v2.component("widgets", js=_code("waiting_room", *_MODULES))
_styles = {
    widget: (_HERE / f"{name}.css").read_text(encoding="utf-8") for widget, name in _STYLES.items()
}


def widgets() -> None:
    """Sends the code to the browser; a page with widgets calls it once, anywhere."""
    _mount(key="widgets", data=_styles)


def widget(name: str, html: str) -> Callable[..., Any]:
    """Registers a widget whose code `widgets` sends.

    Args:
        name: of its function in JavaScript, as "titleCards".
        html: what it draws in.

    Returns:
        What mounts it; see `st.components.v2.component`.
    """
    code = f'const WIDGET = "{name}";\n{_code("waiting_room", "mount")}'
    return st.components.v2.component(name, html=html, js=code)
