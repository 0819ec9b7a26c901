"""Explore: the map of every title, a title's panel, title arithmetic, what a selection is like."""

import streamlit as st

from pages.components import visitor
from pages.components.atlas_map import Scene, atlas_map, send_atlas
from pages.components.bar_list import bar_list
from pages.components.cards import plain_cards
from pages.components.colours import chosen_factor, predicted
from pages.components.downloads import map_downloads
from pages.components.recipe import recipe, recipe_results
from pages.components.rows import title_row
from pages.components.selection import select, selected, selection_panel
from pages.components.taste_strip import taste_strip
from pages.components.text import small
from pages.components.title_panel import factor_panel, title_panel
from pages.components.widgets import ATLAS, CARDS
from recommender.factors.faithfulness import Faithfulness
from recommender.serving.explore import BEST, factor_model, on_the_map, pictures, visitor_place
from recommender.serving.opened import domains, release

FOUND = 6

served = release(visitor.domain(domains()))
state = visitor.session(served).state
folded = served.fold_in(state.ratings, state.model)
factors = factor_model(served, state.model)
item_id = visitor.opened(served)
drawn = pictures(served)
picture_key, search_key = f"picture.{served.domain}", f"find.{served.domain}"
chosen = st.session_state.get(picture_key)
picture = next((one for one in drawn if one.name == chosen), drawn[0])


def open_found(found: int) -> None:
    """Opens a title that was searched for; the search has done its work."""
    visitor.open_title(served, found)
    st.session_state[search_key] = ""


def on_select(found: list[int]) -> None:
    """Selects titles and makes room for what is said of them."""
    select(served, found)
    if found:
        visitor.open_title(served)


def how_faithful(of: Faithfulness) -> str:
    """How far a picture may be believed, in a sentence."""
    return (
        "A picture cannot show every likeness. Of what lies close on this one, trustworthiness is "
        f"**{of.trustworthiness:.2f}**; of what is alike, continuity is **{of.continuity:.2f}** "
        "(1 is faithful, places at random give 0.50)."
    )


with st.container(gap="small"):
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.title("Explore", anchor=False, width="stretch")
        query = st.text_input(
            "Find a title on the map",
            key=search_key,
            type="search",
            live="200ms",
            width=360,
            placeholder="Find a title on the map",
            label_visibility="collapsed",
        )
    if query.strip():
        found = [int(one) for one in served.search(query, FOUND)["item_id"]]
        if not found:
            st.text(f"Nothing is called “{query.strip()}” or like it.")
        bar_list(
            [title_row(served, one) for one in found],
            key=f"hits.{served.domain}",
            label="Titles found",
            on_open=open_found,
            variant="chips",
        )
    else:
        st.text(
            f"{on_the_map(served).sum():,} titles, laid out from ratings alone: what the same "
            "people like lies together. Tap one to open it, or lasso some to see what they "
            "share."
        )

chosen_titles = selected(served)
asked = item_id is not None or chosen_titles is not None or not recipe(served).empty
left, *right = st.columns([5, 3] if asked else 1, gap="medium")
highlighted = []
for side in right:
    with side:
        if item_id is not None:
            with st.container(key="title-panel"):
                title_panel(served, folded, item_id)
        if factors is not None:
            highlighted = recipe_results(served, factors)
        if item_id is not None:
            factor_panel(served, factors, item_id)
        selection_panel(served)
own = visitor_place(picture, folded)
factor = chosen_factor(served, factors)
values = [one for one in (predicted(folded), factor) if one is not None]
with left:
    atlas_map(
        served,
        drawn,
        picture,
        Scene(
            open=item_id,
            rated=state.ratings,
            own=own,
            highlighted=highlighted,
            selected=chosen_titles,
            values=values,
            colour=None if factor is None else factor.name,
        ),
        on_open=lambda found: visitor.open_title(served, found),
        on_select=on_select,
        on_picture=lambda name: st.session_state.update({picture_key: name}),
    )
    if own is not None:
        st.markdown(
            small(
                f"**You** stand among the {BEST} titles that suit you best: in the middle of "
                "that half of them that lies closest together. Your rated titles are ringed "
                "with their stars."
            )
        )
    elif not state.rated:
        st.markdown(small("Rate a few titles, and the map shows where you stand."))
    if picture.faithfulness is not None:
        st.markdown(small(how_faithful(picture.faithfulness)))
    export = st.expander(
        "Export", icon=":material/download:", on_change="rerun", key="export.explore"
    )
    if export.open:
        with export:
            map_downloads(served, picture)
taste_strip(
    [] if item_id is None else plain_cards(served, [item_id], {}),
    text="" if item_id is None else served.shelf.titles[served.shelf.position[item_id]],
    target="title-panel",
    key="strip.explore",
)
send_atlas(served, picture)
CARDS.send()
ATLAS.send()
