"""What an admin is to know of each release: what it is, how good, and who made it serve and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from recommender.errors import GateError, JobError, ReleaseError
from recommender.evaluation.judgement import objections
from recommender.releases import Registry, Release
from recommender.releases.aliases import Aliases
from recommender.storage import Entry
from recommender.training.jobs import Jobs

PROMOTE, ROLL_BACK, TRAIN = "promote", "roll back", "train"
PULL, PUSH = "pull", "push"
DECISIONS = (PROMOTE, ROLL_BACK)
"""Acts that make a release serve."""


@dataclass(frozen=True)
class Facts:
    """What a release says of itself.

    Attributes:
        created: when it was made, UTC.
        data: what it was trained on.
        n_ratings: ratings of it.
        n_users: people who gave them.
        n_titles: titles.
        ranker: the model that ranks.
        rater: the model that predicts ratings.
        ndcg: NDCG@10 of the ranker with the ends of its interval, or None.
        rmse: RMSE of the rater over the few-ratings protocol, or None.
        visitors: whom they were measured on.
    """

    created: datetime
    data: str
    n_ratings: int
    n_users: int
    n_titles: int
    ranker: str
    rater: str
    ndcg: tuple[float, float, float] | None
    rmse: float | None
    visitors: int


@dataclass(frozen=True)
class Line:
    """A release in the list.

    Attributes:
        id: its id.
        size: bytes on disk.
        champion: whether it serves.
        previous: whether it is the one to roll back to.
        facts: None if it does not open.
        broken: why it does not, or None.
        decision: the last act that made it serve, or None if the log knows none.
    """

    id: str
    size: int
    champion: bool
    previous: bool
    facts: Facts | None
    broken: str | None
    decision: Entry | None


def against(jobs: Jobs, domain: str, release_id: str, champion: str | None) -> tuple[str, ...]:
    """What stands against letting a release serve; see `judgement.objections`."""
    try:
        return objections(jobs.judgement(domain, release_id), champion)
    except JobError as error:
        # What cannot be read speaks neither for nor against; it is as if it were not there.
        return (*objections(None, champion), str(error))


def promote(
    registry: Registry,
    jobs: Jobs,
    domain: str,
    release_id: str,
    instead_of: str | None,
    reason: str,
) -> Release:
    """Makes a release the champion if nothing stands against it, or if there is a reason.

    Args:
        registry: of the models folder.
        jobs: which know how releases were judged.
        domain: their domain.
        release_id: the release.
        instead_of: the champion that it is to replace and no other.
        reason: why; it may be empty if nothing stands against it.

    Returns:
        The release.

    Raises:
        GateError: something stands against it and there is no reason.
        ReleaseError: it does not open, or another champion serves by now.
    """
    found = against(jobs, domain, release_id, instead_of)
    if found and not reason:
        raise GateError(f"{' '.join(found)} Say why it is to serve all the same.")
    return registry.promote(domain, release_id, instead_of=instead_of)


def lines(registry: Registry, domain: str, log: Iterable[Entry]) -> list[Line]:
    """Lists the releases of a domain, newest first.

    Args:
        registry: of the models folder.
        domain: "movies", …
        log: acts of admins, newest first.

    Returns:
        The releases, whole and broken.
    """
    try:
        named: Aliases | None = registry.aliases(domain)
    except ReleaseError:
        # Whoever serves is told elsewhere; a list without marks is still a list.
        named = None
    made: dict[str, Entry] = {}
    for entry in log:
        if entry.domain == domain and entry.action in DECISIONS and entry.outcome == "done":
            made.setdefault(entry.release, entry)
    found = []
    for release_id in registry.ids(domain):
        facts = broken = None
        try:
            facts = _facts(registry.root, domain, release_id, _stamp(registry, domain, release_id))
        except ReleaseError as error:
            broken = str(error)
        found.append(
            Line(
                id=release_id,
                size=registry.size(domain, release_id),
                champion=named is not None and release_id == named.champion,
                previous=named is not None and release_id == named.previous,
                facts=facts,
                broken=broken,
                decision=made.get(release_id),
            )
        )
    return found


def _stamp(registry: Registry, domain: str, release_id: str) -> tuple[tuple[str, int, int], ...]:
    """What changes when somebody meddles with a release, which itself never changes."""
    folder = registry.home(domain) / release_id
    files = [(path.name, path.lstat()) for path in sorted(folder.iterdir())]
    return tuple((name, found.st_size, found.st_mtime_ns) for name, found in files)


@lru_cache(maxsize=256)
def _facts(root: Path, domain: str, release_id: str, stamp: object) -> Facts:
    release = Registry(root).open(domain, release_id)
    data, report = release.manifest["data"], release.evaluation
    few: dict[str, Any] = report.get("few_ratings", {})
    ndcg = few.get(release.ranker, {}).get("mean", {}).get("ndcg@10")
    cells = few.get(release.rater, {}).get("cells", [])
    errors = [cell["rmse"] for cell in cells if cell.get("rmse") is not None]
    return Facts(
        created=release.created,
        data=data["name"],
        n_ratings=data["ratings"],
        n_users=data["users"],
        n_titles=data["titles"],
        ranker=release.ranker,
        rater=release.rater,
        ndcg=None if ndcg is None else (ndcg["value"], ndcg["low"], ndcg["high"]),
        rmse=sum(errors) / len(errors) if errors else None,
        visitors=report.get("visitors", 0),
    )
