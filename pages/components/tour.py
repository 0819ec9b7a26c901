"""The guided tour: a bar on top of the pages that it leads through, one sentence a step."""

from collections.abc import Mapping

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.components import visitor
from pages.components.text import plain
from recommender.factors.tour import Step
from recommender.serving.served import ServedRelease
from recommender.serving.spaces import guided_tour

_AT, _GO = "tour.at", "tour.go"


def tour_start() -> None:
    """Draws the way into the tour, in the sidebar."""
    with st.sidebar:
        st.button(
            "Take the tour",
            icon=":material/tour:",
            on_click=_go_to,
            args=(0,),
            disabled=_AT in st.session_state,
            help="Five things to see, with examples from the data",
        )


def follow_tour(served: ServedRelease, pages: Mapping[str, StreamlitPage], here: str) -> None:
    """Shows what a step that was just chosen is about; may go to another page."""
    if not st.session_state.pop(_GO, False):
        return
    steps = _steps(served)
    if not steps:
        return
    step = steps[min(st.session_state[_AT], len(steps) - 1)]
    shown = dict(step.view)
    names = visitor.VIEWS.get(step.page, ())
    visitor.change_view(served, step.page, {name: shown.get(name) for name in names})
    if step.page != here:
        st.switch_page(pages[step.page])


def tour_bar(served: ServedRelease) -> None:
    """Draws the step that the tour is at, if there is a tour."""
    if _AT not in st.session_state:
        return
    steps = _steps(served)
    if not steps:
        st.info("Of this release there is nothing to show: no claim of the tour holds on its data.")
        del st.session_state[_AT]
        return
    at = min(st.session_state[_AT], len(steps) - 1)
    step = steps[at]
    with (
        st.container(border=True, key="tour"),
        st.container(horizontal=True, vertical_alignment="center", gap="small"),
    ):
        st.markdown(f"**{at + 1} of {len(steps)}** · {plain(step.sentence)}", width="stretch")
        if not dict(step.ratings).keys() <= visitor.session(served).state.ratings.keys():
            st.button("Rate them", icon=":material/star:", on_click=_rate, args=(served, step))
        st.button(
            "Back",
            on_click=_go_to,
            args=(at - 1,),
            disabled=at == 0,
            shortcut="Alt+B",
        )
        if at < len(steps) - 1:
            st.button("Next", type="primary", on_click=_go_to, args=(at + 1,), shortcut="Alt+N")
        st.button("End the tour", type="tertiary", on_click=_end)


def _steps(served: ServedRelease) -> tuple[Step, ...]:
    with st.spinner("Looking for examples in the data …"):
        return guided_tour(served)


def _go_to(at: int) -> None:
    st.session_state[_AT], st.session_state[_GO] = at, True


def _rate(served: ServedRelease, step: Step) -> None:
    session, shelf = visitor.session(served), served.shelf
    for item_id, rating in step.ratings:
        session = session.rate(item_id, rating, shelf.titles[shelf.position[item_id]])
    visitor.update(session)


def _end() -> None:
    del st.session_state[_AT]
