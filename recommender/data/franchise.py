"""Which titles belong together, as "Rocky" and "Rocky II", and which of them comes first.

Nobody wrote it down, so it is read from the names. A title's *stem* is what is left of its name
when everything that marks a part is cut off: a number, "Part", "Season", "Movie", what stands
behind a colon. Titles with one stem belong together; and a title whose name carries the whole name
of another hangs on it, as "Toy Story of Terror" on "Toy Story" and "Live Free or Die Hard" on "Die
Hard". Short names are shared by chance, so the less of a name two titles share, the more of their
genres must agree, and a single word must be one that hardly ever stands inside another name. A
title hangs on one other at most: "Freddy vs. Jason" joins one side and does not weld two.

`python -m benchmarks franchises` holds it against a list made by hand (docs/dials.md).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.data.words import ARTICLES, with_digits, words

Words = tuple[str, ...]

# What stands behind one of these is the name of a part.
_CUT = re.compile(r"(?<=\S):(?=\s|$)|\s[-–~]\s|\s\((?=\S)|\s(?=[\"“])")
_PARTS = (
    "part parts season movie movies ova ona tv special specials film episode episodes vol volume "
    "chapter stage recap recaps picture omake 2nd 3rd 4th 5th second third fourth fifth final"
)
_MARKS = frozenset(_PARTS.split())
_FUNCTION_WORDS = "of and in on to for with from at by no wa ga ni wo de la le"
_SMALL = ARTICLES | frozenset(_FUNCTION_WORDS.split())
_NUMBERED = re.compile("(?=[0-9])(?<=[a-z]{3})")

# Share of its titles in which a word must stand in front, to be a name by itself.
_IN_FRONT = 0.8
# Genres in common that one, two, and three or more words in common ask for.
_LIKENESS = (0.5, 1 / 3, 0.01)
_SAME_NAME = 0.5


@dataclass(frozen=True, eq=False)
class Franchises:
    """The franchises of a catalogue, by position.

    Attributes:
        first: int32 (n_items,), position of the first part of each title's franchise, by which
            franchises are told apart; a title on its own has one to itself.
    """

    first: NDArray[np.int32]

    def __post_init__(self) -> None:
        n = len(self.first)
        within = not n or 0 <= self.first.min() <= self.first.max() < n
        if not within or (self.first[self.first] != self.first).any():
            raise ValueError("a title is said to be the first of a franchise, and is not")

    def among(self, some: NDArray[np.intp]) -> Franchises:
        """The franchises of some titles, given by their positions; their first is the lowest."""
        _, stands, which = np.unique(self.first[some], return_index=True, return_inverse=True)
        return Franchises(stands[which].astype(np.int32))

    @classmethod
    def of_catalogue(cls, catalogue: pd.DataFrame) -> Franchises:
        """Finds the franchises of a checked catalogue (see `recommender.data.catalogue`)."""
        by_popularity = np.argsort(-catalogue["n_ratings"].to_numpy(np.int64), kind="stable")
        years = catalogue["year"].fillna(0).to_numpy(np.int16)
        return cls.find(tuple(catalogue["title"]), years, tuple(catalogue["genres"]), by_popularity)

    @classmethod
    def find(
        cls,
        titles: Sequence[str],
        years: NDArray[np.int16],
        genres: Sequence[Sequence[str]],
        by_popularity: NDArray[np.intp],
    ) -> Franchises:
        """Finds the franchises of a catalogue.

        Args:
            titles: names of n_items titles, by ascending item id.
            years: int16 (n_items,), 0 if unknown.
            genres: their genres.
            by_popularity: intp (n_items,), positions with the most rated title first.
        """
        names = [_Name.of(title) for title in titles]
        of = _Search(names, years, genres, by_popularity).groups()
        # By year where years are known; else "Naruto" stands before "Naruto Movie 1".
        known_years = np.where(years > 0, years, np.iinfo(np.int16).max)
        parts = np.array([name.part for name in names])
        lengths = np.array([len(name.words) for name in names])
        order = np.lexsort((np.arange(len(names)), lengths, parts, known_years, of))
        starts = np.flatnonzero(np.diff(of[order], prepend=-1))
        return cls(order[starts][np.searchsorted(of[order][starts], of)].astype(np.int32))


@dataclass(frozen=True)
class _Name:
    """A name taken apart.

    Attributes:
        words: all of it, numbers as digits.
        stem: what is left when an article in front and the marks of a part are cut off.
        later: the stems of what stands behind colons, dashes and brackets.
        part: its number in the franchise, 1 if it has none.
        whole: whether nothing but an article was cut off.
    """

    words: Words
    stem: Words
    later: tuple[Words, ...]
    part: int
    whole: bool

    @classmethod
    def of(cls, title: str) -> _Name:
        """Takes a name apart."""
        head, *tails = (_spelled(chunk) for chunk in _CUT.split(title))
        stem = _stem(head)
        behind = tuple(word for tail in tails for word in tail)
        rest = (*_bare(head)[len(stem) :], *behind)
        numbers = (int(word) for word in rest if word.isdecimal() and len(word) <= 2)
        return cls(
            words=(*head, *behind),
            stem=stem,
            later=tuple(_stem(tail) for tail in tails if tail),
            part=next(filter(None, numbers), 1),
            whole=not rest,
        )


class _Search:
    """The search for titles that belong together; they are joined two by two."""

    def __init__(
        self,
        names: list[_Name],
        years: NDArray[np.int16],
        genres: Sequence[Sequence[str]],
        by_popularity: NDArray[np.intp],
    ) -> None:
        self._names = names
        self._years = years.tolist()
        self._genres = [frozenset(some) for some in genres]
        self._joined = list(range(len(names)))
        # A title with nothing cut off speaks for its stem, of several the most popular.
        by_stem: dict[Words, list[int]] = {}
        for at in sorted(by_popularity.tolist(), key=lambda at: not names[at].whole):
            by_stem.setdefault(names[at].stem, []).append(at)
        self._stems = {stem: self._apart(stem, members) for stem, members in by_stem.items()}
        anywhere = Counter(chain.from_iterable(set(name.words) for name in names))
        in_front = Counter(
            chain.from_iterable(
                {part[0] for part in (name.stem, *name.later) if part} for name in names
            )
        )
        self._names_by_themselves = {
            word for word, n in in_front.items() if n >= _IN_FRONT * anywhere[word]
        }

    def groups(self) -> NDArray[np.intp]:
        """The number of each title's franchise, intp (n_items,)."""
        for stem, groups in self._stems.items():
            for group in groups:
                for at in group[1:]:
                    self._join(at, group[0])
                parents = (self._parent(stem, at) for at in group)
                parent = next((found for found in parents if found is not None), None)
                if parent is not None:
                    self._join(group[0], parent)
        return np.array([self._root(at) for at in range(len(self._names))], np.intp)

    def _apart(self, stem: Words, members: list[int]) -> list[list[int]]:
        """Divides titles with one stem into those that belong together."""
        if len(members) == 1:
            return [members]
        groups: list[list[int]] = []
        for at in members:
            of_a_kind = (g for g in groups if any(self._same(stem, at, other) for other in g))
            home = next(of_a_kind, None)
            if home is None:
                groups.append([at])
            else:
                home.append(at)
        return groups

    def _same(self, stem: Words, one: int, other: int) -> bool:
        """Whether two titles with one stem belong together."""
        short = _content(stem) < 2
        here, there = self._names[one], self._names[other]
        if here.whole and there.whole:
            # "Heat" is not "The Heat".
            named = here.words == there.words if short else True
            return named and self._likeness(one, other) >= _SAME_NAME
        return not short or self._likeness(one, other) > 0

    def _parent(self, stem: Words, at: int) -> int | None:
        """The title whose name the name of another carries, of several the longest such name."""
        for carried, in_front in _carried(stem, self._names[at].later):
            groups = self._stems.get(carried)
            if groups is None:
                continue
            content = _content(carried)
            alone = len(carried) == 1 and carried[0] in self._names_by_themselves
            if not content or (content == 1 and not alone):
                continue
            for head, *_ in groups:
                whole = self._names[head].whole or (in_front and content > 1)
                later = not 0 < self._years[at] < self._years[head]
                least = _LIKENESS[min(content, len(_LIKENESS)) - 1]
                if whole and later and self._likeness(head, at) >= least:
                    return head
        return None

    def _likeness(self, one: int, other: int) -> float:
        """Genres that both have over those that either has."""
        here, there = self._genres[one], self._genres[other]
        return len(here & there) / max(len(here | there), 1)

    def _root(self, at: int) -> int:
        while self._joined[at] != at:
            at = self._joined[at]
        return at

    def _join(self, one: int, other: int) -> None:
        one, other = self._root(one), self._root(other)
        self._joined[max(one, other)] = min(one, other)


