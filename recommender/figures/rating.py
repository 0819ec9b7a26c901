"""Figures of predicted ratings: against actual ones, by kind of title, and their ranges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from recommender.figures.look import LOOKS, Theme, canvas, listed
from recommender.figures.models import LEGEND, bars, each, signed

if TYPE_CHECKING:
    import plotly.graph_objects as go

_FEWEST = 30
"""Predictions of a rating that have to be there for their actual ratings to be drawn."""


def errors(
    table: pd.DataFrame, figure: str, models: Sequence[str], *, theme: Theme = "light"
) -> go.Figure:
    """Errors of predicted ratings by kind of title.

    Args:
        table: columns model, group, ratings, rmse with low and high, and error; the groups in
            order.
        figure: "rmse", or "error" for the mean of predicted minus actual.
        models: all of the release, in order; those in the table are drawn.
        theme: of the page it stands on.
    """
    name = {"rmse": "RMSE", "error": "Mean error"}[figure]
    ends = table[["low", "high"] if figure == "rmse" else ["error"]].to_numpy(np.float64)
    least, most = (ends.min(), ends.max()) if ends.size else (0.0, 1.0)
    margin = 0.06 * (most - least or 1.0)
    groups = list(dict.fromkeys(table["group"]))
    drawn = canvas(
        theme,
        _told_errors(table, figure, name),
        height=130 + max(26, 9 * table["model"].nunique()) * len(groups),
        scattermode="group",
        xaxis={
            "title": "Points off (RMSE)"
            if figure == "rmse"
            else "Predicted minus actual, in points",
            "zeroline": figure == "error",
            "range": [float(least - margin), float(most + margin)],
        },
        yaxis={"autorange": "reversed", "type": "category", "showgrid": True},
        **LEGEND,
    )
    for model, style, part in each(table, models, theme):
        drawn.add_scatter(
            x=part[figure].to_numpy(),
            y=part["group"].to_numpy(),
            mode="markers",
            name=model,
            orientation="h",
            error_x=bars(part, figure, style["line"]["color"]) if figure == "rmse" else None,
            customdata=part["ratings"].to_numpy(),
            hovertemplate="%{y}: %{x:.3f} on %{customdata:,} ratings<extra>" + model + "</extra>",
            marker=style["marker"],
        )
    return drawn


def _told_errors(table: pd.DataFrame, figure: str, name: str) -> str:
    if table.empty:
        return "No model here predicts ratings."
    said = []
    for model, part in table.groupby("model", sort=False):
        ordered = part.sort_values(figure)
        low, high = ordered.iloc[0], ordered.iloc[-1]
        said.append(
            f"{model} from {_number(low[figure], figure)} ({low['group']}) to "
            f"{_number(high[figure], figure)} ({high['group']})"
        )
    return f"{name}: {listed(said)}."


def predicted(counts: pd.DataFrame, model: str, *, theme: Theme = "light") -> go.Figure:
    """How titles were rated that a model predicted a rating of, where it did so often enough.

    Args:
        counts: predicted (index) by actual (columns), each a rating of the scale.
        model: whose predictions.
        theme: of the page it stands on.
    """
    look = LOOKS[theme]
    values = counts.to_numpy(np.float64)
    totals = values.sum(axis=1)
    actual, guessed = (np.asarray(axis, np.float64) for axis in (counts.columns, counts.index))
    means = (values @ actual) / np.where(totals > 0, totals, np.nan)
    often = [at for at in np.flatnonzero(totals) if totals[at] >= totals.sum() / 100]
    said = [f"{means[at]:.2f} where it predicted {guessed[at]:g}" for at in (often[0], often[-1])]
    enough = totals >= _FEWEST
    means[~enough] = np.nan
    shares = values / np.where(enough, totals, np.nan)[:, None]
    figure = canvas(
        theme,
        f"{model}: the average rating was {' and '.join(said)}, the lowest and the highest that "
        "make up a hundredth of its predictions.",
        height=430,
        xaxis={"title": "Predicted, to the nearest rating", "tickvals": guessed, "showgrid": False},
        yaxis={"title": "Actual", "tickvals": actual, "showgrid": False},
    )
    figure.add_heatmap(
        x=guessed,
        y=actual,
        z=100 * shares.T,
        customdata=values.T,
        colorscale=[(0.0, look.paper), (1.0, look.plus)],
        zmin=0,
        colorbar={"title": {"text": "%"}, "thickness": 10, "outlinewidth": 0},
        hovertemplate="Predicted %{x}, rated %{y}: %{z:.1f} % (%{customdata:,})<extra></extra>",
    )
    ends = [guessed[0], guessed[-1]]
    figure.add_scatter(
        x=ends,
        y=ends,
        mode="lines",
        line={"color": look.quiet, "width": 1, "dash": "dot"},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=guessed,
        y=means,
        mode="lines+markers",
        line={"color": look.minus, "width": 2},
        marker={"size": 8, "color": look.minus, "line": {"width": 1, "color": look.paper}},
        hovertemplate="Predicted %{x}: %{y:.2f} on average<extra></extra>",
    )
    return figure


def ranges(table: pd.DataFrame, models: Sequence[str], *, theme: Theme = "light") -> go.Figure:
    """Whether predicted ranges hold as many ratings as they promise.

    Args:
        table: columns model, level and within, in 0..1, with its low and high.
        models: all of the release, in order; those in the table are drawn.
        theme: of the page it stands on.
    """
    look = LOOKS[theme]
    shown = table[np.isclose(table["level"], 0.8)].set_index("model")["within"]
    said = listed([f"{value:.1%} ({model})" for model, value in shown.items()])
    figure = canvas(
        theme,
        f"Ranges meant to hold 80 % of the ratings hold {said}."
        if said
        else "No model here predicts ratings.",
        height=400,
        xaxis={"title": "Meant to hold", "tickformat": ".0%", "showgrid": False},
        yaxis={"title": "Held", "tickformat": ".0%"},
        **LEGEND,
    )
    ends = [float(table["level"].min()), float(table["level"].max())] if len(table) else []
    figure.add_scatter(
        x=ends,
        y=ends,
        mode="lines",
        name="as promised",
        line={"color": look.quiet, "width": 1, "dash": "dot"},
        hoverinfo="skip",
    )
    for model, style, part in each(table, models, theme):
        figure.add_scatter(
            x=part["level"].to_numpy(),
            y=part["within"].to_numpy(),
            mode="lines+markers",
            name=model,
            error_y=bars(part, "within", style["line"]["color"]),
            hovertemplate="%{x:.0%} ranges hold %{y:.1%}<extra>" + model + "</extra>",
            **style,
        )
    return figure


def _number(value: float, figure: str) -> str:
    return f"{value:.2f}" if figure == "rmse" else signed(value)
