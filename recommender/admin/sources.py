"""Which data sets a training can take: those that are there, and none that must be fetched."""

from __future__ import annotations

from recommender.cli_data import known_sets
from recommender.settings import Settings

UPLOADS = "uploads"
"""Where in the state folder uploaded data sets lie."""


def sources(domain: str, settings: Settings) -> dict[str | None, str]:
    """Lists the data sets.

    Args:
        domain: "movies", …
        settings: where they lie.

    Returns:
        What a training calls it -> what a person is told; None is what comes with Tastemap.
    """
    found: dict[str | None, str] = {}
    for row in known_sets(settings):
        if row["domain"] == domain and row["state"] == "installed":
            found[None] = f"{row['name']}, which comes with Tastemap"
    uploads = settings.state / UPLOADS
    for folder in sorted(uploads.iterdir()) if uploads.is_dir() else []:
        if folder.is_dir() and folder.name.startswith(f"{domain}-"):
            found[folder.name] = f"{folder.name}, uploaded"
    for row in known_sets(settings):
        if row["domain"] == domain and row["state"] in ("in TASTEMAP_DATA", "fetched"):
            found.setdefault(row["name"], f"{row['name']}, {row['state']}")
    return found
