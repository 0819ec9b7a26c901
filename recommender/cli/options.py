"""Options that several commands of the command line have, each written once."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path

_LARGEST_SEED = 2**32 - 1


def domain(parser: ArgumentParser) -> None:
    """Adds --domain."""
    parser.add_argument("--domain", default="movies", help="what to recommend (default: movies)")


def models(parser: ArgumentParser) -> None:
    """Adds --models."""
    parser.add_argument(
        "--models",
        type=Path,
        metavar="FOLDER",
        help="the folder of releases (default: TASTEMAP_MODELS, else the bundled one)",
    )


def data(
    parser: ArgumentParser,
    default: str = "the data that a package ships",
    *,
    unset: str | None = None,
    kind: type[Path] | type[str] = Path,
) -> None:
    """Adds --data.

    Args:
        parser: of the command.
        default: what is said to be taken without it.
        unset: may be SUPPRESS where another parser has the option, too.
        kind: text where it may be an address, which a path would spoil.
    """
    parser.add_argument(
        "--data",
        type=kind,
        default=unset,
        metavar="FOLDER",
        help="folder or zip of a published data set, also by its name in TASTEMAP_DATA, among "
        f"the uploads or, once fetched, in TASTEMAP_CACHE (default: {default})",
    )


def algorithms(parser: ArgumentParser, purpose: str) -> None:
    """Adds --algorithm and --seed."""
    parser.add_argument(
        "--algorithm",
        action="append",
        default=[],
        metavar="NAME[:PARAMETER=VALUE,...]",
        help=f"an algorithm {purpose}, repeatable (default: those of a release)",
    )
    seed(parser, 0, "0")


def seed(parser: ArgumentParser, default: int | None, told: str) -> None:
    """Adds --seed."""
    parser.add_argument(
        "--seed",
        type=_seed_number,
        default=default,
        help=f"fixes everything random (default: {told})",
    )


def whole_number(text: str) -> int:
    """Reads a whole number from 0 on."""
    if not text.isascii() or not text.isdigit():
        raise ArgumentTypeError(f"{text!r} is not a whole number from 0 on")
    return int(text)


def _seed_number(text: str) -> int:
    """What all libraries take for one: NumPy's and scikit-learn's have 32 bits."""
    number = whole_number(text)
    if number > _LARGEST_SEED:
        raise ArgumentTypeError(f"{text} is too large a seed; they go from 0 to {_LARGEST_SEED}")
    return number
