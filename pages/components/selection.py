"""The selection on the map: which titles, and what sets them apart from the rest."""

import math

import streamlit as st

from pages.components.bar_list import bar_list
from pages.components.rows import word_rows
from pages.components.text import small
from recommender.serving.explore import on_the_map
from recommender.serving.selection import Character, characterise
from recommender.serving.served import ServedRelease

WORDS = 8


def selected(served: ServedRelease) -> list[int] | None:
    """The item ids of the visitor's selection, None without one."""
    ids, of, _ = st.session_state.get(_key(served), (None, served.id, None))
    return ids if of == served.id else None


def select(served: ServedRelease, item_ids: list[int]) -> None:
    """Selects titles and compares them with the rest of the map; none takes the selection back."""
    if not item_ids:
        st.session_state.pop(_key(served), None)
        return
    shown = served.catalogue[on_the_map(served)]
    chosen = shown.index.get_indexer(shown.index.intersection(item_ids))
    character = characterise(shown, chosen) if len(item_ids) < len(shown) else None
    st.session_state[_key(served)] = (item_ids, served.id, character)


def selection_panel(served: ServedRelease) -> None:
    """Draws what the selection is like; draws nothing without one."""
    found = selected(served)
    if found is None:
        return
    character: Character | None = st.session_state[_key(served)][2]
    st.header(f"{len(found):,} selected titles", anchor=False)
    if character is None:
        st.write("These are all titles on the map: select fewer to compare them with the rest.")
    else:
        st.markdown(summary(character))
        rows = word_rows(character.words, WORDS)
        if rows:
            st.markdown(
                small(
                    "What sets them apart: differences that titles drawn at random would show in "
                    "less than one of a hundred such comparisons."
                )
            )
            bar_list(rows, key=f"words.{served.domain}", label="What sets the selection apart")
        else:
            st.write("No genre, decade or kind is more or less frequent here than by chance.")
    st.button("Clear the selection", on_click=select, args=(served, []))


def summary(character: Character) -> str:
    """Years and ratings of a selection in a sentence."""
    parts = []
    if character.years is not None:
        first, last = character.years
        years = f"{first}" if first == last else f"{first} to {last}"
        parts.append(f"Half of them are from {years}.")
    here, elsewhere = character.ratings
    parts.append(f"The middle one has **{here:,.0f}** ratings, elsewhere {elsewhere:,.0f}.")
    mean, other = character.mean_rating
    if math.isfinite(mean) and math.isfinite(other):
        parts.append(f"Mean rating **{mean:.2f}**, elsewhere {other:.2f}.")
    return " ".join(parts)


def _key(served: ServedRelease) -> str:
    return f"selection.{served.domain}"
