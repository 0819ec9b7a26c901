"""Figures as a web page of their own, to keep or to send: needs no server and no network."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from recommender.figures.look import FONT, LOOKS, Theme, text

if TYPE_CHECKING:
    import plotly.graph_objects as go


def page(title: str, figures: Mapping[str, go.Figure], *, theme: Theme = "light") -> str:
    """Puts figures on a page.

    Args:
        title: of the page.
        figures: heading -> figure, all of one theme.
        theme: that of the figures.

    Returns:
        HTML with Plotly's code inside it, 4.5 MB; each figure has its sentence below it and can be
        saved as PNG or SVG by its own buttons.
    """
    from plotly.offline import get_plotlyjs

    look = LOOKS[theme]
    parts = [
        "<!doctype html>",
        '<html lang="en"><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{escape(title)}</title>",
        f"<style>body {{ max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font-family: {FONT};"
        f" color: {look.text}; background: {look.paper} }}</style>",
        f"<script>{get_plotlyjs()}</script>",
        f"<h1>{escape(title)}</h1>",
    ]
    for heading, figure in figures.items():
        drawn = figure.to_html(full_html=False, include_plotlyjs=False, config={"responsive": True})
        parts += [f"<h2>{escape(heading)}</h2>", drawn, f"<p>{escape(text(figure))}</p>"]
    return "\n".join([*parts, "</html>\n"])
