"""Whether a visitor lets Tastemap keep their ratings; and, if so, handing them in.

The browser remembers the choice in a cookie: it comes with the first message of a visit, so a
returning visitor is known before anything is drawn, which what lies in localStorage would not be.
It holds "on", "off" or "forget" and a random secret, is set when the visitor agrees and not before,
and goes when they are forgotten. No address, link or QR code ever carries it.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import streamlit as st

from pages.components.text import small
from recommender.admin.throttle import source_of
from recommender.serving.served import ServedRelease
from recommender.serving.session import State
from recommender.settings import Settings
from recommender.visitors import changes as what
from recommender.visitors.changes import Context, Event, Forget, is_secret, new_secret, pseudonym
from recommender.visitors.service import LIMITS, writer
from recommender.visitors.split import assigned
from recommender.visitors.writer import Receipt

COOKIE = "tastemap_visitor"
_YEAR = 365 * 24 * 3600
_CONSENT, _SWITCH = "consent", "consent.switch"
_FORGET_SECONDS, _MOMENT = 2.0, 0.05


@dataclass(eq=False)
class Consent:
    """What a browser tab knows of its visitor's choice.

    Attributes:
        secret: of the visitor, None without one.
        on: whether ratings are kept.
        written: what the cookie is to hold, None as long as it need not change.
        context: what the visitor looks at, by domain.
        seen: recommendations that were handed in.
        receipts: of what is not known to be saved.
        saved: titles whose ratings are saved, by domain.
        handed_in: events so far.
        full: a limit is reached.
        forgetting: the receipt of being forgotten.
        said: a sentence about what was done last.
    """

    secret: str | None = None
    on: bool = False
    written: str | None = None
    context: dict[str, Context] = field(default_factory=dict)
    seen: set[tuple[Context, int]] = field(default_factory=set)
    receipts: deque[Receipt] = field(default_factory=deque)
    saved: set[tuple[str, int]] = field(default_factory=set)
    handed_in: int = 0
    full: bool = False
    forgetting: Receipt | None = None
    said: str = ""

    @property
    def visitor(self) -> str | None:
        """The pseudonym of a visitor who agrees."""
        return pseudonym(self.secret) if self.on and self.secret else None


def look(served: ServedRelease, state: State) -> str | None:
    """Notes what the visitor looks at, for what they do next.

    Args:
        served: what serves.
        state: the visitor's.

    Returns:
        The model that the split gives to the visitor; None where they choose, or there is none.
    """
    mine, given = _consent(), None
    if mine.visitor is not None and state.model is None:
        settings = Settings.from_environment()
        given = assigned(mine.visitor, served.domain, served.models, settings)
    model = state.model or given or served.ranker
    mine.context[served.domain] = Context(served.domain, served.id, model, given is not None)
    return given


def note(old: State, new: State) -> None:
    """Hands in what the visitor did to their list, if they agree."""
    mine = _consent()
    context = mine.context.get(new.domain)
    if mine.visitor is not None and context is not None and old.domain == new.domain:
        _hand_in(mine, what.changes(old, new, context, what.now()))


def note_shown(domain: str, item_ids: Iterable[int]) -> None:
    """Hands in which titles the visitor sees recommended for the first time, if they agree."""
    mine = _consent()
    context = mine.context.get(domain)
    if mine.visitor is None or context is None:
        return
    found = what.shown(item_ids, context, what.now())
    new = [one for one in found if (context, one.item_id) not in mine.seen]
    mine.seen.update((context, one.item_id) for one in new)
    _hand_in(mine, new)


def consent_switch(states: Sequence[State]) -> None:
    """Draws the switch, what it does in a line, and how keeping goes.

    To be drawn last: it gives the database a moment, so that mostly "saved" can be said at once.

    Args:
        states: the visitor's, of every domain so far: what is kept as soon as they agree.
    """
    mine = _consent()
    st.session_state[_SWITCH] = mine.on
    with st.container(key="consent", border=True, gap="small"):
        st.toggle(
            "Let Tastemap learn from my ratings",
            key=_SWITCH,
            on_change=_switched,
            args=(states,),
        )
        st.markdown(
            small(
                "Keeps your ratings and what you make of recommendations, under a random number, "
                "to train and compare models. [Read more](about)"
            )
        )
        if mine.on:
            # Only while something is on its way does the page look again by itself.
            st.fragment(_progress, run_every="1s" if _on_the_way(mine) else None)()
        elif mine.said:
            st.markdown(mine.said)
        if mine.secret and mine.forgetting is None:
            st.button("Forget me", icon=":material/delete:", key="consent.forget", on_click=_forget)
    _write_cookie(mine)


def _on_the_way(mine: Consent) -> bool:
    """Whether something is not saved a moment from now."""
    server = writer(Settings.from_environment())
    if mine.receipts and server.health().fault is None:
        server.wait(mine.receipts[-1], _MOMENT)
    _collect(mine)
    return bool(mine.receipts)


def _progress() -> None:
    mine, server = _consent(), writer(Settings.from_environment())
    _collect(mine)
    if mine.visitor is None:
        st.markdown(mine.said)
        return
    waiting = sum(what.rated(receipt.events) for receipt in mine.receipts)
    n = len(mine.saved)
    told = f"{n:,} {'rating' if n == 1 else 'ratings'} saved." if n else "Nothing to save yet."
    if mine.full:
        told += " That is all that is kept of one visit; go on as you like."
    elif waiting:
        told = f"{n:,} saved, {waiting:,} on the way."
        if server.health().fault:
            told += " The database does not answer just now; go on, it is tried again."
    st.markdown(f"{told}\n\n{small(f'You are `{mine.visitor[:12]}`.')}")


def _consent() -> Consent:
    if _CONSENT not in st.session_state:
        st.session_state[_CONSENT] = _remembered()
    return st.session_state[_CONSENT]


def _remembered() -> Consent:
    """What the browser remembers; anything that it may send is either a choice or nothing."""
    word, _, secret = st.context.cookies.to_dict().get(COOKIE, "").partition(".")
    if word not in ("on", "off", "forget") or not is_secret(secret):
        return Consent()
    mine = Consent(secret, on=word == "on", written=f"{word}.{secret}")
    if word == "forget":
        _forget_now(mine)
    return mine


def _switched(states: Sequence[State]) -> None:
    mine = _consent()
    mine.said = ""
    if not st.session_state[_SWITCH]:
        mine.on = False
        mine.written = f"off.{mine.secret}"
        mine.said = "Nothing more is kept. What was kept before stays until you are forgotten."
        return
    if mine.secret is None:
        if not LIMITS.agree(source_of(st.context.ip_address)):
            mine.said = "Too many have agreed from here within the hour; try again later."
            return
        mine.secret = new_secret()
    mine.on, mine.forgetting = True, None
    mine.written = f"on.{mine.secret}"
    for state in states:
        note(State(state.domain), state)


def _forget() -> None:
    _forget_now(_consent())


def _forget_now(mine: Consent) -> None:
    """Has everything deleted; the browser forgets the number once that is done, and not before."""
    assert mine.secret is not None
    server = writer(Settings.from_environment())
    mine.on, mine.written = False, f"forget.{mine.secret}"
    mine.receipts.clear()
    mine.saved.clear()
    mine.seen.clear()
    mine.forgetting = server.hand_in(pseudonym(mine.secret), [Forget()])
    server.wait(mine.forgetting, _FORGET_SECONDS)
    _collect(mine)


def _collect(mine: Consent) -> None:
    """Takes note of what has become of what was handed in."""
    while mine.receipts and mine.receipts[0].ended:
        receipt = mine.receipts.popleft()
        if receipt.forgotten:
            _ended(mine, "You were forgotten in another tab; nothing is kept here either.")
            return
        mine.full |= receipt.refused
        if receipt.saved:
            _count(mine, receipt.events)
    if mine.forgetting is None:
        return
    if mine.forgetting.saved:
        _ended(mine, "All that was kept of you is deleted.")
    elif mine.forgetting.refused:
        mine.forgetting = None
        mine.said = "That did not work: too much is waiting for the database. Try again later."
    else:
        mine.said = (
            "The database does not answer just now. What was kept is deleted as soon as it does; "
            "your browser asks again at your next visit, to be sure."
        )


def _count(mine: Consent, events: Iterable[Event]) -> None:
    for event in events:
        if isinstance(event, what.Change):
            key = (event.context.domain, event.item_id)
            mine.saved.discard(key)
            if event.place == "rated":
                mine.saved.add(key)


def _ended(mine: Consent, said: str) -> None:
    mine.secret, mine.on, mine.written, mine.forgetting, mine.said = None, False, "", None, said
    mine.receipts.clear()
    mine.saved.clear()
    mine.seen.clear()


def _hand_in(mine: Consent, events: Sequence[Event]) -> None:
    if not events or mine.visitor is None:
        return
    source = source_of(st.context.ip_address)
    if not LIMITS.allow(source, mine.handed_in, len(events)):
        mine.full = True
        return
    mine.handed_in += len(events)
    mine.receipts.append(writer(Settings.from_environment()).hand_in(mine.visitor, events))
    _collect(mine)


def _write_cookie(mine: Consent) -> None:
    """Lets the browser remember; inside the frame of another site only a cookie of its own kind."""
    if mine.forgetting is not None:
        _collect(mine)
    if mine.written is None:
        return
    age = _YEAR if mine.written else 0
    cookie = f"{COOKIE}={mine.written}; Path=/; Max-Age={age}; "
    script = (
        f"document.cookie = {cookie!r} + (location.protocol === 'https:' "
        "? 'SameSite=None; Secure; Partitioned' : 'SameSite=Lax');"
    )
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
