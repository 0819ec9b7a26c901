"""What the tests of the API share: a models folder of small releases, and somebody who asks."""

import os
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from recommender import api
from recommender.releases import Registry, write
from recommender.serving import ServedRelease, opened
from tests.releases import anime, helpers


def client() -> TestClient:
    """Asks a server that has nothing but the API."""
    return TestClient(Starlette(routes=api.routes(lambda: 3)))


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder with movies and anime, which is served."""
    for name in [name for name in os.environ if name.startswith("TASTEMAP_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "models"
    for made in (helpers.draft(), anime.draft()):
        Registry(folder).promote(made.domain, write(made, folder).name)
    monkeypatch.setenv("TASTEMAP_MODELS", str(folder))
    # The releases of other tests have the same ids.
    monkeypatch.setattr(opened, "_opened", OrderedDict())
    monkeypatch.setenv("TASTEMAP_API_PER_MINUTE", "100000")
    return folder


@pytest.fixture
def movies_release(models: Path) -> ServedRelease:
    return opened.release("movies")


@pytest.fixture
def ask() -> Iterator[TestClient]:
    with client() as asking:
        yield asking
