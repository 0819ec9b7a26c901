"""The releases that serve, opened once and shared by all visitors, of the pages and of the API.

Keyed by the champion's id, so a promoted release is served from the next rerun on, without a
restart; the one before stays open for a while for those who are still on it. What comes from the
Hub is opened and warmed up before it is promoted, so nobody waits for it.
"""

import logging
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from recommender import logs
from recommender.errors import ReleaseError, TastemapError
from recommender.releases import aliases, sources, watch
from recommender.releases.registry import Registry
from recommender.serving.served import ServedRelease, open_here
from recommender.settings import Settings

DEFAULT_DOMAIN = "movies"

_Seen = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class _Opened:
    """An open release and, if it stands in for another, how the other's files looked then."""

    served: ServedRelease
    seen: _Seen = ()


_KEPT = 4
_opened: OrderedDict[tuple[str, str | None], _Opened] = OrderedDict()
_serving: dict[str, str] = {}
_opening = Lock()


def domains() -> list[str]:
    """Domains that have a release, the default one first.

    Raises:
        SettingError: the models folder that the environment names does not exist.
    """
    found = sources.domains(Settings.from_environment())
    return sorted(found, key=lambda domain: (domain != DEFAULT_DOMAIN, domain))


def release(domain: str) -> ServedRelease:
    """The release that serves a domain.

    Raises:
        ReleaseError: no release of the domain opens; the message says what to do.
    """
    settings = Settings.from_environment()
    registry = sources.registry(domain, settings)
    champion = _champion(registry, domain)
    # One at a time: visitors who come together must not open the same release twice.
    with _opening:
        opened = _opened.get((domain, champion))
        if opened is None or (
            opened.served.faults and opened.seen != _look(registry, domain, champion)
        ):
            # Looked at before it is tried, so that what is mended meanwhile is seen to differ.
            seen = _look(registry, domain, champion)
            opened = _keep((domain, champion), _Opened(open_here(domain, settings), seen))
        _opened.move_to_end((domain, champion))
        _serving[domain] = opened.served.id
        return opened.served


def is_open(domain: str) -> bool:
    """Whether `release` gives a domain's release at once, as none is to be opened or being so."""
    if domain not in _serving or _opening.locked():
        return False
    registry = sources.registry(domain, Settings.from_environment())
    opened = _opened.get((domain, _champion(registry, domain)))
    return opened is not None and not opened.served.faults


def serving() -> dict[str, str]:
    """Which release has served each domain last, as far as any has been asked for."""
    return dict(_serving)


def prepare(domain: str, release_id: str) -> None:
    """Opens a release that is about to be promoted, and warms it up, while another one serves.

    Raises:
        ReleaseError: it does not open.
    """
    settings = Settings.from_environment()
    release = Registry(settings.models).open(domain, release_id)
    served = ServedRelease.of(release, adult=settings.adult)
    served.warm_up()
    with _opening:
        _keep((domain, release_id), _Opened(served))


def other_releases(served: ServedRelease) -> list[str]:
    """Ids of the domain's releases beside the one that serves, newest first."""
    return [one for one in _registry().ids(served.domain) if one != served.id]


def other_release(domain: str, release_id: str) -> ServedRelease:
    """Opens a release that does not serve, to look at it.

    Raises:
        ReleaseError: there is no such release, or it does not open.
    """
    with _opening:
        return _other(domain, release_id)


def warm_up() -> None:
    """Opens all releases; what is wrong is said to the visitor and in the log."""
    try:
        for domain in domains():
            release(domain).warm_up()
    except TastemapError as error:
        logs.event("warm-up", logging.WARNING, reason=str(error))


def watch_hub() -> None:
    """Takes new releases from the Hub for ever, if the settings name one."""
    try:
        watch.start(Settings.from_environment(), prepare)
    except TastemapError as error:
        logs.event("watch", logging.WARNING, reason=str(error))


def _champion(registry: Registry, domain: str) -> str | None:
    """Id of the release that is to serve.

    None where no alias names it: which one stands in is for `open_here` to find out and to say.
    """
    try:
        return aliases.read(registry.home(domain)).champion
    except ReleaseError:
        return None


def _registry() -> Registry:
    return Registry(Settings.from_environment().models)


def _keep(key: tuple[str, str | None], opened: _Opened) -> _Opened:
    _opened[key] = opened
    while len(_opened) > _KEPT:
        _opened.popitem(last=False)
    return opened


def _look(registry: Registry, domain: str, champion: str | None) -> _Seen:
    """How the files of a champion look, or, without one, the domain's folder."""
    home = registry.home(domain)
    try:
        found = list(Path(home / champion if champion else home).iterdir())
        details = [(path.name, path.stat()) for path in sorted(found)]
    except OSError:
        # What is not there, or goes meanwhile, looks like nothing, and differs from what comes.
        return ()
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in details)


@lru_cache(maxsize=1)
def _other(domain: str, release_id: str) -> ServedRelease:
    settings = Settings.from_environment()
    return ServedRelease.of(
        Registry(settings.models).open(domain, release_id), adult=settings.adult
    )
