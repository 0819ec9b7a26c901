"""A prepared folder onto a Space of the Hub, by one commit, in a process that ends at a deadline.

Secrets and variables are named, never given: the process that talks to the Hub reads their values
from the environment, and no message has one in it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from recommender.errors import SettingError
from recommender.releases import hub_process
from recommender.releases.hub import ignore

if TYPE_CHECKING:
    from recommender.algorithms.contract import Progress
    from recommender.space.prepare import Prepared

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_SPACE = re.compile(r"\w[\w.-]*/\w[\w.-]*", re.ASCII)


def publish(
    prepared: Prepared,
    space: str,
    progress: Progress = ignore,
    *,
    create: bool = False,
    public: bool = False,
    secrets: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
    parent: str | None = None,
    patience: float = 10.0,
    long: float = 900.0,
) -> str:
    """Makes a Space hold the files of a prepared folder and nothing else.

    Args:
        prepared: the folder.
        space: "owner/name" on the Hub.
        progress: called with the share that is done and what is being done.
        create: make the Space if there is none.
        public: let everybody see the Space that is made; otherwise only its owner does.
        secrets: name in the Space -> variable of this process that holds the value.
        variables: the same for values that everybody may see.
        parent: the commit that it is to follow; None for the one that is the newest now.
        patience: seconds without a byte after which a call is given up.
        long: seconds that it may take in all.

    Returns:
        The full id of the commit.

    Raises:
        SettingError: the Space or a variable has no proper name, or a variable is not set.
        HubError: the Hub cannot be asked, or refuses; the files there are as they were.
    """
    if not _SPACE.fullmatch(space):
        raise SettingError(f"{space!r} is no Space; write it as owner/name.")
    named = [{**kind} for kind in (secrets or {}, variables or {})]
    for name, variable in (pair for kind in named for pair in kind.items()):
        # Whoever writes a value instead of a name must not find it in a log.
        if not (_NAME.fullmatch(name) and _NAME.fullmatch(variable)):
            raise SettingError(
                "A secret or variable is asked for by name, NAME or NAME=VARIABLE, never by its "
                "value; put the value into the environment."
            )
        if not os.environ.get(variable, "").strip():
            told = "" if variable == name else f", or another variable as {name}=VARIABLE"
            raise SettingError(f"A value for {name} is not in the environment; set it{told}.")
    request = {
        "work": "space",
        "repository": space,
        "revision": "main",
        "patience": patience,
        "folder": str(prepared.folder.absolute()),
        "files": list(prepared.sizes),
        "message": f"Tastemap {prepared.commit[:12]}",
        "create": create,
        "public": public,
        "secrets": named[0],
        "variables": named[1],
        "parent": parent,
    }
    return str(hub_process.call(request, long, progress)["commit"])
