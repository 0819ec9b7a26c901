"""What is to be kept of a visitor: plain values, made by a page and taken to the database later.

A visitor is a pseudonym: the digest of a random secret that their browser alone keeps. Whoever
reads the database can therefore not pass for them. Nothing here touches a database, so that a page
that hands something in waits for none.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import isfinite
from secrets import token_hex
from typing import Literal, get_args

from recommender.errors import DataError
from recommender.serving.session import State

Place = Literal["rated", "seen", "dismissed", ""]
"""Where a title went; "" is nowhere: a rating was taken back, or a title skipped or planned."""

BROUGHT = 5
"""So many ratings in one step are no taps but a list that was brought, or undone."""
_SECRET, _PSEUDONYM = re.compile(r"[0-9a-f]{32}"), re.compile(r"[0-9a-f]{32}")
_LARGEST_ID = 2**63


@dataclass(frozen=True)
class Context:
    """What a visitor looked at.

    Attributes:
        domain: "movies", …
        release: the id of the release that served.
        model: the name of the model that ranked.
        assigned: the model was given to the visitor by the split (`recommender.visitors.split`).
    """

    domain: str
    release: str
    model: str
    assigned: bool = False

    def __post_init__(self) -> None:
        for name, longest in (("domain", 40), ("release", 80), ("model", 80)):
            text = getattr(self, name)
            if not isinstance(text, str) or not 0 < len(text) <= longest or "\x00" in text:
                raise DataError(f"{name} must be a text of 1 to {longest} characters.")


@dataclass(frozen=True)
class Change:
    """A title that went somewhere.

    Attributes:
        context: what the visitor looked at.
        item_id: the title.
        place: where it is now.
        rating: on the domain's scale if it was rated, else None.
        at: when, milliseconds since 1970 UTC.
        brought: it came with a list, not by a tap.
    """

    context: Context
    item_id: int
    place: Place
    rating: float | None
    at: int
    brought: bool = False

    def __post_init__(self) -> None:
        _check(self.item_id, self.at)
        if self.place not in get_args(Place):
            raise DataError(f"{self.place!r} is no place for a title.")
        if (self.rating is not None) is not (self.place == "rated"):
            raise DataError("A title that is rated has a rating, and no other has.")
        if self.rating is not None and not isfinite(self.rating):
            raise DataError(f"The rating {self.rating!r} is no number.")


@dataclass(frozen=True)
class Shown:
    """A title that was recommended for the first time by a model.

    Attributes:
        context: what the visitor looked at.
        item_id: the title.
        rank: its place in the list, from 1 on.
        at: when, milliseconds since 1970 UTC.
    """

    context: Context
    item_id: int
    rank: int
    at: int

    def __post_init__(self) -> None:
        _check(self.item_id, self.at)
        if not 0 < self.rank < 100_000:
            raise DataError(f"{self.rank} is no rank.")


@dataclass(frozen=True)
class Forget:
    """Everything that is kept of a visitor is to go."""


Event = Change | Shown | Forget


def new_secret() -> str:
    """A random secret, for the browser of a visitor who agrees: 32 hexadecimal digits."""
    return token_hex(16)


def is_secret(text: str) -> bool:
    """Whether it has the form of a secret; what a browser sends may be anything."""
    return _SECRET.fullmatch(text) is not None


def pseudonym(secret: str) -> str:
    """The name under which a visitor's ratings are kept: 32 hexadecimal digits."""
    return sha256(f"tastemap visitor {secret}".encode()).hexdigest()[:32]


def is_pseudonym(text: str) -> bool:
    """Whether it has the form of a pseudonym."""
    return _PSEUDONYM.fullmatch(text) is not None


def now() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def changes(old: State, new: State, context: Context, at: int) -> list[Change]:
    """What a visitor did between two states of a domain.

    Args:
        old: before.
        new: after.
        context: what the visitor looked at.
        at: when, milliseconds since 1970 UTC.

    Returns:
        A change for every title that is rated, seen or dismissed in another way than before.
    """
    before, after = _places(old), _places(new)
    moved = [
        item_id for item_id in {**before, **after} if before.get(item_id) != after.get(item_id)
    ]
    brought = len(moved) >= BROUGHT
    return [
        Change(context, item_id, *after.get(item_id, ("", None)), at=at, brought=brought)
        for item_id in moved
    ]


def shown(item_ids: Iterable[int], context: Context, at: int) -> list[Shown]:
    """The titles of a list of recommendations, the first one at rank 1."""
    return [Shown(context, item_id, rank, at) for rank, item_id in enumerate(item_ids, 1)]


def rated(events: Sequence[Event]) -> int:
    """How many of them are ratings."""
    return sum(isinstance(event, Change) and event.place == "rated" for event in events)


def _places(state: State) -> dict[int, tuple[Place, float | None]]:
    places: dict[int, tuple[Place, float | None]] = {}
    places |= dict.fromkeys(state.seen, ("seen", None))
    places |= dict.fromkeys(state.dismissed, ("dismissed", None))
    return places | {item_id: ("rated", rating) for item_id, rating in state.rated}


def _check(item_id: int, at: int) -> None:
    if not -_LARGEST_ID <= item_id < _LARGEST_ID:
        raise DataError(f"{item_id} is no item id.")
    if not 0 < at < _LARGEST_ID:
        raise DataError(f"{at} is no moment.")
