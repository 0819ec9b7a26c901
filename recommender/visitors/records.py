"""Reads what is kept of visitors: for a training, for the Admin page, for a visitor who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, func, select, update

from recommender.errors import StorageError
from recommender.storage.database import reading, writing
from recommender.visitors.changes import Forget, is_pseudonym
from recommender.visitors.keep import keep
from recommender.visitors.tables import EXPOSURE, RATING, VISITOR

_DAY = 86_400_000


@dataclass(frozen=True, eq=False)
class Kept:
    """The ratings of a domain that count, in the order of visitor and title.

    Attributes:
        visitors: str (n,), pseudonyms.
        item_ids: int64 (n,).
        values: float64 (n,), ratings.
        at: int64 (n,), when each was given last, milliseconds since 1970 UTC.
    """

    visitors: NDArray[np.str_]
    item_ids: NDArray[np.int64]
    values: NDArray[np.float64]
    at: NDArray[np.int64]

    def __len__(self) -> int:
        """The number of ratings."""
        return len(self.values)

    @property
    def sha256(self) -> str:
        """The checksum of who rated what how: 64 hexadecimal digits."""
        rows = zip(self.visitors, self.item_ids, self.values, strict=True)
        text = "".join(f"{visitor},{item_id},{value:g}\n" for visitor, item_id, value in rows)
        return sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Overview:
    """How much is kept of a domain.

    Attributes:
        visitors: who have a rating that counts.
        ratings: that count.
        apart: visitors who are set apart.
        apart_ratings: their ratings.
        newest: when the newest rating was given, UTC, or None.
    """

    visitors: int
    ratings: int
    apart: int
    apart_ratings: int
    newest: datetime | None


@dataclass(frozen=True)
class Apart:
    """A visitor whose ratings do not count.

    Attributes:
        visitor: pseudonym.
        reason: which rule it was.
        since: when the visitor came first, UTC.
        ratings: how many there are, of all domains.
    """

    visitor: str
    reason: str
    since: datetime
    ratings: int


def kept(engine: Engine, domain: str) -> Kept:
    """The ratings of a domain that count.

    Raises:
        StorageError: the database refuses; likewise the others.
    """
    query = (
        select(RATING.c.visitor, RATING.c.item_id, RATING.c.rating, RATING.c.at)
        .join(VISITOR, VISITOR.c.visitor == RATING.c.visitor)
        .where(RATING.c.domain == domain, VISITOR.c.quarantine == "")
        .order_by(RATING.c.visitor, RATING.c.item_id)
    )
    with reading(engine) as connection:
        rows = connection.execute(query).all()
    visitors, item_ids, values, at = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Kept(
        np.array(visitors, np.str_),
        np.array(item_ids, np.int64),
        np.array(values, np.float64),
        np.array(at, np.int64),
    )


def overview(engine: Engine, domain: str) -> Overview:
    """How much is kept of a domain."""
    apart = VISITOR.c.quarantine != ""
    query = (
        select(
            apart,
            func.count(func.distinct(RATING.c.visitor)),
            func.count(),
            func.max(RATING.c.at),
        )
        .join(VISITOR, VISITOR.c.visitor == RATING.c.visitor)
        .where(RATING.c.domain == domain)
        .group_by(apart)
    )
    with reading(engine) as connection:
        found = {bool(row[0]): row[1:] for row in connection.execute(query).all()}
    people, ratings, newest = found.get(False, (0, 0, None))
    others, others_ratings, _ = found.get(True, (0, 0, None))
    return Overview(people, ratings, others, others_ratings, moment(newest) if newest else None)


def by_day(engine: Engine, domain: str, days: int, today: date) -> dict[date, tuple[int, int]]:
    """Ratings that count by the day on which a title was rated first.

    Args:
        engine: the database.
        domain: of which domain.
        days: how many, to today.
        today: the last one, UTC.

    Returns:
        Every day -> ratings, and visitors who gave them.
    """
    first = today - timedelta(days=days - 1)
    start = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp() * 1000)
    # A whole number in both databases, where dates are spelt differently.
    day = (RATING.c.first - RATING.c.first % _DAY).label("day")
    query = (
        select(day, func.count(), func.count(func.distinct(RATING.c.visitor)))
        .join(VISITOR, VISITOR.c.visitor == RATING.c.visitor)
        .where(RATING.c.domain == domain, RATING.c.first >= start, VISITOR.c.quarantine == "")
        .group_by(day)
    )
    with reading(engine) as connection:
        found = {moment(row[0]).date(): (row[1], row[2]) for row in connection.execute(query).all()}
    all_days = (first + timedelta(days=number) for number in range(days))
    return {one: found.get(one, (0, 0)) for one in all_days}


def apart(engine: Engine) -> list[Apart]:
    """Who is set apart, whoever came last first."""
    query = (
        select(VISITOR.c.visitor, VISITOR.c.quarantine, VISITOR.c.since, func.count())
        .join(RATING, RATING.c.visitor == VISITOR.c.visitor)
        .where(VISITOR.c.quarantine != "")
        .group_by(VISITOR.c.visitor, VISITOR.c.quarantine, VISITOR.c.since)
        .order_by(VISITOR.c.since.desc(), VISITOR.c.visitor)
    )
    with reading(engine) as connection:
        rows = connection.execute(query).all()
    return [Apart(row[0], row[1], moment(row[2]), row[3]) for row in rows]


def let_count(engine: Engine, visitor: str) -> None:
    """Lets the ratings of somebody who was set apart count, for good."""
    with writing(engine) as connection:
        connection.execute(
            update(VISITOR)
            .where(VISITOR.c.visitor == find(engine, visitor))
            .values(quarantine="", cleared=True)
        )


def export(engine: Engine, visitor: str) -> dict[str, Any]:
    """All that is kept of one visitor, as a JSON value.

    Args:
        engine: the database.
        visitor: pseudonym, or how it begins, as the visitor's page shows it.

    Raises:
        StorageError: there is none, or several.
    """
    whole = find(engine, visitor)
    with reading(engine) as connection:
        (about,) = connection.execute(select(VISITOR).where(VISITOR.c.visitor == whole)).mappings()
        lists = {
            name: [
                {key: value for key, value in row.items() if key != "visitor"}
                for row in connection.execute(
                    select(table)
                    .where(table.c.visitor == whole)
                    .order_by(table.c.domain, table.c.at, table.c.item_id)
                ).mappings()
            ]
            for name, table in (("ratings", RATING), ("recommended", EXPOSURE))
        }
    told = "moments are milliseconds since 1970 UTC"
    return {"note": told, **about, **lists}


def forget(engine: Engine, visitor: str) -> str:
    """Deletes all that is kept of one visitor; named as in `export`, errors likewise.

    Returns:
        The pseudonym.
    """
    whole = find(engine, visitor)
    with writing(engine) as connection:
        keep(connection, [(whole, [Forget()])])
    return whole


def find(engine: Engine, visitor: str) -> str:
    """The one pseudonym that begins like this, with 8 digits or more; `StorageError` if not one."""
    start = visitor.strip().casefold()
    if not (len(start) >= 8 and is_pseudonym(start.ljust(32, "0"))):
        raise StorageError("A visitor's number has 8 to 32 digits of 0–9 and a–f.")
    query = select(VISITOR.c.visitor).where(VISITOR.c.visitor.startswith(start)).limit(2)
    with reading(engine) as connection:
        found = connection.execute(query).scalars().all()
    if len(found) != 1:
        raise StorageError(
            f"{'Several visitors have' if found else 'No visitor has'} a number that begins with "
            f"{start}."
        )
    return str(found[0])


def moment(at: int) -> datetime:
    """Milliseconds since 1970 as a moment in UTC."""
    return datetime.fromtimestamp(at / 1000, UTC)
