"""Which values of an algorithm's hyper-parameters a search tries.

What an algorithm declares says what is allowed, from 1 to 1,024 factors say; a search that went to
all of it would mostly try nonsense, at great expense. So by itself it stays near the defaults: a
whole number, which mostly costs time, within a factor of 4, any other within a factor of 10. That
holds where the allowed values span an order of magnitude or more, counted from the default if
they begin at 0; those are also searched on a log scale. A narrower span is searched whole. Whoever
names a range or values decides alone, within what is declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from itertools import product
from typing import Any

import numpy as np

from recommender.algorithms.contract import Algorithm
from recommender.errors import ParameterError

GRID_POINTS = 5
"""Values that a grid takes from a range."""
_LARGEST_GRID = 100_000
_WIDE = 10.0
_REACH_WHOLE, _REACH = 4, 10.0
_EDGE = 0.05


@dataclass(frozen=True)
class Range:
    """All numbers from `low` to `high`, only whole ones if `low` is an int."""

    low: float
    high: float

    @property
    def whole(self) -> bool:
        """Whether it holds whole numbers only."""
        return isinstance(self.low, int)

    @property
    def log(self) -> bool:
        """Whether equal factors count as equal steps."""
        return self.low > 0 and self.high >= _WIDE * self.low

    def grid(self) -> tuple[float, ...]:
        """At most `GRID_POINTS` of the numbers, evenly spaced, both ends among them."""
        spaced = np.geomspace if self.log else np.linspace
        inner = [self._fitting(value) for value in spaced(self.low, self.high, GRID_POINTS)[1:-1]]
        return tuple(dict.fromkeys([self.low, *inner, self.high]))

    def rounded(self, value: float) -> float:
        """The value to three digits, as one writes it down, without leaving the range."""
        return value if self.whole else self._fitting(float(f"{value:.3g}"))

    def share_below(self, value: float) -> float:
        """How much of the range lies below a value, 0..1, on the scale it is searched on."""
        low, at, high = (
            np.log([self.low, value, self.high]) if self.log else (self.low, value, self.high)
        )
        return float((at - low) / (high - low))

    def _fitting(self, value: float) -> float:
        kept = round(float(value)) if self.whole else float(value)
        return min(max(kept, self.low), self.high)

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{self.low:g}..{self.high:g}"


@dataclass(frozen=True)
class Values:
    """The values named, and no others."""

    values: tuple[float | str, ...]

    def grid(self) -> tuple[float | str, ...]:
        """All of them."""
        return self.values

    def __contains__(self, value: float | str) -> bool:
        return value in self.values

    def __str__(self) -> str:
        return ",".join(map(str, self.values))


Space = Mapping[str, Range | Values]
"""Hyper-parameter -> what to try."""


def search_space(
    algorithm: Algorithm,
    named: Mapping[str, Range | Values | None],
    fixed: Iterable[str] = (),
) -> Space:
    """Says what a search for the best of an algorithm tries.

    Args:
        algorithm: its values are where the search looks around.
        named: hyper-parameters to search, those alone, each with what to try or None for its own
            range; empty for all that are worth it.
        fixed: hyper-parameters that stay as they are.

    Returns:
        The space, with at least one hyper-parameter.

    Raises:
        ParameterError: there is nothing to search, no such hyper-parameter, or values that the
            algorithm does not allow.
    """
    declared = {item.name: item for item in fields(algorithm)}
    for name in named:
        if name not in declared:
            raise ParameterError(
                f"{algorithm.name} has no parameter {name!r}; "
                f"it has {', '.join(declared) or 'none'}"
            )
        if name in fixed:
            raise ParameterError(f"{name} is both fixed and to be searched; choose one.")
    chosen = named or {
        name: None
        for name, item in declared.items()
        if item.metadata["tuned"] and name not in fixed
    }
    if not chosen:
        raise ParameterError(f"{algorithm.name} has nothing to search.")
    space = {}
    for name, wanted in chosen.items():
        around = getattr(algorithm, name)
        if wanted is None:
            space[name] = _own(around, declared[name].metadata)
        else:
            space[name] = _allowed(wanted, algorithm, name)
    return space


def _own(around: Any, declared: Mapping[str, Any]) -> Range | Values:
    if "options" in declared:
        return Values(declared["options"])
    whole = isinstance(around, int)
    low, high = declared["low"], declared["high"]
    if around > 0 and high >= _WIDE * (low or around):
        reach = _REACH_WHOLE if whole else _REACH
        low, high = max(low, around / reach), min(high, around * reach)
    if whole:
        return Range(int(np.ceil(low)), int(high))
    digits = [float(f"{end:.3g}") for end in (low, high)]
    return Range(max(digits[0], declared["low"]), min(digits[1], declared["high"]))


def _allowed(wanted: Range | Values, algorithm: Algorithm, name: str) -> Range | Values:
    ends = wanted.values if isinstance(wanted, Values) else (wanted.low, wanted.high)
    for value in ends:
        # The algorithm itself says what is wrong with a value.
        type(algorithm)(**{name: value})
    whole = isinstance(getattr(algorithm, name), int)
    if isinstance(wanted, Range):
        if wanted.low >= wanted.high:
            raise ParameterError(f"{name}: {wanted} holds no range; write LOW..HIGH.")
        return wanted if whole else Range(float(wanted.low), float(wanted.high))
    return wanted


def at_edge(algorithm: Algorithm, space: Space, parameters: Mapping[str, Any]) -> list[str]:
    """Names the hyper-parameters whose value is at an end of what was searched, not of what may be.

    Args:
        algorithm: what was searched.
        space: where.
        parameters: of one of the trials.

    Returns:
        Those where it may be worth to look further.
    """
    found = []
    for item in fields(algorithm):
        searched = space.get(item.name)
        if isinstance(searched, Range):
            below = searched.share_below(parameters[item.name])
            low = below < _EDGE and searched.low > item.metadata["low"]
            high = below > 1 - _EDGE and searched.high < item.metadata["high"]
            found += [item.name] if low or high else []
    return found


def grid(space: Space) -> list[dict[str, Any]]:
    """All combinations of what `Range.grid` and `Values.grid` give.

    Raises:
        ParameterError: there are too many.
    """
    columns = [allowed.grid() for allowed in space.values()]
    size = int(np.prod([len(column) for column in columns], dtype=np.float64))
    if size > _LARGEST_GRID:
        raise ParameterError(
            f"A grid over {', '.join(space)} has {size:,} points; name fewer with --parameter."
        )
    return [dict(zip(space, point, strict=True)) for point in product(*columns)]
