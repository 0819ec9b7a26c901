"""Figures: what factors, embeddings and their comparison look like, as Plotly figures.

Every function takes plain data (arrays, the data frames of `recommender.factors`) and a theme, and
returns a figure that shows itself in a notebook:

    >>> from recommender import figures
    >>> from recommender.factors.comparison import scree
    >>> figures.scree(scree(model.item_factors))
    >>> figures.text(_)                                  # the same, in a sentence

Nothing here knows Streamlit; Plotly is imported when the first figure is drawn.
"""

from recommender.figures.embeddings import atlas, moved, overlap
from recommender.figures.factors import (
    correlations,
    distribution,
    genres,
    poles,
    scree,
    standing,
)
from recommender.figures.look import Theme, text
from recommender.figures.page import page
from recommender.figures.taste import leanings, place, surprises
from recommender.figures.visitors import by_day

__all__ = [
    "Theme",
    "atlas",
    "by_day",
    "correlations",
    "distribution",
    "genres",
    "leanings",
    "moved",
    "overlap",
    "page",
    "place",
    "poles",
    "scree",
    "standing",
    "surprises",
    "text",
]
