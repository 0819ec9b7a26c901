"""The visitor's own list: a few cards at a time, however long it is, with a search in it."""

from collections.abc import Callable

import streamlit as st

from pages.components.cards import plain_cards
from pages.components.posters import posters
from pages.components.title_cards import Event, title_cards
from recommender.serving.served import ServedRelease
from recommender.serving.session import State

SHOWN = 24
"""How many ratings are drawn at once; a longer list can be searched."""

_UNRATED = 6


def own_list(
    served: ServedRelease, state: State, on_event: Callable[[Event], None], start: int
) -> None:
    """Draws the visitor's ratings, the latest first, and what was brought without a rating.

    Args:
        served: what serves.
        state: the visitor's.
        on_event: called for every tap.
        start: see `title_cards`.
    """
    ratings, key = state.ratings, f"own.{served.domain}"
    found = list(reversed(ratings))
    query = ""
    if len(found) > SHOWN:
        query = st.text_input(
            "Search your ratings",
            key=f"{key}.search",
            type="search",
            live="200ms",
            placeholder=f"Search your {len(found):,} ratings",
            label_visibility="collapsed",
        ).strip()
    if query:
        hits = served.search(query, len(served.shelf))["item_id"]
        found = [item_id for item_id in map(int, hits) if item_id in ratings]
        if not found:
            st.text("None of your ratings is called that.")
    shown = st.session_state.get(f"{key}.shown", SHOWN)
    title_cards(
        plain_cards(served, found[:shown], ratings),
        variant="rated",
        scale=served.scale,
        key=key,
        label="Your ratings",
        on_event=on_event,
        posters=posters(served.domain),
        start=start,
    )
    if len(found) > shown:
        _more(f"{key}.shown", shown, SHOWN, f"Show more of {len(found):,}")
    _unrated(served, "watched, not rated", state.seen, f"seen.{served.domain}", on_event)
    _unrated(served, "planned", state.planned, f"planned.{served.domain}", on_event)


def _unrated(
    served: ServedRelease,
    label: str,
    item_ids: tuple[int, ...],
    key: str,
    on_event: Callable[[Event], None],
) -> None:
    """Offers titles without a rating to be rated, behind a fold."""
    if not item_ids:
        return
    shown = st.session_state.get(f"{key}.shown", _UNRATED)
    with st.expander(f"{len(item_ids):,} {label}", key=key):
        title_cards(
            plain_cards(served, item_ids[-shown:][::-1], {}),
            variant="rated",
            scale=served.scale,
            key=f"{key}.cards",
            label=label.capitalize(),
            on_event=on_event,
        )
        if len(item_ids) > shown:
            _more(f"{key}.shown", shown, _UNRATED, "Show more")


def _more(key: str, shown: int, step: int, label: str) -> None:
    def more() -> None:
        st.session_state[key] = shown + step

    st.button(label, key=f"{key}.more", on_click=more, icon=":material/expand_more:")
