"""Figures of a visitor's taste: beside an average user, on the map, and against predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.figures.look import LOOKS, Theme, canvas, label, listed
from recommender.figures.models import LEGEND

if TYPE_CHECKING:
    import plotly.graph_objects as go

_LABEL = (0.62, 0.1)
"""How wide and high a name on the map is at most, in units of the map on a phone."""


def leanings(table: pd.DataFrame, *, theme: Theme = "light") -> go.Figure:
    """What a visitor's titles have more or less often than an average user's.

    Args:
        table: columns word, yours and usual (shares in 0..1) and holds (whether the difference is
            more than chance); the first row on top.
        theme: of the page it stands on.
    """
    look = LOOKS[theme]
    sure = table[table["holds"]]
    said = [
        f"{row.word} {row.yours:.0%} against {row.usual:.0%}" for row in sure.head(5).itertuples()
    ]
    figure = canvas(
        theme,
        f"Shares of your titles against those of an average user’s: {listed(said)}."
        if said
        else "Nothing here differs from an average user’s by more than chance.",
        height=120 + 28 * len(table),
        xaxis={"title": "Share of the titles", "tickformat": ".0%", "rangemode": "tozero"},
        yaxis={"autorange": "reversed", "showgrid": False, "type": "category"},
        **LEGEND,
    )
    words = [label(word) for word in table["word"]]
    for row, word in zip(table.itertuples(), words, strict=True):
        figure.add_scatter(
            x=[row.usual, row.yours],
            y=[word, word],
            mode="lines",
            line={"color": look.plus if row.holds else look.line, "width": 3},
            hoverinfo="skip",
            showlegend=False,
        )
    kinds = (
        ("An average user", "usual", np.full(len(table), True), look.quiet, "line-ns-open"),
        ("You", "yours", table["holds"].to_numpy(), look.plus, "circle"),
        ("You, perhaps by chance", "yours", ~table["holds"].to_numpy(), look.quiet, "circle-open"),
    )
    for name, column, some, colour, mark in kinds:
        if some.any():
            figure.add_scatter(
                x=table[column].to_numpy()[some],
                y=[word for word, here in zip(words, some, strict=True) if here],
                mode="markers",
                name=name,
                marker={"color": colour, "size": 11, "symbol": mark, "line": {"width": 2}},
                hovertemplate="%{y}: %{x:.0%}<extra>" + name + "</extra>",
            )
    # A category axis orders words by the traces that name them.
    figure.update_yaxes(categoryorder="array", categoryarray=words)
    return figure


def surprises(
    table: pd.DataFrame, scale: tuple[float, float], *, theme: Theme = "light"
) -> go.Figure:
    """A visitor's ratings against those predicted from the visitor's other ratings.

    Args:
        table: columns title, rating, predicted, low, high and inside.
        scale: the lowest and the highest rating.
        theme: of the page it stands on.
    """
    look = LOOKS[theme]
    inside = table["inside"].to_numpy(np.bool_)
    room = 0.04 * (scale[1] - scale[0])
    ends = [scale[0] - room, scale[1] + room]
    figure = canvas(
        theme,
        f"{int(inside.sum())} of your {len(table)} ratings lie in the range predicted from "
        "the others.",
        height=400,
        xaxis={"title": "Predicted from your other ratings", "range": ends},
        yaxis={"title": "Your rating", "range": ends},
        **LEGEND,
    )
    figure.add_scatter(
        x=ends,
        y=ends,
        mode="lines",
        showlegend=False,
        line={"color": look.quiet, "width": 1, "dash": "dot"},
        hoverinfo="skip",
    )
    for name, some, colour, mark in (
        ("in the range", inside, look.plus, "circle"),
        ("a surprise", ~inside, look.minus, "diamond"),
    ):
        here = table[some]
        if len(here):
            figure.add_scatter(
                x=here["predicted"].to_numpy(),
                y=here["rating"].to_numpy(),
                mode="markers",
                name=name,
                customdata=np.column_stack(
                    [
                        [label(title, 80) for title in here["title"]],
                        here["low"].round(1),
                        here["high"].round(1),
                    ]
                ),
                hovertemplate="%{customdata[0]}: you %{y}, predicted %{x:.1f} "
                "(%{customdata[1]})<extra></extra>",
                marker={"color": colour, "size": 9, "symbol": mark, "opacity": 0.85},
            )
    return figure


def place(
    places: NDArray[np.floating],
    rated: NDArray[np.floating],
    regions: Sequence[tuple[str, tuple[float, float]]],
    own: NDArray[np.floating] | None,
    names: Sequence[str],
    *,
    theme: Theme = "light",
) -> go.Figure:
    """Where a visitor's titles, and the visitor, lie on the map.

    Args:
        places: (n, 2) of some titles, finite, in -1..1: the ground.
        rated: (m, 2) of the visitor's titles.
        regions: what stands where.
        own: (2,), where the visitor stands; None for nowhere.
        names: m titles.
        theme: of the page it stands on.
    """
    look = LOOKS[theme]
    hidden: Mapping[str, object] = {"visible": False, "range": [-1.08, 1.08]}
    sentence = f"Your {len(rated)} titles among {len(places):,} on the map"
    if own is not None and regions:
        middle = own
        regions = sorted(regions, key=lambda one: float(np.linalg.norm(np.array(one[1]) - middle)))
        sentence += f"; you stand nearest to “{regions[0][0]}”"
    figure = canvas(theme, f"{sentence}.", height=400, xaxis=hidden, yaxis=hidden)
    figure.add_scattergl(
        x=places[:, 0],
        y=places[:, 1],
        mode="markers",
        marker={"size": 3, "color": look.quiet, "opacity": 0.25},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=rated[:, 0],
        y=rated[:, 1],
        mode="markers",
        marker={"size": 9, "color": look.plus, "line": {"width": 1, "color": look.paper}},
        customdata=[label(name, 80) for name in names],
        hovertemplate="%{customdata}<extra></extra>",
    )
    for name, (x, y) in _apart(regions, own):
        figure.add_annotation(
            x=x, y=y, text=label(name), showarrow=False, font={"size": 11, "color": look.text}
        )
    if own is not None:
        figure.add_scatter(
            x=own[:1],
            y=own[1:2],
            mode="markers+text",
            text=["<b>You</b>"],
            textposition="top center",
            textfont={"color": look.minus, "size": 15},
            marker={"size": 16, "color": look.minus, "line": {"width": 2, "color": look.paper}},
            hoverinfo="skip",
        )
    return figure


def _apart(
    regions: Sequence[tuple[str, tuple[float, float]]], own: NDArray[np.floating] | None
) -> list[tuple[str, tuple[float, float]]]:
    """The regions whose names do not run into each other or into the visitor, the first ones."""
    taken = [] if own is None else [(float(own[0]), float(own[1]) + _LABEL[1])]
    kept = []
    for name, (x, y) in regions:
        if all(abs(x - a) >= _LABEL[0] or abs(y - b) >= _LABEL[1] for a, b in taken):
            kept.append((name, (x, y)))
            taken.append((x, y))
    return kept
