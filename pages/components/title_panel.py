"""The panel of a title: what it is, what is near it, and what it is made of."""

import numpy as np
import pandas as pd
import streamlit as st

from pages.components import visitor
from pages.components.bar_list import bar_list
from pages.components.cards import plain_cards
from pages.components.colours import colour_by
from pages.components.posters import posters
from pages.components.recipe import recipe_buttons
from pages.components.rows import factor_rows, similarity_rows
from pages.components.text import plain, small
from pages.components.title_cards import title_cards
from recommender.factors.model import FactorModel
from recommender.serving.elsewhere import addresses
from recommender.serving.explore import loadings, similar
from recommender.serving.served import ServedRelease
from recommender.serving.visitor import Visitor

NEAREST, FACTORS = 10, 5


def title_panel(served: ServedRelease, folded: Visitor, item_id: int) -> None:
    """Draws a title's cover with its stars, its facts, and the buttons that follow from it.

    Args:
        served: the release.
        folded: the visitor, folded in.
        item_id: the title.
    """
    shelf = served.shelf
    at = shelf.position[item_id]
    with st.container(horizontal=True, wrap=False, vertical_alignment="top", gap="small"):
        st.header(plain(shelf.titles[at]), anchor=False, width="stretch")
        st.button(
            "Close",
            help="Close the title",
            icon=":material/close:",
            type="tertiary",
            on_click=visitor.open_title,
            args=(served,),
        )
    with st.container(horizontal=True, gap="medium", wrap=False):
        with st.container(width=136):
            title_cards(
                plain_cards(served, [item_id], folded.ratings),
                variant="ask",
                skippable=False,
                scale=served.scale,
                key=f"panel.{served.domain}",
                label="Rate this title",
                posters=posters(served.domain),
                on_event=lambda event: visitor.handle(served, event),
            )
        st.markdown("\n\n".join(facts(served, folded, item_id)), width="stretch")

    elsewhere = addresses(served.domain, shelf, item_id)
    if elsewhere:
        links = " · ".join(f"[{name}]({address})" for name, address in elsewhere.items())
        st.markdown(f"More about it: {links}")
    recipe_buttons(served, item_id)


def factor_panel(served: ServedRelease, model: FactorModel | None, item_id: int) -> None:
    """Draws the titles nearest to a title, and the factors that it stands out in.

    Args:
        served: the release.
        model: the factors, None if the release has none.
        item_id: the title.
    """
    shelf = served.shelf
    at = shelf.position[item_id]
    if model is None or not model.unit_factors[at].any():
        st.write("Nobody has rated it, so nothing is known of what it is like.")
        return
    st.subheader("Nearest titles", anchor=False)
    st.markdown(small("By all factors, not by the picture: 1 is alike, 0 unrelated."))
    bar_list(
        similarity_rows(served, similar(served, model, [item_id], n=NEAREST)),
        key=f"near.{served.domain}",
        label=f"Titles nearest to {shelf.titles[at]}",
        on_open=lambda found: visitor.open_title(served, found),
    )
    st.subheader("Strongest factors", anchor=False)
    st.markdown(
        small(
            "Hidden traits that the model found in ratings; some have a name that the data bear "
            "out. In standard deviations off the average title. Press one to colour the map by it."
        )
    )
    deviations, names = loadings(served, model)
    bar_list(
        factor_rows(deviations[at], names, FACTORS),
        key=f"factors.{served.domain}",
        label=f"Strongest factors of {shelf.titles[at]}",
        on_open=lambda factor: colour_by(served, factor),
    )


def facts(served: ServedRelease, folded: Visitor, item_id: int) -> list[str]:
    """What is known of a title, a line of Markdown each."""
    row = served.catalogue.loc[item_id]
    high = f"{served.scale.high:g}"
    year = [] if pd.isna(row["year"]) else [str(row["year"])]
    kind = served.shelf.kinds[served.shelf.position[item_id]]
    lines = [" · ".join([*year, *([plain(kind)] if kind else [])])]
    # A hyphen that does not break keeps Sci-Fi whole.
    lines.append(plain(", ".join(row["genres"]).replace("-", "\u2011")))
    if row["n_ratings"]:
        lines.append(f"**{row['mean_rating']:.1f}** of {high}, {row['n_ratings']:,} ratings")
    else:
        lines.append("No ratings")
    predicted = folded.predict([item_id])[0]
    if folded.is_personal and np.isfinite(predicted) and item_id not in folded.ratings:
        lines.append(f"For you: about **{predicted:.1f}**")
    return [line for line in lines if line]
