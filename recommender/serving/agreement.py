"""What several models recommend to the same visitor, side by side, and what they agree on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from recommender.serving.served import ServedRelease


@dataclass(frozen=True, eq=False)
class Lists:
    """The lists of several models.

    Attributes:
        lists: model -> item ids, best first.
        votes: item id -> number of lists it is in, the most often named first; of equals the one
            that stands higher on average.
        personal: of the models, those that the ratings make any difference to.
    """

    lists: Mapping[str, tuple[int, ...]]
    votes: Mapping[int, int]
    personal: frozenset[str]

    @property
    def unanimous(self) -> tuple[int, ...]:
        """Item ids that are in every list."""
        return tuple(item_id for item_id, n in self.votes.items() if n == len(self.lists))

    @property
    def alone(self) -> Mapping[str, int]:
        """Model -> how many of its titles no other list has."""
        return {
            model: sum(self.votes[item_id] == 1 for item_id in ids)
            for model, ids in self.lists.items()
        }


def side_by_side(
    release: ServedRelease,
    ratings: Mapping[int, float],
    models: Sequence[str],
    *,
    n: int = 10,
    exclude: Iterable[int] = (),
) -> Lists:
    """Lets several models recommend to a visitor.

    Args:
        release: the release.
        ratings: item_id -> rating, at least one.
        models: names of models, each once.
        n: titles in a list.
        exclude: ids of titles that the visitor does not want.

    Raises:
        RatingError: a rating is no number or off the scale.
        ParameterError: there is no such model.
    """
    left_out = list(exclude)
    visitors = {model: release.fold_in(ratings, model) for model in models}
    lists = {
        model: tuple(int(item_id) for item_id in visitor.recommend(n, left_out)["item_id"])
        for model, visitor in visitors.items()
    }
    places: dict[int, list[int]] = {}
    for ids in lists.values():
        for place, item_id in enumerate(ids):
            places.setdefault(item_id, []).append(place)
    ordered = sorted(places, key=lambda one: (-len(places[one]), sum(places[one])))
    personal = frozenset(name for name, visitor in visitors.items() if visitor.is_personal)
    return Lists(lists, {item_id: len(places[item_id]) for item_id in ordered}, personal)
