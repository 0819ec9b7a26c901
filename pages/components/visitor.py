"""The visitor of this browser tab: state that survives page switches and reloads.

Session state holds the truth while the tab is open; the address carries it over a reload, to
whoever it is shared with, and back in the browser's history. Each visitor has a session of their
own: nothing here is global.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.components.title_cards import Event
from recommender.serving.link import Read, decode, encode, read_domain, read_title
from recommender.serving.served import ServedRelease
from recommender.serving.session import Session, State

_SESSIONS, _DOMAIN, _NOTES = "visitor.sessions", "visitor.domain", "visitor.notes"
_RELEASES, _OPENED = "visitor.releases", "visitor.opened"


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
        # A release promoted meanwhile may lack titles or the model; an address says what is left.
        read = decode(encode(known.state), release) if known else _address(release)
        if known is None or known.state != read.state:
            sessions[release.domain] = Session(read.state, release.scale)
        releases[release.domain] = release.id
        st.session_state[_NOTES] = (*notes(), *read.notes)
    return sessions[release.domain]


def follow_history(release: ServedRelease) -> None:
    """Lets the address decide when the browser has gone back or forward to it."""
    if _in_history():
        now, read = session(release), _address(release)
        likely = (now, now.undo(), now.choose_model(read.state.model))
        new = Session(read.state, release.scale)
        told = (*notes(), *read.notes)
        update(next((one for one in likely if one.state == read.state), new))
        st.session_state[_NOTES] = told
        open_title(release, read_title(st.query_params, release)[0])


def update(session: Session) -> None:
    """Keeps a changed session; what the address got wrong has been read by then."""
    st.session_state[_SESSIONS][session.state.domain] = session
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
        case "remove":
            update(now.unrate(event.item_id, title))
        case "skip":
            update(now.skip(event.item_id, title))
        case "dismiss":
            update(now.dismiss(event.item_id, title))
        case "restore":
            update(now.restore(event.item_id, title))


def opened(release: ServedRelease) -> int | None:
    """The title whose panel is open; at first the one that the address names."""
    titles = st.session_state.setdefault(_OPENED, {})
    if release.domain not in titles:
        titles[release.domain], told = read_title(st.query_params, release)
        st.session_state[_NOTES] = (*notes(), *told)
    item_id = titles[release.domain]
    return item_id if item_id in release.shelf.position else None


def open_title(release: ServedRelease, item_id: int | None = None) -> None:
    """Opens the panel of a title; None closes it."""
    st.session_state.setdefault(_OPENED, {})[release.domain] = item_id


def notes() -> tuple[str, ...]:
    """Sentences on what of the address could not be used, until the visitor does something."""
    return st.session_state.get(_NOTES, ())


def write_address(state: State, default: str, title: int | None = None) -> None:
    """Lets the address carry the state; an empty one in the default domain needs nothing.

    Args:
        state: the visitor's.
        default: the domain of an address that names none.
        title: the title that the page is about, if it is about one.
    """
    wanted = encode(state, title)
    bare = state == State(default) and title is None
    if st.query_params.to_dict() != wanted and (st.query_params or not bare):
        st.query_params.from_dict(wanted)


def _in_history() -> bool:
    """Whether this run is for a step back or forward in the browser's history."""
    return get_script_run_ctx().is_history_navigation


def _address(release: ServedRelease) -> Read:
    # The numbers in an address about another domain mean other titles.
    about = st.query_params.get("domain", release.domain)
    return decode(st.query_params if about == release.domain else {}, release)
