"""Charts on a page: in the page's colours, with the sentence that says what they show."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from recommender import figures
from recommender.figures import Theme
from recommender.serving.served import ServedRelease

if TYPE_CHECKING:
    import plotly.graph_objects as go

FORMAT = "figures.format"


def theme() -> Theme:
    """The theme the visitor sees the page in."""
    return "dark" if st.context.theme.type == "dark" else "light"


def file_name(served: ServedRelease, what: str, ending: str = "") -> str:
    """What a file about a release is called: "movies-20261121-2215-d4e301-factors.csv"."""
    return f"{served.domain}-{served.id}-{what}" + (f".{ending}" if ending else "")


def chart(
    figure: "go.Figure",
    served: ServedRelease,
    what: str,
    alt: str,
    buttons: Sequence[str] = (),
    **options: Any,
) -> None:
    """Draws a figure of `recommender.figures` and says below it what it shows.

    Args:
        figure: in the colours of `theme()`.
        served: the release that it is about.
        what: it is about, in the name of a file: "scree".
        alt: what it is, for a screen reader; what it shows is said below.
        buttons: Plotly's buttons beside the camera.
        options: more of `st.plotly_chart`.
    """
    picture = {
        "format": st.session_state.get(FORMAT, "png"),
        "filename": file_name(served, what),
        "scale": 2,
    }
    with st.container(gap="xsmall"):
        st.plotly_chart(
            figure,
            theme=None,
            alt=alt,
            config={
                "displaylogo": False,
                "displayModeBar": True,
                "modeBarButtons": [["toImage"], [*buttons]],
                "toImageButtonOptions": picture,
            },
            **options,
        )
        st.caption(figures.text(figure).replace("$", "\\$"))
