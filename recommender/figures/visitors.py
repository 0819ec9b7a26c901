"""Visitors' ratings over time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from recommender.figures.look import LOOKS, Theme, canvas

if TYPE_CHECKING:
    import plotly.graph_objects as go


def by_day(days: Mapping[date, tuple[int, int]], *, theme: Theme = "light") -> go.Figure:
    """A bar a day.

    Args:
        days: every day -> ratings that were given, and visitors who gave them.
        theme: "light" or "dark".
    """
    counts = [ratings for ratings, _ in days.values()]
    best = max(days, key=lambda day: days[day][0])
    sentence = f"{sum(counts):,} ratings in {len(days)} days"
    if days[best][0]:
        sentence += (
            f"; the most on {best:%Y-%m-%d}, {days[best][0]:,} by {days[best][1]:,} visitors"
        )
    figure = canvas(
        theme,
        f"{sentence}.",
        height=260,
        xaxis={"showgrid": False, "type": "date"},
        yaxis={"title": "Ratings", "rangemode": "tozero", "tickformat": ",d"},
    )
    figure.add_bar(
        x=[day.isoformat() for day in days],
        y=counts,
        marker_color=LOOKS[theme].plus,
        customdata=[visitors for _, visitors in days.values()],
        hovertemplate="%{x}: %{y:,} ratings, %{customdata:,} visitors<extra></extra>",
    )
    return figure
