"""A source of data files: a folder or a zip, as it was downloaded.

Readers ask a `Source` for files by name and never learn which of the two it is. A zip is read in
place: nothing is extracted, so no member name can lead outside a folder. One folder around
the files, as publishers' archives have it, is looked through.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from recommender.errors import DataError


@dataclass(frozen=True)
class Source:
    """The files of a folder or zip, by their bare names.

    Attributes:
        path: The folder or zip.
        members: Bare file name to its place inside, relative to `path`.
    """

    path: Path
    members: dict[str, str]

    def __contains__(self, name: str) -> bool:
        """Say whether there is a file of this name."""
        return name in self.members

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open a file for reading bytes.

        Args:
            name: A bare file name.

        Yields:
            The file; errors of the disk or the archive while it is read become `DataError`.

        Raises:
            DataError: If there is no such file, or it or the zip around it cannot be read.
        """
        if name not in self.members:
            raise DataError(f"{self.path} has no file {name}; put it there.")
        try:
            if self.path.is_dir():
                with (self.path / self.members[name]).open("rb") as file:
                    yield file
            else:
                with zipfile.ZipFile(self.path) as archive, self._member(archive, name) as member:
                    yield member
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise DataError(
                f"{self.path} is damaged at {name} ({error}); download it again."
            ) from error
        except OSError as error:
            raise DataError(f"{name} in {self.path} cannot be read: {error}.") from error

    def _member(self, archive: zipfile.ZipFile, name: str) -> IO[bytes]:
        try:
            return archive.open(self.members[name])
        except (RuntimeError, NotImplementedError) as error:
            # How zipfile says that a member is encrypted, or compressed in a way unknown to it.
            raise DataError(
                f"{name} in {self.path} cannot be opened ({error}); unpack it and name the folder."
            ) from error

    def sha256(self, *names: str) -> dict[str, str]:
        """Return file name to SHA-256 (64 hex digits) of the named files' contents."""
        digests = {}
        for name in names:
            with self.open(name) as file:
                digest = hashlib.sha256()
                while block := file.read(1 << 20):
                    digest.update(block)
                digests[name] = digest.hexdigest()
        return digests


def open_source(path: str | Path) -> Source:
    """List a folder or zip.

    Args:
        path: The folder or zip; "~" is the home folder.

    Returns:
        The source.

    Raises:
        DataError: If nothing is there, or it is neither a folder nor a sound zip.
    """
    place = Path(path).expanduser()
    try:
        names = _list(place)
    except zipfile.BadZipFile as error:
        raise DataError(f"{place} is no zip, or a damaged one; download it again.") from error
    except OSError as error:
        raise DataError(f"{place} cannot be read: {error.strerror}.") from error
    return Source(place, _by_bare_name(names))


def _list(place: Path) -> list[str]:
    if not place.exists():
        raise DataError(f"{place} does not exist; name the folder or zip that holds the data.")
    if place.is_dir():
        files = (file for file in (*place.glob("*"), *place.glob("*/*")) if file.is_file())
        return [file.relative_to(place).as_posix() for file in files]
    if place.suffix.lower() != ".zip" and not zipfile.is_zipfile(place):
        raise DataError(f"{place} is a single file; name the folder or zip that holds the data.")
    with zipfile.ZipFile(place) as archive:
        return [info.filename for info in archive.infolist() if not info.is_dir()]


def _by_bare_name(names: list[str]) -> dict[str, str]:
    """Take the files at the top, or those one folder down if only there are some."""
    visible = [name for name in names if not name.startswith((".", "__MACOSX/"))]
    top = [name for name in visible if "/" not in name]
    folders = sorted({name.split("/")[0] for name in visible if name.count("/") == 1})
    if top or len(folders) != 1:
        return {name: name for name in top}
    return {name.split("/")[1]: name for name in visible if name.count("/") == 1}
