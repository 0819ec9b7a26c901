"""Checks of what a form or a file says, one a kind of field; a refusal names field and bounds."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from recommender.errors import ParameterError

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


def known(kind: type, what: str, value: Any) -> dict[str, Any]:
    """The entries of a JSON object, all of which must be fields of `kind`."""
    allowed = {item.name for item in fields(kind)}
    entries = dict(an_object(what, value))
    if unknown := entries.keys() - allowed:
        raise ParameterError(f"{what} has no {', '.join(sorted(map(repr, unknown)))}.")
    return entries


def an_object(what: str, value: Any) -> Mapping[str, Any]:
    """The value if it is a JSON object."""
    if not isinstance(value, Mapping):
        raise ParameterError(f"{what} must be an object, not {type(value).__name__}.")
    return value


def names(what: str, names: Any) -> None:
    """Refuses what is no plain name of lower-case letters, digits, hyphens and underscores."""
    for name in names:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ParameterError(f"{what} {str(name)[:100]!r} is no name.")


def number_or_word(what: str, value: Any) -> None:
    """Refuses what cannot be a hyper-parameter's value."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (number and math.isfinite(value)) and not (isinstance(value, str) and len(value) < 100):
        raise ParameterError(f"{what} must be a number or a word, not {str(value)[:100]!r}.")


def one_of(what: str, value: Any, allowed: tuple[str, ...]) -> None:
    """Refuses any other word."""
    if value not in allowed:
        raise ParameterError(f"{what} must be one of {', '.join(allowed)}.")


def whole(what: str, value: Any, low: int, high: int) -> None:
    """Refuses what is no whole number within bounds."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ParameterError(
            f"{what} must be a whole number from {low:,} to {high:,}, not {str(value)[:100]}."
        )
