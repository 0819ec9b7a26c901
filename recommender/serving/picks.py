"""Which titles a visitor is recommended, and in which order, with the dials as they stand.

Filters leave titles out. The sliders then change the order of the `POOL` titles that the ranker
puts first, whatever is turned, so that nobody is offered what does not fit: each title's score, in
standard deviations of the pool, plus what the sliders add,

- surprising: minus the logarithm of its number of ratings; familiar: plus;
- certain: plus the low end of its predicted range, so a title must be good even if it disappoints;
  adventurous: plus half the width of the range, the titles of which the least is known;
- varied: minus its mean likeness to the titles already chosen, one after the other (maximal
  marginal relevance: Carbonell and Goldstein 1998, with the mean in place of the maximum, which
  made better lists of equal diversity on both domains; likeness is the cosine of item factors).

Behind the pool titles follow in the ranker's order. The list for n titles is the beginning of any
longer one (with a rank index, of any up to `POOL` long), so "More" never moves a card.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.factors.model import unit_rows
from recommender.serving.dials import MOST, Dials
from recommender.serving.shelf import Positions

if TYPE_CHECKING:
    from recommender.serving.visitor import Visitor

POOL = 200
"""Titles whose order the sliders change."""

_SURPRISE, _CERTAIN, _ADVENTURE, _VARIETY = 1.0, 1.0, 0.75, 8.0

Values = NDArray[np.float64]


def fitting(visitor: Visitor, dials: Dials, exclude: Iterable[int] = ()) -> NDArray[np.bool_]:
    """Which titles may be recommended, bool (n_items,): offered, not rated, past all filters.

    With one title per franchise any of its titles may; which one `picks` decides.
    """
    shelf = visitor.shelf
    open_ = shelf.offered.copy()
    open_[visitor.taste.rated] = False
    open_[shelf.positions(exclude)] = False
    if not dials.show_seen:
        open_[shelf.positions(visitor.seen)] = False
    if not dials.show_planned:
        open_[shelf.positions(visitor.planned)] = False
    if dials.genres:
        open_ &= shelf.of_genres(dials.genres)
    if dials.without:
        open_ &= ~shelf.of_genres(dials.without)
    if dials.kinds:
        open_ &= shelf.of_kinds(dials.kinds)
    open_ &= _within(shelf.years, dials.first_year, dials.last_year)
    open_ &= _within(shelf.episodes, dials.fewest_episodes, dials.most_episodes)
    if dials.fewest_ratings:
        open_ &= shelf.n_ratings >= dials.fewest_ratings
    if dials.no_sequels:
        known = np.zeros(len(shelf), np.bool_)
        known[visitor.taste.rated] = True
        known[shelf.positions(visitor.seen)] = True
        first = shelf.franchises.first
        open_ &= (first == np.arange(len(shelf))) | known[first]
    return open_


def _within(
    numbers: NDArray[np.int16], first: int | None, last: int | None
) -> NDArray[np.bool_] | np.bool_:
    """Which numbers are known, not 0, and lie in a range; with neither end all of them do."""
    if first is None and last is None:
        return np.True_
    low, high = 0 if first is None else first, np.inf if last is None else last
    return (numbers > 0) & (numbers >= low) & (numbers <= high)


def count(visitor: Visitor, dials: Dials, exclude: Iterable[int] = ()) -> int:
    """How many titles could be recommended one after the other."""
    open_ = fitting(visitor, dials, exclude)
    if dials.one_per_franchise:
        return len(np.unique(visitor.shelf.franchises.first[open_]))
    return int(np.count_nonzero(open_))


def picks(
    visitor: Visitor, dials: Dials, exclude: Iterable[int] = (), n: int | None = None
) -> Positions:
    """The titles to recommend, intp, the best first.

    Args:
        visitor: the visitor folded in.
        dials: as they stand.
        exclude: ids of titles to leave out, beside those rated.
        n: how many, fewer if no more fit; None for all that fit.
    """
    order = _ordered(visitor, dials, fitting(visitor, dials, exclude), n)
    if not (dials.surprise or dials.variety or dials.adventure) or not len(order):
        return order[:n]
    pool = order[:POOL]
    worth = _standardised(visitor.scores_of(pool)) + _turned(visitor, dials, pool)
    by_worth = np.argsort(-worth, kind="stable")
    if dials.variety and visitor.factors is not None:
        places = len(pool) if n is None else min(n, len(pool))
        by_worth = _varied(worth, unit_rows(visitor.factors[pool]), dials.variety, places)
    return np.concatenate([pool[by_worth], order[POOL:]])[:n]


def _ordered(visitor: Visitor, dials: Dials, open_: NDArray[np.bool_], n: int | None) -> Positions:
    """What is open in the ranker's order: n titles and the pool at least, all with None."""
    wanted = None if n is None else max(n, POOL)
    by_popularity = visitor.shelf.by_popularity
    if wanted is None or visitor.index is None:
        candidates = by_popularity[open_[by_popularity]]
        if wanted is not None and not dials.one_per_franchise:
            candidates = _leading(candidates, visitor.scores, wanted)
        return _sorted(visitor, dials, candidates)
    query, n_open, asked = visitor.taste.query, np.count_nonzero(open_), wanted
    assert query is not None
    while True:
        candidates = visitor.index.candidates(query, asked, open_)
        candidates = candidates[np.lexsort((candidates, -visitor.shelf.n_ratings[candidates]))]
        order = _sorted(visitor, dials, candidates)
        if len(order) >= wanted or len(candidates) == n_open:
            return order
        # Of a franchise one title is left: more must be asked for.
        asked *= 4


