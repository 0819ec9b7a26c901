"""The watch on the Hub: a running app takes a new release without a restart.

It runs in a thread of its own for as long as the app does. Whatever the Hub does is an entry in the
status, which `/api/health` and the Admin page show; what serves goes on serving.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import sleep

from recommender.errors import HubError, TastemapError
from recommender.releases import sources
from recommender.releases.hub import Hub
from recommender.releases.registry import Registry
from recommender.settings import Settings


@dataclass(frozen=True)
class HubStatus:
    """How the last look at a repository went.

    Attributes:
        repository: "owner/name".
        domain: its domain; None as long as it is not known.
        checked: when it was looked at, in UTC; None before the first time.
        commit: the newest commit that was seen there, None if none was.
        release: the id of the release in it.
        fault: what is wrong and the mend, None if nothing is.
    """

    repository: str
    domain: str | None = None
    checked: datetime | None = None
    commit: str | None = None
    release: str | None = None
    fault: str | None = None


class Watch:
    """Looks at the Hub again and again, and takes what is new.

    Args:
        settings: which name the Hub and the models folder.
        hub: the Hub.
        ready: called with domain and release id before a new release becomes the champion.
    """

    def __init__(
        self, settings: Settings, hub: Hub, ready: Callable[[str, str], object] | None = None
    ) -> None:
        self._settings, self._hub, self._ready = settings, hub, ready
        self._registry = Registry(settings.models)
        self._refused: dict[str, tuple[str, str]] = {}
        self._statuses = {
            status.repository: status
            for status in (HubStatus(hub.repository_of(one), one) for one in self._domains())
        }

    @property
    def statuses(self) -> list[HubStatus]:
        """How the last looks went, one for each repository."""
        return list(self._statuses.values())

    def run(self) -> None:
        """Looks for ever."""
        while True:
            sleep(self.look())

    def look(self) -> float:
        """Looks once at every repository.

        Returns:
            The seconds until the next look: those of the settings, or more if the Hub asks for it.
        """
        return max([float(self._settings.hub_seconds), *map(self._look, self._domains())])

    def _domains(self) -> list[str] | list[None]:
        return [None] if self._hub.one_domain else sources.domains(self._settings)

    def _look(self, domain: str | None) -> float:
        repository = self._hub.repository_of(domain)
        before = self._statuses.get(repository, HubStatus(repository, domain))
        status = replace(before, checked=datetime.now(UTC), fault=None)
        seconds = 0.0
        try:
            found = self._hub.newest(domain)
            status = replace(status, domain=found.domain, commit=found.commit, release=found.id)
            refused, why = self._refused.get(repository, (None, None))
            if found.commit == refused:
                status = replace(status, fault=why)
            elif self._registry.taken(found.domain) != found.commit:
                self._hub.pull(domain, self._registry, ready=self._ready)
        except TastemapError as error:
            status = replace(status, fault=str(error))
            if isinstance(error, HubError):
                seconds = error.seconds
                if error.final and status.commit:
                    # Downloaded in vain once is enough.
                    self._refused[repository] = (status.commit, str(error))
        except Exception as error:
            # A bug here must not end the watch; it is in the log with all that it takes to find it.
            traceback.print_exc()
            fault = f"Looking at {repository} failed ({type(error).__name__}); see the log."
            status = replace(status, fault=fault)
        self._statuses[repository] = status
        return seconds


_running: list[Watch] = []


def start(settings: Settings, ready: Callable[[str, str], object] | None = None) -> None:
    """Watches the Hub for ever, if the settings name one; at most once a process."""
    hub = Hub.of(settings)
    if hub is not None and not _running:
        watch = Watch(settings, hub, ready)
        _running.append(watch)
        watch.run()


def statuses() -> list[HubStatus]:
    """Returns how the last looks of this process's watch went; empty if there is none."""
    return [status for watch in _running for status in watch.statuses]
