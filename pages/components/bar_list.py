"""Lists of names with a number and a bar each; a name may be a button that opens what it names."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import streamlit as st

from pages.components.widgets import ATLAS

_mount = ATLAS.widget("barList", html='<div class="bar-list"></div>')


@dataclass(frozen=True)
class Row:
    """One line of a list.

    Attributes:
        text: what it is about; shown as text.
        id: item id of a title or number of a factor, which the row opens; None for
            what opens nothing.
        note: said more quietly behind the text.
        value: the number as it is to be read.
        share: length of the bar, -1..1; None for no bar.
    """

    text: str
    id: int | None = None
    note: str = ""
    value: str = ""
    share: float | None = None


def bar_list(
    rows: Sequence[Row],
    *,
    key: str,
    label: str,
    on_open: Callable[[int], None] | None = None,
    variant: Literal["bars", "chips"] = "bars",
) -> None:
    """Shows a list.

    Args:
        rows: in the order to show.
        key: names this widget on the page; has to differ between domains.
        label: what the list is called by a screen reader.
        on_open: called with the id of a row that was pressed, before the script runs again; the
            list may have changed since. None where no row has one.
        variant: one row below the other, or names side by side.

    Raises:
        ValueError: the browser sent what is no id.
    """

    def receive() -> None:
        chosen = st.session_state[key].open
        if on_open is None or not isinstance(chosen, int):
            raise ValueError(f"The browser sent {chosen!r}, which is no id of a row.")
        on_open(chosen)

    plain = [asdict(row) for row in rows]
    _mount(
        key=key,
        data={"label": label, "variant": variant, "rows": plain},
        on_open_change=receive,
    )
