"""The cache of fetched data sets: what lies where.

A set lies under its name with what a file system may not take (":", "/") percent-encoded, so that
names and places tell each other: `ml-1m.zip`, `hf%3Aowner%2Fname@main`.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote

PARTIAL = ".partial"
"""The folder in the cache that holds what is not whole yet."""

_ZIP = ".zip"


def key(name: str) -> str:
    """Return a set's name as a file name."""
    return quote(name, safe="@")


def place(name: str, home: Path, whole: Path) -> Path:
    """Return where a whole set belongs: a folder of its name, or a zip if it came as one."""
    return home / (key(name) + ("" if whole.is_dir() else _ZIP))


def find(name: str, home: Path) -> Path | None:
    """Return where a set lies in the cache, or None if it is not there or not whole."""
    for found in (home / key(name), home / (key(name) + _ZIP)):
        if name and not name.startswith(".") and found.exists():
            return found
    return None


def listing(home: Path) -> dict[str, Path]:
    """Return the names and places of the whole sets in the cache, by name."""
    if not home.is_dir():
        return {}
    entries = sorted(path for path in home.iterdir() if not path.name.startswith("."))
    return {unquote(path.name.removesuffix(_ZIP)): path for path in entries}


def unfinished(home: Path) -> list[str]:
    """Return the names of the sets of which a part is there, by name."""
    partial = home / PARTIAL
    begun = sorted(partial.iterdir()) if partial.is_dir() else []
    return [unquote(path.name) for path in begun if any(path.rglob("*"))]
