"""Title arithmetic: more like these, less like those, kept while the tab is open."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from pages.components import visitor
from pages.components.bar_list import Row, bar_list
from pages.components.rows import similarity_rows
from recommender.factors.model import FactorModel
from recommender.serving.explore import similar
from recommender.serving.served import ServedRelease

RESULTS = 10


@dataclass(frozen=True)
class Recipe:
    """Item ids of titles to be like, and to be unlike; none is in both."""

    more: tuple[int, ...] = ()
    less: tuple[int, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether it names no title."""
        return not self.more and not self.less

    def without(self, item_id: int) -> Recipe:
        """The recipe without a title."""
        return Recipe(
            tuple(one for one in self.more if one != item_id),
            tuple(one for one in self.less if one != item_id),
        )


def recipe(served: ServedRelease) -> Recipe:
    """The visitor's recipe, of titles that the release has."""
    kept: Recipe = st.session_state.get(_key(served), Recipe())
    here = served.shelf.position
    return Recipe(
        tuple(one for one in kept.more if one in here),
        tuple(one for one in kept.less if one in here),
    )


def recipe_buttons(served: ServedRelease, item_id: int) -> None:
    """Draws the buttons that add a title to the recipe."""
    now = recipe(served)

    def more() -> None:
        without = recipe(served).without(item_id)
        _keep(served, replace(without, more=(*without.more, item_id)))

    def less() -> None:
        without = recipe(served).without(item_id)
        _keep(served, replace(without, less=(*without.less, item_id)))

    with st.container(horizontal=True, gap="small"):
        st.button("More like this", on_click=more, disabled=item_id in now.more)
        st.button("Less like this", on_click=less, disabled=item_id in now.less)


def recipe_results(served: ServedRelease, model: FactorModel) -> list[int]:
    """Draws the recipe with what comes out of it; draws nothing without one.

    Returns:
        The item ids of the results.
    """
    now = recipe(served)
    if now.empty:
        return []

    def take_out(item_id: int) -> None:
        _keep(served, recipe(served).without(item_id))

    def term(sign: str, item_id: int) -> Row:
        title = served.shelf.titles[served.shelf.position[item_id]]
        return Row(f"{sign} {title}", item_id, note="remove")

    st.header("Title arithmetic", anchor=False)
    bar_list(
        [*(term("+", one) for one in now.more), *(term("−", one) for one in now.less)],
        key=f"terms.{served.domain}",
        label="More like (+) and less like (−)",
        on_open=take_out,
        variant="chips",
    )
    found = similar(served, model, now.more, now.less, RESULTS)
    bar_list(
        similarity_rows(served, found),
        key=f"recipe.{served.domain}",
        label="What comes out of the title arithmetic",
        on_open=lambda item_id: visitor.open_title(served, item_id),
    )
    return [int(item_id) for item_id in found["item_id"]]


def _key(served: ServedRelease) -> str:
    return f"recipe.of.{served.domain}"


def _keep(served: ServedRelease, new: Recipe) -> None:
    st.session_state[_key(served)] = new
