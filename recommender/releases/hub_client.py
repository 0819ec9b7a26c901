"""What is asked of the Hub, with `huggingface_hub`; run by `hub_process`, see there.

A revision is resolved into a commit once; everything else is asked of that commit, so a branch that
moves meanwhile mixes nothing. `release.json` comes first and is checked; it says which files to
expect, their sizes and checksums, and nothing but these is downloaded. The files come into a folder
of another name that is opened, which checks everything, before it gets its own. Not by
`snapshot_download`, which hangs with a hanging Hub, has no bounds and takes what it finds.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, ModelInfo
from huggingface_hub.errors import RepositoryNotFoundError

from recommender.errors import HubError, ReleaseError
from recommender.releases import files, hub_http, hub_space, manifest
from recommender.releases.hub_errors import explain

if TYPE_CHECKING:
    from recommender.algorithms.contract import Progress

_OFTEN = 0.1
_ATTRIBUTES = ".gitattributes"


def answer(request: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Does what is asked.

    Args:
        request: "work" (newest, releases, fetch, push or space), "repository", "revision",
            "patience", and what the work wants beside: all but space "domain" (or None).
        progress: called with the share that is done and what is being done.

    Returns:
        What the work gives.

    Raises:
        HubError: with the mend.
    """
    patience = float(request["patience"])
    hub_http.bound(patience)
    work: Callable[[Mapping[str, Any], Progress], dict[str, Any]] = _WORKS[request["work"]]
    try:
        return work(request, progress)
    except (HubError, ReleaseError):
        raise
    except Exception as error:
        revision = request.get("release_id") or request["revision"]
        raise explain(error, request["repository"], revision, patience) from error


