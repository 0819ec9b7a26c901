"""How a folder becomes a Space, with `huggingface_hub`; run by `hub_process`, see there.

Settings are made before the files come, so no version of the app starts without what it needs. A
Space that holds something else is left alone: all that is no part of the app would be deleted.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, SpaceInfo
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

from recommender.errors import HubError
from recommender.releases import manifest
from recommender.releases.hub_errors import MOVED, host

if TYPE_CHECKING:
    from recommender.algorithms.contract import Progress

_ATTRIBUTES, _OURS = ".gitattributes", "recommender/__init__.py"
_NEW = frozenset({_ATTRIBUTES, "README.md", "Dockerfile", ".gitignore"})
"""What the Hub may put into a Space that it makes."""

_UNPAID = 402


def publish(request: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Makes a Space hold the files of a folder and nothing else.

    Args:
        request: "repository", "patience", "folder", "files" (paths in it), "message", "create",
            "public", "secrets" and "variables" (name -> variable of this process), "parent".
        progress: called with the share that is done and what is being done.

    Returns:
        "commit", its full id.

    Raises:
        HubError: there is no such Space, it is not ours to overwrite, or it has moved.
    """
    space, folder = request["repository"], Path(request["folder"])
    api = HfApi()
    progress(0.0, "Asking the Hub")
    try:
        info = _look(api, request)
    except RepositoryNotFoundError:
        if not request["create"]:
            raise HubError(
                f"{host()} has no Space {space} that you may see; check the name and HF_TOKEN, or "
                "make it with --create."
            ) from None
        _create(api, space, private=not request["public"])
        info = _look(api, request)
    there = {file.rfilename for file in info.siblings or ()}
    if _OURS not in there and there - _NEW:
        raise HubError(f"{space} holds another app; name another Space, or empty that one.")
    if request["parent"] not in (None, info.sha):
        raise _moved(space)
    for kind, add in (("secrets", api.add_space_secret), ("variables", api.add_space_variable)):
        for name, variable in request[kind].items():
            progress(0.1, f"Setting {name}")
            add(space, name, os.environ[variable].strip())
    gone = sorted(there - {*request["files"], _ATTRIBUTES})
    size = sum((folder / name).stat().st_size for name in request["files"])
    progress(0.2, f"Sending {len(request['files'])} files, {size / 1e6:,.1f} MB")
    try:
        made = api.create_commit(
            space,
            [
                *(CommitOperationAdd(name, folder / name) for name in request["files"]),
                *(CommitOperationDelete(name) for name in gone),
            ],
            commit_message=request["message"],
            repo_type="space",
            revision="main",
            parent_commit=info.sha,
        )
    except HfHubHTTPError as error:
        if error.response.status_code == MOVED:
            raise _moved(space) from error
        raise
    progress(1.0, "Published")
    return {"commit": manifest.check_name(made.oid, "commit")}


def _look(api: HfApi, request: Mapping[str, Any]) -> SpaceInfo:
    return api.space_info(
        request["repository"],
        revision="main",
        timeout=request["patience"],
    )


def _create(api: HfApi, space: str, *, private: bool) -> None:
    try:
        api.create_repo(space, repo_type="space", space_sdk="docker", private=private)
    except HfHubHTTPError as error:
        if error.response.status_code == _UNPAID:
            raise HubError(
                f"{host()} makes Docker Spaces for paid plans only; get one, or name a Space that "
                "is there already."
            ) from error
        raise


def _moved(space: str) -> HubError:
    return HubError(
        f"Somebody else has published to {space} meanwhile; look at what is there now, then "
        "publish again."
    )
