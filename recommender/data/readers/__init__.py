"""Readers: one module per published format, found by listing this package.

A module `readers/<format>.py` offers a constant `READER`, either a `FolderReader` for files that
somebody has downloaded, or a `PackageReader` for what an installed package ships. There is no
registry to edit: adding a format is adding a file.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from recommender.data.dataset import DataSet
from recommender.data.files import Source
from recommender.data.scale import RatingScale
from recommender.data.tables import Layout


@dataclass(frozen=True)
class RatingsFile:
    """The file of a format that holds the ratings, for who checks it line by line.

    Attributes:
        name: Its name.
        columns: The columns that are read, user, title and rating first, and their types; see
            `recommender.data.numbers`.
        layout: How it is written.
        scale: What its ratings are on.
        unrated: Numbers that stand for "watched, not rated".
        tolerant: Whether ids of no title and repeated ratings are left out and counted.
    """

    name: str
    columns: Mapping[str, str]
    layout: Layout
    scale: RatingScale
    unrated: frozenset[float] = frozenset()
    tolerant: bool = False


@dataclass(frozen=True)
class FolderReader:
    """Reads a format that comes as files in a folder or zip.

    Attributes:
        name: The format, for messages ("MovieLens csv: ml-latest-small to ml-32m").
        domain: The domain that it holds.
        url: Where the publisher offers such sets.
        files: The file names that a source must have, and by which it is recognised.
        read: Reads such a source; raises `DataError` or `RatingError` with file and line.
        one_of: Further file names of which a source must have at least one; () for none.
        ratings: The ratings files among them.
        titles: The catalogue file and how it is written.
        published: Entries of the set as it was published, where its citation tells how many of
            them are here; see `extent`.
        write_titles: Writes a catalogue as the format's own into that file, so that a file of
            ratings is enough; None if nobody has written that.
    """

    name: str
    domain: str
    url: str
    files: tuple[str, ...]
    read: Callable[[Source], DataSet]
    one_of: tuple[str, ...] = ()
    ratings: tuple[RatingsFile, ...] = ()
    titles: tuple[str, Layout] | None = None
    published: int | None = None
    write_titles: Callable[[pd.DataFrame, Path], None] | None = None

    @property
    def wants(self) -> tuple[str, ...]:
        """What a source must have, in words: the file names, alternatives in one."""
        return (*self.files, " or ".join(self.one_of)) if self.one_of else self.files

    def lacks(self, source: Source) -> tuple[str, ...]:
        """Return those of `wants` that a source does not have."""
        missing = tuple(name for name in self.files if name not in source)
        if self.one_of and not any(name in source for name in self.one_of):
            missing += self.wants[-1:]
        return missing

    def recognises(self, source: Source) -> bool:
        """Say whether the source has all files of the format."""
        return not self.lacks(source)


def extent(entries: int, published: int) -> str:
    """Return the end of a citation that says how many of a set's entries are here, "" for all."""
    if entries >= published:
        return ""
    return f" Here: a sample, {entries:,} of its {published:,} entries."


@dataclass(frozen=True)
class PackageReader:
    """Reads what an installed package ships.

    Attributes:
        name: The package and data set, for messages.
        domain: The domain that it holds.
        read: Reads it; raises `DataError` if the package is missing or broken.
    """

    name: str
    domain: str
    read: Callable[[], DataSet]


def all_readers() -> list[FolderReader | PackageReader]:
    """Return the `READER` of every module in this package, by module name."""
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}").READER for name in modules]
