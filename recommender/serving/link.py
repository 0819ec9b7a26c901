"""A visitor's state as the query parameters of a web address, and back.

    ?domain=movies&model=taste-als&taste=1MgYDAC…&title=6

The address survives a reload and can be shared, so it is also what strangers write. Reading it
never fails: what is not a state is left out, counted, and said in a sentence that quotes none of it
but numbers. `taste` is what `recommender.serving.compact` makes of the lists of titles; addresses
from before it, `ratings=1-5_3-3.5&skipped=10_11`, are read as well.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from recommender.serving.compact import pack, unpack
from recommender.serving.dials import decode as decode_dials
from recommender.serving.served import ServedRelease
from recommender.serving.session import PLACES, State

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
        Parameter -> value, without those that would be empty. Of more titles than an address
        holds, the last ones of each kind.
    """
    lists = [getattr(state, place) for place in PLACES]
    values = {
        "domain": state.domain,
        "model": state.model or "",
        "taste": pack(state.rated, lists) if any([state.rated, *lists]) else "",
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
    rated: list[tuple[int, float]] = []
    lists: list[list[int]] = [[] for _ in PLACES]
    if word := parameters.get("taste"):
        try:
            rated, found = unpack(word)
        except ValueError:
            faults.damaged = True
        else:
            lists = [*found, *lists][: len(PLACES)]
    for part in faults.parts(parameters.get("ratings", ""), _RATING):
        rated.append((int(part[1]), float(part[2])))
    for place, ids in zip(PLACES, lists, strict=True):
        ids += [int(part[0]) for part in faults.parts(parameters.get(place, ""), _ID)]
    places: dict[str, Any] = {p: tuple(ids) for p, ids in zip(PLACES, lists, strict=True)}
    said = State(release.domain, parameters.get("model"), tuple(rated), **places)
    return _fit(said, faults, parameters.get("dials", ""))


def fit(state: State, release: ServedRelease) -> Read:
    """Leaves out of a state what another release than it was made with does not have.

    Args:
        state: of the release's domain.
        release: decides which titles, ratings and models there are.

    Returns:
        As `decode` does.
    """
    return _fit(state, _Faults(release), state.dials.encode())


def _fit(state: State, faults: _Faults, dials: str) -> Read:
    release, model = faults.release, state.model
    if model is not None and model not in release.models:
        faults.model, model = True, None
    ratings: dict[int, float] = {}
    for item_id, rating in state.rated:
        if not faults.knows(item_id):
            continue
        if not release.scale.contains([rating])[0]:
            faults.off_scale.append(item_id)
        else:
            ratings[item_id] = release.scale.check(rating)
    taken = set(ratings)
    places: dict[str, Any] = {
        place: faults.untaken(getattr(state, place), taken) for place in PLACES
    }
    turned, told = decode_dials(dials, release.shelf)
    fitted = replace(state, model=model, rated=tuple(ratings.items()), **places, dials=turned)
    return Read(fitted, (*faults.sentences(), *told))


class _Faults:
    """Collects what is wrong with an address while it is read."""

    def __init__(self, release: ServedRelease) -> None:
        self.release = release
        self.model = False
        self.damaged = False
        self.unreadable = 0
        self.too_long = False
        self.unknown: list[int] = []
        self.off_scale: list[int] = []

    def parts(self, value: str, form: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Yields the parts of a value that have the form, as many as are allowed."""
        self.too_long |= len(value) > _LONGEST
        for part in value[:_LONGEST].split("_") if value else []:
            found = form.fullmatch(part)
            if found is None:
                self.unreadable += 1
            else:
                yield found

    def knows(self, item_id: int) -> bool:
        """Says whether the catalogue has a title; notes any other."""
        known = item_id in self.release.shelf.position
        if not known:
            self.unknown.append(item_id)
        return known

    def untaken(self, item_ids: Iterable[int], taken: set[int]) -> tuple[int, ...]:
        """Returns the ids that the catalogue has, without those in `taken`, to which they go."""
        found: list[int] = []
        for item_id in item_ids:
            if self.knows(item_id) and item_id not in taken:
                taken.add(item_id)
                found.append(item_id)
        return tuple(found)

    def sentences(self) -> tuple[str, ...]:
        """Says what was left out and why."""
        shelf, scale = self.release.shelf, self.release.scale
        notes = []
        if self.model:
            notes.append(f"The model in the link is not here; {self.release.ranker} ranks instead.")
        if self.damaged:
            notes.append(
                "The link is damaged, perhaps cut short, so its ratings were left out; copy it "
                "whole, once more."
            )
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
        if self.too_long:
            notes.append(f"The link is too long; of each list the first {_LONGEST:,} signs count.")
        return tuple(notes)


def _list(names: list[str]) -> str:
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - _NAMED} more" if len(unique) > _NAMED else ""
    return ", ".join(unique[:_NAMED]) + more
