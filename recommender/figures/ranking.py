"""Figures of how well models rank, by the number of ratings and against each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from recommender.figures.look import LOOKS, Theme, canvas, listed
from recommender.figures.models import LEGEND, bars, each, faint, signed

if TYPE_CHECKING:
    import plotly.graph_objects as go


def curves(
    table: pd.DataFrame, name: str, models: Sequence[str], *, theme: Theme = "light"
) -> go.Figure:
    """A figure by number of ratings, with its 95 % interval as a band.

    Args:
        table: columns model, k, value, low and high (NaN without interval).
        name: of the figure: "NDCG@10".
        models: all of the release, in order; those in the table are drawn.
        theme: of the page it stands on.
    """
    sizes = sorted(table["k"].unique())
    figure = canvas(
        theme,
        _told_curves(table, name, sizes),
        height=400,
        xaxis={
            "title": "Ratings given",
            "type": "log",
            "tickvals": sizes,
            "ticktext": [str(k) for k in sizes],
            "showgrid": False,
        },
        yaxis={"title": name},
        **LEGEND,
    )
    for model, style, part in each(table, models, theme):
        band = part.dropna(subset=["low", "high"])
        if len(band):
            figure.add_scatter(
                x=[*band["k"], *band["k"][::-1]],
                y=[*band["high"], *band["low"][::-1]],
                fill="toself",
                fillcolor=faint(style["line"]["color"]),
                line={"width": 0},
                mode="lines",
                hoverinfo="skip",
                showlegend=False,
            )
        figure.add_scatter(
            x=part["k"].to_numpy(),
            y=part["value"].to_numpy(),
            mode="lines+markers",
            name=model,
            hovertemplate="%{x} ratings: %{y:.3f}<extra>" + model + "</extra>",
            **style,
        )
    return figure


def _told_curves(table: pd.DataFrame, name: str, sizes: Sequence[int]) -> str:
    if table.empty:
        return f"No model here has {name}."
    ends = []
    for k in (sizes[0], sizes[-1]):
        at = table[table["k"] == k].set_index("model")["value"].sort_values()
        ends.append(
            f"with {k} ratings from {at.iloc[0]:.3f} ({at.index[0]}) to {at.iloc[-1]:.3f} "
            f"({at.index[-1]})"
        )
    return f"{name}: {listed(ends)}."


def differences(table: pd.DataFrame, name: str, model: str, *, theme: Theme = "light") -> go.Figure:
    """How far models are from one of them, with 95 % intervals; those within chance are hollow.

    Args:
        table: indexed by model, columns value (that model minus the one), low, high and
            beyond_chance.
        name: of the figure: "NDCG@10".
        model: the one.
        theme: of the page it stands on.
    """
    look = LOOKS[theme]
    within = [str(other) for other in table.index[~table["beyond_chance"].astype(bool)]]
    sentence = f"{name} of other models less that of {model}, visitor by visitor: " + listed(
        [f"{other} {signed(value)}" for other, value in table["value"].items()]
    )
    sentence += f". No more than chance: {listed(within)}." if within else ". All beyond chance."
    figure = canvas(
        theme,
        sentence,
        height=90 + 32 * len(table),
        xaxis={"title": f"{name} less that of {model}", "rangemode": "tozero", "zerolinewidth": 2},
        yaxis={"autorange": "reversed", "showgrid": False},
    )
    figure.add_scatter(
        x=table["value"].to_numpy(),
        y=table.index.to_numpy(),
        mode="markers",
        cliponaxis=False,  # a model that is as good stands at zero, where the axis ends
        error_x=bars(table, "value", look.quiet),
        marker={
            "size": 11,
            "color": [look.plus if real else look.paper for real in table["beyond_chance"]],
            "line": {"width": 2, "color": look.plus},
        },
        hovertemplate="%{y}: %{x:+.4f}<extra></extra>",
    )
    return figure
