"""The audit log, whose rows nobody can change or remove."""

import sqlalchemy as sa
from alembic import op

revision = "audit"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_REFUSAL = "the audit log only grows"
_TRIGGERS = {
    "sqlite": [
        f"CREATE TRIGGER audit_keeps_{name} BEFORE {act} ON audit {when} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for name, act, when in (
            ("rows", "UPDATE", ""),
            ("all", "DELETE", ""),
            ("ids", "INSERT", "WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)"),
        )
    ],
    "postgresql": [
        "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
        "CREATE TRIGGER audit_keeps_rows BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_only_grows()",
        "CREATE TRIGGER audit_keeps_all BEFORE TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()",
    ],
}


def upgrade() -> None:
    """Makes it."""
    op.create_table(
        "audit",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("domain", sa.String(80), nullable=False),
        sa.Column("release", sa.String(80), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("begun", _ID, sa.ForeignKey("audit.id"), unique=True),
        sa.CheckConstraint(
            "outcome IN ('begun', 'done', 'failed', 'refused')", name="audit_outcome"
        ),
        sqlite_autoincrement=True,
    )
    for statement in _TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)
