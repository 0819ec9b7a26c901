"""Your taste: what the visitor's ratings say in words and pictures, and which of them surprise."""

import pandas as pd
import streamlit as st

from pages.components import visitor
from pages.components.cards import plain_cards
from pages.components.charts import chart, theme
from pages.components.text import plain, small
from pages.components.title_cards import title_cards
from pages.components.widgets import CARDS
from recommender import figures
from recommender.factors.model import COVERAGE
from recommender.serving.explore import on_the_map, pictures, visitor_place
from recommender.serving.opened import domains, release
from recommender.serving.portrait import portrait
from recommender.serving.profile import FEWEST, Profile, against_predictions, profile
from recommender.serving.served import ServedRelease
from recommender.serving.visitor import Visitor

WORDS, GROUND, SURPRISES = 12, 2_500, 6

served = release(visitor.domain(domains()))
session = visitor.session(served)
state = session.state
folded = served.fold_in(state.ratings, state.model)
with st.spinner("Comparing you with an average user …"):
    found = profile(served, folded)


def undo() -> None:
    """Takes the last step back."""
    visitor.update(visitor.session(served).undo())


def in_words(about: Profile) -> None:
    """Draws the paragraph and what its sentences rest on."""
    said = portrait(about)
    with st.container(key="portrait"):
        st.write(
            plain(" ".join(one.text for one in said.statements))
            or f"Your {about.n_rated} ratings could be anybody’s: none of it is more than chance."
        )
    with st.expander("How we know", icon=":material/query_stats:"):
        for one in said.statements:
            st.markdown(f"**{plain(one.text)}** {plain(one.evidence)}")
        st.markdown(
            small(
                "An average user’s ratings fall on titles as all ratings do. A difference is said "
                "only if chance makes one as large in less than 1 of 100 cases, however many are "
                "looked at."
            )
        )
    if said.unknown:
        st.markdown(f"It is not clear yet {plain(', '.join(said.unknown))}. More ratings may tell.")


def in_pictures(about: Profile, served: ServedRelease, folded: Visitor) -> None:
    """Draws genres and decades beside an average user's, and the place on the map."""
    # What is surest first, then what the visitor has rated most.
    chosen = sorted(about.chosen, key=lambda one: (not one.holds, -one.yours))[:WORDS]
    table = pd.DataFrame(
        [(one.about, one.yours, one.usual, one.holds) for one in chosen],
        columns=["word", "yours", "usual", "holds"],
    )
    words, where = st.columns(2, gap="large")
    with words:
        st.subheader("Beside an average user", anchor=False)
        chart(
            figures.leanings(table, theme=theme()),
            served,
            "taste",
            alt="Genres and decades among your titles and among an average user’s",
            key=f"leanings.{served.domain}",
        )
    picture = pictures(served)[0]
    placed = on_the_map(served)
    ground = served.shelf.by_popularity[placed[served.shelf.by_popularity]][:GROUND]
    rated = folded.taste.rated[placed[folded.taste.rated]]
    with where:
        st.subheader("On the map", anchor=False)
        chart(
            figures.place(
                picture.places[ground],
                picture.places[rated],
                [(region.text, region.place) for region in picture.regions],
                visitor_place(picture, folded),
                [served.shelf.titles[at] for at in rated],
                theme=theme(),
            ),
            served,
            "place",
            alt="Your titles, and you, on the map",
            key=f"place.{served.domain}",
        )
        st.page_link("explore.py", label="Explore the map", icon=":material/explore:")


def against(served: ServedRelease, folded: Visitor) -> None:
    """Draws the ratings beside what would have been predicted without them."""
    table = against_predictions(served, folded)
    st.header("Your ratings against ours", anchor=False)
    if table.empty:
        st.write("Nothing here predicts ratings, so there is nothing to compare yours with.")
        return
    off = (table["rating"] - table["predicted"]).abs().mean()
    usual = (table["rating"] - table["usual"]).abs().mean()
    st.write(
        f"For each of your {len(table):,} ratings we asked what we would have predicted from the "
        f"others. We were off by **{off:.2f}** points on average; everybody’s mean rating of the "
        f"title would have been off by {usual:.2f}. **{int(table['inside'].sum()):,}** lie in the "
        f"predicted range, which is meant to hold {COVERAGE:.0%}."
    )
    picture, surprising = st.columns(2, gap="large")
    with picture:
        chart(
            figures.surprises(table, (served.scale.low, served.scale.high), theme=theme()),
            served,
            "surprises",
            alt="Your ratings against predicted ones",
            key=f"surprises.{served.domain}",
        )
    most = table.head(SURPRISES)
    notes = {
        int(row.item_id): f"we would have said {row.predicted:.1f} ({row.low:.1f}–{row.high:.1f})"
        for row in most.itertuples()
    }
    with surprising:
        st.subheader("The most surprising", anchor=False)
        title_cards(
            plain_cards(served, notes, state.ratings, notes),
            variant="rated",
            scale=served.scale,
            key=f"surprising.{served.domain}",
            label="Your most surprising ratings",
            on_event=lambda event: visitor.handle(served, event),
        )
        st.markdown(small("A slip of the finger? Change it here."))


st.title("Your taste", anchor=False)
if session.last:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        st.button("Undo", type="tertiary", icon=":material/undo:", on_click=undo)
        st.text(f"{session.last}.", width="stretch")
if found is None:
    there = len(folded.taste.rated)
    st.write(
        f"Rate at least {FEWEST} {served.domain}, and this page says what your ratings tell of "
        "your taste and what they do not. "
        + (f"You have rated {there} so far." if there else "You have rated none yet.")
    )
    st.page_link("recommend.py", label="Rate some titles", icon=":material/star:")
else:
    in_words(found)
    in_pictures(found, served, folded)
    against(served, folded)
CARDS.send()
