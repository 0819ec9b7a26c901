"""The tables of what visitors let be kept; `storage/migrations` makes them.

Moments are milliseconds since 1970 UTC. Where from somebody came is nowhere kept.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from recommender.storage.database import METADATA


def _visitor() -> Column[str]:
    key = ForeignKey("visitor.visitor", ondelete="CASCADE")
    return Column("visitor", String(32), key, primary_key=True)


VISITOR = Table(
    "visitor",
    METADATA,
    Column("visitor", String(32), primary_key=True),
    Column("since", BigInteger, nullable=False),
    # Why the ratings do not count; "" if they do.
    Column("quarantine", String(200), nullable=False),
    # An admin has looked and let them count: no rule asks again.
    Column("cleared", Boolean, nullable=False),
)
FORGOTTEN = Table(
    # So that another open tab, or a copy of the data that is read back, brings nothing back.
    "forgotten",
    METADATA,
    Column("visitor", String(32), primary_key=True),
    Column("at", BigInteger, nullable=False),
)
RATING = Table(
    "visitor_rating",
    METADATA,
    _visitor(),
    Column("domain", String(40), primary_key=True),
    Column("item_id", BigInteger, primary_key=True, autoincrement=False),
    Column("rating", Float(53), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("release", String(80), nullable=False),
    Column("model", String(80), nullable=False),
    Column("brought", Boolean, nullable=False),
    Index("visitor_rating_by_day", "domain", "first"),
)
EXPOSURE = Table(
    "exposure",
    METADATA,
    _visitor(),
    Column("domain", String(40), primary_key=True),
    Column("release", String(80), primary_key=True),
    Column("model", String(80), primary_key=True),
    Column("item_id", BigInteger, primary_key=True, autoincrement=False),
    Column("rank", Integer, nullable=False),
    Column("assigned", Boolean, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("outcome", String(10)),
    Column("rating", Float(53)),
    Column("answered", BigInteger),
    CheckConstraint("outcome IN ('rated', 'seen', 'dismissed')", name="exposure_outcome"),
    Index("exposure_by_title", "visitor", "domain", "item_id"),
)
