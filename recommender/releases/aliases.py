"""`aliases.json` of a domain: which release serves, and which one served before.

    {"champion": "20261121-1432-ab12cd", "previous": null, "commit": "5b8c…"}

`commit` is there once a release was exchanged with the Hugging Face Hub, and stands in the same
file so that it changes together with the champion: no crash can make the same commit new again.

It is the one file under `models/` that changes, always as a whole and under the domain's lock.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from recommender.errors import ReleaseError
from recommender.releases import files
from recommender.releases.manifest import check_name

NAME = "aliases.json"
CHAMPION, PREVIOUS, COMMIT = "champion", "previous", "commit"
_LIMIT = 1 << 12


@dataclass(frozen=True)
class Aliases:
    """What `aliases.json` says.

    Attributes:
        champion: id of the release that serves.
        previous: id of the one that served before, or None.
        commit: the commit of the Hub that was taken, or pushed, last; None if there was none.
    """

    champion: str
    previous: str | None
    commit: str | None = None


def read(home: Path) -> Aliases:
    """Reads the aliases of a domain.

    Args:
        home: the domain's folder.

    Returns:
        The aliases; whether the releases exist is not their business.

    Raises:
        ReleaseError: the file is missing or not whole; the message says what to do.
    """
    try:
        value = files.from_json(files.read(home / NAME, _LIMIT))
        champion = check_name(value.get(CHAMPION), "release id")
        previous = value.get(PREVIOUS)
        if previous is not None:
            check_name(previous, "release id")
        commit = value.get(COMMIT)
        if commit is not None:
            check_name(commit, "commit")
    except ReleaseError as error:
        mend = f"promote a release of {home.name} to write it"
        raise ReleaseError(f"{home.name}: {NAME}: {error}; {mend}") from error
    return Aliases(champion, previous, commit)


def write(home: Path, aliases: Aliases) -> None:
    """Replaces the aliases of a domain; its lock must be held."""
    value = asdict(aliases)
    if aliases.commit is None:
        del value[COMMIT]
    files.replace(home / NAME, files.to_json(value, NAME))
