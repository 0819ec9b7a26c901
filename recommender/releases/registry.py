"""Which releases there are, and which of them serves.

`<root>/<domain>/<release id>/` are the releases; `aliases.json` beside them names the champion,
which serves, and the previous one, to fall back to. Promoting and rolling back replace that file
and nothing else; releases themselves never change. The bundled releases are those in the project's
own models folder and need no treatment of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from recommender.errors import ReleaseError
from recommender.releases import aliases, files, manifest
from recommender.releases.aliases import CHAMPION, PREVIOUS, Aliases
from recommender.releases.format import open_folder
from recommender.releases.models_folder import ModelsFolder
from recommender.releases.release import ListedRelease, Release


class Registry(ModelsFolder):
    """The releases under a models folder, and their roles."""

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
                    size=self.size(domain, release_id),
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
            raise self.no_release(domain)
        return aliases.read(self.home(domain))

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
            raise self.no_release(domain)
        faults: list[str] = []
        for role, release_id in self._candidates(domain, faults):
            try:
                release = self._open(domain, release_id)
            except ReleaseError as error:
                faults.append(f"{role} does not open ({error})")
                continue
            return release, [f"{fault}; {release.id} serves instead." for fault in faults]
        raise self.no_release(domain, faults)

    def promote(
        self,
        domain: str,
        release_id: str,
        commit: str | None = None,
        instead_of: str | None = None,
    ) -> Release:
        """Makes a release the champion and the champion the previous one.

        Args:
            domain: its domain.
            release_id: its id. If it is the champion already, it stays so.
            commit: the commit of the Hub that it comes from, to be remembered in the same moment.
            instead_of: the champion that it is to replace and no other; None for whichever it is.

        Returns:
            The release, opened.

        Raises:
            ReleaseError: it does not open, the champion is another by now, or the alias cannot be
                written; nothing has changed.
        """
        with self.changing(domain):
            release = self._open(domain, release_id)
            try:
                named: Aliases | None = self.aliases(domain)
            except ReleaseError:
                # Promoting is what that error asks for: there is no champion to remember.
                named = None
            _expect(named, instead_of)
            if named is None:
                changed = Aliases(release_id, None, commit)
            elif named.champion == release_id:
                changed = replace(named, commit=commit or named.commit)
            else:
                changed = Aliases(release_id, named.champion, commit or named.commit)
            if changed != named:
                aliases.write(self.home(domain), changed)
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
        with self.changing(domain):
            named = self.aliases(domain)
            _expect(named, instead_of)
            previous = self._previous(domain)
            release = self._open(domain, previous)
            changed = Aliases(previous, named.champion, named.commit)
            aliases.write(self.home(domain), changed)
        return release

    def taken(self, domain: str) -> str | None:
        """Returns the commit of the Hub that was exchanged last, None if there is none.

        It has had its chance to be the champion: whoever has rolled back from it since is not to be
        overruled by it.
        """
        try:
            return self.aliases(domain).commit
        except ReleaseError:
            # No alias remembers anything; then every commit is a new one.
            return None

    def take(self, domain: str, commit: str) -> None:
        """Remembers a commit of the Hub as exchanged, and changes nothing else.

        Without a champion there is nothing that it could overrule later, and nothing is remembered.

        Raises:
            ReleaseError: the alias cannot be written.
        """
        with self.changing(domain):
            try:
                named = self.aliases(domain)
            except ReleaseError:
                return
            aliases.write(self.home(domain), replace(named, commit=commit))

    def delete(self, domain: str, release_id: str, *, previous: bool = False) -> None:
        """Deletes a release, for good.

        Args:
            domain: its domain.
            release_id: its id.
            previous: delete it even if it is the one to roll back to.

        Raises:
            ReleaseError: it is the champion, or the previous release unasked, or not there; or the
                disk refuses.
        """
        with self.changing(domain):
            named = self.aliases(domain)
            if release_id not in self.ids(domain):
                raise ReleaseError(
                    f"{release_id}: there is no such release; `python -m recommender releases` "
                    "lists them"
                )
            if release_id == named.champion:
                raise ReleaseError(f"{release_id} is the champion; promote another release first")
            if release_id == named.previous:
                if not previous:
                    raise ReleaseError(
                        f"{release_id} is the release to roll back to; say that it may go all the "
                        "same, or keep it"
                    )
                aliases.write(self.home(domain), replace(named, previous=None))
            files.remove(self.home(domain) / release_id)

    def retain(self, domain: str, n: int) -> list[str]:
        """Deletes old releases.

        Args:
            domain: its domain.
            n: how many stay, the newest, beside the champion and the previous release.

        Returns:
            The ids of those that are gone, newest first.

        Raises:
            ReleaseError: it is not known which release is the champion, or the disk refuses.
        """
        if n < 0:
            raise ReleaseError(f"{n} releases cannot be kept; name a number from 0 on")
        with self.changing(domain):
            named = self.aliases(domain)
            spared = (named.champion, named.previous)
            gone = [one for one in self.ids(domain) if one not in spared][n:]
            for release_id in gone:
                files.remove(self.home(domain) / release_id)
        return gone

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
            raise self.no_release(domain)
        if release_id not in ids:
            raise ReleaseError(f"{release_id}: there is no such release; {manifest.RESTORE}")
        release = open_folder(self.home(domain) / release_id)
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


def _expect(named: Aliases | None, champion: str | None) -> None:
    serves = None if named is None else named.champion
    if champion is not None and serves != champion:
        raise ReleaseError(
            f"{serves or 'no release'} serves by now, not {champion}; somebody else was faster. "
            "Look again before you decide"
        )
