"""Releases and the Hugging Face Hub: what is new there, taking it, publishing.

A repository holds one domain; a commit holds one release, all its files and nothing else, and a tag
of the release's id. Whatever is asked of the Hub is asked by a process of its own that ends at a
deadline (`hub_process`): no call of `huggingface_hub` can keep the app or a command waiting for
longer, whatever the Hub or the network does, and a crash there is an error here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from recommender.errors import HubError, ReleaseError
from recommender.releases import files, hub_process
from recommender.releases.registry import Registry

if TYPE_CHECKING:
    from recommender.algorithms.contract import Progress
    from recommender.settings import Settings

DOMAIN = "{domain}"
_POLL = 0.2


@dataclass(frozen=True)
class HubRelease:
    """A release as the Hub has it.

    Attributes:
        domain: its domain.
        id: its id.
        commit: the full id of the commit that holds it, 40 hexadecimal digits.
        created: when it was made, in UTC.
    """

    domain: str
    id: str
    commit: str
    created: datetime


@dataclass(frozen=True)
class Pulled:
    """What came of a pull.

    Attributes:
        release: what the Hub has.
        fetched: it came over the network; otherwise it was there already.
        promoted: it is the champion now and was not before.
    """

    release: HubRelease
    fetched: bool
    promoted: bool


def ignore(share: float, phrase: str) -> None:
    """Shows no progress."""


@dataclass(frozen=True)
class Hub:
    """A repository of releases, or one a domain. Credentials are those of `huggingface_hub`.

    Attributes:
        repository: "owner/name"; "{domain}" in it stands for the domain.
        revision: branch, tag or commit to follow.
        patience: seconds without a byte after which a call is given up.
        brief: seconds that looking something up may take in all.
        long: seconds that a pull or a push may take in all.
    """

    repository: str
    revision: str = "main"
    patience: float = 10.0
    brief: float = 30.0
    long: float = 900.0

    @classmethod
    def of(cls, settings: Settings) -> Hub | None:
        """Returns the Hub that the settings name, or None."""
        if settings.hub_repository is None:
            return None
        return cls(settings.hub_repository, settings.hub_revision)

    @property
    def one_domain(self) -> bool:
        """Whether it is one repository, of the domain that its release names."""
        return DOMAIN not in self.repository

    def repository_of(self, domain: str | None) -> str:
        """Returns the id of a domain's repository."""
        return self.repository.replace(DOMAIN, domain or "")

    def newest(self, domain: str | None = None) -> HubRelease:
        """Looks up the release at the revision that is followed.

        Args:
            domain: which it must be of; None, for a Hub of one domain, for whichever it is.

        Raises:
            HubError: the Hub cannot be asked, or has no such release there.
        """
        return _release(self._call("newest", domain, self.brief))

    def releases(self, domain: str) -> list[HubRelease]:
        """Looks up all releases that were published, by their tags, newest first.

        Raises:
            HubError: the Hub cannot be asked.
        """
        answer = self._call("releases", domain, self.brief)
        return [_release(one) for one in answer["releases"]]

    def pull(
        self,
        domain: str | None,
        registry: Registry,
        progress: Progress = ignore,
        *,
        release_id: str | None = None,
        ready: Callable[[str, str], object] | None = None,
    ) -> Pulled:
        """Takes a release into the models folder, checked whole.

        The newest one becomes the champion if its commit is another than the one that was
        exchanged last: a commit takes the lead once, and not again from whoever has rolled back.

        Args:
            domain: its domain; None, for a Hub of one domain, for whichever it is.
            registry: of the models folder.
            progress: called with the share that is done and what is being done.
            release_id: take this one, by its tag, and leave the champion alone; None for
                the newest.
            ready: called with domain and id once the release can be opened and before it becomes
                the champion.

        Returns:
            What was taken.

        Raises:
            HubError: the Hub cannot be asked, or what it has is not fit to be taken; nothing has
                changed.
            ReleaseError: the models folder cannot be written, or another process is at it for too
                long.
        """
        with self._alone(registry, progress):
            answer = self._call(
                "fetch",
                domain,
                self.long,
                progress,
                models=str(registry.root.absolute()),
                release_id=release_id,
            )
            taken = _release(answer)
            champion = _champion(registry, taken.domain)
            newest = release_id is None
            if champion is None or (newest and registry.taken(taken.domain) != taken.commit):
                if ready is not None:
                    ready(taken.domain, taken.id)
                registry.promote(taken.domain, taken.id, taken.commit if newest else None)
            promoted = _champion(registry, taken.domain) != champion
            return Pulled(taken, bool(answer["fetched"]), promoted)

    def push(
        self,
        domain: str,
        release_id: str,
        registry: Registry,
        progress: Progress = ignore,
        parent: str | None = None,
        *,
        create: bool = False,
    ) -> str:
        """Publishes a release: one commit that holds its files alone, and a tag of its id.

        Args:
            domain: its domain.
            release_id: its id.
            registry: of the models folder.
            progress: called with the share that is done and what is being done.
            parent: the commit that it is to follow; None for the one that is the newest now.
            create: make the repository, a private one, if there is none.

        Returns:
            The full id of the commit.

        Raises:
            HubError: the Hub cannot be asked, or refuses; "somebody else has published meanwhile"
                if the branch does not stand at `parent`.
            ReleaseError: the release does not open.
        """
        registry.open(domain, release_id)
        with self._alone(registry, progress):
            answer = self._call(
                "push",
                domain,
                self.long,
                progress,
                folder=str((registry.home(domain) / release_id).absolute()),
                parent=parent,
                create=create,
            )
            commit = str(answer["commit"])
            # What was published here is not to come back as news.
            registry.take(domain, commit)
            return commit

    def _call(
        self,
        work: str,
        domain: str | None,
        deadline: float,
        progress: Progress = ignore,
        **details: Any,
    ) -> dict[str, Any]:
        if domain is None and not self.one_domain:
            raise HubError(f"{self.repository} has a repository a domain; name the domain.")
        request = {
            "work": work,
            "repository": self.repository_of(domain),
            "revision": self.revision,
            "domain": domain,
            "patience": self.patience,
            **details,
        }
        return hub_process.call(request, deadline, progress)

    @contextmanager
    def _alone(self, registry: Registry, progress: Progress) -> Iterator[None]:
        """Holds the models folder against others that exchange releases with the Hub."""
        with ExitStack() as held:
            until = monotonic() + self.long
            while not _lock(registry, held):
                if monotonic() > until:
                    raise ReleaseError(
                        f"Another process exchanges releases of {registry.root} with the Hub and "
                        "does not come to an end; stop it, or try again later."
                    )
                progress(0.0, "Waiting for another process that is at it")
                sleep(_POLL)
            yield


def _lock(registry: Registry, held: ExitStack) -> bool:
    """Takes the lock of the models folder, which is made where it is missing, if it is free."""
    try:
        registry.root.mkdir(parents=True, exist_ok=True)
        held.enter_context(files.locked(registry.root, wait=False))
    except BlockingIOError:
        return False
    except OSError as error:
        raise ReleaseError(
            f"{registry.root} cannot be used ({error.strerror}); see that it is a folder and that "
            "you may read it"
        ) from error
    return True


def _release(answer: dict[str, Any]) -> HubRelease:
    created = datetime.fromisoformat(answer["created"])
    return HubRelease(answer["domain"], answer["id"], answer["commit"], created)


def _champion(registry: Registry, domain: str) -> str | None:
    try:
        return registry.aliases(domain).champion
    except ReleaseError:
        # Without aliases there is no champion, and promoting makes one.
        return None
