"""The writer of a server, its limits and its copy on the Hub: what a page hands in to."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from recommender.errors import StorageError
from recommender.settings import Settings
from recommender.visitors.copy import HubCopy
from recommender.visitors.limits import Limits
from recommender.visitors.writer import Writer

if TYPE_CHECKING:
    from recommender.visitors.keep import Batch

LIMITS = Limits()
_WRITERS: list[Writer] = []


@lru_cache(maxsize=4)
def writer(settings: Settings) -> Writer:
    """The writer for the database that the settings name; its thread begins when it must."""
    made = Writer(partial(_save, settings))
    _WRITERS.append(made)
    return made


def close(seconds: float) -> None:
    """Gives what is waiting a last while to be saved; nothing more is taken then."""
    for one in _WRITERS:
        one.close(seconds)


@lru_cache(maxsize=4)
def hub_copy(settings: Settings) -> HubCopy | None:
    """The copy on the Hub that the settings name, or None."""
    if settings.visitors_repository is None:
        return None
    folder = settings.state / "visitors"
    return HubCopy(settings.visitors_repository, folder, partial(_keep, settings))


def start(settings: Settings) -> None:
    """Reads the copy on the Hub back, in the background, if there is one."""
    if (copy := hub_copy(settings)) is not None:
        copy.start()


def _save(settings: Settings, batch: Batch) -> set[str]:
    late = _keep(settings, batch)
    if (copy := hub_copy(settings)) is not None:
        try:
            copy.append([one for one in batch if one[0] not in late])
        except OSError as error:
            # It is saved, but not as safely as was asked for; saving it again does no harm.
            raise StorageError(
                f"The copy for the Hub cannot be written ({error.strerror}); make room."
            ) from error
    return late


def _keep(settings: Settings, batch: Batch) -> set[str]:
    # Imported by a thread of the background: a page must not wait for it.
    from recommender.storage.database import open_database, writing
    from recommender.visitors.keep import keep

    with writing(open_database(settings)) as connection:
        return keep(connection, batch)
