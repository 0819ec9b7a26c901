"""A release that answers, in memory and from disk."""

import subprocess
import sys
from dataclasses import fields

import pytest

from recommender.errors import ReleaseError, SettingError
from recommender.releases import Registry, Release, write
from recommender.serving.served import ServedRelease, open_release
from tests.releases.helpers import another, draft


@pytest.fixture
def models(tmp_path):
    """A models folder with two releases; the newer one is the champion."""
    home = tmp_path / "models"
    registry = Registry(home)
    for number in (1, 2):
        registry.promote("movies", write(another(number), home).name)
    return home


def test_a_served_release_is_the_release_with_answers(models):
    release = Registry(models).open("movies")
    served = ServedRelease.of(release, ["a fault"])
    assert isinstance(served, Release)
    for field in fields(Release):
        assert getattr(served, field.name) is getattr(release, field.name)
    assert served.faults == ("a fault",)


def test_the_champion_is_opened_from_the_folder_that_the_environment_names(models, monkeypatch):
    monkeypatch.setenv("TASTEMAP_MODELS", str(models))
    served = open_release("movies")
    assert served.id == Registry(models).aliases("movies").champion
    assert served.faults == ()
    assert open_release("movies", models).id == served.id


def test_the_last_good_release_serves_and_says_why(models):
    aliases = Registry(models).aliases("movies")
    (models / "movies" / aliases.champion / "catalogue.parquet").write_bytes(b"PAR1")
    served = open_release("movies", models)
    assert served.id == aliases.previous
    (fault,) = served.faults
    assert aliases.champion in fault
    assert "catalogue.parquet" in fault
    assert len(served.fold_in({}).recommend(3)) == 3


def test_without_a_release_the_error_says_how_to_get_one(tmp_path):
    with pytest.raises(ReleaseError, match="recommender train --domain movies"):
        open_release("movies", tmp_path)


def test_a_models_folder_that_is_not_there_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setenv("TASTEMAP_MODELS", str(tmp_path / "nowhere"))
    with pytest.raises(SettingError, match=r"TASTEMAP_MODELS names .*nowhere"):
        open_release("movies")


def test_after_warming_up_nothing_is_left_to_make(models):
    served = open_release("movies", models)
    before = dict(vars(served))
    served.warm_up()
    made = set(vars(served)) - set(before)
    served.search("film")
    served.titles_to_rate()
    served.fold_in({1: 4.0}).recommend()
    assert made == set(vars(served)) - set(before)
    assert "shelf" in made


def test_every_model_of_a_release_answers(models):
    served = open_release("movies", models)
    for name in served.models:
        visitor = served.fold_in({1: 4.0, 4: 2.0}, name)
        assert visitor.model == name
        assert len(visitor.recommend(5)) == 5


def test_the_release_offers_neighbours_and_factors_as_documented(models):
    served = open_release("movies", models)
    model = served.models[served.ranker]
    assert len(model.neighbours(1, 20)) == 20
    assert set(model.factor_table(2)["pole"]) == {"+", "-"}


def test_a_draft_and_its_served_release_agree(tmp_path):
    made = draft()
    write(made, tmp_path)
    Registry(tmp_path).promote("movies", next((tmp_path / "movies").glob("2*")).name)
    served = open_release("movies", tmp_path)
    wanted = made.models["house"].fold_in({1: 4.0}).scores
    assert served.fold_in({1: 4.0}).scores == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize(
    "package", ["serving", "releases", "factors", "serving.link", "settings", "errors"]
)
def test_a_page_does_not_wait_for_training_libraries(package):
    heavy = ["numba", "surprise", "sklearn", "scipy", "umap", "streamlit", "recommender.algorithms"]
    code = (
        f"import sys, recommender.{package}\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
