"""The models folder: where the releases of each domain lie, and who may change that.

`<root>/<domain>/<release id>/` are the releases. This module knows names, places and locks;
`registry` knows what they mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from recommender.errors import ReleaseError
from recommender.releases import files, manifest


@dataclass(frozen=True)
class ModelsFolder:
    """A folder of releases.

    Attributes:
        root: the models folder; it need not exist.
    """

    root: Path

    def domains(self) -> list[str]:
        """Returns the domains that have a release, whole or broken, sorted."""
        return [
            name
            for name in _folders(self.root)
            if manifest.is_name(name, "domain") and self.ids(name)
        ]

    def ids(self, domain: str) -> list[str]:
        """Returns the ids of the domain's release folders, whole or broken, newest first."""
        names = _folders(self.home(domain))
        return [name for name in reversed(names) if manifest.is_name(name, "release id")]

    def home(self, domain: str) -> Path:
        """Returns the folder of a domain, which need not exist.

        Raises:
            ReleaseError: `domain` is no name of a domain.
        """
        if not manifest.is_name(domain, "domain"):
            raise ReleaseError(
                f"{domain!r} is no domain; there is {', '.join(self.domains()) or 'none yet'}"
            )
        return self.root / domain

    def size(self, domain: str, release_id: str | None = None) -> int:
        """Returns the bytes that a release takes on disk; without an id, all of the domain."""
        home = self.home(domain)
        within = home if release_id is None else home / release_id
        return sum(path.lstat().st_size for path in within.rglob("*") if path.is_file())

    def sweep(self) -> list[Path]:
        """Removes what dead processes have left unfinished; what a living one writes stays.

        Returns:
            The folders and files that are gone.

        Raises:
            ReleaseError: something could not be removed.
        """
        swept: list[Path] = []
        for domain in _folders(self.root):
            if manifest.is_name(domain, "domain"):
                with self.changing(domain):
                    swept += files.sweep(self.home(domain))
        return swept

    @contextmanager
    def changing(self, domain: str) -> Iterator[None]:
        """Holds the domain's lock; what the disk refuses becomes a sentence."""
        home = self.home(domain)
        try:
            with files.locked(home):
                yield
        except FileNotFoundError as error:
            raise self.no_release(domain) from error
        except OSError as error:
            raise ReleaseError(
                f"{domain}: {home} cannot be changed ({error.strerror}); see that there is "
                "room and that you may write there"
            ) from error

    def no_release(self, domain: str, faults: Sequence[str] = ()) -> ReleaseError:
        """Returns the error that says that there is no release to serve, and why."""
        what = "that opens " if faults else ""
        reasons = "".join(f" {fault}." for fault in faults)
        return ReleaseError(
            f"There is no release {what}in {self.root.name}/{domain}.{reasons} Run "
            f"`python -m recommender train --domain {domain}` to make one."
        )


def _folders(parent: Path) -> list[str]:
    """Returns the names of the folders in `parent`, sorted; none if it does not exist."""
    try:
        return sorted(path.name for path in parent.iterdir() if path.is_dir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise ReleaseError(
            f"{parent.name} cannot be read ({error.strerror}); see that you may read it"
        ) from error
