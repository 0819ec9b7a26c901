"""The other people of a group: read from their links, and carried in the address.

A friend's link is this app's own address with ratings in it. The group stands in one parameter,

    with=Anna~1MgYDAC….Ben~1ZAsEDA…

a name and the word that `recommender.serving.compact` makes of a list. What strangers may have
written is read as in `recommender.serving.link`: never an error, what is no person is left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from recommender.errors import DataError
from recommender.serving.compact import LONGEST, pack, unpack
from recommender.serving.link import decode, fit
from recommender.serving.served import ServedRelease
from recommender.serving.session import State
from recommender.serving.together import MOST

NAME = 20
"""Most letters of a name."""

_BETWEEN, _WITHIN = ".", "~"
_LEAST_ROOM = 2_400
_WORD = re.compile(r"[A-Za-z0-9_-]{3,}")


@dataclass(frozen=True)
class Person:
    """Somebody with a list.

    Attributes:
        name: as the visitor calls them, one line.
        state: what they have rated, watched and do not want.
    """

    name: str
    state: State


def read_link(link: str, release: ServedRelease, domains: Collection[str]) -> State:
    """Reads what a friend has sent.

    Args:
        link: an address of this app with ratings, or what stands in it after `taste=`.
        release: of the domain that the group is about.
        domains: those that there are.

    Returns:
        The friend's state, fit for the release; at least one title is rated.

    Raises:
        DataError: it is no such link; the message says what to do.
    """
    text = link.strip()
    if not text:
        raise DataError("Paste a friend's link first.")
    if _WORD.fullmatch(text):
        given = {"taste": text}
    else:
        # What is before the question mark does not matter: a friend may use another server.
        given = dict(parse_qsl(text.partition("?")[2].partition("#")[0]))
    if not {"taste", "ratings"} & given.keys():
        raise DataError(
            "There are no ratings in this link. Your friend gets the right one with "
            "“Share & keep” beside “Your ratings”."
        )
    about = given.get("domain", release.domain)
    if about != release.domain:
        if about in domains:
            raise DataError(
                f"This link is about {about}. Choose {about.capitalize()} at the top, then add it."
            )
        raise DataError("This link is about something that is not here.")
    read = decode(given, release)
    if not read.state.rated:
        raise DataError(
            "Nothing in this link could be used. " + " ".join(read.notes)
            if read.notes
            else "Your friend has not rated anything yet."
        )
    return read.state


def clean_name(name: str, taken: Collection[str]) -> str:
    """A name fit for the address and unlike the others: "Anna", "Friend 2", "Anna 2".

    Args:
        name: as typed; "" for none.
        taken: names that there are already.
    """
    letters = "".join(" " if sign in (_BETWEEN, _WITHIN) else sign for sign in name)
    wanted = " ".join("".join(c for c in letters if c.isprintable()).split())[:NAME].strip()
    if wanted and wanted not in taken:
        return wanted
    numbers = range(2 if wanted else 1, MOST + 2)
    return next(n for at in numbers if (n := f"{wanted or 'Friend'} {at}") not in taken)


def encode_people(people: Sequence[Person], beside: int = 0) -> str:
    """Writes people as a value of the address.

    Args:
        people: in their order.
        beside: letters that the visitor's own list takes in the address.

    Returns:
        The value, "" for nobody. Where lists are too long, the last entries of each are kept, as
        many for everybody.
    """
    room = max(LONGEST - beside, _LEAST_ROOM)
    most = max((len(one.state.rated) + len(one.state.seen) for one in people), default=0)
    while len(value := _value(people, most)) > room:
        most = most * 7 // 8
    return value


def decode_people(value: str, release: ServedRelease) -> tuple[Person, ...]:
    """Reads people from the address; what is no person is left out."""
    people: list[Person] = []
    for part in value.split(_BETWEEN)[: MOST - 1] if value else ():
        name, _, word = part.partition(_WITHIN)
        try:
            rated, lists = unpack(word)
        except ValueError:
            continue
        dismissed, seen = (tuple(ids) for ids in [*lists, [], []][:2])
        said = State(release.domain, rated=tuple(rated), dismissed=dismissed, seen=seen)
        state = fit(said, release).state
        if state.rated:
            people.append(Person(clean_name(name, [one.name for one in people]), state))
    return tuple(people)


def _value(people: Sequence[Person], most: int) -> str:
    return _BETWEEN.join(f"{one.name}{_WITHIN}{_word(one.state, most)}" for one in people)


def _word(state: State, most: int) -> str:
    return pack(state.rated[-most:], [state.dismissed[-most:], state.seen[-most:]])
