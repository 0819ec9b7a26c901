"""The writer of a server and its limits: what a page hands in to, one for each database."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from recommender.settings import Settings
from recommender.visitors.limits import Limits
from recommender.visitors.writer import Writer

if TYPE_CHECKING:
    from recommender.visitors.keep import Batch

LIMITS = Limits()


@lru_cache(maxsize=4)
def writer(settings: Settings) -> Writer:
    """The writer for the database that the settings name; its thread begins when it must."""
    return Writer(partial(_save, settings))


def _save(settings: Settings, batch: Batch) -> set[str]:
    # Imported by the writer's thread: a page must not wait for it.
    from recommender.storage.database import open_database, writing
    from recommender.visitors.keep import keep

    with writing(open_database(settings)) as connection:
        return keep(connection, batch)
