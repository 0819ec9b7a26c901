"""How models are told apart in a figure: each has one colour, dash and mark.

They go by a model's place among all models of the release, so they are the same in every figure,
and a line can be told without seeing colours too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd

from recommender.figures.look import Theme

_COLOURS: Mapping[Theme, tuple[str, ...]] = MappingProxyType(
    {
        "light": (
            "#0b6b66",
            "#a86400",
            "#2c6fb3",
            "#b3382c",
            "#7a4fb3",
            "#4d7a14",
            "#a03a7c",
            "#56625f",
        ),
        "dark": (
            "#63c9bb",
            "#f4b740",
            "#7fb8f0",
            "#f08d7f",
            "#b79cf0",
            "#a6cf6b",
            "#e58cc4",
            "#a3b1ad",
        ),
    }
)
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_MARKS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "pentagon")
LEGEND = {
    "showlegend": True,
    "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
}


def each(
    table: pd.DataFrame, models: Sequence[str], theme: Theme
) -> list[tuple[str, dict[str, Any], pd.DataFrame]]:
    """Each model with how it is drawn and its rows."""
    return [
        (model, _style(at, theme), table[table["model"] == model])
        for at, model in enumerate(models)
        if (table["model"] == model).any()
    ]


def _style(at: int, theme: Theme) -> dict[str, Any]:
    colours = _COLOURS[theme]
    colour = colours[at % len(colours)]
    return {
        "line": {"color": colour, "width": 2, "dash": _DASHES[at % len(_DASHES)]},
        "marker": {"color": colour, "size": 8, "symbol": _MARKS[at % len(_MARKS)]},
    }


def bars(table: pd.DataFrame, value: str, colour: str) -> dict[str, Any]:
    """Plotly's error bars from the columns low and high of a table."""
    return {
        "type": "data",
        "array": (table["high"] - table[value]).to_numpy(),
        "arrayminus": (table[value] - table["low"]).to_numpy(),
        "color": colour,
        "thickness": 1.5,
        "width": 3,
    }


def faint(colour: str) -> str:
    """A colour for the band around a line of that colour."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.15)"


def signed(value: float) -> str:
    """A difference in a sentence: "−0.012"."""
    return f"{value:+.3f}".replace("-", "−")
