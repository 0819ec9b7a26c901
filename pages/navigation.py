"""Every page passes through here: the frame, the sidebar, the visitor's state, then the page."""

from pathlib import Path

import streamlit as st

from pages.components import visitor
from pages.components.releases import domains, release
from pages.components.sidebar import sidebar
from recommender.errors import TastemapError

STATIC = Path(__file__).parent / "static"

st.set_page_config(layout="wide", page_icon=STATIC / "icon.svg")
st.logo(STATIC / "logo.svg", icon_image=STATIC / "icon.svg", size="large")
page = st.navigation(
    [
        st.Page("recommend.py", title="Recommend", icon=":material/star:", default=True),
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
sidebar(found, served, visitor.session(served).state)
visitor.write_address(visitor.session(served).state, default=found[0])
page.run()
