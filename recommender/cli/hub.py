"""What `pull`, `push` and `releases --hub` of the command line do."""

from __future__ import annotations

from argparse import Namespace

from recommender.cli.output import Answer, progress_bar, table
from recommender.errors import SettingError
from recommender.releases import Registry, sources
from recommender.releases.hub import Hub
from recommender.settings import Settings


def pull(options: Namespace) -> Answer:
    """Takes a release from the Hub."""
    settings, hub = _hub()
    registry = Registry(options.models or settings.models)
    with progress_bar() as progress:
        pulled = hub.pull(options.domain, registry, progress, release_id=options.release)
    release = pulled.release
    value = {
        "domain": release.domain,
        "release": release.id,
        "commit": release.commit,
        "fetched": pulled.fetched,
        "promoted": pulled.promoted,
    }
    champion = registry.aliases(release.domain).champion
    got = "Took" if pulled.fetched else "There already:"
    then = (
        "It is the champion and serves."
        if champion == release.id
        else f"{champion} still serves; to change that: "
        f"python -m recommender promote --domain {release.domain} {release.id}"
    )
    return Answer(value, f"{got} {release.id} (commit {release.commit[:8]}). {then}")


def push(options: Namespace) -> Answer:
    """Publishes a release on the Hub."""
    settings, hub = _hub()
    registry = Registry(options.models or settings.models)
    release = options.release or registry.aliases(options.domain).champion
    with progress_bar() as progress:
        commit = hub.push(
            options.domain,
            release,
            registry,
            progress,
            options.parent,
            create=options.create,
        )
    repository = hub.repository_of(options.domain)
    value = {"repository": repository, "release": release, "commit": commit}
    return Answer(value, f"Published {release} on {repository} (commit {commit[:8]}).")


def on_hub(options: Namespace) -> Answer:
    """Lists the releases on the Hub."""
    settings, hub = _hub()
    registry = Registry(options.models or settings.models)
    if options.domain:
        domains = [options.domain]
    elif hub.one_domain:
        domains = [hub.newest().domain]
    else:
        domains = sources.domains(settings)
    value = [
        {
            "domain": domain,
            "release": one.id,
            "commit": one.commit,
            "here": one.id in registry.ids(domain),
        }
        for domain in domains
        for one in hub.releases(domain)
    ]
    lines = [
        [
            str(row["domain"]),
            str(row["release"]),
            str(row["commit"])[:8],
            "here" if row["here"] else "",
        ]
        for row in value
    ]
    empty = f"No releases on {hub.repository}. To publish one: python -m recommender push"
    return Answer(value, table([], lines) if lines else empty)


def _hub() -> tuple[Settings, Hub]:
    settings = Settings.from_environment()
    hub = Hub.of(settings)
    if hub is None:
        raise SettingError("No Hub is named; set TASTEMAP_HUB_REPO to a repository, as owner/name.")
    return settings, hub