def _carried(stem: Words, later: tuple[Words, ...]) -> Iterator[tuple[Words, bool]]:
    """Names that a name may carry, and whether in front: there, behind a colon, further inside."""
    for end in range(len(stem) - 1, 0, -1):
        yield stem[:end], True
    for tail in later:
        yield tail, False
    for length in range(len(stem) - 1, 1, -1):
        for start in range(1, len(stem) - length + 1):
            yield stem[start : start + length], False


def _spelled(text: str) -> Words:
    """The words of a text with digits for numbers, "alien3" as two."""
    return with_digits(tuple(_NUMBERED.sub(" ", " ".join(words(text))).split()))


def _bare(name: Words) -> Words:
    return name[1:] if len(name) > 1 and name[0] in ARTICLES else name


def _stem(name: Words) -> Words:
    """Cuts off what marks a part: "Rocky 2", "Bleach Movie", "Indiana Jones and the …"."""
    name = _bare(name)
    end = next((at for at in range(1, len(name)) if _marks_a_part(name, at)), len(name))
    while end > 1 and name[end - 1] in ARTICLES:
        end -= 1
    return name[:end]


def _marks_a_part(name: Words, at: int) -> bool:
    """Whether a word begins what is cut off; in "House of 1000 Corpses" the number does not."""
    number = name[at].isdecimal() and name[at - 1] not in _SMALL
    return number or name[at] in _MARKS or (at > 1 and name[at : at + 2] == ("and", "the"))


def _content(name: Words) -> int:
    """How many words of a name say something."""
    return sum(word not in _SMALL for word in name)
