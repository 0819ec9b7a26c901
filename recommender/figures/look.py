"""How figures look: two themes, one canvas, and the sentence that says what a figure shows.

The colours are those of the app. The two ends of everything that has two ends are teal and ochre,
which people with any colour vision tell apart; text has a contrast of 4.5 at least.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    import plotly.graph_objects as go

Theme = Literal["light", "dark"]

FONT = "Figtree, system-ui, sans-serif"


@dataclass(frozen=True)
class Look:
    """The colours of a theme, "#rrggbb".

    Attributes:
        paper: what figures stand on.
        text: of labels.
        quiet: of what matters less.
        line: of grids.
        plus: of the upper end, and of the one thing where there is one.
        minus: of the lower end, and of the visitor.
    """

    paper: str
    text: str
    quiet: str
    line: str
    plus: str
    minus: str

    @property
    def diverging(self) -> list[tuple[float, str]]:
        """A colour scale from the lower end over nothing to the upper end."""
        return [(0.0, self.minus), (0.5, self.paper), (1.0, self.plus)]


LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "light": Look("#fafbf9", "#1c2625", "#56625f", "#d9e0dc", "#0b6b66", "#a86400"),
        "dark": Look("#111817", "#e7edea", "#a3b1ad", "#31403d", "#63c9bb", "#f4b740"),
    }
)


def canvas(theme: Theme, sentence: str, *, height: int, **layout: Any) -> go.Figure:
    """An empty figure.

    Args:
        theme: "light" or "dark".
        sentence: what the figure will show, for those who do not see it.
        height: in pixels.
        layout: more of Plotly's layout; an axis is `xaxis={"title": …}`.
    """
    import plotly.graph_objects as go

    look = LOOKS[theme]
    axis = {
        "gridcolor": look.line,
        "zeroline": False,
        "zerolinecolor": look.quiet,
        "linecolor": look.line,
        "automargin": True,
        "fixedrange": True,
    }
    for name in ("xaxis", "yaxis"):
        layout[name] = axis | layout.get(name, {})
    return go.Figure(
        layout={
            # Drawn on its own colour, so that a figure saved on its own can be read.
            "paper_bgcolor": look.paper,
            "plot_bgcolor": look.paper,
            "font": {"family": FONT, "color": look.text, "size": 13},
            "hoverlabel": {"font": {"family": FONT}},
            # Room for Plotly's buttons above what is drawn.
            "margin": {"l": 8, "r": 8, "t": 32, "b": 8},
            "height": height,
            "showlegend": False,
            "dragmode": False,
            "meta": {"text": sentence},
            # Plotly's own template is as large as most figures here.
            "template": {},
        }
        | layout
    )


def bars(
    theme: Theme, sentence: str, titles: Sequence[object], values: ArrayLike, axis: str
) -> go.Figure:
    """A bar to the right or to the left for each title, the first on top.

    Args:
        theme: "light" or "dark".
        sentence: see `canvas`.
        titles: n names; two may be the same.
        values: (n,).
        axis: what the values are.
    """
    look, lengths = LOOKS[theme], np.asarray(values, np.float64)
    figure = canvas(
        theme,
        sentence,
        height=96 + 24 * len(titles),
        xaxis={"title": axis, "zeroline": True},
        yaxis={
            "autorange": "reversed",
            "showgrid": False,
            "tickvals": list(range(len(titles))),
            "ticktext": [label(title) for title in titles],
        },
    )
    figure.add_bar(
        x=lengths,
        y=np.arange(len(titles)),
        orientation="h",
        marker_color=np.where(lengths > 0, look.plus, look.minus).tolist(),
        customdata=[label(title, 200) for title in titles],
        hovertemplate="%{customdata}: %{x:.2f}<extra></extra>",
    )
    return figure


def mark(figure: go.Figure, theme: Theme, at: float, name: str) -> None:
    """Draws a line from top to bottom of a figure, with a name to it."""
    colour = LOOKS[theme].minus
    figure.add_vline(at, line={"color": colour, "width": 3})
    figure.add_annotation(
        x=at,
        y=1.0,
        yref="paper",
        yanchor="bottom",
        text=f"<b>{name}</b>",
        showarrow=False,
        font={"color": colour},
    )


def text(figure: go.Figure) -> str:
    """What a figure of this package shows, in a sentence or two."""
    return str(figure.layout.meta["text"])


def label(title: object, most: int = 34) -> str:
    """A title as a label: cut if it is long, and nothing that Plotly would read as HTML."""
    text = str(title).replace("<", "‹").replace(">", "›")
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def listed(names: list[str]) -> str:
    """Names as they are read out: "A, B and C"."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