def _newest(request: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    return _told(_Commit.at(request, request["revision"]))


def _releases(request: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    tags = HfApi().list_repo_refs(request["repository"]).tags
    found = {tag.name: tag for tag in tags if manifest.is_name(tag.name, "release id")}
    return {
        "releases": [
            {
                "domain": request["domain"],
                "id": name,
                "commit": manifest.check_name(found[name].target_commit, "commit"),
                "created": datetime.strptime(name[:13], "%Y%m%d-%H%M")
                .replace(tzinfo=UTC)
                .isoformat(),
            }
            for name in sorted(found, reverse=True)
        ]
    }


def _fetch(request: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    # Imported here: a look at the Hub need not wait for pandas.
    from recommender.releases.format import finish, open_folder

    wanted = request["release_id"]
    if wanted is not None:
        manifest.check_name(wanted, "release id")
    progress(0.0, "Asking the Hub")
    commit = _Commit.at(request, wanted or request["revision"])
    facts = commit.facts
    if wanted not in (None, facts["id"]):
        raise commit.unfit(f"its tag says {wanted}, its release.json {facts['id']}")
    home = Path(request["models"]) / facts["domain"]
    target = home / facts["id"]
    home.mkdir(exist_ok=True)
    with files.locked(home):
        files.sweep(home)
    try:
        open_folder(target)
        whole = True
    except ReleaseError:
        whole = False
    if not whole:
        with files.unfinished(home, target.name) as folder:
            _download(commit, folder, progress)
            progress(1.0, "Checking it")
            try:
                open_folder(folder)
            except ReleaseError as error:
                raise commit.unfit(str(error)) from error
            if target.exists():
                # What has that name does not open.
                with files.locked(home):
                    files.remove(target)
            finish(folder, target)
    return _told(commit) | {"fetched": not whole}


def _told(commit: _Commit) -> dict[str, Any]:
    return {key: commit.facts[key] for key in ("domain", "id", "created")} | {"commit": commit.id}


def _push(request: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    repository, revision = request["repository"], request["revision"]
    if manifest.is_name(revision, "commit"):
        raise HubError(
            f"{revision} is a commit, and only a branch can be pushed to; name a branch "
            "(TASTEMAP_HUB_REVISION)."
        )
    folder = Path(request["folder"])
    facts = manifest.read(folder)
    api = HfApi()
    progress(0.0, "Asking the Hub")
    try:
        info = _resolve(request, revision)
    except RepositoryNotFoundError:
        if not request["create"]:
            raise
        api.create_repo(repository, private=True)
        info = _resolve(request, revision)
    _refuse_other_domain(request, info, facts["domain"])
    names = [manifest.NAME, *facts["files"]]
    gone = sorted(_names(info) - {*names, _ATTRIBUTES})
    size = sum(entry["size"] for entry in facts["files"].values())
    progress(0.1, f"Sending {facts['id']}, {size / 1e6:,.1f} MB")
    made = api.create_commit(
        repository,
        [
            *(CommitOperationAdd(name, folder / name) for name in names),
            *(CommitOperationDelete(name) for name in gone),
        ],
        commit_message=f"Release {facts['id']}",
        revision=revision,
        parent_commit=request["parent"] or info.sha,
    )
    commit = manifest.check_name(made.oid, "commit")
    progress(0.9, "Tagging it")
    # The same release may have been pushed before, by somebody whose tag is as good.
    api.create_tag(repository, tag=facts["id"], revision=commit, exist_ok=True)
    progress(1.0, "Published")
    return {"commit": commit}


_WORKS = {
    "newest": _newest,
    "releases": _releases,
    "fetch": _fetch,
    "push": _push,
    "space": hub_space.publish,
}


@dataclass(frozen=True)
class _Commit:
    """A commit that holds a release, as far as its release.json tells."""

    repository: str
    id: str
    names: frozenset[str]
    data: bytes
    facts: Mapping[str, Any]

    @classmethod
    def at(cls, request: Mapping[str, Any], revision: str) -> _Commit:
        """Resolves a revision, and reads and checks the release.json there."""
        info = _resolve(request, revision)
        found = cls(request["repository"], str(info.sha), _names(info), b"", {})
        if manifest.NAME not in found.names:
            raise found.unfit(f"there is no {manifest.NAME}, so it is no release")
        data = b"".join(hub_http.file(found.repository, found.id, manifest.NAME, manifest.LIMIT))
        try:
            facts = manifest.parse(data, manifest.NAME)
        except ReleaseError as error:
            raise found.unfit(str(error)) from error
        if request["domain"] not in (None, facts["domain"]):
            raise found.unfit(f"it is of {facts['domain']}, not of {request['domain']}")
        return replace(found, data=data, facts=facts)

    def unfit(self, reason: str) -> HubError:
        """The error that says why this commit cannot be taken, now or later."""
        reason = reason.removesuffix(f"; {manifest.RESTORE}")
        mended = ";" in reason
        return HubError(
            f"{self.repository} at {self.id[:8]} is not taken: {reason}"
            + ("." if mended else "; publish a whole release there."),
            final=True,
        )


def _resolve(request: Mapping[str, Any], revision: str) -> ModelInfo:
    info = HfApi().model_info(
        request["repository"],
        revision=revision,
        timeout=request["patience"],
        files_metadata=True,
    )
    if not manifest.is_name(info.sha, "commit"):
        raise HubError(f"{request['repository']} has no commit at {revision}; publish a release.")
    return info


def _names(info: ModelInfo) -> frozenset[str]:
    return frozenset(file.rfilename for file in info.siblings or ())


def _refuse_other_domain(request: Mapping[str, Any], info: ModelInfo, domain: str) -> None:
    """A release of anime must not replace one of movies because a name was mistyped."""
    try:
        found = _Commit.at({**request, "domain": None}, str(info.sha)).facts["domain"]
    except HubError as error:
        if error.final:
            # There is no release that could be replaced.
            return
        raise
    if found != domain:
        raise HubError(
            f"{request['repository']} is of {found}, not of {domain}; name a repository for each, "
            "as in owner/tastemap-{domain}."
        )


def _download(commit: _Commit, folder: Path, progress: Progress) -> None:
    """Downloads a release into a folder, file by file, as its manifest has them."""
    entries: Mapping[str, Mapping[str, Any]] = commit.facts["files"]
    if missing := sorted(entries.keys() - commit.names):
        raise commit.unfit(f"{missing[0]} is missing")
    sizes = [entry["size"] for entry in entries.values()]
    total = sum(sizes)
    if min(sizes) < 0 or total > hub_http.LARGEST:
        raise commit.unfit(f"its files have {total:,} bytes, {hub_http.LARGEST:,} are allowed")
    free = shutil.disk_usage(folder).free
    if total > free:
        raise HubError(
            f"{commit.facts['id']} needs {total / 1e6:,.0f} MB on disk, {free / 1e6:,.0f} MB are "
            "free; make room, or delete old releases."
        )
    files.write(folder / manifest.NAME, commit.data)
    done, told = 0, 0.0
    for name, entry in entries.items():
        digest, size = sha256(), 0
        with (folder / name).open("wb") as file:
            for block in hub_http.file(commit.repository, commit.id, name, entry["size"]):
                digest.update(block)
                size += file.write(block)
                if monotonic() - told > _OFTEN:
                    told = monotonic()
                    progress((done + size) / total, f"{name}, {(done + size) / 1e6:,.1f} MB")
            file.flush()
            os.fsync(file.fileno())
        done += size
        if size < entry["size"]:
            raise HubError(
                f"{commit.repository} broke off in {name}, after {size:,} of {entry['size']:,} "
                "bytes; try again."
            )
        if digest.hexdigest() != entry["sha256"]:
            raise commit.unfit(f"the bytes of {name} are not those that were released")
