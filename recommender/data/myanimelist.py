"""What all MyAnimeList formats share: names, years, what was watched, and the assembly.

The three published sets were collected from MyAnimeList, lists and titles apart from each other, so
a list may hold ids that no title has, or a title twice. Such entries are left out and counted; of
two the later one stays. The readers of the single formats say where a title and an entry stand;
here they become one data set.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from recommender.data import catalogue
from recommender.data.coding import distinct, positions
from recommender.data.dataset import DataSet, Provenance
from recommender.data.numbers import NumberTable
from recommender.data.places import Locate, kept
from recommender.data.ratings import Ratings
from recommender.data.scale import ANIME_SCALE
from recommender.data.tables import TextRow, refuse, refuse_repeated, whole_number
from recommender.data.watched import Watched
from recommender.errors import DataError

ENTRY_TYPES = {"user_id": "int32", "anime_id": "int32", "rating": "float32"}
"""The columns of every list of ratings; ids of MyAnimeList are far below two billion."""

# Only with its semicolon: HTML without it would see the sign ¬ in "Ask&notes".
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b", re.ASCII)
_MOST_EPISODES = 32_767


@dataclass(frozen=True)
class Anime:
    """A title as a catalogue file has it.

    Attributes:
        item_id: The MyAnimeList id.
        title: Its name on MyAnimeList, mostly romanised Japanese.
        alternatives: Its English and original names, as far as they are given and others.
        year: Year of the first broadcast, or None.
        genres: Its genres.
        kind: "TV", "Movie", "OVA", "ONA", "Special", "Music", or None if unknown.
        episodes: How many it has, 1 or more, or None if unknown.
        place: Where it stands, for errors.
    """

    item_id: int
    title: str
    alternatives: list[str]
    year: int | None
    genres: list[str]
    kind: str | None
    episodes: int | None
    place: str


@dataclass(frozen=True)
class Entries:
    """The entries of users' lists, and what has been left out of them.

    Attributes:
        users: int32 (n,), user ids.
        items: int32 (n,), MyAnimeList ids.
        values: float32 (n,), ratings, or the format's number for none.
        locate: What names an entry.
        dropped: Reason to number of entries left out.
    """

    users: NDArray[np.int32]
    items: NDArray[np.int32]
    values: NDArray[np.float32]
    locate: Locate
    dropped: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, table: NumberTable) -> Entries:
        """Take them from a table that was read with `ENTRY_TYPES`."""
        users, items, values = (table.columns[name] for name in ENTRY_TYPES)
        return cls(users, items, values, table.locate)

    def drop(self, mask: NDArray[np.bool_], reason: str) -> Entries:
        """Leave out, and count, the entries for which the mask is True."""
        left = self.where(~mask) if mask.any() else self
        return replace(left, dropped={**self.dropped, reason: int(mask.sum())})

    def where(self, mask: NDArray[np.bool_]) -> Entries:
        """Return the entries for which the mask is True."""
        return replace(
            self,
            users=self.users[mask],
            items=self.items[mask],
            values=self.values[mask],
            locate=kept(self.locate, mask),
        )


def clean(text: str) -> str:
    """Turn the text of a web page into plain text.

    Args:
        text: Text with HTML entities, some of them escaped twice ("A&amp;#039;s").

    Returns:
        The text without them ("A's"), with single spaces.
    """
    before = ""
    while text != before:
        before, text = text, _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return " ".join(text.split())


def first_year(text: str) -> int | None:
    """Return 1998 for "Apr 3, 1998 to Apr 24, 1999"; None for a text without a year."""
    found = _YEAR.search(text)
    return int(found[0]) if found else None


def episode_count(text: str) -> int | None:
    """Return 26 for "26" or "26.0", 0 for "Unknown"; None for a text that says neither."""
    unknown = text.casefold() in ("", "unknown")
    number = 0 if unknown else whole_number(text.removesuffix(".0"))
    return number if number is not None and 0 <= number <= _MOST_EPISODES else None


def anime_of(
    rows: Sequence[TextRow],
    *,
    item_id: str = "anime_id",
    title: str = "Name",
    genres: str = "Genres",
    kind: str = "Type",
    episodes: str = "Episodes",
    alternatives: Sequence[str] = (),
    aired: str | None = None,
    missing: str = "",
) -> list[Anime]:
    """Read titles from the rows of a catalogue file.

    Args:
        rows: The rows.
        item_id: The column of the ids.
        title: The column of the names.
        genres: The column of the genres, separated by commas.
        kind: The column of the kinds.
        episodes: The column of the numbers of episodes; a file without it knows none.
        alternatives: The columns of further names.
        aired: The column of the broadcasting dates, if there is one.
        missing: The word that stands for a missing value, beside an empty field.

    Returns:
        A title a row.

    Raises:
        DataError: If an id or a number of episodes is no whole number, or a name is empty.
    """
    columns = [title, genres, kind, *alternatives, *([aired] if aired else [])]
    found = []
    offences = []
    for row in rows:
        texts = {name: clean(row.fields[name]) for name in columns}
        number = whole_number(row.fields[item_id])
        if number is None:
            what = f"{item_id} must be a whole number, not {row.fields[item_id]!r}"
            offences.append((row.place, what))
        elif not texts[title]:
            offences.append((row.place, f"anime {number} has an empty {title}"))
        elif (count := episode_count(row.fields.get(episodes, ""))) is None:
            what = (
                f"{episodes} of anime {number} must be a whole number up to {_MOST_EPISODES:,} or "
                f"Unknown, not {row.fields[episodes]!r}"
            )
            offences.append((row.place, what))
        else:
            known = {name: text if text != missing else "" for name, text in texts.items()}
            parts = [genre.strip() for genre in known[genres].split(",")]
            found.append(
                Anime(
                    item_id=number,
                    title=texts[title],
                    alternatives=_others(texts[title], [known[name] for name in alternatives]),
                    year=first_year(known[aired]) if aired else None,
                    genres=list(dict.fromkeys(genre for genre in parts if genre)),
                    kind=known[kind] or None,
                    episodes=count or None,
                    place=row.place,
                )
            )
    refuse(offences)
    return found


def assemble(
    titles: Sequence[Anime],
    entries: Entries,
    *,
    provenance: Provenance,
    unrated: float | None,
) -> DataSet:
    """Make a data set of titles and list entries.

    Args:
        titles: The catalogue, in any order.
        entries: The entries, in the order of the file.
        provenance: Where they come from.
        unrated: The number that stands for "watched, not rated"; None if the format has none.

    Returns:
        The data set. Its users are all who have an entry; a title of unknown kind is counted in
        `mended`.

    Raises:
        DataError: If an id of a title occurs twice, or no rating is left.
        RatingError: If a rating is off the scale.
    """
    refuse_repeated("anime", [(title.item_id, title.place) for title in titles])
    item_ids = np.unique(np.array([title.item_id for title in titles], dtype=np.int64))
    known = positions(entries.items, item_ids) >= 0
    entries = entries.drop(~known, "entries of ids that are no anime")
    entries = entries.drop(
        _superseded(entries.users, entries.items),
        "entries that a later one of the same user and anime replaces",
    )
    user_ids = distinct(entries.users)
    watched = None
    if unrated is not None:
        rated = entries.values != unrated
        watched = Watched.from_columns(
            entries.users[~rated], entries.items[~rated], user_ids=user_ids, item_ids=item_ids
        )
        entries = entries.where(rated)
    if not len(entries.values):
        raise DataError(
            f"{provenance.name}: no entry rates a title of the catalogue; do the files belong "
            "together?"
        )
    ratings = Ratings.from_columns(
        entries.users,
        entries.items,
        entries.values,
        item_ids=item_ids,
        user_ids=user_ids,
        scale=ANIME_SCALE,
        locate=entries.locate,
    )
    return DataSet(
        domain="anime",
        catalogue=catalogue.build(
            ratings,
            [title.item_id for title in titles],
            titles=[title.title for title in titles],
            alternatives=[title.alternatives for title in titles],
            years=[title.year for title in titles],
            genres=[title.genres for title in titles],
            kinds=[title.kind or catalogue.UNKNOWN_KIND for title in titles],
            episodes=[title.episodes for title in titles],
        ),
        ratings=ratings,
        provenance=provenance,
        dropped=entries.dropped,
        mended={
            f"titles of unknown kind, shown as “{catalogue.UNKNOWN_KIND}”": sum(
                title.kind is None for title in titles
            )
        },
        watched=watched,
    )


def _others(title: str, names: Sequence[str]) -> list[str]:
    """Leave out names that differ from the title, or from one before, in upper case alone."""
    different = {title.casefold(): title}
    for name in names:
        different.setdefault(name.casefold(), name)
    return [name for name in different.values() if name and name != title]


def _superseded(users: NDArray[np.int32], items: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Say of every row whether a later one is of the same user and item: bool (n,)."""
    superseded = np.zeros(len(users), dtype=np.bool_)
    pairs = _pairs(users, items)
    pairs.sort()
    repeated = np.unique(pairs[1:][pairs[1:] == pairs[:-1]])
    if len(repeated):
        rows = np.flatnonzero(positions(_pairs(users, items), repeated) >= 0)
        # Of equal pairs np.unique names the first, so they are turned round.
        _, last = np.unique(_pairs(users[rows], items[rows])[::-1], return_index=True)
        superseded[rows] = True
        superseded[rows[::-1][last]] = False
    return superseded


def _pairs(users: NDArray[np.int32], items: NDArray[np.int32]) -> NDArray[np.int64]:
    """Make one number of two, in place: there may be 100 million of them."""
    pairs = users.astype(np.int64)
    pairs <<= 32
    pairs += items
    return pairs
