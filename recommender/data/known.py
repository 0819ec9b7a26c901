"""The data sets that this machine knows by name: installed, in a folder of the settings, fetched.

`sets` lists them, with those that could be fetched; `source` finds what somebody names.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from recommender.errors import DataError, FetchError
from recommender.settings import Settings


def find(named: Path) -> Path | None:
    """Where a path lies as it stands, else as a name among the known data sets; or None."""
    settings = Settings.from_environment()
    places = [named, settings.state / "uploads" / named]
    if settings.data is not None:
        places.append(settings.data / named)
    if found := next((place for place in places if place.exists()), None):
        return found
    from recommender.data.fetching import cache

    return cache.find(str(named), settings.cache)


def source(named: Path | None) -> Path | None:
    """Finds what a name or path of a data set means.

    Raises:
        DataError: it is nowhere, but could be fetched.
    """
    if named is None:
        return None
    if (found := find(named)) is not None:
        return found
    from recommender.data.fetching.published import address

    name = str(named)
    try:
        address(name)
    except FetchError:
        # Not a name either: then it was meant as a path, and whoever opens it says what is wrong.
        return named
    raise DataError(f"{name} has not been fetched yet: python -m recommender data fetch {name}")


def sets(settings: Settings) -> Iterator[dict[str, Any]]:
    """Yields name, domain, state and place of every data set that is here or can be fetched."""
    from recommender.data.fetching import cache
    from recommender.data.fetching.published import published
    from recommender.data.readers import PackageReader, all_readers

    def row(name: str, domain: str | None, state: str, place: Path | str | None) -> dict[str, Any]:
        return {
            "name": name,
            "domain": domain,
            "state": state,
            "place": None if place is None else str(place),
        }

    readers = all_readers()
    for reader in readers:
        if isinstance(reader, PackageReader):
            yield row(reader.name, reader.domain, "installed", None)
    fetched = cache.listing(settings.cache)
    here = set(fetched)
    for place in sorted(settings.data.iterdir()) if settings.data else []:
        if (domain := domain_of(place)) is not None:
            here.add(place.name)
            yield row(place.name, domain, "in TASTEMAP_DATA", place)
    for name, place in fetched.items():
        yield row(name, domain_of(place), "fetched", place)
    begun = set(cache.unfinished(settings.cache))
    for domain in sorted({reader.domain for reader in readers}):
        for name, address in published(domain).items():
            state = "partly fetched" if name in begun else "to fetch"
            if name not in here:
                yield row(name, domain, state, address.page)
            begun.discard(name)
    for name in sorted(begun - here):
        yield row(name, None, "partly fetched", None)


def domain_of(place: Path) -> str | None:
    """Returns the domain of a folder or zip, or None if it is in no known format."""
    from recommender.data.files import open_source
    from recommender.data.readers import FolderReader, all_readers

    try:
        source = open_source(place)
    except DataError:
        # Something else that lies beside the data sets, or a damaged one: loading it says which.
        return None
    readers = (reader for reader in all_readers() if isinstance(reader, FolderReader))
    return next((reader.domain for reader in readers if reader.recognises(source)), None)
