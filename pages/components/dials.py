"""The dials: two sliders under the heading of the recommendations, all others behind a button.

The visitor's state decides how a dial stands, also after undo, a reload or a shared link; a widget
only reports a change. On a phone the two sliders are behind the button as well: both stand in the
page, and the frame's stylesheet shows one of the two.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from pages.components import visitor
from pages.components.text import plain, small
from recommender.serving.dials import LATEST_YEAR, NEUTRAL, POSITIONS, Dials, position
from recommender.serving.relax import relaxations
from recommender.serving.served import ServedRelease
from recommender.serving.visitor import Visitor

_IN_FRONT = ("surprise", "variety")
_STEPS = (0, 5, 20, 50, 100, 200)
_EPISODES = (52, "One is a film or a special, 13 a season on television; 52 stands for more, too.")
_SLIDERS = {
    "surprise": (
        "Familiar or surprising",
        "How well known the titles are. Rather surprising costs nothing that can be measured; "
        "Surprising brings titles that less than half as many people rated, and about a fifth "
        "fewer hits.",
    ),
    "variety": (
        "Variety",
        "How different the titles are from each other. Up to Varied it costs nothing that can be "
        "measured.",
    ),
    "adventure": (
        "Certain or adventurous",
        "Certain: good even at the low end of the predicted range, which spares one in seven "
        "disappointments. Adventurous: titles whose rating is harder to predict; a tenth fewer "
        "hits.",
    ),
}
_SWITCHES = {
    "one_per_franchise": (
        "One per franchise",
        "Not both Rocky and Rocky II. Tastemap goes by their names and misses some.",
    ),
    "no_sequels": ("First parts first", "No sequel of what you have not seen."),
    "show_seen": ("Also what you have watched", "Titles you marked as watched, without a rating."),
    "show_planned": ("Also what you plan to watch", "Titles that are on your list already."),
}


def dial_row(served: ServedRelease, folded: Visitor, dials: Dials) -> None:
    """Draws the dials and what is turned.

    Args:
        served: what serves.
        folded: the visitor folded in.
        dials: how they stand.
    """
    settings = dials.settings()
    # Before there is a rating they could not be moved.
    if folded.ratings:
        with st.container(key="dials-in-front", horizontal=True, gap="medium"):
            for name in _IN_FRONT:
                _slider(served, folded, dials, name, "front")
    with st.container(key="dials", horizontal=True, vertical_alignment="center", gap="small"):
        behind = st.popover(
            "Dials", icon=":material/tune:", key=f"dials.{served.domain}", on_change="rerun"
        )
        # Only while it is open: it is a third of the page, and every rating would wait for it.
        if behind.open:
            with behind:
                _all(served, folded, dials)
        for one in settings:
            st.button(
                plain(one.label),
                key=f"chip.{served.domain}.{one.name}",
                icon=":material/close:",
                icon_position="right",
                help="Turn this back",
                on_click=_turn,
                args=(served, one.back),
            )
        if settings:
            st.button(
                "Reset",
                key=f"reset-dials.{served.domain}",
                type="tertiary",
                on_click=_turn,
                args=(served, NEUTRAL),
            )


def shortage(
    served: ServedRelease, folded: Visitor, dials: Dials, exclude: Iterable[int], shown: int
) -> None:
    """Says that the filters leave fewer titles than asked for, and offers to turn one back.

    Args:
        served: what serves.
        folded: the visitor folded in.
        dials: how they stand.
        exclude: ids of titles that are not recommended beside those rated.
        shown: how many titles there are.
    """
    ways = relaxations(folded, dials, exclude)
    some = {0: "No title fits", 1: "Only one title fits"}.get(shown, f"Only {shown} titles fit")
    if not ways:
        st.write(f"{some} all of your dials together.")
        st.button("Reset all dials", on_click=_turn, args=(served, NEUTRAL))
        return
    best = ways[0]
    st.write(
        f"{some} all of your dials. Without “{plain(best.setting.label)}” there "
        f"{'is one more' if best.titles == 1 else f'are {best.titles:,} more'}."
    )
    with st.container(horizontal=True, gap="small"):
        for one in ways:
            st.button(
                plain(f"Without “{one.setting.label}”: {one.titles:,} more"),
                key=f"relax.{served.domain}.{one.setting.name}",
                on_click=_turn,
                args=(served, one.setting.back),
            )


def _all(served: ServedRelease, folded: Visitor, dials: Dials) -> None:
    """Draws what is behind the button."""
    shelf = served.shelf
    if not folded.ratings:
        st.markdown(small("Rate a title first: the sliders need to know what fits you."))
    with st.container(key="dials-on-a-phone"):
        for name in _IN_FRONT:
            _slider(served, folded, dials, name, "phone")
    if folded.uses_ratings:
        _slider(served, folded, dials, "adventure", "all")
    for name, label in (("genres", "Only these genres"), ("without", "None of these genres")):
        st.multiselect(
            label,
            shelf.all_genres,
            placeholder="Any" if name == "genres" else "None",
            select_all=False,
            **_bound(served, name, list(getattr(dials, name)), tuple),
        )
    if len(shelf.all_kinds) > 1:
        st.multiselect(
            "Only these kinds",
            shelf.all_kinds,
            placeholder="Any",
            select_all=False,
            **_bound(served, "kinds", list(dials.kinds), tuple),
        )
    for label, numbers, names, most, meaning in (
        ("Years", shelf.years, ("first_year", "last_year"), LATEST_YEAR, None),
        ("Episodes", shelf.episodes, ("fewest_episodes", "most_episodes"), *_EPISODES),
    ):
        known = np.minimum(numbers[numbers > 0], most)
        if len(known) and known.min() < known.max():
            ends = int(known.min()), int(known.max())
            _range(served, dials, label, names, ends, meaning)
    steps = sorted({*_STEPS, dials.fewest_ratings})
    st.select_slider(
        "At least so many ratings",
        steps,
        format_func=lambda n: f"{n:,}" if n else "Any",
        **_bound(served, "fewest_ratings", dials.fewest_ratings, int),
    )
    for name, (label, meaning) in _SWITCHES.items():
        there = {"show_seen": folded.seen, "show_planned": folded.planned}.get(name, True)
        if there or getattr(dials, name):
            st.toggle(label, help=meaning, **_bound(served, name, getattr(dials, name), bool))


def _slider(served: ServedRelease, folded: Visitor, dials: Dials, name: str, where: str) -> None:
    label, meaning = _SLIDERS[name]
    value = getattr(dials, name)
    st.select_slider(
        label,
        sorted({*POSITIONS[name], value}),
        format_func=lambda at: position(name, at),
        help=meaning,
        disabled=not folded.ratings,
        **_bound(served, name, value, int, where),
    )


def _range(
    served: ServedRelease,
    dials: Dials,
    label: str,
    names: tuple[str, str],
    ends: tuple[int, int],
    meaning: str | None = None,
) -> None:
    """A range; an end where the slider stops takes all that lies behind, and what is unknown."""
    low, high = ends
    turned = [getattr(dials, name) for name in names]
    chosen = [
        end if value is None else min(max(value, low), high)
        for value, end in zip(turned, ends, strict=True)
    ]
    key = f"dial.{served.domain}.{names[0]}"
    st.session_state[key] = (min(chosen), max(chosen))

    def turn() -> None:
        now = zip(names, st.session_state[key], ends, strict=True)
        span = {name: None if value == end else value for name, value, end in now}
        _turn(served, replace(visitor.session(served).state.dials, **span))

    st.slider(label, low, high, key=key, on_change=turn, help=meaning)


def _bound(
    served: ServedRelease,
    name: str,
    value: object,
    convert: Callable[[Any], object],
    where: str = "all",
) -> dict[str, Any]:
    """What binds a widget to a dial: it shows how the dial stands and turns it."""
    key = f"dial.{served.domain}.{name}.{where}"
    st.session_state[key] = value

    def turn() -> None:
        now = visitor.session(served).state.dials
        _turn(served, replace(now, **{name: convert(st.session_state[key])}))

    return {"key": key, "on_change": turn}


def _turn(served: ServedRelease, dials: Dials) -> None:
    visitor.update(visitor.session(served).turn(dials))
