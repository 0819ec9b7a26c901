"""What people write behind the options of the command line, and what it means.

`--rate "Toy Story=5"`, `--algorithm taste-als:k=32,regularisation=0.01`, `--data ml-latest-small`:
each is read here into a value of the package, or refused with a sentence that shows how to write
it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from recommender.errors import DataError, FetchError, ParameterError, RatingError, TitleError
from recommender.settings import Settings

if TYPE_CHECKING:
    from recommender.algorithms.contract import Algorithm
    from recommender.evaluation.search_space import Range, Values
    from recommender.serving import ServedRelease


def find(named: Path) -> Path | None:
    """Where a path lies as it stands, else as a name among the known data sets; or None."""
    settings = Settings.from_environment()
    places = [named, settings.state / "uploads" / named]
    if settings.data is not None:
        places.append(settings.data / named)
    if found := next((place for place in places if place.exists()), None):
        return found
    from recommender.data.fetching import cache

    return cache.find(str(named), settings.cache)


def source(named: Path | None) -> Path | None:
    """Finds what `--data` names.

    Raises:
        DataError: it is nowhere, but could be fetched.
    """
    if named is None:
        return None
    if (found := find(named)) is not None:
        return found
    from recommender.data.fetching.published import address

    name = str(named)
    try:
        address(name)
    except FetchError:
        # Not a name either: then it was meant as a path, and whoever opens it says what is wrong.
        return named
    raise DataError(f"{name} has not been fetched yet: python -m recommender data fetch {name}")


def algorithms(texts: Sequence[str], domain: str) -> dict[str, Algorithm]:
    """Reads what stands behind `--algorithm`.

    Args:
        texts: each NAME or NAME:PARAMETER=VALUE,…
        domain: what is left open is what suits it.

    Returns:
        Model name -> algorithm; the name is the text in lower-case letters, digits and hyphens, as
        a release wants it: "taste-als:k=32" becomes "taste-als-k-32".

    Raises:
        ParameterError: an unknown algorithm or parameter, no value, or the same text twice.
    """
    from recommender.training.recipes import recipe

    chosen: dict[str, Algorithm] = {}
    for text in texts:
        name, parameters = algorithm(text)
        model = "-".join(re.findall("[a-z0-9]+", text.lower()))
        if model in chosen:
            raise ParameterError(f"{text} is named twice; name each algorithm once.")
        chosen[model] = recipe(domain, name, **parameters)
    return chosen


def algorithm(text: str) -> tuple[str, dict[str, float | str]]:
    """Takes NAME or NAME:PARAMETER=VALUE,… apart.

    Raises:
        ParameterError: a parameter has no value.
    """
    name, _, rest = text.partition(":")
    parts = [part.partition("=") for part in rest.split(",") if part]
    if not all(value.strip() for _, _, value in parts):
        raise ParameterError(
            f"{text!r} cannot be read; write NAME:PARAMETER=VALUE, as taste-als:k=32."
        )
    return name.strip(), {key.strip(): _value(value.strip()) for key, _, value in parts}


def to_search(texts: Sequence[str]) -> dict[str, Range | Values | None]:
    """Reads what stands behind `--parameter`.

    Args:
        texts: each NAME, NAME=LOW..HIGH or NAME=VALUE,VALUE,…

    Returns:
        Parameter -> what to try, None if it is left open.

    Raises:
        ParameterError: it is not written so, or a parameter is named twice.
    """
    from recommender.evaluation.search_space import Range, Values

    found: dict[str, Range | Values | None] = {}
    for text in texts:
        name, sign, rest = (part.strip() for part in text.partition("="))
        low, dots, high = rest.partition("..")
        values = [_value(part.strip()) for part in ((low, high) if dots else rest.split(","))]
        numbers = [value for value in values if not isinstance(value, str)]
        if not name or (sign and "" in values) or (dots and len(numbers) < 2):
            raise ParameterError(
                f"{text!r} cannot be read; write NAME, NAME=LOW..HIGH or NAME=VALUE,VALUE, "
                "as k=16..128."
            )
        if name in found:
            raise ParameterError(f"{name} is named twice; name each parameter once.")
        if dots:
            found[name] = Range(*numbers)
        else:
            found[name] = Values(tuple(values)) if sign else None
    return found


def _value(value: str) -> float | str:
    """A number if it is one, else the word; which of them a parameter takes, it says itself."""
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return value


def rating(text: str, release: ServedRelease) -> tuple[int, float]:
    """Reads what stands behind `--rate`.

    Args:
        text: TITLE=RATING; a title of digits is an item id, any other is looked for.
        release: whose titles.

    Returns:
        The item id and the number, which need not be on the scale.

    Raises:
        RatingError: it is not written so, or the rating is no number.
        TitleError: there is no such title, or there are several.
    """
    name, _, value = (part.strip() for part in text.rpartition("="))
    if not name:
        raise RatingError(f'{text!r} is no rating; write TITLE=RATING, as in "Toy Story=5".')
    try:
        number = float(value)
    except ValueError:
        raise RatingError(
            f"The rating {value!r} of {name!r} is not a number; ratings go from {release.scale}."
        ) from None
    if not (name.isascii() and name.isdigit()):
        return release.find_one(name), number
    if int(name) not in release.shelf.position:
        raise TitleError(
            f"No title has the item id {name}. A name of digits needs its year behind: "
            f'"{name} 1999={value}".'
        )
    return int(name), number
