"""Algorithms and what to search of them, as people write them: on the command line, on a page.

`taste-als:k=32,regularisation=0.01` is an algorithm, `k=16..128` and `k=16,32,64` are searches.
"""

from __future__ import annotations

from collections.abc import Sequence

from recommender.errors import ParameterError
from recommender.evaluation.search_space import Range, Values


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
    """Reads what to search of an algorithm's parameters.

    Args:
        texts: each NAME, NAME=LOW..HIGH or NAME=VALUE,VALUE,…

    Returns:
        Parameter -> what to try, None if it is left open.

    Raises:
        ParameterError: it is not written so, or a parameter is named twice.
    """
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
