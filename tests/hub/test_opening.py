"""What opens where a Hub is named: from the models folder, else the Hub, else bundled."""

import pytest

from recommender.errors import ReleaseError
from recommender.releases import Registry, sources
from recommender.serving import open_release
from recommender.serving.served import open_here
from recommender.settings import BUNDLED_MODELS, Settings
from tests.hub.conftest import NAME, publish


@pytest.fixture
def _named(there, monkeypatch):
    monkeypatch.setenv("TASTEMAP_MODELS", str(there.root))
    monkeypatch.setenv("TASTEMAP_HUB_REPO", NAME)
    monkeypatch.delenv("TASTEMAP_ADULT", raising=False)


@pytest.fixture
def bundled() -> str:
    return Registry(BUNDLED_MODELS).aliases("movies").champion


@pytest.mark.usefixtures("_named")
def test_an_empty_models_folder_is_filled_from_the_hub(double, here, there):
    new, _ = here.ids("movies")
    publish(double, here, new)

    served = open_release("movies")

    assert (served.id, served.faults) == (new, ())
    assert there.aliases("movies").champion == new
    # From then on the network is not asked.
    double.asked.clear()
    assert open_release("movies").id == new
    assert double.asked == []


@pytest.mark.usefixtures("_named")
def test_with_the_hub_down_the_bundled_release_serves_and_says_why(bundled, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    served = open_release("movies")
    assert served.id == bundled
    (fault,) = served.faults
    assert "127.0.0.1 cannot be reached" in fault


@pytest.mark.usefixtures("_named")
def test_the_app_asks_no_network_before_it_serves(double, bundled):
    served = open_here("movies", Settings.from_environment())
    assert (served.id, served.faults) == (bundled, ())
    assert double.asked == []


@pytest.mark.usefixtures("_named")
def test_the_models_folder_serves_from_the_moment_it_has_a_champion(here, there, bundled):
    settings = Settings.from_environment()
    assert sources.domains(settings) == ["anime", "movies"]
    new, _ = here.ids("movies")
    there.home("movies").mkdir()
    (here.home("movies") / new).rename(there.home("movies") / new)
    assert open_here("movies", settings).id == bundled

    there.promote("movies", new)

    assert open_here("movies", settings).id == new
    assert sources.domains(settings) == ["movies"]


def test_without_a_hub_an_empty_models_folder_is_a_mistake(there, monkeypatch):
    monkeypatch.setenv("TASTEMAP_MODELS", str(there.root))
    monkeypatch.delenv("TASTEMAP_HUB_REPO", raising=False)
    with pytest.raises(ReleaseError, match="recommender train"):
        open_release("movies")
    assert sources.domains(Settings.from_environment()) == []
