"""When the filters leave too little: what turning each of them back alone would bring.

Nobody should stand before an empty page and wonder which of five filters emptied it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from recommender.serving.dials import Dials, Setting
from recommender.serving.picks import count
from recommender.serving.visitor import Visitor


@dataclass(frozen=True)
class Relaxation:
    """A filter that could be turned back.

    Attributes:
        setting: the filter.
        titles: how many more titles could then be recommended.
    """

    setting: Setting
    titles: int


def relaxations(
    visitor: Visitor, dials: Dials, exclude: Iterable[int] = ()
) -> tuple[Relaxation, ...]:
    """The filters whose turning back alone would bring titles, those that bring most first.

    Args:
        visitor: the visitor folded in.
        dials: as they stand.
        exclude: ids of further titles that are not recommended.

    Returns:
        Empty if no filter is on or only several together could be turned back with effect.
    """
    left_out = tuple(exclude)
    now = count(visitor, dials, left_out)
    found = (
        Relaxation(setting, count(visitor, setting.back, left_out) - now)
        for setting in dials.settings()
        if setting.filters
    )
    return tuple(sorted((one for one in found if one.titles > 0), key=lambda one: -one.titles))
