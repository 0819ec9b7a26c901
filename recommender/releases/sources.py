"""Where the releases that serve come from: the models folder, and what stands in for an empty one.

With a Hub, a models folder of one's own may start empty. Until a release has come from the Hub, the
releases that come with the project serve; without a Hub an empty folder is a mistake to be told.
"""

from __future__ import annotations

from recommender.errors import ReleaseError
from recommender.releases import aliases
from recommender.releases.hub import Hub
from recommender.releases.registry import Registry
from recommender.releases.release import Release
from recommender.settings import BUNDLED_MODELS, Settings


def domains(settings: Settings) -> list[str]:
    """Returns the domains that can be served, sorted; with a Hub, those it is looked at for."""
    own = Registry(settings.models).domains()
    hub = Hub.of(settings)
    if hub is None or (own and hub.one_domain):
        return own
    return sorted({*own, *Registry(BUNDLED_MODELS).domains()})


def registry(domain: str, settings: Settings) -> Registry:
    """Returns the registry that a domain is served from, as long as a release in it opens.

    With a Hub, the bundled one until the models folder has a champion: a first release that is
    being taken lies there a moment before it becomes that.
    """
    own, bundled = Registry(settings.models), Registry(BUNDLED_MODELS)
    stands_in = settings.hub_repository is not None and bundled.ids(domain)
    return bundled if stands_in and not (own.home(domain) / aliases.NAME).exists() else own


def open_serving(domain: str, settings: Settings) -> tuple[Release, list[str]]:
    """Opens the release to serve without asking the network; see `Registry.open_serving`.

    Args:
        domain: its domain.
        settings: which say where.

    Returns:
        The release, and for each one that should have served and could not a sentence.

    Raises:
        ReleaseError: nothing opens.
    """
    try:
        return registry(domain, settings).open_serving(domain)
    except ReleaseError as nothing:
        bundled = Registry(BUNDLED_MODELS)
        if settings.hub_repository is None or not bundled.ids(domain):
            raise
        release, faults = bundled.open_serving(domain)
        return release, [f"{nothing} {release.id} serves instead.", *faults]
