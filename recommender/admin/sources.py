"""Which data sets a training can take: those that are there, and none that must be fetched."""

from __future__ import annotations

from recommender.data import known
from recommender.settings import Settings
from recommender.training.uploads import uploads

PACKAGED = ""
"""What the data set that a package ships is called."""


def sources(domain: str, settings: Settings) -> dict[str, str]:
    """Lists the data sets.

    Args:
        domain: "movies", …
        settings: where they lie.

    Returns:
        What a training calls it -> what a person is told; `PACKAGED` is what comes with Tastemap.
    """
    found: dict[str, str] = {}
    rows = [row for row in known.sets(settings) if row["domain"] == domain]
    for row in rows:
        if row["state"] == "installed":
            found[PACKAGED] = f"{row['name']}, which comes with Tastemap"
    for upload in uploads(settings.state):
        if upload.domain == domain:
            told = f"{upload.name}, uploaded {upload.added:%Y-%m-%d}: {upload.ratings:,} ratings"
            found[upload.name] = told
    for row in rows:
        if row["state"] in ("in TASTEMAP_DATA", "fetched"):
            found.setdefault(row["name"], f"{row['name']}, {row['state']}")
    return found
