"""Ratings that somebody brings: looked at line by line, and kept only if they are whole.

A zip in a published format, its files one by one, or a file of ratings alone, whose titles are
those of the champion. It is copied beside the others under a name that does not count, checked, and
appears by a rename, `<state>/uploads/<name>/`; what was there before stays. The check
(`recommender.training.upload_check`) runs in a process of its own that gives way to visitors and
has its limits, because a file may hold anything.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import recommender
from recommender.errors import DataError, JobError
from recommender.training.folder import read_json

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,99}")
FACTS = "upload.json"
UNFINISHED = ".writing"
_MINUTES = 15


@dataclass(frozen=True)
class Report:
    """What came of looking at somebody's ratings.

    Attributes:
        accepted: the name for `JobRequest.source`, or None if they were refused.
        said: the outcome in a sentence.
        ratings: how many were read.
        users: by how many people.
        titles: of how many titles in the catalogue.
        dropped: reason -> rows that the format lets be left out.
        bad: the first wrong lines, in order; each has file, line (0 for the whole file), field,
            found and mend.
        total: wrong lines in all.
    """

    accepted: str | None
    said: str
    ratings: int = 0
    users: int = 0
    titles: int = 0
    dropped: Mapping[str, int] | None = None
    bad: tuple[Mapping[str, Any], ...] = ()
    total: int = 0

    @classmethod
    def of_error(cls, error: Exception) -> Report:
        """For what is wrong as a whole."""
        bad = {"file": "", "line": 0, "field": "", "found": "", "mend": str(error)}
        return cls(None, str(error), bad=(bad,), total=1)


@dataclass(frozen=True)
class Upload:
    """Ratings that are kept.

    Attributes:
        name: for `JobRequest.source`.
        domain: "movies", …
        ratings: how many.
        users: by how many people.
        titles: in the catalogue.
        size: of the files, bytes.
        by: who brought them.
        note: why.
        added: when, in UTC.
        files: name -> SHA-256.
    """

    name: str
    domain: str
    ratings: int
    users: int
    titles: int
    size: int
    by: str
    note: str
    added: datetime
    files: Mapping[str, str]


def add(
    domain: str,
    files: Mapping[str, Path],
    state: Path,
    models: Path,
    *,
    by: str = "",
    note: str = "",
) -> Report:
    """Checks ratings in a process of their own, and keeps them if they are good.

    Args:
        domain: what they are about.
        files: the names they came under -> where they lie. One folder is checked where it is.
        state: TASTEMAP_STATE.
        models: the models folder; titles of a file of ratings alone are the champion's.
        by: who brings them.
        note: why.

    Returns:
        The report.

    Raises:
        JobError: the check itself failed.
    """
    request = {
        "domain": domain,
        "files": {name: str(path.absolute()) for name, path in files.items()},
        "state": str(state.absolute()),
        "models": str(models.absolute()),
        "by": by,
        "note": note,
    }
    home = Path(recommender.__file__).resolve().parent.parent
    command = [sys.executable, "-m", "recommender.training.upload_check"]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(request),
            capture_output=True,
            text=True,
            cwd=home,
            timeout=60 * _MINUTES,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        return Report.of_error(
            DataError(f"The check took longer than {_MINUTES} minutes; bring less at a time.")
        )
    if done.returncode < 0 or "MemoryError" in done.stderr:
        said = "There is not enough memory to check so much; bring less at a time."
        return Report.of_error(DataError(said))
    if done.returncode:
        raise JobError(f"The check failed: {done.stderr.strip().splitlines()[-1:]}")
    found = json.loads(done.stdout)
    return Report(**found | {"bad": tuple(found["bad"])})


def uploads(state: Path) -> list[Upload]:
    """What is kept, newest first; a folder that is not whole is left out."""
    found = []
    for facts in (state / "uploads").glob(f"[!.]*/{FACTS}"):
        try:
            value = read_json(facts)
            added = datetime.fromisoformat(value.pop("added"))
            found.append(Upload(**value, name=facts.parent.name, added=added))
        except (JobError, TypeError, ValueError, KeyError, AttributeError):
            continue
    return sorted(found, key=lambda upload: (upload.added, upload.name), reverse=True)


def remove(state: Path, name: str) -> None:
    """Removes an upload; `DataError` if there is none of that name or the disk refuses."""
    folder = state / "uploads" / name
    if not NAME.fullmatch(name) or not folder.is_dir():
        raise DataError(f"There is no upload {name[:100]!r}.")
    gone = folder.with_name(f".{token_hex(6)}{UNFINISHED}")
    try:
        folder.rename(gone)
        shutil.rmtree(gone)
    except OSError as error:
        raise DataError(f"{name} cannot be removed ({error.strerror}).") from error
