"""Cards of titles: to rate on arrival, as recommendations, and as the visitor's own ratings.

One Streamlit component (v2) draws all three. Its JavaScript updates the cards by item id, so focus,
an open breakdown and the scroll position survive a rerun, and shows the effect of a tap at once.
A tap must not get lost: while a script runs, Streamlit keeps only the newest value of a trigger. So
the browser numbers its events and sends all that Python has not acknowledged, Python answers with
the last number it has seen, and a number is handled once. Titles are shown as text, never as HTML.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

import streamlit as st

from pages.components.cover import Place, cover
from pages.components.widgets import CARDS
from recommender.data.scale import RatingScale
from recommender.serving.elsewhere import Site

Variant = Literal["ask", "recommendation", "rated"]
EventType = Literal["rate", "skip", "dismiss", "restore", "remove", "open", "close"]

_mount = CARDS.widget("titleCards", html='<div class="title-cards"></div>')


@dataclass(frozen=True)
class Prediction:
    """A predicted rating and the range it likely lies in, all on the rating scale."""

    rating: float
    low: float
    high: float


@dataclass(frozen=True)
class Contribution:
    """One row of a breakdown: what a rated title adds to the score or takes from it.

    Attributes:
        label: A rated title, "Starting point" or the like.
        amount: The signed contribution; a breakdown's amounts sum to the score.
        rating: The visitor's rating of that title, if it is one.
        item_id: Of that title; its rating can then be changed in the row.
        without: The rank that the card's title would have without that rating, where it is known.
    """

    label: str
    amount: float
    rating: float | None = None
    item_id: int | None = None
    without: int | None = None


@dataclass(frozen=True)
class Card:
    """A title as the widget shows it.

    Attributes:
        item_id: Unique among the cards of one widget.
        title: Display title; shown as text.
        place: Where it lies in the atlas; gives the cover.
        year: Year of release.
        kind: "TV", "Movie" and the like, where it tells something.
        genres: The first three are shown.
        rating: The visitor's rating, if there is one.
        prediction: Predicted rating, from a model that predicts ratings.
        match: 0 to 1, from a model whose scores are no ratings; shown as "Match 92 %".
        because: Titles that speak most for it; shown as "Because you rated …".
        breakdown: What the score is made of; opens in place.
        opened: Whether it is open when the card appears.
        note: A line instead of `because`, as "Popular with everybody".
    """

    item_id: int
    title: str
    place: Place
    year: int | None = None
    kind: str = ""
    genres: tuple[str, ...] = ()
    rating: float | None = None
    prediction: Prediction | None = None
    match: float | None = None
    because: tuple[str, ...] = ()
    breakdown: tuple[Contribution, ...] = ()
    opened: bool = False
    note: str = ""


@dataclass(frozen=True)
class Event:
    """What a visitor did to a title.

    "rate" carries the rating, also when an earlier one is changed or its removal undone; "remove"
    takes the rating away; "skip" is "Haven't seen it"; "dismiss" is "Not for me", and "restore"
    undoes that. "open" and "close" are about the breakdown.
    """

    type: EventType
    item_id: int
    rating: float | None = None


def title_cards(
    cards: Sequence[Card],
    *,
    variant: Variant,
    scale: RatingScale,
    key: str,
    label: str,
    on_event: Callable[[Event], None],
    skippable: bool = True,
    start: int = 0,
    sites: Sequence[Site] = (),
    posters: str = "",
) -> None:
    """Show titles as cards.

    Args:
        cards: In the order to show. In "ask" let a new title take the place of the one it
            replaces: the cards beside it then stay under the visitor's finger.
        variant: "ask" for titles to rate, "recommendation", or "rated" for the visitor's ratings.
        scale: The domain's rating scale; drawn as five stars, half of one is the smallest step.
        key: Names this widget on the page; has to differ between domains.
        label: What the list is called by a screen reader.
        on_event: Called for every event in its order, before the script runs again.
        skippable: Whether an "ask" card has the button "Haven't seen it".
        start: Another number than before starts anew: cards that stay to be taken back go.
        sites: Where a recommendation links to.
        posters: The address of a title's picture, with {id} in it, which covers its cover once the
            browser has it; "" for none.

    Raises:
        ValueError: Two cards have the same id, or a number is not finite.
        RatingError: A rating is off the scale.
    """
    seen_key = f"{key}.acknowledged"

    def receive() -> None:
        state = st.session_state.get(key)
        # A tap may arrive when the visitor has left the page with the card, and its state is gone.
        sent = None if state is None else state.events
        events, last = new_events(sent, st.session_state.get(seen_key, 0), scale)
        st.session_state[seen_key] = last
        for event in events:
            on_event(event)

    _mount(
        key=key,
        data={
            "variant": variant,
            "label": label,
            "scale": {"low": scale.low, "high": scale.high, "step": scale.step},
            "skippable": skippable,
            "start": start,
            "acknowledged": st.session_state.get(seen_key, 0),
            "sites": [asdict(site) for site in sites],
            "posters": posters,
            "rated": rated_parts(cards),
            "cards": serialise(cards, scale),
        },
        on_events_change=receive,
    )


def serialise(cards: Sequence[Card], scale: RatingScale) -> list[dict[str, Any]]:
    """The cards as the JavaScript takes them: plain values, each cover drawn.

    Raises:
        ValueError: Two cards have the same id, or a number is not finite.
        RatingError: A rating is off the scale.
    """
    ids = [card.item_id for card in cards]
    if len(set(ids)) < len(ids):
        twice = sorted({item_id for item_id in ids if ids.count(item_id) > 1})
        raise ValueError(f"The titles {twice} are in the list of cards twice; give each once.")
    return [_plain(card, scale) for card in cards]


def rated_parts(cards: Sequence[Card]) -> dict[int, tuple[str, float | None]]:
    """The rated titles in the cards' breakdowns: item id -> title and rating, each sent once."""
    parts = (part for card in cards for part in card.breakdown)
    return {part.item_id: (part.label, part.rating) for part in parts if part.item_id is not None}