def _sorted(visitor: Visitor, dials: Dials, candidates: Positions) -> Positions:
    """Candidates in the ranker's order, one of each franchise if dialled so."""
    # Stable, so that ties stay in the order of popularity.
    order = candidates[np.argsort(-visitor.scores_of(candidates), kind="stable")]
    if dials.one_per_franchise:
        _, firsts = np.unique(visitor.shelf.franchises.first[order], return_index=True)
        order = order[np.sort(firsts)]
    return order


def _leading(candidates: Positions, scores: Values, n: int) -> Positions:
    """The candidates that score as high as the nth best, in their order: sorting all takes long."""
    if len(candidates) <= n:
        return candidates
    of_each = scores[candidates]
    return np.asarray(candidates[of_each >= np.partition(of_each, -n)[-n]])


def _turned(visitor: Visitor, dials: Dials, pool: Positions) -> Values:
    """What the sliders that need no other title add to the worth of each."""
    added = np.zeros(len(pool))
    if dials.surprise:
        known = _standardised(np.log1p(visitor.shelf.n_ratings[pool]))
        added -= _SURPRISE * dials.surprise / MOST * known
    predicted = visitor.rater.predict(pool) if dials.adventure and visitor.rater else None
    if predicted is not None:
        # Where the end of the scale cuts one side of a range off, the other tells how wide it is.
        half = np.maximum(predicted.rating - predicted.low, predicted.high - predicted.rating)
        weight = _CERTAIN if dials.adventure < 0 else _ADVENTURE
        wanted = predicted.low if dials.adventure < 0 else half
        added += weight * abs(dials.adventure) / MOST * _standardised(wanted)
    return added


def _varied(worth: Values, factors: NDArray[np.float32], variety: int, n: int) -> Positions:
    """The first n places of the pool, each taken by the worthiest unlike those before it."""
    weight = _VARIETY * variety / MOST
    likeness = np.zeros(len(worth))
    left = worth.copy()
    chosen = np.empty(n, np.intp)
    for place in range(n):
        best = int(np.argmax(left - weight * likeness / max(place, 1)))
        chosen[place] = best
        left[best] = -np.inf
        likeness += factors @ factors[best]
    return chosen


def _standardised(values: Values | NDArray[np.float32]) -> Values:
    """Values in standard deviations from their mean; all 0 if they are alike."""
    centred = values.astype(np.float64) - values.mean(dtype=np.float64)
    return np.asarray(centred / (centred.std() or 1.0))
