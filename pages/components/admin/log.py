"""Admin, Log: who did what, when, and how it went."""

import streamlit as st

from pages.components.admin.door import office
from pages.components.text import plain, small
from recommender.storage import Entry

PAGE = 25
_MARKS = {"done": ("done", "green"), "failed": ("failed", "red"), "refused": ("refused", "orange")}


def log_section(domain: str) -> None:
    """Draws the log, newest first, a page at a time."""
    st.markdown("Every act of every admin, newest first. Nobody can change or remove a line.")
    ends = st.session_state.setdefault("admin.log", [None])
    found = office().log.read(PAGE + 1, before=ends[-1])
    if not found:
        st.write("Nothing yet.")
    for entry in found[:PAGE]:
        _line(entry)
    with st.container(horizontal=True):
        if len(ends) > 1:
            st.button("Newer", icon=":material/chevron_left:", on_click=ends.pop)
        if len(found) > PAGE:
            st.button(
                "Older",
                icon=":material/chevron_right:",
                on_click=ends.append,
                args=(found[PAGE - 1].id,),
            )


def _line(entry: Entry) -> None:
    word, colour = _MARKS.get(entry.outcome, ("no end known", "gray"))
    about = " ".join(filter(None, (entry.domain, f"`{entry.release}`" if entry.release else "")))
    with st.container(gap=None):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(word, color=colour)
            st.markdown(f"**{plain(entry.action)}** {about}")
        told = ". ".join(part.rstrip(".") for part in (entry.detail, entry.result) if part)
        st.markdown(
            small(f"{entry.at:%Y-%m-%d %H:%M:%S} UTC, {plain(entry.who)}")
            + (f"  \n{plain(told)}." if told else "")
        )
