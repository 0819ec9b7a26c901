"""A visitor's state as the query parameters of a web address, and back.

    ?domain=movies&model=taste-als&ratings=1-5_3-2_6-3.5&skipped=10_11&dismissed=4&seen=7&title=6

The address survives a reload and can be shared, so it is also what strangers write. Reading it
never fails: what is not a state is left out, counted, and said in a sentence that quotes none of it
but numbers. Ids and ratings stand as people read them, so nothing needs a version.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from recommender.serving.dials import decode as decode_dials
from recommender.serving.served import ServedRelease
from recommender.serving.session import PLACES, State

MOST_TITLES = 300
"""Most titles of a kind in an address; it stays below the 8 kB that servers and messengers bear."""

_LONGEST = 8_000
_NAMED = 5
_ID = re.compile(r"-?[0-9]{1,18}")
_RATING = re.compile(r"(-?[0-9]{1,18})-([0-9]{1,3}(?:\.[0-9]{1,3})?)")


@dataclass(frozen=True)
class Read:
    """What an address says.

    Attributes:
        state: the state, fit for the release.
        notes: a sentence on each kind of thing that was left out; empty if the address is sound.
    """

    state: State
    notes: tuple[str, ...]


def encode(state: State, title: int | None = None) -> dict[str, str]:
    """Writes a state as query parameters.

    Args:
        state: a visitor's state.
        title: id of the title that the address is about, if any.

    Returns:
        Parameter -> value, without those that would be empty. Of more than `MOST_TITLES` titles of
        a kind, the last ones.
    """
    rated = (f"{item_id}-{rating:g}" for item_id, rating in state.rated[-MOST_TITLES:])
    values = {
        "domain": state.domain,
        "model": state.model or "",
        "ratings": "_".join(rated),
        **{place: "_".join(map(str, getattr(state, place)[-MOST_TITLES:])) for place in PLACES},
        "dials": state.dials.encode(),
        "title": "" if title is None else str(title),
    }
    return {name: value for name, value in values.items() if value}


def read_domain(parameters: Mapping[str, str], domains: Collection[str], default: str) -> Read:
    """Reads which domain an address is about, before its release is opened.

    Args:
        parameters: query parameters.
        domains: those there are.
        default: the one to take if the address names none of them.

    Returns:
        The empty state of the domain, and a note if another one was asked for.
    """
    named = parameters.get("domain", default)
    if named in domains:
        return Read(State(named), ())
    there = " and ".join(sorted(domains)) or "nothing yet"
    return Read(
        State(default), (f"The link is about something else than {there}; here is {default}.",)
    )


def read_title(
    parameters: Mapping[str, str], release: ServedRelease
) -> tuple[int | None, tuple[str, ...]]:
    """Reads which title an address is about. Never raises, whatever it holds.

    Args:
        parameters: query parameters.
        release: decides which titles there are.

    Returns:
        Its id, None if the address is about none; and a note if it names one that is not offered.
    """
    named = parameters.get("title", "")
    about = parameters.get("domain", release.domain)
    if not named or about != release.domain:
        return None, ()
    position = release.shelf.position.get(int(named)) if _ID.fullmatch(named) else None
    if position is not None and release.shelf.offered[position]:
        return int(named), ()
    return None, ("The link is about a title that is not in the catalogue.",)


def decode(parameters: Mapping[str, str], release: ServedRelease) -> Read:
    """Reads a state from query parameters. Never raises, whatever they hold.

    Args:
        parameters: query parameters; other ones than those of `encode` are passed over.
        release: decides which titles, ratings and models there are.

    Returns:
        The state, with every title in one place only, and notes on what was left out.
    """
    faults = _Faults(release)
    model: str | None = parameters.get("model")
    if model is not None and model not in release.models:
        faults.model, model = True, None

    ratings: dict[int, float] = {}
    for part in faults.parts(parameters.get("ratings", "")):
        found = _RATING.fullmatch(part)
        if found is None:
            faults.unreadable += 1
        elif (item_id := faults.known(found[1])) is not None:
            rating = float(found[2])
            if not release.scale.contains([rating])[0]:
                faults.off_scale.append(item_id)
            else:
                ratings[item_id] = release.scale.check(rating)
    taken = set(ratings)
    places = {place: faults.ids(parameters.get(place, ""), taken) for place in PLACES}
    dials, notes = decode_dials(parameters.get("dials", ""), release.shelf)
    state = State(release.domain, model, tuple(ratings.items()), **places, dials=dials)
    return Read(state, (*faults.sentences(), *notes))


class _Faults:
    """Collects what is wrong with an address while it is read."""

    def __init__(self, release: ServedRelease) -> None:
        self.release = release
        self.model = False
        self.unreadable = 0
        self.too_many = False
        self.unknown: list[int] = []
        self.off_scale: list[int] = []

    def parts(self, value: str) -> Iterable[str]:
        """Yields the parts of a value, as many as are allowed."""
        self.too_many |= len(value) > _LONGEST
        parts = value[:_LONGEST].split("_") if value else []
        self.too_many |= len(parts) > MOST_TITLES
        return islice(parts, MOST_TITLES)

    def known(self, digits: str) -> int | None:
        """Returns the id of a title of the catalogue; notes any other."""
        item_id = int(digits)
        if item_id in self.release.shelf.position:
            return item_id
        self.unknown.append(item_id)
        return None

    def ids(self, value: str, taken: set[int]) -> tuple[int, ...]:
        """Reads a list of ids, without those in `taken`, to which they are added."""
        found: list[int] = []
        for part in self.parts(value):
            if _ID.fullmatch(part) is None:
                self.unreadable += 1
            elif (item_id := self.known(part)) is not None and item_id not in taken:
                taken.add(item_id)
                found.append(item_id)
        return tuple(found)

    def sentences(self) -> tuple[str, ...]:
        """Says what was left out and why."""
        shelf, scale = self.release.shelf, self.release.scale
        notes = []
        if self.model:
            notes.append(f"The model in the link is not here; {self.release.ranker} ranks instead.")
        if self.unknown:
            numbers = _list([str(item_id) for item_id in self.unknown])
            notes.append(f"The link has titles that are not in the catalogue, left out: {numbers}.")
        if self.off_scale:
            titles = _list([shelf.named(shelf.position[item_id]) for item_id in self.off_scale])
            notes.append(f"Ratings go from {scale}; the link has others, left out, for {titles}.")
        if self.unreadable:
            notes.append(
                "Some of the link could not be read and was left out; parts concerned: "
                f"{self.unreadable}."
            )
        if self.too_many:
            notes.append(f"The link is too long; the first {MOST_TITLES} titles of a kind count.")
        return tuple(notes)


def _list(names: list[str]) -> str:
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - _NAMED} more" if len(unique) > _NAMED else ""
    return ", ".join(unique[:_NAMED]) + more
