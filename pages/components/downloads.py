"""Files to take away: what a page shows, as tables, as vectors and as a web page of figures."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from pages.components.charts import FORMAT, file_name, theme
from pages.components.text import plain
from recommender import figures
from recommender.factors.export import (
    coordinates,
    factor_list,
    places,
    projector,
    to_csv,
    to_parquet,
)
from recommender.serving.explore import Picture, on_the_map
from recommender.serving.served import ServedRelease
from recommender.serving.spaces import shown, space

if TYPE_CHECKING:
    import plotly.graph_objects as go


def downloads(served: ServedRelease, name: str, basis: str) -> None:
    """Draws a button for each file about a factor model."""
    files = _files(served, name, basis)
    st.markdown(
        "The vectors and the metadata are what the [TensorFlow Embedding Projector]"
        "(https://projector.tensorflow.org) loads; it needs both."
    )
    with st.container(horizontal=True, gap="small"):
        for (what, ending), (label, mime, data) in files.items():
            _button(served, f"{name}-{basis}-{what}", ending, label, mime, data)


def map_downloads(served: ServedRelease, picture: Picture) -> None:
    """Draws a button for each file about the map.

    Args:
        served: the release.
        picture: the one that is shown.
    """

    def page() -> bytes:
        drawn = pd.DataFrame(
            np.where(on_the_map(served)[:, None], picture.places, np.nan),
            pd.Index(served.shelf.item_ids, name="item_id"),
            list("xyz")[: picture.dimensions],
        )
        figure = figures.atlas(drawn, served.catalogue["title"], theme=now)
        title = f"{picture.label}, {served.domain}"
        return figures.page(title, {picture.label: figure}, theme=now).encode()

    now = theme()
    table = places(served.survey, served.catalogue, on_the_map(served))
    csv, parquet = to_csv(table), to_parquet(table)
    with st.container(horizontal=True, gap="small"):
        _button(served, "places", "csv", f"Places, CSV ({_size(len(csv))})", "text/csv", csv)
        label = f"Places, Parquet ({_size(len(parquet))})"
        _button(served, "places", "parquet", label, "application/vnd.apache.parquet", parquet)
        _button(served, picture.name, "html", "Picture, HTML (6 MB)", "text/html", page)
    st.caption("On the web page, the camera button saves the picture as PNG.")


def figure_downloads(
    served: ServedRelease, what: str, title: str, drawn: Mapping[str, "go.Figure"]
) -> None:
    """Draws the button for a web page of all figures, and the choice of what one is saved as.

    Args:
        served: the release that they are about.
        what: they are about, in the name of a file.
        title: of the web page.
        drawn: heading -> figure, in the colours of the page.
    """

    def page() -> bytes:
        return figures.page(title, drawn, theme=now).encode()

    now = theme()
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.segmented_control(
            "The camera button on a figure saves it as",
            ["png", "svg"],
            key=FORMAT,
            default=None if FORMAT in st.session_state else "png",
            format_func=str.upper,
            required=True,
        )
        _button(served, what, "html", "All figures, HTML (5 MB)", "text/html", page)


def _button(
    served: ServedRelease,
    what: str,
    ending: str,
    label: str,
    mime: str,
    data: "bytes | Callable[[], bytes]",
) -> None:
    st.download_button(
        label,
        data,
        file_name=file_name(served, plain(what), ending),
        mime=mime,
        key=f"download.{what}.{ending}",
        icon=":material/download:",
        on_click="ignore",
    )


@lru_cache(maxsize=2)
def _files(
    served: ServedRelease, name: str, basis: str
) -> dict[tuple[str, str], tuple[str, str, bytes]]:
    """(What, ending) -> label with the size, type and content."""
    looked_at, catalogue = space(served, name, basis), served.catalogue
    among = shown(served, rated=False)
    table = coordinates(looked_at, catalogue, among)
    vectors, metadata = projector(looked_at, catalogue, shown(served))
    files = {
        ("coordinates", "csv"): ("Coordinates, CSV", "text/csv", to_csv(table)),
        ("coordinates", "parquet"): (
            "Coordinates, Parquet",
            "application/vnd.apache.parquet",
            to_parquet(table),
        ),
        ("factors", "csv"): ("Factor names, CSV", "text/csv", to_csv(factor_list(looked_at))),
        ("vectors", "tsv"): ("Vectors, TSV", "text/tab-separated-values", vectors),
        ("metadata", "tsv"): ("Metadata, TSV", "text/tab-separated-values", metadata),
    }
    return {
        key: (f"{label} ({_size(len(data))})", mime, data)
        for key, (label, mime, data) in files.items()
    }


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:.1f} MB" if n_bytes >= 1e5 else f"{max(1, round(n_bytes / 1e3))} kB"
