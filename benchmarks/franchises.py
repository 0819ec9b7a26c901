"""Are franchises found by the titles' names: pairs of titles found, against a list made by hand.

`known_franchises/` holds whole franchises by item id, the first part first; titles that belong to
nothing though their names look like it (no franchise named); and crossovers, which do not count
("-"). A pair is a title of the list with any other of the catalogue: precision is the share of
pairs put together that belong together, recall the share of those belonging together that are put
together. Every second franchise, by name, was looked at while the rules were made; the others stand
apart. Large franchises have most pairs, so the share of a title's franchise that is found, averaged
over titles, stands beside. The plain alternative takes the same words before the first colon or
number.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import recommender
from benchmarks.table import milliseconds, print_table, summary
from recommender.data.franchise import Franchises
from recommender.serving.shelf import Shelf

KNOWN = Path(__file__).parent / "known_franchises"
CROSSOVER = "-"
_CUT = re.compile(r":|\d")


@dataclass(frozen=True)
class Known:
    """A list made by hand.

    Attributes:
        franchises: name -> positions, the first part first.
        alone: positions of titles that belong to no other.
        crossovers: positions that do not count.
    """

    franchises: Mapping[str, tuple[int, ...]]
    alone: tuple[int, ...]
    crossovers: frozenset[int]

    @classmethod
    def of(cls, domain: str, shelf: Shelf) -> Known:
        """Reads the list of a domain."""
        named: dict[str, list[int]] = {}
        with (KNOWN / f"{domain}.csv").open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                position = shelf.position[int(row["item_id"])]
                named.setdefault(row["franchise"], []).append(position)
        alone, crossovers = named.pop("", []), named.pop(CROSSOVER, [])
        franchises = {name: tuple(positions) for name, positions in named.items()}
        return cls(franchises, tuple(alone), frozenset(crossovers))

    def half(self, odd: bool) -> Known:
        """Every second franchise, by name; those on their own are in both halves."""
        names = sorted(self.franchises)[int(odd) :: 2]
        kept = {name: self.franchises[name] for name in names}
        return Known(kept, self.alone, self.crossovers)


@dataclass(frozen=True)
class Figures:
    """How well groups agree with a list: all from 0 to 1."""

    precision: float
    recall: float
    found: float


def agreement(groups: NDArray[np.intp], known: Known, countable: NDArray[np.bool_]) -> Figures:
    """Compares groups with a list.

    Args:
        groups: intp (n_items,), number of each title's group.
        known: the list.
        countable: bool (n_items,), titles that count.
    """
    right = wrong = missed = 0
    shares = []
    counts = countable.copy()
    counts[list(known.crossovers)] = False
    for members in (*known.franchises.values(), *((at,) for at in known.alone)):
        for at in members:
            together = set(np.flatnonzero((groups == groups[at]) & counts).tolist()) - {at}
            others = {other for other in members if other != at and counts[other]}
            right += len(together & others)
            missed += len(others - together)
            wrong += len(together - others)
            if others:
                shares.append(len(together & others) / len(others))
    return Figures(right / max(right + wrong, 1), right / (right + missed), float(np.mean(shares)))


def first_parts(franchises: Franchises, known: Known) -> float:
    """Share of the franchises whose first part is found to be the first of its group."""
    return float(np.mean([franchises.first[m[0]] == m[0] for m in known.franchises.values()]))


def plain(shelf: Shelf) -> NDArray[np.intp]:
    """Groups by the words before the first colon or number."""
    heads = [" ".join(re.findall(r"\w+", _CUT.split(t.lower())[0])) or t for t in shelf.titles]
    return np.unique(heads, return_inverse=True)[1]


def main() -> None:
    rows = []
    for domain in ("movies", "anime"):
        shelf = recommender.open_release(domain).shelf
        franchises, known = shelf.franchises, Known.of(domain, shelf)
        for name, part in (("looked at", known.half(False)), ("apart", known.half(True))):
            size = sum(map(len, part.franchises.values()))
            for way, groups in (("names", franchises.first), ("peer: plain", plain(shelf))):
                found = agreement(groups, part, shelf.offered)
                figures = [f"{v:.3f}" for v in (found.precision, found.recall, found.found)]
                first = f"{first_parts(franchises, part):.2f}" if way == "names" else ""
                rows.append([domain, name, way, len(part.franchises), size, *figures, first])
        parts = (shelf.titles, shelf.years, shelf.genres, shelf.by_popularity)
        took = milliseconds(lambda parts=parts: Franchises.find(*parts), 5, 1)
        print(f"{domain}: {len(shelf):,} titles in {summary(took)[0]} ms")
    print()
    heading = ["domain", "half", "way", "franchises", "titles", "precision", "recall", "found"]
    print_table([*heading, "first part"], rows)
