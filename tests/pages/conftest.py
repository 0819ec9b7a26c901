"""What the tests of pages share: the bundled release, and models folders of their own."""

import os
import sys
from pathlib import Path

import pytest

from recommender.serving import ServedRelease, opened
from tests.pages.admin import HASH


@pytest.fixture(autouse=True)
def _bundled_models(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("TASTEMAP_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def served(_bundled_models: None) -> ServedRelease:
    """The release that the pages serve."""
    return opened.release("movies")


@pytest.fixture
def famous(served: ServedRelease) -> list[int]:
    """Ids of well-known titles, the best known first."""
    return served.shelf.item_ids[served.shelf.by_popularity[:40]].tolist()


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty models folder, which the pages serve from."""
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("TASTEMAP_MODELS", str(folder))
    return folder


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder of an app that has an Admin page; not made yet."""
    monkeypatch.setenv("TASTEMAP_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("TASTEMAP_ADMIN_PASSWORD_HASH", HASH)
    return tmp_path / "state"


@pytest.fixture(autouse=True)
def own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest makes its script the main module; processes started later would run it again."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
