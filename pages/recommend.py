"""Recommend: titles to rate, recommendations that change with every star, the visitor's ratings."""

from functools import partial

import streamlit as st

from pages.components import consent, visitor
from pages.components.bring_list import bring_button
from pages.components.cards import plain_cards, recommendation_cards
from pages.components.dials import dial_row, shortage
from pages.components.own_list import own_list
from pages.components.posters import poster_notice, posters
from pages.components.sharing import share_button
from pages.components.sureness import sureness_meter
from pages.components.taste_strip import taste_strip
from pages.components.title_cards import Card, Event, title_cards
from pages.components.widgets import CARDS
from recommender.serving.counted import LIST_SECONDS, RECOMMENDATIONS
from recommender.serving.elsewhere import SITES
from recommender.serving.opened import domains, release
from recommender.serving.served import ServedRelease
from recommender.serving.session import Session, State

SLOTS, PAGE, FOUND = 6, 8, 12


@st.fragment
def page(frame: tuple[object, ...]) -> None:
    """Draws all of the page; what a visitor does here draws it anew, and not the frame around it.

    Args:
        frame: what the frame was drawn with, see `_frame`.
    """
    found = domains()
    served = release(visitor.domain(found))
    session = visitor.session(served)
    if frame != _frame(served):
        st.rerun()
    state = session.state
    visitor.write_address(state, default=found[0], view={})
    model = _model(served, state)

    # The places of the page, in their order. One each whatever is in it: what follows stays where
    # it is and as it is.
    top, to_rate = st.container(gap="small"), st.container()
    picks, own = st.columns([16, 9], gap="large")
    # Filled first: what a visitor who rates waits for.
    with picks, LIST_SECONDS.labels(served.domain).time():
        best = _picks(served, state, model)
    with top:
        query = _top(served, session)
    with to_rate:
        _to_rate(served, state, model, query)
    with own:
        _own(served, state)
    taste_strip(
        best if state.rated else [],
        text=f"{len(state.rated)} rated: see your picks",
        target="for-you",
        key="strip",
    )
    with own:
        consent.consent_switch(visitor.states())


def _picks(served: ServedRelease, state: State, model: str | None) -> list[Card]:
    """Draws the recommendations and what turns them; gives the cards."""
    folded = served.fold_in(state.ratings, model, seen=state.seen, planned=state.planned)
    chosen = folded.model != served.ranker
    as_match = chosen and not served.models[folded.model].predicts_ratings
    # What everybody knows is on offer above already.
    elsewhere = () if state.rated else _titles_to_rate(served, state)
    hidden = (*state.dismissed, *elsewhere)
    asked_for = st.session_state.get(_key(served, "shown"), PAGE)
    best = recommendation_cards(
        served,
        folded,
        folded.recommended(asked_for, hidden, state.dials),
        as_match=as_match,
        opened=st.session_state.get(_key(served, "opened"), ()),
        order=lambda one, also: one.order((*hidden, *also), state.dials),
    )
    RECOMMENDATIONS.labels("page", served.domain, folded.model).inc()
    with st.container(key="for-you"):
        if folded.is_personal:
            st.header("For you", anchor=False)
        elif state.rated:
            st.header("The same for everyone", anchor=False)
            st.write(
                f"`{folded.model}` puts titles in the same order whatever you rate. "
                "Another model in the sidebar makes it about you."
            )
        else:
            st.header("Popular with everybody", anchor=False)
            st.write(
                "The best guess for someone we know nothing about. Rate one title and it is about "
                "you."
            )
        dial_row(served, folded, state.dials)
        title_cards(
            best,
            variant="recommendation",
            scale=served.scale,
            key=f"picks.{served.domain}",
            label="Recommendations",
            on_event=partial(_on_event, served),
            start=_start(served),
            sites=SITES.get(served.domain, ()),
            posters=posters(served.domain),
        )
        consent.note_shown(served.domain, [card.item_id for card in best])
        poster_notice(served.domain)
        if len(best) == asked_for:
            st.button("More", on_click=_more, args=(served,), icon=":material/expand_more:")
        elif not state.dials.neutral:
            shortage(served, folded, state.dials, hidden, len(best))
        elif not best:
            st.write("You have rated or hidden every title there is.")
    return best


