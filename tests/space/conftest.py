"""A checkout of the project for the tests alone, as it is being worked on; a double of the Hub."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from recommender.space import ROOT
from tests.hub.conftest import double, environment

__all__ = ["double", "environment"]


def git(root: Path, *arguments: str) -> str:
    named = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"]
    command = ["git", *named, *arguments]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's files in a repository of one commit; nobody changes it."""
    root = tmp_path_factory.mktemp("checkout")
    for name in git(ROOT, "ls-files", "-z").split("\0"):
        if name and (ROOT / name).exists():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, root / name)
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "All")
    return root


@pytest.fixture
def spoilt(checkout: Path, tmp_path: Path) -> Callable[..., Path]:
    """Gives a checkout in which some files are others, or are gone."""

    def spoilt(changes: dict[str, str | bytes | None], *, commit: bool = True) -> Path:
        root = tmp_path / "spoilt"
        git(tmp_path, "clone", "--quiet", "--shared", str(checkout), str(root))
        for name, content in changes.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
        if commit:
            git(root, "add", "--all", "--force")
            git(root, "commit", "--quiet", "--message", "Spoilt")
        return root

    return spoilt
