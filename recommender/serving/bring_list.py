"""A visitor's list from another service: from the file to what becomes of the visitor's state.

`read` opens the file and says which service's it is, `match` finds its titles, `plan` decides what
is taken in once the visitor has said what unsure titles are and whose ratings win. Every line of
the file is accounted for at every step. Nothing changes before the visitor says so; then all of it
is one step, and undo takes it back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from recommender.data.scale import RatingScale
from recommender.errors import DataError
from recommender.serving.importers import Entry, Importer, Reading, Skipped, all_importers
from recommender.serving.matching import match as match_titles
from recommender.serving.served import ServedRelease
from recommender.serving.session import Session, State
from recommender.serving.uploads import Upload

T = TypeVar("T")

Progress = Callable[[float], None]
"""Told the share that is done, 0 to 1."""


@dataclass(frozen=True)
class Found:
    """An entry whose title is known.

    Attributes:
        item_id: the title.
        entry: what the list says of it.
        rating: on the domain's scale; None without one.
    """

    item_id: int
    entry: Entry
    rating: float | None


@dataclass(frozen=True)
class Unsure:
    """An entry that may be one of several titles, or none.

    Attributes:
        entry: what the list says.
        rating: on the domain's scale; None without one.
        candidates: item ids, the likeliest first.
        suggested: the one to propose; None proposes to leave the entry out.
    """

    entry: Entry
    rating: float | None
    candidates: tuple[int, ...]
    suggested: int | None


@dataclass(frozen=True)
class Brought:
    """A list whose titles have been looked for; every entry is in exactly one of three places.

    Attributes:
        reading: what the file says.
        found: the entries whose titles are known.
        unsure: those for the visitor to decide.
        missing: those whose titles are not in the catalogue.
    """

    reading: Reading
    found: tuple[Found, ...]
    unsure: tuple[Unsure, ...]
    missing: tuple[Entry, ...]

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """The lines that are no entries."""
        return self.reading.skipped

    @property
    def n_lines(self) -> int:
        """How many lines the list has."""
        return len(self.reading.entries) + len(self.skipped)


@dataclass(frozen=True)
class Plan:
    """What taking a list in would do; the counts are of lines and sum to those of the list.

    Attributes:
        ratings: item_id -> rating to take in.
        seen: titles to note as watched, not rated.
        planned: titles to note as planned.
        new: ratings of titles that the visitor has not rated here.
        changed: ratings that replace another one of the visitor's.
        kept: ratings that differ from the visitor's, whose own stays.
        same: lines that say what is known here already.
        repeated: lines about a title that another line says more, or the latest, of.
        left_out: unsure ones that the visitor leaves out.
        missing: titles that are not in the catalogue.
        skipped: lines that are no entries.
    """

    ratings: Mapping[int, float] = field(default_factory=dict)
    seen: tuple[int, ...] = ()
    planned: tuple[int, ...] = ()
    new: int = 0
    changed: int = 0
    kept: int = 0
    same: int = 0
    repeated: int = 0
    left_out: int = 0
    missing: int = 0
    skipped: int = 0

    @property
    def n_taken(self) -> int:
        """How many titles it takes in."""
        return len(self.ratings) + len(self.seen) + len(self.planned)

    @property
    def n_lines(self) -> int:
        """How many lines are accounted for."""
        return (
            self.n_taken
            + self.kept
            + self.same
            + self.repeated
            + self.left_out
            + self.missing
            + self.skipped
        )


def importers_of(domain: str) -> list[Importer]:
    """The services whose lists are of a domain, those that are of any at the end."""
    own = [one for one in all_importers() if one.domain == domain]
    return own + [one for one in all_importers() if not one.domain]


def read(name: str, data: bytes) -> Reading:
    """Reads a file.

    Args:
        name: what the visitor's computer calls it.
        data: its bytes.

    Returns:
        What it says, and of which service and domain it is.

    Raises:
        DataError: no service's list is like that, or the file is damaged, too large or hostile; the
            message names file, line, field and mend.
    """
    upload = Upload(name, data)
    for importer in all_importers():
        if importer.recognises(upload):
            reading = importer.read(upload)
            if not reading.entries and not reading.skipped:
                raise DataError(f"{upload.name} is a list without titles; nothing to bring.")
            return reading
    known = ", ".join(importer.service for importer in all_importers())
    raise DataError(
        f"{upload.name} is no list that Tastemap knows. Bring the file as one of these gives it: "
        f"{known}."
    )


def match(
    reading: Reading, release: ServedRelease, progress: Progress = lambda share: None
) -> Brought:
    """Finds the titles of a list.

    Args:
        reading: a list of the release's domain.
        release: whose catalogue counts.
        progress: is told how far it is, often.

    Returns:
        What was found, in the order of the file.
    """
    shelf, scale = release.shelf, release.scale
    entries = reading.entries
    found: dict[int, Found] = {}
    unsure: dict[int, Unsure] = {}
    missing: dict[int, Entry] = {}
    for done, (number, one) in enumerate(match_titles(release.names, entries), start=1):
        entry = entries[number]
        rating = to_scale(entry.score, reading.highest, scale)
        if one.sure is not None:
            found[number] = Found(int(shelf.item_ids[one.sure]), entry, rating)
        elif one.candidates:
            ids = tuple(int(shelf.item_ids[at]) for at in one.candidates)
            suggested = None if one.suggested is None else int(shelf.item_ids[one.suggested])
            unsure[number] = Unsure(entry, rating, ids, suggested)
        else:
            missing[number] = entry
        if done % 50 == 0 or done == len(entries):
            progress(done / len(entries))
    return Brought(reading, _in_order(found), _in_order(unsure), _in_order(missing))


def plan(
    brought: Brought, picks: Mapping[int, int | None], state: State, *, theirs: bool = False
) -> Plan:
    """Decides what taking a list in would do.

    Args:
        brought: the list.
        picks: number of an unsure entry -> the title that it is, None to leave it out; without a
            pick what was suggested counts.
        state: the visitor's.
        theirs: whether the list's rating wins over one that the visitor has given here.

    Returns:
        The plan. For the state after it, the plan of the same list takes nothing in.
    """
    lines = list(brought.found)
    for number, one in enumerate(brought.unsure):
        picked = picks.get(number, one.suggested)
        if picked is not None:
            lines.append(Found(picked, one.entry, one.rating))
    chosen = _one_a_title(lines)
    ratings: dict[int, float] = {}
    seen: list[int] = []
    planned: list[int] = []
    count = dict.fromkeys(("new", "changed", "kept", "same"), 0)
    mine, known_seen, known_planned = state.ratings, set(state.seen), set(state.planned)
    for item_id, line in chosen.items():
        if line.rating is None:
            already = known_seen if not line.entry.planned else known_seen | known_planned
            if item_id in mine or item_id in already:
                count["same"] += 1
            else:
                (planned if line.entry.planned else seen).append(item_id)
        elif mine.get(item_id) == line.rating:
            count["same"] += 1
        elif item_id in mine and not theirs:
            count["kept"] += 1
        else:
            count["changed" if item_id in mine else "new"] += 1
            ratings[item_id] = line.rating
    return Plan(
        ratings,
        tuple(seen),
        tuple(planned),
        repeated=len(lines) - len(chosen),
        left_out=len(brought.found) + len(brought.unsure) - len(lines),
        missing=len(brought.missing),
        skipped=len(brought.skipped),
        **count,
    )


def take_in(session: Session, plan: Plan, service: str) -> Session:
    """Carries a plan out, as one step to undo."""
    titles = "1 title" if plan.n_taken == 1 else f"{plan.n_taken:,} titles"
    done = f"Added {titles} from {service}"
    return session.bring(plan.ratings, plan.seen, plan.planned, done=done)


def to_scale(score: float | None, highest: float, scale: RatingScale) -> float | None:
    """Converts a score in proportion: the best one to the best rating, then to the nearest step.

    Args:
        score: above 0 and at most `highest`, or None.
        highest: the best score of the service.
        scale: the domain's.

    Returns:
        The rating, of two that are as near the better one; None for None.
    """
    if score is None:
        return None
    steps = math.floor((score / highest * scale.high - scale.low) / scale.step + 0.5 + 1e-9)
    return scale.check(scale.low + max(0, steps) * scale.step)


def scale_sentence(reading: Reading, scale: RatingScale) -> str:
    """Says what has become of the scores, as "IMDb's 1 to 10 became 0.5 to 5: a 7 is 3.5."."""
    example = math.floor(0.7 * reading.highest + 0.5)
    became = to_scale(example, reading.highest, scale)
    span = f"{scale.low:g} to {scale.high:g}"
    if reading.highest == scale.high and "decimals" not in reading.scale:
        return f"{reading.service} rates like Tastemap, {span}: ratings stay as they are."
    return f"{reading.service}'s {reading.scale} became {span}: {example} is {became:g} here."


def _one_a_title(lines: Iterable[Found]) -> dict[int, Found]:
    """Of several lines about a title the one that says most; of ratings the latest."""
    chosen: dict[int, Found] = {}
    for line in lines:
        other = chosen.get(line.item_id)
        if other is None or _weight(line) >= _weight(other):
            chosen[line.item_id] = line
    return chosen


def _weight(line: Found) -> tuple[bool, bool, str]:
    return line.rating is not None, not line.entry.planned, line.entry.date


def _in_order(by_number: Mapping[int, T]) -> tuple[T, ...]:
    return tuple(by_number[number] for number in sorted(by_number))
