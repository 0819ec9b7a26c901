"""What a score is made of, as a visitor is told: one summand for each rated title, or several."""

from __future__ import annotations

from dataclasses import dataclass

START = "Starting point"
"""Label of the part of a score that no rating brings."""

REST = "Your other ratings"
"""Label of the parts of a score that are too small to list."""


@dataclass(frozen=True)
class Part:
    """One summand of a score.

    Attributes:
        label: a rated title, `START` or `REST`.
        amount: what it adds to the score or takes from it.
        item_id: of the rated title, else None.
        rating: the visitor's rating of it, else None.
    """

    label: str
    amount: float
    item_id: int | None = None
    rating: float | None = None
