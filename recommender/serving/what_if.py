"""What would change a recommendation: its place without each of the ratings that move it most.

A breakdown says what every rating brings to one title's score, but not what the list would look
like without it: all other titles lose something too, and the fold-in of the remaining ratings is
another one. So the visitor is folded in anew without the rating and the title is looked up in the
new list: exact, at the price of one fold-in for each rating asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from recommender.factors.model import Positions
from recommender.serving.served import ServedRelease
from recommender.serving.visitor import Visitor

STRONGEST = 5
"""How many ratings of a title are left out in turn, unless more are asked for."""

Order = Callable[[Visitor, tuple[int, ...]], Positions]
"""How a page orders titles: a visitor and ids to leave out -> positions, the best first."""


def ranks_without(
    served: ServedRelease, visitor: Visitor, item_id: int, order: Order, most: int = STRONGEST
) -> dict[int, int]:
    """Where a title would stand without each of its strongest ratings.

    The title whose rating is left out stays out of the list, as it is now.

    Args:
        served: folds in.
        visitor: as folded in now.
        item_id: a recommended title.
        order: how the page orders its list.
        most: how many ratings to leave out in turn, those that add or take most.

    Returns:
        Item id of a rated title -> the title's rank without that rating, from 1; the strongest
        first. One without which the title is not in the list at all is missing.

    Raises:
        TitleError: the title is not in the catalogue.
    """
    parts = visitor.breakdowns([item_id], most=None)[item_id]
    strongest = [part.item_id for part in parts if part.item_id is not None][:most]
    ranks = {}
    for left_out in strongest:
        rank = rank_of(served, without(served, visitor, left_out), item_id, order, [left_out])
        if rank is not None:
            ranks[left_out] = rank
    return ranks


def without(served: ServedRelease, visitor: Visitor, item_id: int) -> Visitor:
    """The visitor as if a title had not been rated."""
    ratings = {other: rating for other, rating in visitor.ratings.items() if other != item_id}
    known = {"seen": visitor.seen, "planned": visitor.planned}
    return served.fold_in(ratings, visitor.model, **known)


def rank_of(
    served: ServedRelease,
    visitor: Visitor,
    item_id: int,
    order: Order,
    exclude: Iterable[int] = (),
) -> int | None:
    """The rank of a title in a visitor's list, from 1; None if it is not in it."""
    found = (order(visitor, tuple(exclude)) == served.shelf.position[item_id]).nonzero()[0]
    return int(found[0]) + 1 if len(found) else None
