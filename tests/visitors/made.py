"""Visitors for tests, and what is kept of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Engine, select

from recommender.storage.database import reading, writing
from recommender.visitors.changes import Change, Context, Event, Shown, now, pseudonym
from recommender.visitors.keep import keep
from recommender.visitors.tables import EXPOSURE, RATING, VISITOR

MOVIES = Context("movies", "r1", "blend")
ADA, BOB, CLEO = (pseudonym(f"{number:032x}") for number in range(3))


def rated(
    ratings: Mapping[int, float], at: int | None = None, context: Context = MOVIES, **more: bool
) -> list[Change]:
    at = now() if at is None else at
    return [Change(context, item_id, "rated", r, at, **more) for item_id, r in ratings.items()]


def gone(item_id: int, place: str = "", at: int | None = None, context: Context = MOVIES) -> Change:
    return Change(context, item_id, place, None, now() if at is None else at)


def shown(item_ids: Iterable[int], at: int, context: Context = MOVIES) -> list[Shown]:
    return [Shown(context, item_id, rank, at) for rank, item_id in enumerate(item_ids, 1)]


def put(engine: Engine, visitor: str, events: Iterable[Event]) -> None:
    with writing(engine) as connection:
        keep(connection, [(visitor, list(events))])


def kept(engine: Engine, visitor: str = ADA, domain: str = "movies") -> dict[int, float]:
    query = select(RATING.c.item_id, RATING.c.rating).where(
        RATING.c.visitor == visitor, RATING.c.domain == domain
    )
    with reading(engine) as connection:
        return {row.item_id: row.rating for row in connection.execute(query)}


def outcomes(engine: Engine, visitor: str = ADA) -> dict[tuple[str, int], tuple]:
    query = select(EXPOSURE).where(EXPOSURE.c.visitor == visitor)
    with reading(engine) as connection:
        return {
            (row.model, row.item_id): (row.rank, row.outcome, row.rating)
            for row in connection.execute(query)
        }


def reason(engine: Engine, visitor: str = ADA) -> str | None:
    query = select(VISITOR.c.quarantine).where(VISITOR.c.visitor == visitor)
    with reading(engine) as connection:
        return connection.execute(query).scalar()
