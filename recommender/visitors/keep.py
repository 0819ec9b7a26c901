"""Keeps what visitors did, in one transaction: idempotent, the newest wins, the forgotten stay so.

The same events twice leave what they left once, so whoever does not know whether a commit arrived
may send them again. Who is vandalising plainly is set apart by two rules, told in `quarantine`;
those ratings stay, but count nowhere until an admin has looked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Executable,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from recommender.visitors.changes import Change, Event, Forget, Shown, now
from recommender.visitors.tables import EXPOSURE, FORGOTTEN, RATING, VISITOR

FASTEST = 200
"""Ratings that one person gives within a minute at most, by tapping."""
MONOTONE = 40
"""Ratings of one domain, all with the same value, that tell nothing."""
_LOCKS = 0x7A57E3AA
_CHUNK = 500

Batch = Sequence[tuple[str, Sequence[Event]]]
"""Pseudonym and what that visitor did, in the order in which it was done."""


def keep(connection: Connection, batch: Batch) -> set[str]:
    """Keeps what visitors did.

    Args:
        connection: in a transaction that writes.
        batch: who did what.

    Returns:
        The pseudonyms that were forgotten before, of whom nothing has been kept.
    """
    if connection.dialect.name == "postgresql":
        # One at a time writes of a visitor, or somebody could be forgotten and written at once. Of
        # 256 groups, so that locks stay few; in order, so that nobody waits in a circle.
        groups = sorted({int(visitor[:2], 16) for visitor, _ in batch})
        connection.execute(_TAKE_TURNS, {"kind": _LOCKS, "groups": groups})
    moved: dict[tuple[str, str, int], Change] = {}
    seen: dict[tuple[str, str, str, str, int], Shown] = {}
    gone: dict[str, None] = {}
    for visitor, events in batch:
        for event in events:
            match event:
                case Forget():
                    gone[visitor] = None
                case Change(context=context, item_id=item_id):
                    moved[visitor, context.domain, item_id] = event
                case Shown(context=context, item_id=item_id):
                    key = (visitor, context.domain, context.release, context.model, item_id)
                    seen.setdefault(key, event)
    _forget(connection, list(gone))
    asked = {key[0] for key in moved} | {key[0] for key in seen}
    asked -= gone.keys()
    late = _forgotten(connection, asked)
    here = asked - late
    moment = now()
    _insert(
        connection,
        VISITOR,
        [
            {"visitor": visitor, "since": moment, "quarantine": "", "cleared": False}
            for visitor in sorted(here)
        ],
    )
    _insert(connection, EXPOSURE, [_exposure(*one) for one in seen.items() if one[0][0] in here])
    mine = {key: change for key, change in moved.items() if key[0] in here}
    _rate(connection, mine)
    _answer(connection, mine)
    quarantine(connection, {key[0] for key in mine})
    return late


def quarantine(connection: Connection, visitors: Iterable[str]) -> None:
    """Sets apart whose ratings are plainly none.

    That is who gave more than `FASTEST` in the last minute one by one (a list that was brought is
    no such thing), and who has given `MONOTONE` or more of a domain the same value each. Those
    whom an admin has cleared are left alone.

    Args:
        connection: in a transaction that writes.
        visitors: whom to look at.
    """
    for chunk in _chunks(sorted(visitors)):
        for visitor, fast, n, low, high in connection.execute(_HABITS, {"visitors": chunk}).all():
            reason = ""
            if fast > FASTEST:
                reason = f"{fast} ratings within a minute"
            elif n >= MONOTONE and low == high:
                reason = f"{n} ratings, all of them {low:g}"
            if reason:
                connection.execute(
                    update(VISITOR)
                    .where(VISITOR.c.visitor == visitor, VISITOR.c.cleared.is_(False))
                    .values(quarantine=reason)
                )


def _forget(connection: Connection, visitors: Sequence[str]) -> None:
    moment = now()
    _insert(connection, FORGOTTEN, [{"visitor": visitor, "at": moment} for visitor in visitors])
    for chunk in _chunks(visitors):
        connection.execute(delete(VISITOR).where(VISITOR.c.visitor.in_(chunk)))


def _forgotten(connection: Connection, visitors: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for chunk in _chunks(sorted(visitors)):
        found |= set(connection.execute(_FORGOTTEN_OF, {"visitors": chunk}).scalars())
    return found


def _rate(connection: Connection, moved: Mapping[tuple[str, str, int], Change]) -> None:
    rows = [
        {
            "visitor": visitor,
            "domain": domain,
            "item_id": item_id,
            "rating": change.rating,
            "first": change.at,
            "at": change.at,
            "release": change.context.release,
            "model": change.context.model,
            "brought": change.brought,
        }
        for (visitor, domain, item_id), change in moved.items()
        if change.place == "rated"
    ]
    if rows:
        connection.execute(_rating_upsert(connection.dialect.name), rows)
    if taken := [_named(*one) for one in moved.items() if one[1].place != "rated"]:
        connection.execute(_TAKE_BACK, taken)


def _answer(connection: Connection, moved: Mapping[tuple[str, str, int], Change]) -> None:
    """Notes what became of a recommendation, of the model that the visitor looked at."""
    answers = [
        _named(key, change)
        | {
            "b_release": change.context.release,
            "b_model": change.context.model,
            "b_outcome": change.place or None,
            "b_rating": change.rating,
        }
        for key, change in moved.items()
        if not change.brought
    ]
    if answers:
        connection.execute(_ANSWER, answers)


def _named(key: tuple[str, str, int], change: Change) -> dict[str, Any]:
    visitor, domain, item_id = key
    return {"b_visitor": visitor, "b_domain": domain, "b_item_id": item_id, "b_at": change.at}


def _exposure(key: tuple[str, str, str, str, int], event: Shown) -> dict[str, Any]:
    names = ("visitor", "domain", "release", "model", "item_id")
    return dict(zip(names, key, strict=True)) | {
        "rank": event.rank,
        "assigned": event.context.assigned,
        "at": event.at,
    }


def _insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts those rows that are not there yet."""
    if rows:
        connection.execute(_insert_new(connection.dialect.name, table), rows)