def drawing(card: Card) -> dict[str, Any]:
    """What it takes to draw a card's cover, as plain values."""
    return {
        "id": int(card.item_id),
        "title": card.title,
        "year": None if card.year is None else int(card.year),
        "kind": card.kind,
        "cover": asdict(cover(int(card.item_id), card.place)),
    }


def new_events(sent: object, acknowledged: int, scale: RatingScale) -> tuple[list[Event], int]:
    """The events among those the browser has sent that have not been handled yet.

    Args:
        sent: What the browser sent: a list of {"number", "type", "item_id", "rating"}, or None.
        acknowledged: The number of the last event handled before.
        scale: Ratings have to lie on it.

    Returns:
        The new events in their order, and the number that is now the last.

    Raises:
        ValueError: It is no list of events.
        RatingError: A rating is off the scale.
    """
    events = []
    for entry in sent if isinstance(sent, list) else []:
        number, event = _event(entry, scale)
        if number > acknowledged:
            events.append(event)
            acknowledged = number
    return events, acknowledged


def _event(entry: object, scale: RatingScale) -> tuple[int, Event]:
    match entry:
        case {"number": int(number), "type": "rate", "item_id": int(item_id), "rating": rating}:
            return number, Event("rate", item_id, scale.check(rating))
        case {"number": int(number), "type": kind, "item_id": int(item_id)} if kind != "rate":
            if kind in get_args(EventType):
                return number, Event(kind, item_id)
    raise ValueError(f"The browser sent {entry!r}, which is no event of a title card.")


def _plain(card: Card, scale: RatingScale) -> dict[str, Any]:
    numbers = [contribution.amount for contribution in card.breakdown]
    if card.prediction is not None:
        numbers += [card.prediction.rating, card.prediction.low, card.prediction.high]
    if card.match is not None:
        numbers.append(card.match)
    if not all(map(math.isfinite, numbers)):
        raise ValueError(f"The card of {card.title!r} has a number that is not finite: {numbers}.")
    return drawing(card) | {
        "genres": list(card.genres[:3]),
        "rating": None if card.rating is None else scale.check(card.rating),
        "prediction": _rounded(asdict(card.prediction), 2) if card.prediction else None,
        "match": None if card.match is None else round(100 * float(card.match)),
        "because": list(card.because),
        # [rated title or label, amount, rank without it]
        "breakdown": [
            [
                part.label if part.item_id is None else int(part.item_id),
                round(float(part.amount), 4),
                *([] if part.without is None else [int(part.without)]),
            ]
            for part in card.breakdown
        ],
        "opened": card.opened,
        "note": card.note,
    }


def _rounded(numbers: Mapping[str, float], digits: int) -> dict[str, float]:
    return {name: round(float(number), digits) for name, number in numbers.items()}
