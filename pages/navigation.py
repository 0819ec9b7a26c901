"""Every page passes through here: the visitor's state, the frame with its choices, the page."""

from pathlib import Path

import streamlit as st

from pages.components import visitor
from pages.components.choices import domain_choice, model_choice
from pages.components.releases import domains, release
from pages.components.text import plain
from recommender.errors import TastemapError

HERE = Path(__file__).parent
STATIC = HERE / "static"

st.set_page_config(layout="wide", page_icon=STATIC / "icon.svg")
st.html(HERE / "components" / "frame.css")
st.logo(STATIC / "logo.svg", icon_image=STATIC / "icon.svg", size="large")
explore = st.Page("explore.py", title="Explore", icon=":material/explore:")
page = st.navigation(
    [
        st.Page("recommend.py", title="Recommend", icon=":material/star:", default=True),
        explore,
        st.Page("compare.py", title="Compare models", icon=":material/leaderboard:"),
        st.Page("about.py", title="About", icon=":material/info:"),
    ]
)

try:
    found = domains()
    served = release(visitor.domain(found)) if found else None
except TastemapError as error:
    st.error(str(error), icon=":material/error:")
    st.stop()
if served is None:
    st.error(
        "There is no release to serve. Run `make train`, then reload.", icon=":material/error:"
    )
    st.stop()

visitor.follow_history(served)
model_choice(served, visitor.session(served).state)
visitor.write_address(
    visitor.session(served).state,
    default=found[0],
    title=visitor.opened(served) if page == explore else None,
)
with st.container(horizontal_alignment="center"), st.container(width=1120, gap="medium"):
    domain_choice(found, served)
    for fault in served.faults:
        st.warning(fault, icon=":material/warning:")
    if visitor.notes():
        st.warning(plain(" ".join(visitor.notes())), icon=":material/link_off:")
    page.run()
