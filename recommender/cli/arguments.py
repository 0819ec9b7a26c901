"""What people write behind the options of the command line, and what it means.

`--rate "Toy Story=5"`, `--algorithm taste-als:k=32,regularisation=0.01`: each is read here into a
value of the package, or refused with a sentence that shows how to write it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from recommender.errors import ParameterError, RatingError, TitleError
from recommender.evaluation import written

if TYPE_CHECKING:
    from recommender.algorithms.contract import Algorithm
    from recommender.serving import ServedRelease


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
        name, parameters = written.algorithm(text)
        model = "-".join(re.findall("[a-z0-9]+", text.lower()))
        if model in chosen:
            raise ParameterError(f"{text} is named twice; name each algorithm once.")
        chosen[model] = recipe(domain, name, **parameters)
    return chosen


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
