"""The sidebar: which domain, and which model serves the visitor."""

import streamlit as st

from pages.components import visitor
from recommender.serving.served import ServedRelease
from recommender.serving.session import State


def sidebar(domains: list[str], release: ServedRelease, state: State) -> None:
    """Draws the choices and stores what is chosen.

    Args:
        domains: those to choose from.
        release: what serves now.
        state: the visitor's.
    """

    def choose_domain() -> None:
        visitor.choose_domain(st.session_state["domain"])

    def choose_model() -> None:
        chosen = st.session_state[model_key]
        now = visitor.session(release)
        visitor.update(now.choose_model(None if chosen == release.ranker else chosen))

    model_key = f"model.{release.domain}"
    models = [release.ranker, *(name for name in release.models if name != release.ranker)]
    # The state decides what is chosen, also after a reload; the widget only reports a change.
    st.session_state["domain"] = release.domain
    st.session_state[model_key] = state.model or release.ranker
    with st.sidebar:
        st.selectbox(
            "Domain", domains, key="domain", format_func=str.capitalize, on_change=choose_domain
        )
        st.selectbox(
            "Model",
            models,
            key=model_key,
            format_func=lambda name: f"{name} (recommended)" if name == release.ranker else name,
            on_change=choose_model,
        )
        st.caption(release.manifest["models"][st.session_state[model_key]]["summary"])
