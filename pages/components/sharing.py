"""Share & keep: a link of the visitor's list, its QR code, the list and the taste as files."""

from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from pages.components.cards import plain_cards, recommendation_cards
from pages.components.picture import PICKS, taste_picture
from pages.components.text import small
from pages.components.widgets import SHARE
from recommender.serving.keep import to_code, to_csv
from recommender.serving.link import decode, encode
from recommender.serving.served import ServedRelease
from recommender.serving.session import State

_mount = SHARE.widget("shareLink", html='<div class="share-link"></div>')


def share_button(served: ServedRelease, state: State) -> None:
    """Draws the button that opens the dialog.

    Args:
        served: what serves.
        state: the visitor's.
    """
    if st.button("Share & keep", key=f"share.{served.domain}", icon=":material/ios_share:"):
        _dialog(served, state)


def link_of(state: State, page: str) -> str:
    """The address that brings a state back.

    Args:
        state: a visitor's.
        page: the address of the Recommend page; what it carries otherwise is dropped.
    """
    scheme, place, path, *_ = urlsplit(page)
    return urlunsplit((scheme, place, path or "/", urlencode(encode(state)), ""))


@st.dialog("Share & keep", icon=":material/ios_share:")
def _dialog(served: ServedRelease, state: State) -> None:
    link = link_of(state, st.context.url)
    st.markdown("Whoever opens this link starts from your list. It holds nothing else about you.")
    _mount(
        key=f"link.{served.domain}",
        data={"link": link, "title": f"My taste in {served.domain}"},
    )
    held = decode(encode(state), served).state
    if len(held.rated) < len(state.rated):
        st.markdown(
            small(
                f"The link holds your last {len(held.rated):,} ratings of {len(state.rated):,}, "
                "which is what fits; the CSV holds all."
            )
        )
    code = to_code(link)
    if code is None:
        st.markdown(small("Your list is too long for a QR code that a phone can read."))
    else:
        st.image(code, width=220, alt="QR code of your link", caption="Scan it to take it along")
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "List, CSV",
            to_csv(state, served.shelf),
            file_name=f"tastemap-{served.domain}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            "Picture, PNG",
            lambda: _picture(served, state),
            file_name=f"tastemap-{served.domain}.png",
            mime="image/png",
            icon=":material/image:",
            on_click="ignore",
        )
    st.markdown(small("The CSV can be brought back here at any time, by “Bring your list”."))
    SHARE.send()


def _picture(served: ServedRelease, state: State) -> bytes:
    """The visitor's best rated titles and what is recommended, as a PNG."""
    ratings = state.ratings
    liked = [item_id for item_id, rating in state.rated if rating > served.scale.middle]
    best = sorted(liked, key=lambda item_id: -ratings[item_id])
    folded = served.fold_in(ratings, state.model, seen=state.seen, planned=state.planned)
    picks = recommendation_cards(
        served,
        folded,
        folded.recommended(PICKS, state.dismissed, state.dials),
        as_match=not folded.uses_ratings,
    )
    favourites = plain_cards(served, best, ratings)
    return taste_picture(f"My taste in {served.domain}", favourites, picks)
