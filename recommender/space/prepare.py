"""The files that a Space needs, taken from the commit that is checked out.

What is named here goes and nothing else does: a stray file is never published, and what is
published can be found again by its commit.
"""

from __future__ import annotations

import subprocess
import tarfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from recommender.errors import SpaceError
from recommender.settings import BUNDLED_MODELS
from recommender.space import checks

ROOT = BUNDLED_MODELS.parent
"""The project's folder."""

PARTS = (
    ".dockerignore",
    ".streamlit",
    "Dockerfile",
    "LICENSE",
    "README.md",
    "app.py",
    "docs",
    "models",
    "pages",
    "recommender",
    "requirements.txt",
)
"""What the image is built from, and what the README leads to."""


@dataclass(frozen=True)
class Prepared:
    """A folder that can be published.

    Attributes:
        folder: where it is.
        commit: the id of the commit that the files are of, 40 hexadecimal digits.
        sizes: path in the folder -> bytes, in the order of the paths.
    """

    folder: Path
    commit: str
    sizes: dict[str, int]


def prepare(folder: Path, root: Path = ROOT) -> Prepared:
    """Lays out the files of a Space and checks them.

    Args:
        folder: takes them; it is made if it is not there, and must be empty.
        root: of a checkout of the project.

    Returns:
        What has been laid out.

    Raises:
        SpaceError: the folder is in use, a part has changes that are in no commit, or the files
            are not fit; every fault is named with its mend.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SpaceError(f"{folder} is not an empty folder; name another, or empty it.")
    changed = _git(root, "status", "--porcelain", "--untracked-files=no", "-z", "--", *PARTS)
    if changed:
        first = changed.split(b"\0")[0][3:].decode(errors="replace")
        raise SpaceError(
            f"{first} has changes that are in no commit; commit them, or take them back."
        )
    commit = _git(root, "rev-parse", "HEAD").decode().strip()
    files = _git(root, "archive", "--format=tar", commit, "--", *PARTS)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(fileobj=BytesIO(files)) as archive:
            archive.extractall(folder, filter="data")
    except (OSError, tarfile.TarError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SpaceError(
            f"The files cannot be laid out in {folder} ({reason}); see that there is room and that "
            "you may write there."
        ) from error
    paths = sorted(path for path in folder.rglob("*") if path.is_symlink() or path.is_file())
    sizes = {str(path.relative_to(folder)): path.lstat().st_size for path in paths}
    if faults := list(checks.faults(folder, sizes)):
        raise SpaceError("\n".join(["This is no Space yet:", *faults]))
    return Prepared(folder, commit, sizes)


def _git(root: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)
    except OSError as error:
        raise SpaceError("There is no git, by which the files are known; install it.") from error
    except subprocess.CalledProcessError as error:
        lines = error.stderr.decode(errors="replace").split("\n")
        raise SpaceError(
            f"git cannot tell the files of {root} ({lines[0]}); run this in a checkout of the "
            "project."
        ) from error
    return done.stdout
