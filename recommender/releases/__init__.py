"""Releases: immutable folders that hold everything a domain is served from.

`write` makes one from a `ReleaseDraft`, `open_folder` opens and checks one, `Registry` knows which
of them is the champion. Nothing here imports a training library.
"""

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
