"""Releases: immutable folders that hold everything a domain is served from.

`write` makes one from a `ReleaseDraft`, `open_folder` opens and checks one, `Registry` knows which
of them is the champion, `hub.Hub` exchanges them with the Hugging Face Hub. Nothing here imports a
training library; a name is imported when it is first asked for, so that a look at the Hub need not
wait for pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recommender.releases.format import open_folder, write
    from recommender.releases.registry import Registry
    from recommender.releases.release import ListedRelease, Recipe, Release, ReleaseDraft

__all__ = [
    "ListedRelease",
    "Recipe",
    "Registry",
    "Release",
    "ReleaseDraft",
    "open_folder",
    "write",
]

_HOMES = {"open_folder": "format", "write": "format", "Registry": "registry"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'release')}"), name)
