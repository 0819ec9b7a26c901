"""How well a visitor's taste is known, and what the next ratings would add, as it was measured.

A release's evaluation holds how good the ranker's list is for people it has never seen after 3, 5,
10 and 20 of their ratings (NDCG@10, ratings drawn at random), and how good the list is that is the
same for everyone. A visitor's share is how far between the two ends, everybody's list and the list
after the most ratings measured, people with as many ratings are: a statement about such people, not
a guess about this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from recommender.serving.measures import values
from recommender.serving.served import ServedRelease

NEXT = 3
"""How many further ratings the outlook is for."""

_FIGURE, _SHOWN, _EVERYBODYS = "ndcg@10", "uniform", "popularity"
_LITTLE = 0.02


@dataclass(frozen=True)
class Sureness:
    """How far the list has come from everybody's to this visitor's own.

    Attributes:
        n_rated: ratings that there are.
        share: 0..1, never falling with the number of ratings.
        after: the same after `NEXT` more.
    """

    n_rated: int
    share: float
    after: float

    @property
    def sentence(self) -> str:
        """What to say of it."""
        if not self.n_rated:
            return f"{NEXT} ratings tell us about {self.after:.0%} of what 20 would."
        if self.after - self.share < _LITTLE:
            return "Your list is about as good as ratings make it; more change little."
        told = f"Your ratings tell us {self.share:.0%} of what 20 would"
        return f"{told}; {NEXT} more make it {self.after:.0%}."


def sureness(release: ServedRelease, n_rated: int, model: str) -> Sureness | None:
    """Reads off the release's evaluation how well somebody's taste is known.

    Args:
        release: the release.
        n_rated: how many titles the visitor has rated, >= 0.
        model: name of the model that ranks.

    Returns:
        The share, or None if the release was not evaluated so, or if ratings make no difference
        to the model's list.
    """
    own, everybodys = _measured(release, model), _measured(release, _EVERYBODYS)
    if not own or not everybodys:
        return None
    start = max(everybodys.values())
    # More ratings never make a list worse but by chance.
    reached = list(accumulate((own[k] for k in sorted(own)), max, initial=start))
    whole = reached[-1] - start
    if whole <= 0:
        return None
    known = np.log1p([0, *sorted(own)])
    shares = (np.array(reached) - start) / whole
    now, then = np.interp(np.log1p([n_rated, n_rated + NEXT]), known, shares)
    return Sureness(n_rated, float(now), float(then))


def _measured(release: ServedRelease, model: str) -> dict[int, float]:
    """How good a model's list was measured to be, by number of ratings shown."""
    report = release.evaluation.get("few_ratings", {}).get(model, {"cells": []})
    return {
        cell["k"]: dict(values(cell, _FIGURE))["value"]
        for cell in report["cells"]
        if cell["shown"] == _SHOWN and cell.get(_FIGURE) is not None
    }
