"""What a visitor turns to change the list: three sliders, and filters.

A value that a session keeps, a link carries and `Visitor.recommend` obeys. Neutral dials change
nothing. What a position does to a list is measured by `python -m benchmarks dials` (docs/dials.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from recommender.errors import ParameterError
from recommender.serving.shelf import Shelf

MOST = 100
"""The end of a slider."""

POSITIONS = {
    "surprise": {
        -100: "Familiar",
        -50: "Rather familiar",
        0: "As it comes",
        50: "Rather surprising",
        100: "Surprising",
    },
    "variety": {0: "As it comes", 25: "A little varied", 50: "Varied", 100: "Most varied"},
    "adventure": {
        -100: "Certain",
        -50: "Rather certain",
        0: "As it comes",
        50: "Rather adventurous",
        100: "Adventurous",
    },
}
"""The sliders, and what some of their positions are called."""

LATEST_YEAR, MOST_EPISODES, MOST_RATINGS = 9_999, 32_767, 10_000_000

_LONGEST = 2_000
# Names stand in the text as they are, but for the signs that part them.
_ESCAPES = {"~": "~0", ".": "~1", "_": "~2"}
_NUMBER = re.compile(r"-?[0-9]{1,8}")


RANGES = {
    "surprise": (-MOST, MOST),
    "variety": (0, MOST),
    "adventure": (-MOST, MOST),
    "first_year": (0, LATEST_YEAR),
    "last_year": (0, LATEST_YEAR),
    "fewest_episodes": (1, MOST_EPISODES),
    "most_episodes": (1, MOST_EPISODES),
    "fewest_ratings": (0, MOST_RATINGS),
}
"""The least and the greatest value of every dial that is a number."""

_NUMBERS = {"s": "surprise", "v": "variety", "a": "adventure", "r": "fewest_ratings"}
_SPANS = {"y": ("first_year", "last_year"), "e": ("fewest_episodes", "most_episodes")}
_NAMES = {"g": "genres", "x": "without", "k": "kinds"}
_SWITCHES = {
    "o": "one_per_franchise",
    "f": "no_sequels",
    "w": "show_seen",
    "p": "show_planned",
}


@dataclass(frozen=True)
class Dials:
    """Positions of all dials; hashable, plain values only.

    Attributes:
        surprise: -100 familiar … 100 surprising.
        variety: 0 … 100 different titles.
        adventure: -100 certain … 100 adventurous.
        genres: genres wanted; a title has at least one of them. None wanted: all will do.
        without: genres unwanted; a title has none of them.
        first_year: earliest year; a title whose year is unknown does not fit. None for any.
        last_year: latest year; likewise.
        fewest_episodes: least number of episodes; a title whose number is unknown does not fit.
            None for any.
        most_episodes: greatest number of episodes; likewise.
        kinds: kinds wanted, as "TV"; none: all will do.
        fewest_ratings: titles with fewer ratings are left out.
        one_per_franchise: at most one title of each franchise.
        no_sequels: no later part before the first part has been rated or watched.
        show_seen: offers titles, too, that were watched and not rated.
        show_planned: offers titles, too, that the visitor means to watch anyway.
    """

    surprise: int = 0
    variety: int = 0
    adventure: int = 0
    genres: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    first_year: int | None = None
    last_year: int | None = None
    fewest_episodes: int | None = None
    most_episodes: int | None = None
    kinds: tuple[str, ...] = ()
    fewest_ratings: int = 0
    one_per_franchise: bool = False
    no_sequels: bool = False
    show_seen: bool = False
    show_planned: bool = False

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise ParameterError(f"{name} goes from {low} to {high}, not to {value}")

    @property
    def neutral(self) -> bool:
        """Whether nothing is turned."""
        return self == NEUTRAL

    def settings(self) -> tuple[Setting, ...]:
        """What is turned, one entry a dial, in the order of the dials."""
        return tuple(_settings(self))

    def encode(self) -> str:
        """Writes what is turned as one text for a web address, "" if nothing is.

        As "s50_v25_gComedy.Drama_y1990.2000_f"; `decode` reads it.
        """
        parts = [f"{key}{getattr(self, name)}" for key, name in _NUMBERS.items()]
        parts = [part for part in parts if part[1:] != "0"]
        for key, name in _NAMES.items():
            if chosen := getattr(self, name):
                parts.append(key + ".".join(map(_escaped, chosen)))
        for key, names in _SPANS.items():
            ends = ["" if (end := getattr(self, name)) is None else str(end) for name in names]
            if any(ends):
                parts.append(key + ".".join(ends))
        parts += [key for key, name in _SWITCHES.items() if getattr(self, name)]
        return "_".join(parts)


NEUTRAL = Dials()
"""Nothing is turned."""


@dataclass(frozen=True)
class Setting:
    """A dial that is turned.

    Attributes:
        name: of the field of `Dials`, of several the first.
        label: what it asks for, as "Surprising" or "1990 to 2000".
        filters: whether it leaves titles out.
        back: the dials with this one turned back.
    """

    name: str
    label: str
    filters: bool
    back: Dials


def _settings(dials: Dials) -> Iterator[Setting]:
    def setting(label: str, *names: str, filters: bool = True) -> Setting:
        neutral = {name: getattr(NEUTRAL, name) for name in names}
        return Setting(names[0], label, filters, replace(dials, **neutral))

    for name in POSITIONS:
        if value := getattr(dials, name):
            yield setting(position(name, value), name, filters=False)
    if dials.genres:
        yield setting(" or ".join(dials.genres), "genres")
    if dials.without:
        yield setting("No " + ", no ".join(dials.without), "without")
    for names, noun in ((_SPANS["y"], ""), (_SPANS["e"], "episode")):
        first, last = (getattr(dials, name) for name in names)
        if (span := _span(first, last, noun)) is not None:
            yield setting(span, *names)
    if dials.kinds:
        yield setting(" or ".join(dials.kinds), "kinds")
    if dials.fewest_ratings:
        yield setting(f"At least {dials.fewest_ratings:,} ratings", "fewest_ratings")
    if dials.one_per_franchise:
        yield setting("One per franchise", "one_per_franchise")
    if dials.no_sequels:
        yield setting("First parts first", "no_sequels")
    if dials.show_seen:
        yield setting("Watched ones too", "show_seen", filters=False)
    if dials.show_planned:
        yield setting("Planned ones too", "show_planned", filters=False)


def position(name: str, value: int) -> str:
    """What the position of a slider is called, as "Rather certain" or "Certain 37 %"."""
    words = POSITIONS[name]
    end = words[MOST if value > 0 else min(words)]
    return words.get(value, f"{end} {abs(value)} %")


def _span(first: int | None, last: int | None, noun: str = "") -> str | None:
    """As "From 1990 on" or "13 to 26 episodes"; None for any."""
    end = first if last is None else last
    if end is None:
        return None
    told = f"{end} {noun if end == 1 else f'{noun}s'}" if noun else str(end)
    if last is None:
        return f"From {told} on"
    if first is None:
        return f"Up to {told}"
    return told if first == last else f"{first} to {told}"


def change(before: Dials, after: Dials) -> str:
    """Says in a few words what was turned, as "Turned a dial: Surprising"."""
    old, new = ({s.label: s for s in dials.settings()} for dials in (before, after))
    if not new and len(old) > 1:
        return "Turned all dials back"
    turned = [label for label in new if label not in old]
    if turned:
        return f"Turned a dial: {', '.join(turned)}"
    return f"Turned a dial back: {', '.join(label for label in old if label not in new)}"


def decode(text: str, shelf: Shelf) -> tuple[Dials, tuple[str, ...]]:
    """Reads what `Dials.encode` wrote. Never raises, whatever the text holds.

    Args:
        text: from a web address.
        shelf: decides which genres and kinds there are, and whether years and episodes are known.

    Returns:
        The dials, and a sentence if something was left out.
    """
    values: dict[str, object] = {}
    left_out = len(text) > _LONGEST
    for part in filter(None, text[:_LONGEST].split("_")):
        read = _read(part[0], part[1:], shelf)
        left_out |= read is None or any(name in values for name in read[0])
        if read is not None:
            values = {**read[0], **values}
            left_out |= read[1]
    note = "Some dials in the link mean nothing here and were left out."
    return Dials(**values), (note,) if left_out else ()  # type: ignore[arg-type]


def _read(key: str, text: str, shelf: Shelf) -> tuple[dict[str, object], bool] | None:
    """Fields and their values, and whether something was left out; None if nothing can be read."""
    if key in _NUMBERS:
        number = _number(_NUMBERS[key], text)
        return None if number is None else ({_NUMBERS[key]: number}, False)
    if key in _NAMES:
        there = shelf.all_kinds if key == "k" else shelf.all_genres
        named = dict.fromkeys(_plain(name) for name in text.split("."))
        kept = tuple(name for name in named if name in there)
        return ({_NAMES[key]: kept}, len(kept) < len(named)) if kept else None
    if key in _SPANS and (shelf.years if key == "y" else shelf.episodes).any():
        ends = text.split(".")
        if len(ends) != 2 or not any(ends):
            return None
        span = {
            name: _number(name, end) for name, end in zip(_SPANS[key], ends, strict=True) if end
        }
        return None if None in span.values() else (dict(span), False)
    if key in _SWITCHES and not text:
        return {_SWITCHES[key]: True}, False
    return None


def _number(name: str, text: str) -> int | None:
    if _NUMBER.fullmatch(text) is None:
        return None
    low, high = RANGES[name]
    return int(text) if low <= int(text) <= high else None


def _escaped(name: str) -> str:
    return "".join(_ESCAPES.get(sign, sign) for sign in name)


def _plain(text: str) -> str:
    return re.sub(r"~[012]", lambda found: "~._"[int(found[0][1])], text)
