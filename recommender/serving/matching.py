"""Which title of the catalogue an entry of somebody's list is.

An id that is the catalogue's own decides. Else the name does, compared as the search compares names
(`recommender.data.words`), together with the year: sources disagree by a year about many films,
and by more only about different ones of the same name. What is merely like a title of about that
year is offered for review, and never taken without asking.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from recommender.data.words import with_digits, words
from recommender.serving.importers import Entry
from recommender.serving.search import SearchIndex
from recommender.serving.shelf import Shelf

YEARS_APART = 1
"""By how many years two sources may differ about the same film."""

_DOUBTFUL_YEARS = 3
_SIMILAR, _VERY_SIMILAR = 0.85, 0.92
_MOST_CANDIDATES = 5
_BLOCK = 64


@dataclass(frozen=True)
class Match:
    """What an entry is likely to be.

    Attributes:
        sure: position of its title, None if that is not sure.
        candidates: positions of titles that it may be, the likeliest first; () if it is sure or
            nothing comes near.
        suggested: the one of them to propose, None if leaving the entry out is the better proposal.
    """

    sure: int | None = None
    candidates: tuple[int, ...] = ()
    suggested: int | None = None


_NOTHING = Match()


def match(index: SearchIndex, entries: Sequence[Entry]) -> Iterator[tuple[int, Match]]:
    """Finds the titles of entries.

    Args:
        index: all names of the catalogue.
        entries: the entries.

    Yields:
        The number of an entry and what it is, each entry once; the quick ones first.
    """
    loose: dict[int, list[int]] = defaultdict(list)
    newest = int(index.shelf.years.max(initial=0))
    for number, entry in enumerate(entries):
        found = _by_id(index.shelf, entry) or _by_name(index, entry)
        if found:
            yield number, found
        elif newest and entry.year and entry.year > newest + YEARS_APART:
            yield number, _NOTHING
        else:
            loose[entry.year or 0].append(number)
    for year, numbers in loose.items():
        for start in range(0, len(numbers), _BLOCK):
            block = numbers[start : start + _BLOCK]
            near = _near(index, year, [entries[number] for number in block])
            yield from zip(block, near, strict=True)


def _by_id(shelf: Shelf, entry: Entry) -> Match | None:
    if entry.item_id is None:
        return None
    # The service counts as the catalogue does: a number that is not here is a title that is not.
    at = shelf.position.get(entry.item_id)
    return _NOTHING if at is None else Match(at)


def _by_name(index: SearchIndex, entry: Entry) -> Match | None:
    """By exactly its name, if the year does not speak against it."""
    for name in entry.names:
        apart = {at: _years_apart(index.shelf, at, entry.year) for at in index.called(name)}
        for bound in (0, YEARS_APART):
            close = [at for at, years in apart.items() if years <= bound]
            if len(close) == 1:
                return Match(close[0])
            if close:
                return _same_name(index.shelf, close)
        doubtful = [at for at, years in apart.items() if years <= _DOUBTFUL_YEARS]
        if doubtful:
            return _same_name(index.shelf, doubtful)
    return None


def _same_name(shelf: Shelf, positions: list[int]) -> Match:
    known = sorted(positions, key=lambda at: -int(shelf.n_ratings[at]))
    return Match(candidates=tuple(known[:_MOST_CANDIDATES]))


def _years_apart(shelf: Shelf, position: int, year: int | None) -> int:
    """By how many years; 0 where one of them is unknown."""
    known = int(shelf.years[position])
    return abs(known - year) if known and year else 0


def _near(index: SearchIndex, year: int, entries: list[Entry]) -> list[Match]:
    """What entries of one year, 0 for unknown, are like: misspelt, or without their subtitle."""
    shelf = index.shelf
    years = shelf.years[index.owner]
    within = (years == 0) | (np.abs(years - year) <= YEARS_APART) if year else years >= 0
    names = np.flatnonzero(within)
    spelt = [_spelt(entry.names[0]) for entry in entries]
    similar = process.cdist(
        ["".join(name) for name in spelt],
        index.joined.take(names),
        scorer=OSA.normalized_similarity,
        score_cutoff=_SIMILAR,
        dtype=np.float32,
    )
    titles = set(index.owner[names].tolist()) if year else set()
    heads = _heads(shelf, titles)
    whole = {_spelt(shelf.titles[at]): at for at in titles}
    found = []
    for entry, name, row in zip(entries, spelt, similar, strict=True):
        likeness: dict[int, float] = {}
        for at in np.flatnonzero(row).tolist():
            owner = int(index.owner[names[at]])
            if _numbers(name) == _numbers(_words(index, int(names[at]))):
                likeness[owner] = max(likeness.get(owner, 0.0), float(row[at]))
        # "Star Wars" is likely "Star Wars: Episode IV"; "Mortal Kombat: The Journey Begins" is
        # likely another film than "Mortal Kombat".
        for at in heads.get(name, ()):
            likeness.setdefault(at, _VERY_SIMILAR)
        shortened = whole.get(_spelt(entry.names[0].split(": ")[0]))
        if shortened is not None:
            likeness.setdefault(shortened, _SIMILAR)
        best = sorted(likeness, key=lambda at: (-likeness[at], -int(shelf.n_ratings[at])))
        # Only the year tells that what is like a title is not another one.
        clear = bool(year and best) and int(shelf.years[best[0]]) == year
        clear = clear and likeness[best[0]] >= _VERY_SIMILAR
        alone = clear and (len(best) == 1 or likeness[best[0]] > likeness[best[1]])
        candidates = tuple(best[:_MOST_CANDIDATES])
        found.append(Match(candidates=candidates, suggested=best[0] if alone else None))
    return found


def _heads(shelf: Shelf, positions: Iterable[int]) -> dict[tuple[str, ...], list[int]]:
    """What stands before the subtitle -> the titles that have it and a subtitle."""
    heads: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at in positions:
        head, colon, _ = shelf.titles[at].partition(": ")
        if colon:
            heads[_spelt(head)].append(at)
    return heads


def _spelt(name: str) -> tuple[str, ...]:
    return with_digits(words(name))


def _words(index: SearchIndex, at: int) -> tuple[str, ...]:
    """The words of a name of the catalogue, numbers as digits."""
    spelled = index.spelled[index.offsets[at] : index.offsets[at + 1]]
    return with_digits(tuple(index.vocabulary.take(spelled)))


def _numbers(name: tuple[str, ...]) -> list[str]:
    return [word for word in name if word.isdigit()]
