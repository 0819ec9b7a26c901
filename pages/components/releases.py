"""The releases that serve, opened once and shared by all visitors.

Keyed by the champion's id, so a promoted release is served from the next rerun on, without a
restart; the one before stays open for a while for those who are still on it.
"""

from functools import lru_cache
from threading import Lock

from recommender.errors import ReleaseError, TastemapError
from recommender.releases.registry import Registry
from recommender.serving.served import ServedRelease, open_release
from recommender.settings import Settings

DEFAULT_DOMAIN = "movies"

_opening = Lock()


def domains() -> list[str]:
    """Domains that have a release, the default one first.

    Raises:
        SettingError: the models folder that the environment names does not exist.
    """
    found = _registry().domains()
    return sorted(found, key=lambda domain: (domain != DEFAULT_DOMAIN, domain))


def release(domain: str) -> ServedRelease:
    """The release that serves a domain.

    Raises:
        ReleaseError: no release of the domain opens; the message says what to do.
    """
    try:
        champion = _registry().aliases(domain).champion
    except ReleaseError:
        # No alias names it; which release stands in is for `open_release` to find out and to say.
        champion = None
    # One at a time: visitors who come together must not open the same release twice.
    with _opening:
        return _opened(domain, champion)


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
    """Opens all releases; what is wrong is said to the visitor, not here."""
    try:
        for domain in domains():
            release(domain).warm_up()
    except TastemapError as error:
        print(f"warm-up: {error}")


def _registry() -> Registry:
    return Registry(Settings.from_environment().models)


@lru_cache(maxsize=4)
def _opened(domain: str, champion: str | None) -> ServedRelease:
    return open_release(domain)


@lru_cache(maxsize=1)
def _other(domain: str, release_id: str) -> ServedRelease:
    settings = Settings.from_environment()
    return ServedRelease.of(
        Registry(settings.models).open(domain, release_id), adult=settings.adult
    )
