"""Figures of embeddings: the atlas, and how alike two models see the same titles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from recommender.factors.comparison import NEIGHBOURS, Comparison
from recommender.figures.look import LOOKS, Theme, bars, canvas, label, listed, mark

if TYPE_CHECKING:
    import plotly.graph_objects as go


def atlas(
    places: pd.DataFrame,
    titles: pd.Series,
    *,
    values: pd.Series | None = None,
    chosen: int | None = None,
    highlighted: Sequence[int] = (),
    theme: Theme = "light",
) -> go.Figure:
    """A picture of the titles, flat or to be turned.

    Args:
        places: indexed by item_id, columns x, y and, for a picture in three dimensions, z, in
            -1..1; a title with NaN has no place.
        titles: item_id -> title.
        values: item_id -> number that gives the colour; its name is that of the colour bar. None
            for one colour.
        chosen: item id of a title to be marked.
        highlighted: item ids of titles to be marked as its neighbours.
        theme: of the page it stands on.
    """
    look, solid = LOOKS[theme], "z" in places
    columns = ["x", "y", "z"] if solid else ["x", "y"]
    here = places.dropna()
    sentence = f"A picture of {len(here):,} titles"
    near = [item_id for item_id in highlighted if item_id in here.index]
    if chosen is not None and chosen in here.index:
        sentence += f", on which {titles[chosen]} is marked"
        if near:
            sentence += f" with {listed([str(titles[item_id]) for item_id in near[:3]])} near it"
    axis = {"visible": False, "range": [-1.05, 1.05], "fixedrange": False}
    figure = canvas(
        theme,
        f"{sentence}.",
        height=480 if solid else 420,
        dragmode="turntable" if solid else "pan",
        xaxis=axis,
        yaxis=axis | {"scaleanchor": "x"},
        scene={f"{name}axis": {"visible": False} for name in "xyz"} if solid else None,
    )
    # What is marked is drawn above the points, which WebGL alone would not do.
    below, above = ("scatter3d", "scatter3d") if solid else ("scattergl", "scatter")
    marker: dict[str, object] = {"size": 2 if solid else 4, "opacity": 0.4, "color": look.quiet}
    if values is not None:
        bar = {"title": {"text": str(values.name or "")}, "thickness": 10, "outlinewidth": 0}
        colours = values.reindex(here.index).to_numpy(np.float32)
        marker |= {"color": colours, "colorscale": "Viridis", "colorbar": bar}
    layers = [
        (here.index, marker, "markers"),
        (pd.Index(near), {"size": 4 if solid else 9, "color": look.plus}, "markers"),
        (
            here.index[here.index == chosen] if chosen is not None else here.index[:0],
            {"size": 6 if solid else 13, "color": look.minus},
            "markers+text",
        ),
    ]
    for item_ids, style, mode in layers:
        rows = here.loc[item_ids, columns].to_numpy(np.float32)
        figure.add_trace(
            {
                "type": below if item_ids is here.index else above,
                **dict(zip(columns, rows.T, strict=True)),
                "mode": mode,
                "marker": style,
                "text": [label(titles[item_id]) for item_id in item_ids],
                "customdata": item_ids.to_numpy(),
                "textposition": "top center",
                "textfont": {"color": look.text, "size": 14},
                "hovertemplate": "%{text}<extra></extra>",
            }
        )
    return figure


def overlap(comparison: Comparison, *, theme: Theme = "light") -> go.Figure:
    """On how many of a title's nearest titles two models agree, for all titles."""
    look = LOOKS[theme]
    shared = np.rint(comparison.titles["overlap"].to_numpy() * NEIGHBOURS).astype(np.int64)
    counts = np.bincount(shared, minlength=NEIGHBOURS + 1)
    mean, chance = NEIGHBOURS * comparison.overlap, NEIGHBOURS * comparison.chance
    figure = canvas(
        theme,
        f"Of {NEIGHBOURS} nearest titles the models share {mean:.1f} on average; chance would give "
        f"{chance:.2f}. For {counts[0] / max(counts.sum(), 1):.0%} of the titles they share none.",
        height=260,
        bargap=0.1,
        xaxis={"title": f"Shared of {NEIGHBOURS} nearest titles", "dtick": 1, "showgrid": False},
        yaxis={"title": "Titles", "nticks": 4},
    )
    figure.add_bar(
        x=np.arange(NEIGHBOURS + 1),
        y=counts,
        marker_color=look.plus,
        hovertemplate="%{x} shared: %{y} titles<extra></extra>",
    )
    mark(figure, theme, mean, "mean")
    return figure


def moved(
    comparison: Comparison, titles: pd.Series, n: int = 10, *, theme: Theme = "light"
) -> go.Figure:
    """The titles that two models place least alike.

    Args:
        comparison: of the models.
        titles: item_id -> title, of those to choose from. Of hardly known titles both models know
            little, and most of what moves is chance.
        n: how many.
        theme: of the page it stands on.
    """
    known = comparison.titles[comparison.titles.index.isin(titles.index)]
    most = known.sort_values("moved", ascending=False, kind="stable")[:n]
    names = [str(titles[item_id]) for item_id in most.index]
    sentence = (
        f"Of {len(known):,} titles {listed(names[:3])} moved most; 0 is the same place, 1 one that "
        f"has nothing to do with it, and the mean of all titles is {comparison.moved:.2f}."
    )
    return bars(theme, sentence, names, most["moved"], "How far it moved")
