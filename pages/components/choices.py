"""What a visitor chooses: the domain at the top of every page, page and model in the sidebar.

The visitor's state decides what is chosen, also after a reload; a widget only reports a change.
"""

from collections.abc import Mapping

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.components import visitor
from pages.components.text import plain, small
from recommender.serving.served import ServedRelease
from recommender.serving.session import State


def menu(sections: Mapping[str, Mapping[str, StreamlitPage]]) -> None:
    """Draws the menu; Streamlit's own puts headings between the items of a list.

    Args:
        sections: heading -> name -> page.
    """
    with st.sidebar, st.container(key="menu", gap=None):
        for heading, pages in sections.items():
            if heading:
                st.markdown(small(heading))
            for page in pages.values():
                if page.visibility == "visible":
                    st.page_link(page, width="stretch")


def domain_choice(domains: list[str], release: ServedRelease) -> None:
    """Draws the choice of the domain; of a single one there is none.

    Args:
        domains: those to choose from.
        release: what serves now.
    """

    def choose() -> None:
        visitor.choose_domain(st.session_state["domain"])

    if len(domains) > 1:
        st.session_state["domain"] = release.domain
        st.segmented_control(
            "Domain",
            domains,
            key="domain",
            format_func=str.capitalize,
            required=True,
            label_visibility="collapsed",
            on_change=choose,
        )


def model_choice(release: ServedRelease, state: State, usual: str) -> None:
    """Draws the choice of the model that serves the visitor, the best first, with what each does.

    Args:
        release: what serves now.
        state: the visitor's.
        usual: the model that serves this visitor until they choose.
    """

    def choose() -> None:
        chosen = st.session_state[key]
        now = visitor.session(release)
        visitor.update(now.choose_model(None if chosen == usual else chosen))

    def label(name: str) -> str:
        return plain(name) + (" (recommended)" if name == release.ranker else "")

    chosen = state.model or usual
    # Folded: most visitors never have a use for it, and every rating would wait for it.
    folded = st.sidebar.expander("Model", key="model", type="compact", on_change="rerun")
    if not folded.open:
        st.sidebar.markdown(small(plain(chosen)))
        return
    key = f"model.{release.domain}"
    reports = release.evaluation.get("few_ratings", {})
    quality = {name: found["mean"]["ndcg@10"]["value"] for name, found in reports.items()}
    models = sorted(
        release.models, key=lambda name: (name != release.ranker, -quality.get(name, 0.0), name)
    )
    recipes = release.manifest["models"]
    st.session_state[key] = chosen
    with folded:
        st.radio(
            "Model",
            models,
            key=key,
            format_func=label,
            captions=[plain(recipes[name]["summary"]) for name in models],
            label_visibility="collapsed",
            on_change=choose,
        )
