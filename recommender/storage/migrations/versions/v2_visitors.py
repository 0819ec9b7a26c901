"""Visitors who let their ratings be kept, what they rated, and what was recommended to them."""

import sqlalchemy as sa
from alembic import op

revision = "visitors"
down_revision = "audit"


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "visitor",
        sa.Column("visitor", sa.String(32), primary_key=True),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("quarantine", sa.String(200), nullable=False),
        sa.Column("cleared", sa.Boolean, nullable=False),
    )
    op.create_table(
        "forgotten",
        sa.Column("visitor", sa.String(32), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "visitor_rating",
        _visitor(),
        sa.Column("domain", sa.String(40), primary_key=True),
        sa.Column("item_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("rating", sa.Float(53), nullable=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("release", sa.String(80), nullable=False),
        sa.Column("model", sa.String(80), nullable=False),
        sa.Column("brought", sa.Boolean, nullable=False),
    )
    op.create_index("visitor_rating_by_day", "visitor_rating", ["domain", "first"])
    op.create_table(
        "exposure",
        _visitor(),
        sa.Column("domain", sa.String(40), primary_key=True),
        sa.Column("release", sa.String(80), primary_key=True),
        sa.Column("model", sa.String(80), primary_key=True),
        sa.Column("item_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("assigned", sa.Boolean, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("outcome", sa.String(10)),
        sa.Column("rating", sa.Float(53)),
        sa.Column("answered", sa.BigInteger),
        sa.CheckConstraint("outcome IN ('rated', 'seen', 'dismissed')", name="exposure_outcome"),
    )
    op.create_index("exposure_by_title", "exposure", ["visitor", "domain", "item_id"])


def _visitor() -> sa.Column[str]:
    return sa.Column(
        "visitor",
        sa.String(32),
        sa.ForeignKey("visitor.visitor", ondelete="CASCADE"),
        primary_key=True,
    )
