"""What `python -m recommender data` does: list the data sets, check, fetch or synthesise one."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from recommender.cli.output import Answer, progress_bar, table
from recommender.cli.synthesis import synthesise
from recommender.data import known
from recommender.settings import Settings


def data(options: Namespace) -> Answer:
    """Lists the data sets, checks one if a domain or data are named, fetches or makes one."""
    if options.action == "fetch":
        return _fetch(options.name)
    if options.action == "synthesise":
        return synthesise(options)
    if options.domain is None and options.data is None:
        return _list()
    return _check(options.domain or "movies", options.data)


def _fetch(name: str) -> Answer:
    from recommender.data.fetching import fetch

    with progress_bar() as progress:
        place = fetch(name, Settings.from_environment().cache, progress)
    domain = known.domain_of(place)
    use = f"--domain {domain} --data {name}"
    then = f"\nTo check it: python -m recommender data {use}" if domain else _NO_FORMAT
    return Answer({"name": name, "domain": domain, "place": str(place)}, f"{place}{then}")


_NO_FORMAT = "\nIt is in none of the formats that Tastemap reads."


def _list() -> Answer:
    value = list(known.sets(Settings.from_environment()))
    value.sort(key=lambda row: (row["domain"] or "~", _STATES.index(row["state"])))
    lines = [[row["domain"] or "?", row["name"], row["state"], row["place"] or ""] for row in value]
    text = (
        table(["domain", "name", "is", "where"], lines)
        + "\n\nTo fetch one: python -m recommender data fetch NAME"
        "\nTo check one: python -m recommender data --domain DOMAIN --data NAME"
    )
    return Answer(value, text)


_STATES = ("installed", "in TASTEMAP_DATA", "fetched", "partly fetched", "to fetch")


def _check(domain: str, named: Path | None) -> Answer:
    """Reads a data set, which checks it, and says what is in it."""
    from recommender.data import load

    found = load(domain, known.source(named))
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
