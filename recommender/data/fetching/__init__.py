"""Fetching published data sets into a cache, so that nothing half-fetched is ever taken for whole.

A set that is whole lies in the cache under its name, as a folder or a zip; while it is being
fetched it lies in `.partial` beside them, and moves out by one rename once its last file is
checked. What an interrupted fetch leaves there, the next one goes on from. Three ways lead to a
set: `download` over HTTPS, `kaggle`, and `hub` (Hugging Face); `published` knows the names.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from recommender.data.fetching import cache
from recommender.data.fetching.published import Address, Kind, address
from recommender.errors import FetchError
from recommender.releases.files import flush_folder, locked

if TYPE_CHECKING:
    from recommender.algorithms.contract import Progress

__all__ = ["PATIENCE", "fetch"]

PATIENCE = 30.0
"""Seconds without a byte after which a server counts as not answering."""


def fetch(name: str, home: Path, progress: Progress, patience: float = PATIENCE) -> Path:
    """Fetch a data set, or go on fetching it; one that is in the cache is not fetched again.

    Args:
        name: A name that `published.PUBLISHED` or a reader knows, "kaggle:owner/name[@version]" or
            "hf:owner/name[@revision]".
        home: The cache, made if it is not there.
        progress: Called with the share of the bytes that are there.
        patience: Seconds without a byte after which to give up.

    Returns:
        Where the set lies, whole: a folder or a zip in `home`, for `recommender.data.load`.

    Raises:
        FetchError: If the name is unknown, the cache cannot be written, another process fetches
            the same set, or the network or the publisher did not give the whole of it.
    """
    wanted = address(name)
    if (there := cache.find(name, home)) is not None:
        return there
    partial = home / cache.PARTIAL / cache.key(name)
    try:
        partial.mkdir(parents=True, exist_ok=True)
        with locked(partial, wait=False):
            # Another process may have ended its fetch just now.
            if (there := cache.find(name, home)) is not None:
                return there
            place = _move(_into(partial, wanted, progress, patience), name, home)
            shutil.rmtree(partial)
            return place
    except BlockingIOError:
        raise FetchError(
            f"{name} is being fetched by another process; wait until that has ended."
        ) from None
    except OSError as error:
        raise FetchError(
            f"{name} cannot be kept in {home} ({error.strerror or error}); make room there, or let "
            "TASTEMAP_CACHE name another folder."
        ) from error


def _into(partial: Path, wanted: Address, progress: Progress, patience: float) -> Path:
    """Fetch into a folder by the way that the address tells; return the whole set's place there."""
    # Each way needs libraries that the others do not.
    if wanted.kind is Kind.KAGGLE:
        from recommender.data.fetching import kaggle

        return kaggle.download_set(wanted.place, wanted.version, partial, progress, patience)
    if wanted.kind is Kind.HUB:
        from recommender.data.fetching import hub

        return hub.download_set(wanted.place, wanted.version, partial, progress, patience)
    from recommender.data.fetching.download import Remote, download

    remote = Remote(wanted.place, wanted.size, wanted.checksum)
    zipped = partial / wanted.place.rsplit("/", 1)[1]
    download(remote, zipped, progress, patience)
    return zipped


def _move(whole: Path, name: str, home: Path) -> Path:
    place = cache.place(name, home, whole)
    os.replace(whole, place)
    flush_folder(home)
    return place
