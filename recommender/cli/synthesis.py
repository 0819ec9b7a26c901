"""What `python -m recommender data synthesise` does: ratings of any size that nobody gave."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from recommender.cli import options as shared
from recommender.cli.output import Answer, progress_bar, table
from recommender.data import known
from recommender.settings import Settings

if TYPE_CHECKING:
    from recommender.synthesis.tally import Figure


def add_options(parser: ArgumentParser) -> None:
    """Adds what the command can be told."""
    parser.add_argument(
        "--like", required=True, metavar="DOMAIN", help="the domain whose real set to be like"
    )
    for name, told in (("users", "users to make"), ("ratings", "ratings they give together")):
        parser.add_argument(
            f"--{name}", required=True, type=shared.whole_number, metavar="N", help=told
        )
    # Without a default of its own it leaves alone what stands before `synthesise`.
    shared.data(parser, "the first set of the domain that is here", unset=SUPPRESS)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="the folder to write (default: synthetic-DOMAIN-RATINGS here)",
    )
    parser.add_argument(
        "--ranked",
        action="store_true",
        help="also say how popularity and taste-als rank as many ratings as are real (minutes)",
    )
    shared.seed(parser, 0, "0")


def synthesise(options: Namespace) -> Answer:
    """Makes synthetic ratings and lays the real set's figures beside theirs."""
    from recommender.data import load
    from recommender.synthesis import synthesise

    data = load(options.like, known.source(options.data) or _here(options.like))
    place = options.out or Path(f"synthetic-{options.like}-{options.ratings}")
    with progress_bar() as progress:
        made = synthesise(
            data,
            options.users,
            options.ratings,
            place,
            seed=options.seed,
            ranked=options.ranked,
            progress=progress,
        )
    rows = [asdict(figure) | {"difference": figure.difference} for figure in made.figures]
    value = {
        "place": str(made.place),
        "domain": options.like,
        "like": data.provenance.name,
        "users": options.users,
        "ratings": options.ratings,
        "seed": options.seed,
        "strength": made.strength,
        "figures": rows,
    }
    text = "\n\n".join(
        [
            f"{made.place}: {options.ratings:,} ratings that nobody gave, like those of "
            f"{data.provenance.name}",
            table(["", "real", "synthetic", "difference"], [_cells(f) for f in made.figures]),
            f"To train on them: python -m recommender train --domain {options.like} "
            f"--data {made.place}",
        ]
    )
    return Answer(value, text)


def _here(domain: str) -> Path | None:
    """The first set of a domain in TASTEMAP_DATA or the cache; None to take an installed one."""
    for row in known.sets(Settings.from_environment()):
        if row["domain"] == domain and row["state"] in ("installed", "in TASTEMAP_DATA", "fetched"):
            return None if row["place"] is None else Path(row["place"])
    return None


def _cells(figure: Figure) -> Sequence[str]:
    numbers = (figure.real, figure.synthetic, figure.difference)
    return [
        figure.name,
        *(f"{number:,.4g}" if abs(number) < 1000 else f"{number:,.0f}" for number in numbers),
    ]
