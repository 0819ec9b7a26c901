"""The data sets that can be fetched by name, and how to write any other.

GroupLens's zips are listed here with what they must be. Sizes and SHA-256 are those that TensorFlow
Datasets pins (url_checksums/movielens.txt), the MD5 of ml-10m is the one that GroupLens publishes
beside it, and those of ml-32m are given alike by several repositories that use it. The sets that
readers know by a Kaggle address need no list: they are fetched by the last part of that address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from recommender.errors import FetchError

_KAGGLE = "https://www.kaggle.com/datasets/"
_GROUPLENS = "https://files.grouplens.org/datasets/movielens/"
_OTHER = re.compile(r"(kaggle|hf):(\w[\w.-]*/\w[\w.-]*)(?:@(\w[\w.-]*))?")


class Kind(Enum):
    """The way that leads to a set."""

    HTTPS = "https"
    KAGGLE = "kaggle"
    HUB = "hf"


@dataclass(frozen=True)
class Address:
    """Where a set is published.

    Attributes:
        kind: The way there.
        place: The URL of a zip; for Kaggle and the Hub, "owner/name".
        version: Kaggle's version number, or the Hub's branch, tag or commit; None for the newest.
        size: Bytes of the zip, if known.
        checksum: Of the zip, "sha256:…" or "md5:…" in hexadecimal, if known.
    """

    kind: Kind
    place: str
    version: str | None = None
    size: int | None = None
    checksum: str | None = None

    @property
    def page(self) -> str:
        """What to open in a browser to see the set; for a zip, the zip."""
        return _KAGGLE + self.place if self.kind is Kind.KAGGLE else self.place


def _zip(name: str, size: int | None, checksum: str) -> Address:
    return Address(Kind.HTTPS, f"{_GROUPLENS}{name}.zip", size=size, checksum=checksum)


_MOVIELENS = MappingProxyType(
    {
        name: _zip(name, size, checksum)
        for name, size, checksum in (
            (
                "ml-latest-small",
                978_202,
                "sha256:696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436",
            ),
            (
                "ml-100k",
                4_924_029,
                "sha256:50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229",
            ),
            (
                "ml-1m",
                5_917_549,
                "sha256:a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20",
            ),
            ("ml-10m", None, "md5:ce571fd55effeba0271552578f2648bd"),
            (
                "ml-20m",
                198_702_078,
                "sha256:96f243c338a8665f6bcc89c53edf6ee39162a846940de6b7c8c48aeada765ff3",
            ),
            (
                "ml-25m",
                261_978_986,
                "sha256:8b21cfb7eb1706b4ec0aac894368d90acf26ebdfb6aced3ebd4ad5bd1eb9c6aa",
            ),
            (
                "ml-32m",
                238_950_008,
                "sha256:e4a68655d7386b8f95f2f2424b2ff975dfdd15ffd59e0d864a14dca43e99d6ee",
            ),
        )
    }
)


def published(domain: str | None = None) -> dict[str, Address]:
    """Return the sets that can be fetched by name.

    Args:
        domain: Only those of this domain; None for all.

    Returns:
        Name to address.
    """
    # Importing the readers costs pyarrow.csv; who asks for one set by its full address needs none.
    from recommender.data.readers import FolderReader, all_readers

    found = dict(_MOVIELENS) if domain in (None, "movies") else {}
    for reader in all_readers():
        if not isinstance(reader, FolderReader) or not reader.url.startswith(_KAGGLE):
            continue
        if domain in (None, reader.domain):
            place = reader.url.removeprefix(_KAGGLE)
            found[place.split("/")[1]] = Address(Kind.KAGGLE, place)
    return found


def address(name: str) -> Address:
    """Return where a set is published.

    Args:
        name: One of `published`, "kaggle:owner/name[@version]" or "hf:owner/name[@revision]".

    Returns:
        The address.

    Raises:
        FetchError: If the name is none of these.
    """
    if written := _OTHER.fullmatch(name):
        kind, place, version = written.groups()
        if kind == Kind.HUB.value or version is None or version.isdecimal():
            return Address(Kind(kind), place, version)
    known = published()
    if name not in known:
        raise FetchError(
            f"There is no data set {name!r}; there are {', '.join(known)}. Any other is written "
            "kaggle:owner/name[@version] or hf:owner/name[@revision]."
        )
    return known[name]
