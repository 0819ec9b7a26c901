"""The visitor of this browser tab: state that survives page switches and reloads.

Session state holds the truth while the tab is open; the address carries it over a reload, to
whoever it is shared with, and back in the browser's history. Each visitor has a session of their
own: nothing here is global.
"""

from collections.abc import Mapping

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.components import consent
from pages.components.title_cards import Event
from recommender.serving.link import Read, decode, encode, fit, read_domain, read_title
from recommender.serving.served import ServedRelease
from recommender.serving.session import Session, State

_SESSIONS, _DOMAIN, _NOTES = "visitor.sessions", "visitor.domain", "visitor.notes"
_RELEASES, _VIEWS = "visitor.releases", "visitor.views"

VIEWS = {
    "explore": ("title",),
    "factors": ("embedding", "axes", "factor"),
    "admin": ("section",),
    "compare_embeddings": ("first", "release", "second", "title"),
    "together": ("with", "way", "offer"),
}
"""Page -> the parameters of its address beside those of the visitor's state."""


def domain(domains: list[str]) -> str:
    """The domain the visitor is in; at first what the address says, else the first of `domains`."""
    if st.session_state.get(_DOMAIN) not in domains or _in_history():
        read = read_domain(st.query_params, domains, domains[0])
        st.session_state[_DOMAIN] = read.state.domain
        st.session_state[_NOTES] = read.notes
    return st.session_state[_DOMAIN]


def choose_domain(domain: str) -> None:
    """Takes the visitor to another domain; the ratings in each are kept."""
    st.session_state[_DOMAIN] = domain
    st.session_state[_NOTES] = ()


def session(release: ServedRelease) -> Session:
    """The visitor's session in the release's domain; at first what the address says."""
    sessions = st.session_state.setdefault(_SESSIONS, {})
    releases = st.session_state.setdefault(_RELEASES, {})
    if releases.get(release.domain) != release.id:
        known = sessions.get(release.domain)
        # A release promoted meanwhile may lack titles or the model.
        read = fit(known.state, release) if known else _address(release)
        if known is None or known.state != read.state:
            sessions[release.domain] = Session(read.state, release.scale)
        releases[release.domain] = release.id
        st.session_state[_NOTES] = (*notes(), *read.notes)
    return sessions[release.domain]


def states() -> list[State]:
    """The visitor's state in every domain that they have been in."""
    return [one.state for one in st.session_state.get(_SESSIONS, {}).values()]


def follow_history(release: ServedRelease) -> None:
    """Lets the address decide when the browser has gone back or forward to it."""
    if _in_history():
        now, read = session(release), _address(release)
        likely = (now, now.undo(), now.choose_model(read.state.model))
        new, there = Session(read.state, release.scale), encode(read.state)
        told = (*notes(), *read.notes)
        # An address does not hold all of a very long list.
        update(next((one for one in likely if encode(one.state) == there), new))
        st.session_state[_NOTES] = told


def update(session: Session) -> None:
    """Keeps a changed session; what the address got wrong has been read by then."""
    sessions = st.session_state[_SESSIONS]
    consent.note(sessions[session.state.domain].state, session.state)
    sessions[session.state.domain] = session
    st.session_state[_NOTES] = ()


def handle(release: ServedRelease, event: Event) -> None:
    """Does what the visitor did to a title; several may come at once, so each starts from now."""
    at = release.shelf.position.get(event.item_id)
    if at is None:
        return
    now, title = session(release), release.shelf.titles[at]
    match event.type:
        case "rate":
            update(now.rate(event.item_id, event.rating, title))
        case "remove" if event.item_id in now.state.ratings:
            update(now.unrate(event.item_id, title))
        case "remove":
            update(now.restore(event.item_id, title))
        case "skip":
            update(now.skip(event.item_id, title))
        case "dismiss":
            update(now.dismiss(event.item_id, title))
        case "restore":
            update(now.restore(event.item_id, title))


def view(release: ServedRelease, page: str) -> dict[str, str]:
    """What the visitor looks at on a page: names and values of `VIEWS`, as the address has them.

    At first what the address says. Of a title that is not there a note tells; what else is not
    there the page is to pass over.
    """
    views = st.session_state.setdefault(_VIEWS, {})
    here = (release.domain, page)
    if here not in views or _in_history():
        about = st.query_params.get("domain", release.domain) == release.domain
        named = st.query_params.to_dict() if about else {}
        shown = {name: named[name] for name in VIEWS.get(page, ()) if name in named}
        item_id, told = read_title(shown, release)
        if item_id is None:
            shown.pop("title", None)
        if here not in views:
            st.session_state[_NOTES] = (*notes(), *told)
        views[here] = shown
    return views[here]


def change_view(release: ServedRelease, page: str, values: Mapping[str, str | None]) -> None:
    """Lets the visitor look at something else on a page; None is what it shows by itself."""
    changed = {**view(release, page), **values}
    kept = {name: value for name, value in changed.items() if value is not None}
    st.session_state[_VIEWS][release.domain, page] = kept


def opened(release: ServedRelease) -> int | None:
    """The title whose panel is open on Explore."""
    item_id = int(view(release, "explore").get("title", -1))
    return item_id if item_id in release.shelf.position else None


def open_title(release: ServedRelease, item_id: int | None = None) -> None:
    """Opens the panel of a title; None closes it."""
    change_view(release, "explore", {"title": None if item_id is None else str(item_id)})


def notes() -> tuple[str, ...]:
    """Sentences on what of the address could not be used, until the visitor does something."""
    return st.session_state.get(_NOTES, ())


def write_address(state: State, default: str, view: Mapping[str, str]) -> None:
    """Lets the address carry the state and what the page shows.

    Args:
        state: the visitor's.
        default: the domain of an address that names none; its empty state needs no address.
        view: see `view`.
    """
    wanted = encode(state) | view
    bare = state == State(default) and not view
    if st.query_params.to_dict() != wanted and (st.query_params or not bare):
        st.query_params.from_dict(wanted)


def _in_history() -> bool:
    """Whether this run is for a step back or forward in the browser's history."""
    return get_script_run_ctx().is_history_navigation


def _address(release: ServedRelease) -> Read:
    # The numbers in an address about another domain mean other titles.
    about = st.query_params.get("domain", release.domain)
    return decode(st.query_params if about == release.domain else {}, release)
