"""Admin: data, retraining, judgement, releases and the log, for those who are signed in."""

import streamlit as st

from pages.components import visitor
from pages.components.admin.data import data_section
from pages.components.admin.door import came, configured, heard, sign_in_form, sign_out
from pages.components.admin.judgement import judgement_section
from pages.components.admin.log import log_section
from pages.components.admin.releases import releases_section
from pages.components.admin.retrain import retrain_section
from pages.components.admin.visitors import visitors_section
from pages.components.text import plain
from recommender.errors import TastemapError
from recommender.serving.opened import domains, release

SECTIONS = {
    "releases": ("Releases", releases_section),
    "data": ("Data", data_section),
    "retrain": ("Retrain", retrain_section),
    "judgement": ("Judgement", judgement_section),
    "visitors": ("Visitors", visitors_section),
    "log": ("Log", log_section),
}

if not configured():
    # The page is not even registered then; this is for whoever changes that.
    st.stop()
served = release(visitor.domain(domains()))


def choose() -> None:
    """Goes to another section."""
    visitor.change_view(served, "admin", {"section": st.session_state["admin.section"]})


who = came()
if who is None:
    sign_in_form()
    st.stop()

with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.title("Admin", anchor=False, width="content")
    with st.container(horizontal=True, width="content", vertical_alignment="center"):
        st.markdown(plain(who), width="content")
        st.button("Sign out", type="tertiary", icon=":material/logout:", on_click=sign_out)
wanted = visitor.view(served, "admin").get("section")
st.session_state["admin.section"] = section = wanted if wanted in SECTIONS else next(iter(SECTIONS))
st.segmented_control(
    "Section",
    list(SECTIONS),
    key="admin.section",
    format_func=lambda name: SECTIONS[name][0],
    required=True,
    label_visibility="collapsed",
    on_change=choose,
)
heard()
try:
    SECTIONS[section][1](served.domain)
except TastemapError as error:
    st.error(plain(str(error)), icon=":material/error:")
