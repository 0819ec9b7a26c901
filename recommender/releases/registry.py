"""Which releases there are, and which of them serves.

`<root>/<domain>/<release id>/` are the releases; `aliases.json` beside them names the champion,
which serves, and the previous one, to fall back to. Promoting and rolling back replace that file
and nothing else; releases themselves never change. The bundled releases are those in the project's
own models folder and need no treatment of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from recommender.errors import ReleaseError
from recommender.releases import aliases, files, manifest
from recommender.releases.aliases import CHAMPION, PREVIOUS, Aliases
from recommender.releases.format import open_folder
from recommender.releases.release import Release


@dataclass(frozen=True)
class ListedRelease:
    """A line in the list of releases.

    Attributes:
        id: its id.
        created: when it was made, in UTC; None if it does not open.
        size: of all its files, bytes.
        champion: it is the one that serves.
        previous: it is the one to roll back to.
        broken: why it does not open, or None.
    """

    id: str
    created: datetime | None
    size: int
    champion: bool
    previous: bool
    broken: str | None


@dataclass(frozen=True)
class Registry:
    """The releases under a models folder.

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

    def releases(self, domain: str) -> list[ListedRelease]:
        """Returns all releases of a domain, newest first, each opened to see whether it does."""
        try:
            named: Aliases | None = self.aliases(domain)
        except ReleaseError:
            # Whoever promotes or serves is told; a list without marks is still a list.
            named = None
        listed = []
        for release_id in self.ids(domain):
            created = broken = None
            try:
                created = self._open(domain, release_id).created
            except ReleaseError as error:
                broken = str(error)
            listed.append(
                ListedRelease(
                    id=release_id,
                    created=created,
                    size=_size(self.root / domain / release_id),
                    champion=named is not None and release_id == named.champion,
                    previous=named is not None and release_id == named.previous,
                    broken=broken,
                )
            )
        return listed

    def aliases(self, domain: str) -> Aliases:
        """Returns which release of a domain is the champion and which the previous one.

        Raises:
            ReleaseError: the domain has no releases, or `aliases.json` is missing or not whole.
        """
        if not self.ids(domain):
            raise self._no_release(domain)
        return aliases.read(self._home(domain))

    def open(self, domain: str, release: str = CHAMPION) -> Release:
        """Opens a release.

        Args:
            domain: its domain.
            release: "champion", "previous" or a release id.

        Returns:
            The release.

        Raises:
            ReleaseError: there is none of that name, or it does not open; see `open_folder`.
        """
        if release == CHAMPION:
            return self._open(domain, self.aliases(domain).champion)
        if release == PREVIOUS:
            return self._open(domain, self._previous(domain))
        return self._open(domain, release)

    def open_serving(self, domain: str) -> tuple[Release, list[str]]:
        """Opens the release to serve, come what may: the champion or the best stand-in.

        Args:
            domain: its domain.

        Returns:
            The champion; else the previous release; else the newest that opens. And for each
            release or file that should have been used and could not, a sentence that says why and
            what serves instead.

        Raises:
            ReleaseError: nothing opens; the message says why and how to get a release.
        """
        if not self.ids(domain):
            raise self._no_release(domain)
        faults: list[str] = []
        for role, release_id in self._candidates(domain, faults):
            try:
                release = self._open(domain, release_id)
            except ReleaseError as error:
                faults.append(f"{role} does not open ({error})")
                continue
            return release, [f"{fault}; {release.id} serves instead." for fault in faults]
        raise self._no_release(domain, faults)

    def promote(self, domain: str, release_id: str, instead_of: str | None = None) -> Release:
        """Makes a release the champion and the champion the previous one.

        Args:
            domain: its domain.
            release_id: its id. If it is the champion already, nothing changes.
            instead_of: the champion that it is to replace and no other; None for whichever it is.

        Returns:
            The release, opened.

        Raises:
            ReleaseError: it does not open, the champion is another by now, or the alias cannot be
                written; nothing has changed.
        """
        with self._changing(domain):
            release = self._open(domain, release_id)
            try:
                champion: str | None = self.aliases(domain).champion
            except ReleaseError:
                # Promoting is what that error asks for: there is no champion to remember.
                champion = None
            self._expect(domain, champion, instead_of)
            if champion != release_id:
                aliases.write(self._home(domain), Aliases(release_id, champion))
        return release

    def rollback(self, domain: str, instead_of: str | None = None) -> Release:
        """Swaps the champion and the previous release.

        Args:
            domain: their domain.
            instead_of: the champion that is to go and no other; None for whichever it is.

        Returns:
            The release that serves now, opened.

        Raises:
            ReleaseError: there is no previous release, it does not open, or the champion is another
                by now; nothing has changed.
        """
        with self._changing(domain):
            champion = self.aliases(domain).champion
            self._expect(domain, champion, instead_of)
            previous = self._previous(domain)
            release = self._open(domain, previous)
            aliases.write(self._home(domain), Aliases(previous, champion))
        return release

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
                with self._changing(domain):
                    swept += files.sweep(self._home(domain))
        return swept

    def _expect(self, domain: str, champion: str | None, expected: str | None) -> None:
        if expected is not None and champion != expected:
            raise ReleaseError(
                f"{domain}: {champion or 'no release'} serves by now, not {expected}; somebody "
                "else was faster. Look again before you decide"
            )

    def _candidates(self, domain: str, faults: list[str]) -> Iterator[tuple[str, str]]:
        """Yields role and id of the releases to try; says in `faults` why an alias was no help."""
        tried: set[str] = set()
        named: list[tuple[str, str | None]] = []
        try:
            found = self.aliases(domain)
            named = [("The champion", found.champion), ("The previous release", found.previous)]
        except ReleaseError as error:
            faults.append(str(error))
        others = [("The release", release_id) for release_id in self.ids(domain)]
        for role, release_id in [*named, *others]:
            if release_id is not None and release_id not in tried:
                tried.add(release_id)
                yield role, release_id

    def _open(self, domain: str, release_id: str) -> Release:
        if not manifest.is_name(release_id, "release id"):
            raise ReleaseError(
                f"{release_id!r} is no release id; `python -m recommender releases` lists them"
            )
        ids = self.ids(domain)
        if not ids:
            raise self._no_release(domain)
        if release_id not in ids:
            raise ReleaseError(f"{release_id}: there is no such release; {manifest.RESTORE}")
        release = open_folder(self._home(domain) / release_id)
        if (release.domain, release.id) != (domain, release_id):
            raise ReleaseError(
                f"{release_id}: the folder holds {release.domain} release {release.id}; "
                f"{manifest.RESTORE}"
            )
        return release

    def _previous(self, domain: str) -> str:
        previous = self.aliases(domain).previous
        if previous is None:
            raise ReleaseError(
                f"{domain}: there is no previous release; promote the release that should serve"
            )
        return previous

    def _home(self, domain: str) -> Path:
        if not manifest.is_name(domain, "domain"):
            raise ReleaseError(
                f"{domain!r} is no domain; there is {', '.join(self.domains()) or 'none yet'}"
            )
        return self.root / domain

    def ids(self, domain: str) -> list[str]:
        """Returns the ids of the domain's release folders, whole or broken, newest first."""
        names = _folders(self._home(domain))
        return [name for name in reversed(names) if manifest.is_name(name, "release id")]

    @contextmanager
    def _changing(self, domain: str) -> Iterator[None]:
        """Holds the domain's lock; what the disk refuses becomes a sentence."""
        home = self._home(domain)
        try:
            with files.locked(home):
                yield
        except FileNotFoundError as error:
            raise self._no_release(domain) from error
        except OSError as error:
            raise ReleaseError(
                f"{domain}: {home} cannot be changed ({error.strerror}); see that there is "
                "room and that you may write there"
            ) from error

    def _no_release(self, domain: str, faults: Sequence[str] = ()) -> ReleaseError:
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


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