def _top(served: ServedRelease, session: Session) -> str:
    """Draws what was done last and the search; gives what is searched for."""
    n_titles = f"{served.shelf.offered.sum():,} {served.domain}"
    st.title("Seen any of these?", anchor=False)
    # One height for all it says, so that no card moves under the visitor's finger.
    with st.container(
        key="step",
        horizontal=True,
        wrap=False,
        vertical_alignment="center",
        height=56,
        border=False,
    ):
        if session.last:
            st.button(
                "Undo", type="tertiary", icon=":material/undo:", on_click=_undo, args=(served,)
            )
            st.text(f"{session.last}.", width="stretch")
        else:
            st.text(
                "Give a few of them stars. Your recommendations change with every one.",
                width="stretch",
            )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        query = st.text_input(
            f"Search all {n_titles}",
            key=f"search.{served.domain}",
            type="search",
            live="200ms",
            width=440,
            placeholder=f"Search {n_titles}",
            label_visibility="collapsed",
        )
        # Always here: if it went with the first rating, the cards would move under the finger.
        bring_button(served, f"bring.{served.domain}")
    return query.strip()


def _to_rate(served: ServedRelease, state: State, model: str | None, query: str) -> None:
    """Draws titles to rate: those found, or those on offer."""
    if query:
        found = [int(item_id) for item_id in served.search(query, FOUND)["item_id"]]
        if not found:
            st.text(f"Nothing is called “{query}” or like it. Try fewer or other words.")
        title_cards(
            plain_cards(served, found, state.ratings),
            variant="ask",
            skippable=False,
            scale=served.scale,
            key=f"found.{served.domain}",
            label="Titles found",
            on_event=partial(_on_event, served),
            posters=posters(served.domain),
        )
    else:
        title_cards(
            plain_cards(served, _titles_to_rate(served, state), state.ratings),
            variant="ask",
            scale=served.scale,
            key=f"ask.{served.domain}",
            label="Titles to rate",
            on_event=partial(_on_event, served),
            posters=posters(served.domain),
        )
    sureness_meter(served, len(state.rated), model or served.ranker)


def _own(served: ServedRelease, state: State) -> None:
    """Draws what the visitor has rated."""
    with st.container(key="own"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.header("Your ratings", anchor=False, width="stretch")
            if state != State(served.domain, state.model):
                share_button(served, state)
        if not state.rated:
            st.write("Nothing yet. What you rate is kept here, to change or take back.")
        own_list(served, state, partial(_on_event, served), _start(served))
        if state.rated or state.seen or state.planned:
            st.button("Start over", type="tertiary", on_click=_start_over, args=(served,))


def _on_event(served: ServedRelease, event: Event) -> None:
    """Handles a tap."""
    opened = st.session_state.setdefault(_key(served, "opened"), set())
    if event.type == "open":
        opened.add(event.item_id)
    elif event.type == "close":
        opened.discard(event.item_id)
    else:
        visitor.handle(served, event)


def _undo(served: ServedRelease) -> None:
    visitor.update(visitor.session(served).undo())


def _start_over(served: ServedRelease) -> None:
    """Forgets all ratings; undo brings them back."""
    visitor.update(visitor.session(served).clear())
    # What was on offer to somebody well known is nothing for a newcomer.
    st.session_state.pop(_key(served, "asked"), None)
    st.session_state[_key(served, "starts")] = _start(served) + 1


def _more(served: ServedRelease) -> None:
    key = _key(served, "shown")
    st.session_state[key] = st.session_state.get(key, PAGE) + PAGE


def _titles_to_rate(served: ServedRelease, state: State) -> list[int]:
    """The titles on offer: those on screen stay, a new one takes the place of an answered one."""
    key = _key(served, "asked")
    done = (*state.skipped, *state.dismissed, *state.planned)
    shown = st.session_state.get(key, [])
    st.session_state[key] = served.titles_to_rate(state.ratings, done, SLOTS, shown)
    return st.session_state[key]


def _start(served: ServedRelease) -> int:
    """How many times the visitor has started over."""
    return st.session_state.get(_key(served, "starts"), 0)


def _key(served: ServedRelease, name: str) -> str:
    return f"{name}.{served.domain}"


def _model(served: ServedRelease, state: State) -> str | None:
    """The model that the visitor chose or the split gave; None for the release's own."""
    return state.model or consent.look(served, state)


def _frame(served: ServedRelease) -> tuple[object, ...]:
    """What the frame around the page shows: the release, the model, what the address got wrong."""
    return served.id, _model(served, visitor.session(served).state), visitor.notes()


page(_frame(release(visitor.domain(domains()))))
CARDS.send()
