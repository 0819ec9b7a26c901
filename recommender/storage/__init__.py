"""What the running app keeps in a database: the audit log."""

from recommender.storage.audit import AuditLog, Entry
from recommender.storage.database import open_database

__all__ = ["AuditLog", "Entry", "open_database"]
