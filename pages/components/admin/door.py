"""Who is at the Admin page, and the one way in which anything on it does something.

The office decides who may; this module asks it from a browser tab, whose state holds the token of
its sign-in, and keeps what is to be said afterwards.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from pages.components.text import plain
from recommender.admin.office import Office
from recommender.admin.throttle import source_of
from recommender.errors import SettingError, SignedOutError, TastemapError
from recommender.settings import Settings

if TYPE_CHECKING:
    from recommender.training.jobs import Jobs

T = TypeVar("T")
_TOKEN, _SAID = "admin.token", "admin.said"


def configured() -> bool:
    """Whether there is an Admin page at all; none while a setting is wrong, as pages then say."""
    try:
        settings = Settings.from_environment()
    except SettingError:
        return False
    return settings.admin_password_hash is not None or bool(settings.admins)


def expected() -> bool:
    """Whether somebody here may want the Admin page: signed in, or known to a provider."""
    return signed_in() is not None or bool(st.user.get("is_logged_in"))


def signed_in() -> str | None:
    """The name of who is signed in in this tab; asking is no act."""
    if _TOKEN not in st.session_state:
        return None
    try:
        return office().sessions.who(st.session_state[_TOKEN], acts=False)
    except SignedOutError:
        return None


def came() -> str | None:
    """The same for somebody who has just done something on the page: it keeps the sign-in alive."""
    if (token := st.session_state.get(_TOKEN)) is None:
        return None
    try:
        return office().sessions.who(token)
    except SignedOutError as error:
        _ended(error)
        return None


def office() -> Office:
    """The office of this server."""
    return _office(Settings.from_environment())


def jobs() -> "Jobs":
    """The trainings of this server."""
    from recommender.training.jobs import Jobs

    return Jobs.of(Settings.from_environment())


def perform(
    action: str,
    work: Callable[[str], T],
    said: Callable[[T], str],
    *,
    domain: str = "",
    release: str = "",
    detail: str = "",
) -> T | None:
    """Does something for whoever is signed in in this tab; what came of it is said afterwards.

    Args:
        action: what it is called in the log.
        work: does it; told who the admin is.
        said: what came of it, a sentence for the admin and the log.
        domain: what it is about.
        release: what it is about.
        detail: a reason, parameters.

    Returns:
        What `work` returns; None if it was not done.
    """
    about = {"domain": domain, "release": release, "detail": detail}
    token = st.session_state.get(_TOKEN)
    try:
        done = office().act(token, action, work, result=said, **about)
    except SignedOutError as error:
        _ended(error)
        return None
    except TastemapError as error:
        say(str(error), good=False)
        return None
    say(said(done))
    return done


def say(text: str, *, good: bool = True) -> None:
    """Keeps a sentence for the top of the page."""
    st.session_state[_SAID] = (text, good)


def to_say() -> bool:
    """Whether there is something to be said that the page has not drawn yet."""
    return _SAID in st.session_state


def heard(*, toast: bool = True) -> None:
    """Draws what is to be said, once; and where one looks who has scrolled down, if wanted."""
    if (found := st.session_state.pop(_SAID, None)) is None:
        return
    text, good = found
    if good:
        st.success(plain(text), icon=":material/check_circle:")
    else:
        st.error(plain(text), icon=":material/error:")
    if toast:
        st.toast(plain(text), icon=":material/check_circle:" if good else ":material/error:")


def sign_in_form() -> None:
    """Draws the ways to sign in."""
    settings = Settings.from_environment()
    with st.container(width=440):
        st.title("Admin", anchor=False)
        heard(toast=False)
        if settings.admin_password_hash:
            _by_password()
        if settings.admins:
            _by_provider()


def sign_out() -> None:
    """Ends the sign-in of this tab."""
    token = st.session_state.pop(_TOKEN, None)
    try:
        office().sign_out(token)
    except TastemapError as error:
        say(f"You are signed out. {error}", good=False)
    else:
        say("You are signed out.")
    if st.user.get("is_logged_in"):
        st.logout()


def _by_password() -> None:
    with st.form("admin.sign-in", clear_on_submit=True):
        password = st.text_input(
            "Password", type="password", autocomplete="current-password", max_chars=1024
        )
        sent = st.form_submit_button("Sign in", type="primary", width="stretch")
    if sent:
        _enter(lambda source: office().sign_in(password, source))


def _by_provider() -> None:
    if not (st.secrets.load_if_toml_exists() and "auth" in st.secrets):
        st.error(
            "TASTEMAP_ADMINS is set, but `.streamlit/secrets.toml` has no [auth] section to sign "
            "in with; docs/admin.md shows one.",
            icon=":material/error:",
        )
    elif not st.user.get("is_logged_in"):
        st.button("Sign in with your provider", on_click=st.login, width="stretch")
    else:
        who = st.user.get("email") or st.user.get("preferred_username") or "yourself"
        st.write(f"Your provider knows you as {plain(str(who))}.")
        with st.container(horizontal=True):
            if st.button("Continue", type="primary"):
                _enter(lambda source: office().sign_in_as(st.user.to_dict(), source))
            st.button("Somebody else", on_click=st.logout)


def _enter(sign_in: Callable[[str], str]) -> None:
    try:
        with st.spinner("Looking …"):
            st.session_state[_TOKEN] = sign_in(source_of(st.context.ip_address))
    except TastemapError as error:
        say(str(error), good=False)
    st.rerun()


def _ended(error: SignedOutError) -> None:
    st.session_state.pop(_TOKEN, None)
    say(str(error), good=False)


@lru_cache(maxsize=4)
def _office(settings: Settings) -> Office:
    return Office(settings)
