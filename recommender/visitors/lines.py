"""Events as lines of JSON, and back: a copy of the data must be believed only line by line."""

from __future__ import annotations

import json
from typing import Any

from recommender.errors import DataError
from recommender.visitors.changes import Change, Context, Event, Forget, Shown, is_pseudonym, now

_LONGEST = 1000


def to_line(visitor: str, event: Event) -> str:
    """An event as a line, with its end."""
    value: dict[str, Any] = {"visitor": visitor}
    match event:
        case Forget():
            value |= {"kind": "forget", "at": now()}
        case Change():
            value |= {"kind": "change", **_common(event.context, event.item_id, event.at)}
            value |= {"place": event.place, "rating": event.rating, "brought": event.brought}
        case Shown():
            value |= {"kind": "shown", **_common(event.context, event.item_id, event.at)}
            value |= {"rank": event.rank}
    return json.dumps(value, separators=(",", ":")) + "\n"


def from_line(line: str) -> tuple[int, str, Event]:
    """Reads a line.

    Returns:
        When it was, the pseudonym, the event.

    Raises:
        DataError: it is no event; the message says why.
    """
    if len(line) > _LONGEST:
        raise DataError("The line is too long.")
    try:
        value = json.loads(line)
        visitor, kind, at = value["visitor"], value["kind"], value["at"]
        if not (isinstance(visitor, str) and is_pseudonym(visitor)):
            raise DataError("The line names no visitor.")
        for name, type_ in (("at", int), ("item_id", int), ("rank", int), ("brought", bool)):
            if name in value and type(value[name]) is not type_:
                raise DataError(f"{name} is {value[name]!r}.")
        if kind == "forget":
            return at, visitor, Forget()
        names = ("domain", "release", "model", "assigned")
        context = Context(**{name: value[name] for name in names})
        if kind == "shown":
            return at, visitor, Shown(context, value["item_id"], value["rank"], at)
        if kind == "change":
            rating = None if value["rating"] is None else float(value["rating"])
            change = Change(context, value["item_id"], value["place"], rating, at, value["brought"])
            return at, visitor, change
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise DataError(f"The line is no event ({type(error).__name__}).") from error
    raise DataError(f"The line is of no known kind: {str(kind)[:40]!r}.")


def _common(context: Context, item_id: int, at: int) -> dict[str, Any]:
    return {
        "domain": context.domain,
        "release": context.release,
        "model": context.model,
        "assigned": context.assigned,
        "item_id": item_id,
        "at": at,
    }
