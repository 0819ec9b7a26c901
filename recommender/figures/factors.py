"""Figures of factors: how many matter, what they are about, and where a visitor stands on one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from recommender.factors.traits import sentence as phrase
from recommender.figures.look import LOOKS, Theme, bars, canvas, label, listed, mark

if TYPE_CHECKING:
    import plotly.graph_objects as go

_BINS = 48
_PARTS = 12
_TALLEST = 900


def scree(table: pd.DataFrame, *, theme: Theme = "light") -> go.Figure:
    """How much each factor tells titles apart, and how much the first ones do together.

    Args:
        table: as `recommender.factors.comparison.scree` returns it.
        theme: of the page it stands on.
    """
    look = LOOKS[theme]
    cumulative = table["cumulative"].to_numpy()
    half = int(np.searchsorted(cumulative, 0.5)) + 1
    figure = canvas(
        theme,
        f"The largest of {len(table)} factors makes up {table['share'].max():.0%} of what tells "
        f"titles apart; the first {half} make up half of it.",
        height=280,
        xaxis={"title": "Factor", "showgrid": False},
        yaxis={"title": "Share", "tickformat": ".0%", "rangemode": "tozero"},
        yaxis2={
            "title": "All up to here",
            "overlaying": "y",
            "side": "right",
            "tickformat": ".0%",
            "range": [0, 1.02],
            "showgrid": False,
            "automargin": True,
            "fixedrange": True,
        },
    )
    figure.add_bar(
        x=table.index.to_numpy(),
        y=table["share"].to_numpy(),
        marker_color=look.plus,
        hovertemplate="Factor %{x}: %{y:.1%}<extra></extra>",
    )
    figure.add_scatter(
        x=table.index.to_numpy(),
        y=cumulative,
        yaxis="y2",
        mode="lines",
        line={"color": look.minus, "width": 2},
        hovertemplate="Factors 0 to %{x}: %{y:.0%}<extra></extra>",
    )
    return figure


def genres(effects: pd.DataFrame, names: Sequence[str], *, theme: Theme = "light") -> go.Figure:
    """Which genres lie towards which end of which factor.

    Args:
        effects: as `recommender.factors.naming.genre_effects` returns them: factors x genres.
        names: of the factors, in order.
        theme: of the page it stands on.
    """
    values = effects.to_numpy()
    if values.size:
        factor, genre = np.unravel_index(np.abs(values).argmax(), values.shape)
        sentence = (
            f"{phrase([str(effects.columns[genre])])} stands out most: its titles lie "
            f"{abs(values[factor, genre]):.1f} standard deviations towards the "
            f"{'+' if values[factor, genre] > 0 else '−'} end of factor {factor}, "
            f"{names[factor]}."
        )
    else:
        sentence = "There are no genres to compare."
    return _heat(effects, names, sentence, "Standard<br>deviations", theme)


def correlations(matrix: ArrayLike, names: Sequence[str], *, theme: Theme = "light") -> go.Figure:
    """How far factors say the same.

    Args:
        matrix: (k, k), as `recommender.factors.comparison.factor_correlations` returns it.
        names: of the factors, in order.
        theme: of the page it stands on.
    """
    values = np.array(matrix, np.float64)
    off = np.abs(values - np.diag(np.diag(values)))
    sentence = "There is only one factor."
    if len(values) > 1:
        one, other = sorted(np.unravel_index(off.argmax(), off.shape))
        alike = (off[np.triu_indices(len(off), 1)] > 0.3).sum()
        sentence = (
            f"Factors {one} and {other} go together most, with a correlation of "
            f"{values[one, other]:.2f}; {alike} pairs are beyond 0.3 either way."
        )
    np.fill_diagonal(values, np.nan)
    table = pd.DataFrame(values, columns=[str(factor) for factor in range(len(values))])
    # On a scale of its own, the chance in small correlations would look like a pattern.
    return _heat(table, names, sentence, "Correlation", theme, cell=14, least=0.5)


def poles(table: pd.DataFrame, name: str, *, theme: Theme = "light") -> go.Figure:
    """The titles at both ends of a factor.

    Args:
        table: columns title and loading, from the highest loading to the lowest.
        name: of the factor.
        theme: of the page it stands on.
    """
    loading = table["loading"].to_numpy(np.float64)
    upper = [str(title) for title in table["title"][loading > 0][:3]]
    lower = [str(title) for title in table["title"][loading <= 0][::-1][:3]]
    ends = [
        f"at the {sign} end lie {listed(titles)}"
        for sign, titles in (("+", upper), ("−", lower))
        if titles
    ]
    sentence = f"{name}: {'; '.join(ends) or 'no titles'}."
    return bars(theme, sentence, table["title"].tolist(), loading, "Loading")


def distribution(
    places: ArrayLike,
    name: str,
    *,
    visitor: float | None = None,
    rated: Mapping[str, float] | None = None,
    theme: Theme = "light",
) -> go.Figure:
    """Where all titles lie on a factor, and where a visitor and the rated titles do.

    Args:
        places: (n_titles,), in -1..1.
        name: of the factor.
        visitor: the visitor's place, in -1..1; None without one.
        rated: title -> place, of the rated titles.
        theme: of the page it stands on.
    """
    look, values = LOOKS[theme], np.asarray(places, np.float64)
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9]) if len(values) else (0, 0, 0)
    sentence = f"{name}: four of five titles lie between {low:.2f} and {high:.2f} on −1 to 1"
    if visitor is None:
        sentence += f", half of them beyond {middle:.2f}."
    else:
        below = (values < visitor).mean() if len(values) else 0.0
        sentence += f"; you stand at {visitor:.2f}, above {below:.0%} of them."
    reach = 1.05 * max(0.1, float(np.abs([*values, visitor or 0, *(rated or {}).values()]).max()))
    counts, edges = np.histogram(values, _BINS, (-reach, reach))
    figure = canvas(
        theme,
        sentence.replace("-0.00", "0.00"),
        height=260,
        bargap=0.06,
        xaxis={"range": [-reach, reach], "title": "− end to + end", "showgrid": False},
        yaxis={"title": "Titles", "nticks": 4},
    )
    figure.add_bar(
        x=(edges[1:] + edges[:-1]) / 2,
        y=counts,
        marker_color=look.plus,
        opacity=0.75,
        hovertemplate="around %{x:.2f}: %{y} titles<extra></extra>",
    )
    top = float(counts.max(initial=1))
    if rated:
        figure.add_scatter(
            x=list(rated.values()),
            y=[-0.06 * top] * len(rated),
            mode="markers",
            marker={"symbol": "line-ns", "size": 12, "line": {"width": 2, "color": look.minus}},
            customdata=[label(title, 200) for title in rated],
            hovertemplate="You rated %{customdata}: %{x:.2f}<extra></extra>",
        )
    if visitor is not None:
        mark(figure, theme, visitor, "You")
    return figure


def standing(parts: pd.DataFrame, name: str, *, theme: Theme = "light") -> go.Figure:
    """What put a visitor where they stand on a factor.

    Args:
        parts: columns title and part, in any order; the parts sum to the visitor's place. Past
            twelve, the smallest are added up.
        name: of the factor.
        theme: of the page it stands on.
    """
    order = np.argsort(-parts["part"].abs().to_numpy(), kind="stable")
    shown = parts.iloc[order[:_PARTS]][["title", "part"]]
    if len(parts) > _PARTS:
        rest = float(parts["part"].iloc[order[_PARTS:]].sum())
        shown = pd.concat([shown, pd.DataFrame({"title": ["All others"], "part": [rest]})])
    total, amounts = float(parts["part"].sum()), shown["part"].to_numpy(np.float64)
    strongest = [
        f"{title} ({part:+.2f})"
        for title, part in zip(shown["title"][:3], amounts[:3], strict=True)
    ]
    sentence = f"{name}: you stand at {total:.2f}, mostly by {listed(strongest)}."
    return bars(theme, sentence, shown["title"].tolist(), amounts, "− end to + end")


def _heat(
    table: pd.DataFrame,
    names: Sequence[str],
    sentence: str,
    unit: str,
    theme: Theme,
    cell: int = 18,
    least: float = 0.0,
) -> go.Figure:
    look = LOOKS[theme]
    values = table.to_numpy(np.float64)
    most = max(least, float(np.nan_to_num(np.abs(values)).max(initial=0))) or 1.0
    figure = canvas(
        theme,
        sentence,
        height=110 + min(cell * len(table), _TALLEST),
        xaxis={"side": "top", "tickangle": -60, "showgrid": False, "type": "category"},
        yaxis={
            "autorange": "reversed",
            "showgrid": False,
            # The categories are whole names, for the pointer; there is room for numbers only.
            "tickvals": list(range(0, len(table), 5)),
            "ticktext": [str(factor) for factor in range(0, len(table), 5)],
        },
    )
    figure.add_heatmap(
        x=list(table.columns),
        y=[f"{factor} · {label(name)}" for factor, name in enumerate(names)],
        z=values.astype(np.float32),
        zmin=-most,
        zmax=most,
        colorscale=look.diverging,
        colorbar={"title": {"text": unit}, "thickness": 10, "outlinewidth": 0},
        hovertemplate="%{y}<br>%{x}: %{z:.2f}<extra></extra>",
    )
    return figure
