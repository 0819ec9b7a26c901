"""A quiet meter: how well the visitor's taste is known, in a line with a small bar."""

from html import escape

import streamlit as st

from recommender.serving.served import ServedRelease
from recommender.serving.sureness import sureness

_LABEL = "How well we know your taste"
_STYLE = """<style>
.sureness { display: flex; align-items: center; gap: 0.625rem; min-height: 2.625rem; margin: 0; }
.sureness .bar { flex: none; width: 4.5rem; height: 0.5rem; border-radius: 0.25rem;
  overflow: hidden; background: color-mix(in srgb, currentColor 16%, transparent); }
.sureness .bar span { display: block; height: 100%; border-radius: inherit;
  background: currentColor; opacity: 0.7; transition: width 0.4s; }
.sureness p { margin: 0; font-size: 0.875rem; line-height: 1.3; }
@media (prefers-reduced-motion: reduce) { .sureness .bar span { transition: none; } }
</style>"""


def sureness_meter(served: ServedRelease, n_rated: int, model: str) -> None:
    """Draws the meter, of one height whatever it says; nothing if nothing is known about it.

    Args:
        served: what serves.
        n_rated: how many titles the visitor has rated.
        model: name of the model that ranks.
    """
    found = sureness(served, n_rated, model)
    if found is None:
        return
    share = f"{found.share:.0%}"
    st.html(
        f'{_STYLE}<div class="sureness"><span class="bar" role="meter" aria-label="{_LABEL}" '
        f'aria-valuemin="0" aria-valuemax="100" aria-valuenow="{share[:-1]}" '
        f'aria-valuetext="{share}"><span style="width:{share}"></span></span>'
        f"<p>{escape(found.sentence)}</p></div>"
    )
