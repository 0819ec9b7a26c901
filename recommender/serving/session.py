"""What the app remembers of a visitor: an immutable value and the operations on it.

A title is in at most one place: rated, skipped ("haven't seen it"), dismissed ("not for me"), seen
("watched, not rated") or planned ("wants to watch"). Every operation returns a new session and
remembers the one before it together with a sentence on what was done, so undo is to go back. An
operation that changes nothing leaves nothing to undo.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from recommender.data.scale import RatingScale
from recommender.serving.dials import NEUTRAL, Dials, change

PLACES = ("skipped", "dismissed", "seen", "planned")
"""Where a title may be that is not rated: the fields of `State` that list ids."""

UNDO_STEPS = 50
"""How many operations can be undone."""


@dataclass(frozen=True)
class State:
    """A visitor's state in a domain; hashable, holds plain values only.

    Attributes:
        domain: "movies", …
        model: name of the chosen model, None for the release's own choice.
        rated: (item_id, rating) in the order in which the titles were first rated.
        skipped: ids of titles the visitor does not know, in the order of skipping.
        dismissed: ids of titles the visitor does not want, in the order of dismissing.
        seen: ids of titles the visitor has watched and not rated.
        planned: ids of titles the visitor means to watch.
        dials: what the visitor has turned.
    """

    domain: str
    model: str | None = None
    rated: tuple[tuple[int, float], ...] = ()
    skipped: tuple[int, ...] = ()
    dismissed: tuple[int, ...] = ()
    seen: tuple[int, ...] = ()
    planned: tuple[int, ...] = ()
    dials: Dials = NEUTRAL

    @property
    def ratings(self) -> dict[int, float]:
        """item_id -> rating."""
        return dict(self.rated)

    def without(self, item_id: int) -> State:
        """The state in which nothing is known about a title."""
        return replace(
            self,
            rated=tuple(pair for pair in self.rated if pair[0] != item_id),
            skipped=tuple(other for other in self.skipped if other != item_id),
            dismissed=tuple(other for other in self.dismissed if other != item_id),
            seen=tuple(other for other in self.seen if other != item_id),
            planned=tuple(other for other in self.planned if other != item_id),
        )


@dataclass(frozen=True)
class Step:
    """An operation that can be undone.

    Attributes:
        before: the state before it.
        done: what it did, as "Removed Heat".
    """

    before: State
    done: str


@dataclass(frozen=True)
class Session:
    """A visitor's state with the way back.

    Attributes:
        state: the state now.
        scale: the domain's rating scale.
        history: the last operations, oldest first, at most `UNDO_STEPS`.
    """

    state: State
    scale: RatingScale
    history: tuple[Step, ...] = ()

    @property
    def last(self) -> str | None:
        """What undo would undo, as "Removed Heat"; None if there is nothing."""
        return self.history[-1].done if self.history else None

    def rate(self, item_id: int, rating: float, title: str) -> Session:
        """Rates a title or changes its rating.

        Args:
            item_id: the title.
            rating: on the scale.
            title: what the title is called in `last`; likewise in the other operations.

        Raises:
            RatingError: the rating is off the scale.
        """
        rating = self.scale.check(rating)
        old = self.state.ratings.get(item_id)
        if old is None:
            new = self.state.without(item_id)
            new = replace(new, rated=(*new.rated, (item_id, rating)))
            return self._after(new, f"Rated {title} {rating:g}")
        changed = {**self.state.ratings, item_id: rating}
        new = replace(self.state, rated=tuple(changed.items()))
        return self._after(new, f"Changed {title} from {old:g} to {rating:g}")

    def unrate(self, item_id: int, title: str) -> Session:
        """Removes the rating of a title; without one nothing changes."""
        if item_id not in self.state.ratings:
            return self
        return self._after(self.state.without(item_id), f"Removed {title}")

    def skip(self, item_id: int, title: str) -> Session:
        """Notes that the visitor does not know a title; a rating of it goes."""
        return self._put("skipped", item_id, f"Skipped {title}")

    def dismiss(self, item_id: int, title: str) -> Session:
        """Notes that the visitor does not want a title; a rating of it goes."""
        return self._put("dismissed", item_id, f"Hid {title}")

    def see(self, item_id: int, title: str) -> Session:
        """Notes that the visitor has watched a title without rating it; a rating of it goes."""
        return self._put("seen", item_id, f"Marked {title} as watched")

    def plan(self, item_id: int, title: str) -> Session:
        """Notes that the visitor means to watch a title; a rating of it goes."""
        return self._put("planned", item_id, f"Planned {title}")

    def bring(
        self,
        ratings: Mapping[int, float],
        seen: Collection[int] = (),
        planned: Collection[int] = (),
        *,
        done: str,
    ) -> Session:
        """Takes many titles in at once, as one step to undo.

        Args:
            ratings: item_id -> rating; a changed rating keeps its place in the list.
            seen: titles that were watched and not rated.
            planned: titles that the visitor means to watch.
            done: what `last` is to say.

        Returns:
            The session in which every title given is where it is given, and no other has moved.

        Raises:
            RatingError: a rating is off the scale; nothing has been taken in.
        """
        rated = {item_id: self.scale.check(rating) for item_id, rating in ratings.items()}
        added = {"seen": tuple(seen), "planned": tuple(planned)}
        moved = {*rated, *seen, *planned}
        kept = {
            place: tuple(item_id for item_id in getattr(self.state, place) if item_id not in moved)
            for place in PLACES
        }
        places: dict[str, Any] = {place: kept[place] + added.get(place, ()) for place in PLACES}
        unrated = moved - rated.keys()
        old = ((item_id, r) for item_id, r in self.state.rated if item_id not in unrated)
        new = replace(self.state, rated=tuple((dict(old) | rated).items()), **places)
        return self._after(new, done)

    def restore(self, item_id: int, title: str) -> Session:
        """Takes a title back that is in one of `PLACES`; any other does not change."""
        if not any(item_id in getattr(self.state, place) for place in PLACES):
            return self
        return self._after(self.state.without(item_id), f"Brought back {title}")

    def clear(self) -> Session:
        """Forgets everything about all titles; the domain, the model and the dials stay."""
        empty = State(self.state.domain, self.state.model, dials=self.state.dials)
        return self._after(empty, "Started over")

    def turn(self, dials: Dials) -> Session:
        """Turns the dials to other positions."""
        done = change(self.state.dials, dials)
        return self._after(replace(self.state, dials=dials), done)

    def choose_model(self, model: str | None) -> Session:
        """Takes another model. A setting rather than a step: undo leaves it alone."""
        return replace(self, state=replace(self.state, model=model))

    def undo(self) -> Session:
        """Goes back to before the last operation; with nothing to undo, nothing changes."""
        if not self.history:
            return self
        before = replace(self.history[-1].before, model=self.state.model)
        return replace(self, state=before, history=self.history[:-1])

    def _put(self, place: str, item_id: int, done: str) -> Session:
        if item_id in getattr(self.state, place):
            return self
        new = self.state.without(item_id)
        moved: dict[str, Any] = {place: (*getattr(new, place), item_id)}
        return self._after(replace(new, **moved), done)

    def _after(self, new: State, done: str) -> Session:
        if new == self.state:
            return self
        history = (*self.history, Step(self.state, done))[-UNDO_STEPS:]
        return replace(self, state=new, history=history)
