"""The dials as options of the command line: `--surprise 50 --genre Comedy --years 1990-2000`."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from recommender.errors import ParameterError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from recommender.serving.dials import Dials
    from recommender.serving.shelf import Shelf

_RANGES = {
    "years": (re.compile(r"([0-9]{4})?-([0-9]{4})?"), "1990-2000, 1990- or -2000"),
    "episodes": (re.compile(r"([0-9]{1,5})?-([0-9]{1,5})?"), "13-26, 13- or -26"),
}


def add(parser: ArgumentParser) -> None:
    """Adds the options of all dials."""
    group = parser.add_argument_group("dials", "what they do to a list: docs/dials.md")
    for name, ends in (
        ("surprise", "-100 familiar to 100 surprising"),
        ("variety", "0 to 100 as different as can be"),
        ("adventure", "-100 certain to 100 adventurous"),
    ):
        group.add_argument(f"--{name}", type=int, default=0, metavar="N", help=ends)
    for option, meaning in (
        ("--genre", "a genre wanted"),
        ("--without", "a genre unwanted"),
        ("--kind", "a kind wanted, as TV"),
    ):
        group.add_argument(
            option, action="append", default=[], metavar="NAME", help=f"{meaning}, repeatable"
        )
    for name, (_, examples) in _RANGES.items():
        group.add_argument(f"--{name}", default="-", metavar="FROM-TO", help=f"as {examples}")
    group.add_argument(
        "--least-ratings", type=int, default=0, metavar="N", help="no title with fewer ratings"
    )
    group.add_argument("--one-per-franchise", action="store_true", help="no two of a franchise")
    group.add_argument(
        "--no-sequels", action="store_true", help="no part before the first is rated"
    )


def read(options: Namespace, shelf: Shelf) -> Dials:
    """Reads the options.

    Raises:
        ParameterError: a genre or kind is not there, a range is none, or a number is off its
            dial.
    """
    from recommender.serving.dials import Dials

    first_year, last_year = _range("years", options.years, shelf.years)
    fewest_episodes, most_episodes = _range("episodes", options.episodes, shelf.episodes)
    return Dials(
        surprise=options.surprise,
        variety=options.variety,
        adventure=options.adventure,
        genres=_named("--genre", options.genre, shelf.all_genres),
        without=_named("--without", options.without, shelf.all_genres),
        first_year=first_year,
        last_year=last_year,
        fewest_episodes=fewest_episodes,
        most_episodes=most_episodes,
        kinds=_named("--kind", options.kind, shelf.all_kinds),
        fewest_ratings=options.least_ratings,
        one_per_franchise=options.one_per_franchise,
        no_sequels=options.no_sequels,
    )


def _range(name: str, text: str, known: NDArray[np.int16]) -> tuple[int | None, int | None]:
    pattern, examples = _RANGES[name]
    found = pattern.fullmatch(text)
    if found is None:
        raise ParameterError(f"--{name} {text} is no range; write it as {examples}")
    if any(found.groups()) and not known.any():
        raise ParameterError(f"--{name} {text}: the titles of this release have no {name}")
    first, last = (int(end) if end else None for end in found.groups())
    return first, last


def _named(option: str, names: list[str], there: tuple[str, ...]) -> tuple[str, ...]:
    known = {name.casefold(): name for name in there}
    for name in names:
        if name.casefold() not in known:
            raise ParameterError(f"{option} {name}: there is no such; there is {', '.join(there)}")
    return tuple(dict.fromkeys(known[name.casefold()] for name in names))
