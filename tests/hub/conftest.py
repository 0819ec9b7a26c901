"""What the tests of the Hub share: a double, the way to it, two models folders."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.releases import Registry, write
from recommender.releases.hub import Hub
from tests.hub.double import TOKEN, HubDouble, hub_double
from tests.releases import helpers

NAME = "somebody/tastemap-movies"


@pytest.fixture
def double() -> Iterator[HubDouble]:
    with hub_double() as running:
        yield running


@pytest.fixture(autouse=True)
def environment(
    double: HubDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Leads everything that asks the Hub to the double, with a token that it accepts."""
    variables = {
        "HF_ENDPOINT": double.url,
        "HF_HOME": str(tmp_path / "hf"),
        "HF_HUB_DISABLE_XET": "1",
        "HF_TOKEN": TOKEN,
    }
    for name in ("HF_HUB_OFFLINE", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


@pytest.fixture
def hub() -> Hub:
    return Hub(NAME, patience=5.0, brief=30.0, long=60.0)


@pytest.fixture
def here(tmp_path: Path) -> Registry:
    """A models folder with two releases; the older one is the champion."""
    registry = Registry(tmp_path / "here")
    old, _ = (write(helpers.another(number), registry.root).name for number in (1, 2))
    registry.promote("movies", old)
    return registry


@pytest.fixture
def there(tmp_path: Path) -> Registry:
    """The models folder of another machine, empty."""
    registry = Registry(tmp_path / "there")
    registry.root.mkdir()
    return registry


def publish(double: HubDouble, registry: Registry, release_id: str, name: str = NAME) -> str:
    """Puts a release onto the double as a push would; gives the commit."""
    folder = registry.home("movies") / release_id
    repository = double.repository(name)
    commit = repository.commit({path.name: path.read_bytes() for path in folder.iterdir()})
    repository.tags[release_id] = commit
    return commit


def tidy(registry: Registry) -> bool:
    """Whether a models folder holds whole releases and nothing half."""
    names = [path.name for path in registry.root.rglob("*") if path.name.startswith(".")]
    listed = [line for domain in registry.domains() for line in registry.releases(domain)]
    return not names and not [line for line in listed if line.broken]
