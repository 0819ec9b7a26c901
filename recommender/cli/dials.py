"""The dials as options of the command line: `--surprise 50 --genre Comedy --years 1990-2000`."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from recommender.errors import ParameterError

if TYPE_CHECKING:
    from recommender.serving.dials import Dials
    from recommender.serving.shelf import Shelf

_YEARS = re.compile(r"([0-9]{4})?-([0-9]{4})?")


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
    group.add_argument(
        "--years", default="-", metavar="FROM-TO", help="as 1990-2000, 1990- or -2000"
    )
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
        ParameterError: a genre or kind is not there, years are no years, or a number is off its
            dial.
    """
    from recommender.serving.dials import Dials

    years = _YEARS.fullmatch(options.years)
    if years is None:
        raise ParameterError(f"--years {options.years} is no range; write it as 1990-2000 or 1990-")
    first, last = (int(year) if year else None for year in years.groups())
    return Dials(
        surprise=options.surprise,
        variety=options.variety,
        adventure=options.adventure,
        genres=_named("--genre", options.genre, shelf.all_genres),
        without=_named("--without", options.without, shelf.all_genres),
        first_year=first,
        last_year=last,
        kinds=_named("--kind", options.kind, shelf.all_kinds),
        fewest_ratings=options.least_ratings,
        one_per_franchise=options.one_per_franchise,
        no_sequels=options.no_sequels,
    )


def _named(option: str, names: list[str], there: tuple[str, ...]) -> tuple[str, ...]:
    known = {name.casefold(): name for name in there}
    for name in names:
        if name.casefold() not in known:
            raise ParameterError(f"{option} {name}: there is no such; there is {', '.join(there)}")
    return tuple(dict.fromkeys(known[name.casefold()] for name in names))