@cache
def _insert_new(dialect: str, table: Table) -> Executable:
    return _insert_into(dialect, table).on_conflict_do_nothing()


@cache
def _rating_upsert(dialect: str) -> Executable:
    made = _insert_into(dialect, RATING)
    new = ("rating", "at", "release", "model", "brought")
    return made.on_conflict_do_update(
        index_elements=["visitor", "domain", "item_id"],
        set_={name: made.excluded[name] for name in new},
        where=RATING.c.at <= made.excluded["at"],
    )


def _insert_into(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def _habits() -> Executable:
    """Of each visitor and domain: ratings of the last minute by tapping, all, lowest, highest."""
    # By their own clock: what waited for the database comes all at once.
    last = (
        select(RATING.c.visitor, func.max(RATING.c.at).label("at"))
        .where(RATING.c.visitor.in_(bindparam("visitors", expanding=True)))
        .group_by(RATING.c.visitor)
        .subquery()
    )
    tapped = and_(RATING.c.at > last.c.at - 60_000, RATING.c.brought.is_(False))
    return (
        select(
            RATING.c.visitor,
            func.sum(case((tapped, 1), else_=0)),
            func.count(),
            func.min(RATING.c.rating),
            func.max(RATING.c.rating),
        )
        .join(last, last.c.visitor == RATING.c.visitor)
        .group_by(RATING.c.visitor, RATING.c.domain)
    )


# Made once: to make them takes longer than to run them.
_TAKE_TURNS = text(
    "SELECT pg_advisory_xact_lock(:kind, own) FROM unnest(CAST(:groups AS int[])) AS own"
)
_HABITS = _habits()
_FORGOTTEN_OF = select(FORGOTTEN.c.visitor).where(
    FORGOTTEN.c.visitor.in_(bindparam("visitors", expanding=True))
)
_TAKE_BACK = delete(RATING).where(
    RATING.c.visitor == bindparam("b_visitor"),
    RATING.c.domain == bindparam("b_domain"),
    RATING.c.item_id == bindparam("b_item_id"),
    RATING.c.at <= bindparam("b_at"),
)
_ANSWER = (
    update(EXPOSURE)
    .where(
        EXPOSURE.c.visitor == bindparam("b_visitor"),
        EXPOSURE.c.domain == bindparam("b_domain"),
        EXPOSURE.c.item_id == bindparam("b_item_id"),
        EXPOSURE.c.release == bindparam("b_release"),
        EXPOSURE.c.model == bindparam("b_model"),
        EXPOSURE.c.at <= bindparam("b_at"),
        or_(EXPOSURE.c.answered.is_(None), EXPOSURE.c.answered <= bindparam("b_at")),
    )
    .values(
        outcome=bindparam("b_outcome"),
        rating=bindparam("b_rating"),
        answered=bindparam("b_at"),
    )
)


def _chunks(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
