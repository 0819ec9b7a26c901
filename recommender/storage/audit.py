"""The audit log: who did what, when, and how it went; it only grows.

An act takes two rows. The first says that it begins and is on disk before anything happens: what
cannot be logged is not done. The second says how it ended and points to the first; an act without
one was cut short. Triggers in the database itself (`migrations/versions/v1_audit.py`) refuse to
change or remove a row, whoever asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    insert,
    select,
)

from recommender.storage.database import METADATA, reading, writing

Outcome = Literal["begun", "done", "failed", "refused"]
"""What a row says: "refused" is an act that was not begun at all."""

LONGEST = 2000
"""Characters of a detail that are kept."""

_Id = BigInteger().with_variant(Integer, "sqlite")
_AUDIT = Table(
    "audit",
    METADATA,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("who", String(200), nullable=False),
    Column("action", String(40), nullable=False),
    Column("domain", String(80), nullable=False),
    Column("release", String(80), nullable=False),
    Column("detail", Text, nullable=False),
    Column("outcome", String(10), nullable=False),
    # One end an act, which the unique key also finds fast.
    Column("begun", _Id, ForeignKey("audit.id"), unique=True),
    CheckConstraint(f"outcome IN {get_args(Outcome)}", name="audit_outcome"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True)
class Entry:
    """An act in the log.

    Attributes:
        id: its number; later acts have higher ones.
        at: when it began, UTC.
        who: an admin's name, or where a stranger came from.
        action: "promote", "sign in", …
        domain: "movies", …; empty if it is about none.
        release: a release's id; empty if it is about none.
        detail: what else was said: a reason, parameters.
        outcome: "begun" if nothing is known of its end.
        result: what came of it, or why it was not done.
        ended: when that was written, UTC, or None.
    """

    id: int
    at: datetime
    who: str
    action: str
    domain: str
    release: str
    detail: str
    outcome: Outcome
    result: str
    ended: datetime | None


@dataclass(frozen=True, eq=False)
class AuditLog:
    """The log in a database.

    Attributes:
        engine: see `open_database`.
        secrets: texts that are blotted out wherever they occur.
    """

    engine: Engine
    secrets: tuple[str, ...] = ()

    def append(
        self,
        who: str,
        action: str,
        *,
        domain: str = "",
        release: str = "",
        detail: str = "",
        outcome: Outcome = "begun",
        begun: int | None = None,
    ) -> int:
        """Appends a row, which is on disk when this returns.

        Args:
            who: see `Entry`; likewise the others.
            action: what.
            domain: about which domain.
            release: about which release.
            detail: what else; of an end, what came of it.
            outcome: "begun" for an act that is about to happen.
            begun: the row's number that this one ends.

        Returns:
            The row's number.

        Raises:
            StorageError: the database refuses; nothing has been written.
        """
        row = {
            "at": datetime.now(UTC),
            "who": self._clean(who)[:200],
            "action": self._clean(action)[:40],
            "domain": self._clean(domain)[:80],
            "release": self._clean(release)[:80],
            "detail": self._clean(detail)[:LONGEST],
            "outcome": outcome,
            "begun": begun,
        }
        with writing(self.engine) as connection:
            key = connection.execute(insert(_AUDIT).values(row)).inserted_primary_key
        assert key is not None
        return int(key[0])

    def read(
        self,
        n: int = 50,
        *,
        before: int | None = None,
        domain: str | None = None,
        actions: Iterable[str] = (),
    ) -> list[Entry]:
        """Reads acts, the newest first.

        Args:
            n: how many at most.
            before: only those with lower numbers: the last one of the page before.
            domain: only those about this domain.
            actions: only these; empty for all.

        Returns:
            The acts.

        Raises:
            StorageError: the database refuses.
        """
        first, last = _AUDIT.alias(), _AUDIT.alias()
        query = (
            select(first, last.c.outcome, last.c.detail, last.c.at)
            .join(last, last.c.begun == first.c.id, isouter=True)
            .where(first.c.begun.is_(None))
            .order_by(first.c.id.desc())
            .limit(n)
        )
        if before is not None:
            query = query.where(first.c.id < before)
        if domain is not None:
            query = query.where(first.c.domain == domain)
        if wanted := list(actions):
            query = query.where(first.c.action.in_(wanted))
        with reading(self.engine) as connection:
            rows = connection.execute(query).all()
        return [
            Entry(
                id=row[0],
                at=_utc(row[1]),
                who=row[2],
                action=row[3],
                domain=row[4],
                release=row[5],
                detail=row[6],
                outcome=row[9] or row[7],
                result=row[10] or "",
                ended=_utc(row[11]) if row[11] else None,
            )
            for row in rows
        ]

    def _clean(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, "•••")
        return re.sub(r"[\x00-\x1f\x7f]+", " ", text)


def _utc(at: datetime) -> datetime:
    """A moment as the database gave it; SQLite forgets the time zone, PostgreSQL takes its own."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
