"""From what the recommender answers to the cards that a page shows."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from pages.components.title_cards import Card, Contribution, Prediction
from recommender.serving.served import ServedRelease
from recommender.serving.visitor import Visitor
from recommender.serving.what_if import Order, ranks_without

# A breakdown of a thousand ratings helps nobody, and is sent with every card.
_MOST_PARTS = 40


def plain_cards(
    release: ServedRelease,
    item_ids: Iterable[int],
    ratings: Mapping[int, float],
    notes: Mapping[int, str] = MappingProxyType({}),
) -> list[Card]:
    """Cards with a title's facts, the visitor's rating and a note, in the order of `item_ids`."""
    return [
        Card(
            **_facts(release, item_id),
            rating=ratings.get(item_id),
            note=notes.get(item_id, ""),
        )
        for item_id in item_ids
    ]


def recommendation_cards(
    release: ServedRelease,
    visitor: Visitor,
    picks: Mapping[str, Any],
    *,
    as_match: bool,
    opened: Collection[int] = (),
    order: Order = Visitor.order,
) -> list[Card]:
    """Cards with why a title is recommended.

    Args:
        release: what serves.
        visitor: the visitor folded in.
        picks: what `visitor.recommended` gives.
        as_match: show how well a title fits rather than a predicted rating.
        opened: ids of titles whose breakdown is open: only these say what would change their rank,
            which takes a fold-in for each rating.
        order: how the page orders its list.

    Returns:
        The cards, in the order of `picks`.
    """
    item_ids = [int(item_id) for item_id in picks["item_id"]]
    breakdowns = visitor.breakdowns(item_ids, _MOST_PARTS) if visitor.ratings else {}
    changes = {
        item_id: ranks_without(release, visitor, item_id, order)
        for item_id in item_ids
        if item_id in opened and visitor.is_personal
    }
    matches = visitor.match(item_ids) if as_match and visitor.ratings else [None] * len(item_ids)
    predicted = zip(picks["predicted_rating"], picks["low"], picks["high"], strict=True)
    return [
        Card(
            **_facts(release, item_id),
            prediction=None if as_match or math.isnan(rating) else Prediction(rating, low, high),
            match=None if match is None else float(match),
            because=tuple(because),
            note="A good match all round" if visitor.is_personal and not because else "",
            breakdown=tuple(
                Contribution(
                    part.label,
                    part.amount,
                    part.rating,
                    part.item_id,
                    changes.get(item_id, {}).get(part.item_id),
                )
                for part in breakdowns.get(item_id, ())
            ),
            opened=item_id in opened,
        )
        for item_id, match, (rating, low, high), because in zip(
            item_ids, matches, predicted, picks["because"], strict=True
        )
    ]


def _facts(release: ServedRelease, item_id: int) -> dict[str, object]:
    shelf = release.shelf
    at = shelf.position[item_id]
    return {
        "item_id": item_id,
        "title": shelf.titles[at],
        "year": int(shelf.years[at]) or None,
        "kind": shelf.kinds[at],
        "genres": shelf.genres[at],
        "place": tuple(release.atlas.to_numpy()[at].tolist()),
    }
