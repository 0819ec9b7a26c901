"""What `python -m recommender data` does: list the data sets, check one, fetch one."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from recommender import cli_arguments
from recommender.cli_output import Answer, progress_bar, table
from recommender.errors import DataError
from recommender.settings import Settings


def data(options: Namespace) -> Answer:
    """Lists the data sets, checks one if a domain or data are named, or fetches one."""
    if options.action == "fetch":
        return _fetch(options.name)
    if options.domain is None and options.data is None:
        return _list()
    return _check(options.domain or "movies", options.data)


def _fetch(name: str) -> Answer:
    from recommender.data.fetching import fetch

    with progress_bar() as progress:
        place = fetch(name, Settings.from_environment().cache, progress)
    domain = _domain_of(place)
    use = f"--domain {domain} --data {name}"
    then = f"\nTo check it: python -m recommender data {use}" if domain else _NO_FORMAT
    return Answer({"name": name, "domain": domain, "place": str(place)}, f"{place}{then}")


_NO_FORMAT = "\nIt is in none of the formats that Tastemap reads."


def _list() -> Answer:
    value = list(known_sets(Settings.from_environment()))
    value.sort(key=lambda row: (row["domain"] or "~", _STATES.index(row["state"])))
    lines = [[row["domain"] or "?", row["name"], row["state"], row["place"] or ""] for row in value]
    text = (
        table(["domain", "name", "is", "where"], lines)
        + "\n\nTo fetch one: python -m recommender data fetch NAME"
        "\nTo check one: python -m recommender data --domain DOMAIN --data NAME"
    )
    return Answer(value, text)


_STATES = ("installed", "in TASTEMAP_DATA", "fetched", "partly fetched", "to fetch")


def known_sets(settings: Settings) -> Iterator[dict[str, Any]]:
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
        if (domain := _domain_of(place)) is not None:
            here.add(place.name)
            yield row(place.name, domain, "in TASTEMAP_DATA", place)
    for name, place in fetched.items():
        yield row(name, _domain_of(place), "fetched", place)
    begun = set(cache.unfinished(settings.cache))
    for domain in sorted({reader.domain for reader in readers}):
        for name, address in published(domain).items():
            state = "partly fetched" if name in begun else "to fetch"
            if name not in here:
                yield row(name, domain, state, address.page)
            begun.discard(name)
    for name in sorted(begun - here):
        yield row(name, None, "partly fetched", None)


def _domain_of(place: Path) -> str | None:
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


def _check(domain: str, named: Path | None) -> Answer:
    """Reads a data set, which checks it, and says what is in it."""
    from recommender.data import load

    found = load(domain, cli_arguments.source(named))
    ratings, origin = found.ratings, found.provenance
    years = found.catalogue["year"].dropna()
    value = {
        "domain": found.domain,
        "name": origin.name,
        "licence": origin.licence,
        "citation": origin.citation,
        "url": origin.url,
        "files": dict(origin.files),
        "ratings": len(ratings),
        "users": ratings.n_users,
        "titles": ratings.n_items,
        "titles_without_ratings": int((ratings.counts() == 0).sum()),
        "years": [int(years.min()), int(years.max())] if len(years) else None,
        "scale": asdict(ratings.scale),
        "mean_rating": round(float(ratings.values.mean(dtype="float64")), 4),
        "dropped": dict(found.dropped),
        "mended": dict(found.mended),
    }
    lines = [
        origin.name,
        f"{len(ratings):,} ratings by {ratings.n_users:,} users of {ratings.n_items:,} titles, "
        f"{value['titles_without_ratings']:,} of them without ratings",
        f"ratings go from {ratings.scale}, {value['mean_rating']:.2f} on average",
        *(f"left out: {count:,} {reason}" for reason, count in found.dropped.items()),
        *(f"mended: {count:,} {reason}" for reason, count in found.mended.items()),
        f"licence: {origin.licence}",
        f"source: {origin.url}",
        *(f"{digest}  {name}" for name, digest in origin.files.items()),
    ]
    return Answer(value, "\n".join(lines))
