"""Every page passes through here: the visitor's state, the frame with its choices, the page."""

from pathlib import Path

import streamlit as st

from pages.components import consent, visitor
from pages.components.admin.door import configured, expected
from pages.components.choices import domain_choice, menu, model_choice
from pages.components.text import plain
from pages.components.tour import follow_tour, tour_bar, tour_start
from recommender.errors import TastemapError
from recommender.serving.counted import PAGE_SECONDS
from recommender.serving.opened import domains, release

HERE = Path(__file__).parent
STATIC = HERE / "static"
MENU = (HERE / "components" / "menu.js").read_text()

st.set_page_config(layout="wide", page_icon=STATIC / "icon.svg")
st.html(HERE / "components" / "frame.css")
st.html(f"<script>{MENU}</script>", unsafe_allow_javascript=True)
st.logo(STATIC / "logo.svg", icon_image=STATIC / "icon.svg", size="large")
sections = {
    "": {
        "recommend": st.Page(
            "recommend.py", title="Recommend", icon=":material/star:", default=True
        ),
        "taste": st.Page("taste.py", title="Your taste", icon=":material/fingerprint:"),
        "together": st.Page("together.py", title="Together", icon=":material/group:"),
        "explore": st.Page("explore.py", title="Explore", icon=":material/explore:"),
    },
    "Under the hood": {
        "factors": st.Page("factors.py", title="Factors", icon=":material/tune:"),
        "compare": st.Page("compare.py", title="Compare models", icon=":material/leaderboard:"),
        "compare_embeddings": st.Page(
            "compare_embeddings.py", title="Compare embeddings", icon=":material/compare:"
        ),
    },
    "Tastemap": {"about": st.Page("about.py", title="About", icon=":material/info:")},
}
if configured():
    # Nobody else has any use for it in the menu.
    sections["Tastemap"]["admin"] = st.Page(
        "admin.py",
        title="Admin",
        icon=":material/admin_panel_settings:",
        visibility="visible" if expected() else "hidden",
    )
pages = {name: one for section in sections.values() for name, one in section.items()}
page = st.navigation(list(pages.values()), position="hidden")
name = next(name for name, one in pages.items() if one == page)

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
given = consent.look(served, visitor.session(served).state)
follow_tour(served, pages, name)
menu(sections)
if name != "admin":
    tour_start()
    model_choice(served, visitor.session(served).state, given or served.ranker)
visitor.write_address(
    visitor.session(served).state, default=found[0], view=visitor.view(served, name)
)
with st.container(horizontal_alignment="center"), st.container(width=1120, gap="medium"):
    domain_choice(found, served)
    for fault in served.faults:
        st.warning(fault, icon=":material/warning:")
    if visitor.notes():
        st.warning(plain(" ".join(visitor.notes())), icon=":material/link_off:")
    tour_bar(served)
    with PAGE_SECONDS.labels(name).time():
        page.run()
