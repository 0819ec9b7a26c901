"""Settings from the environment."""

from pathlib import Path

import pytest

from recommender.errors import SettingError
from recommender.settings import BUNDLED_MODELS, USER_CACHE, Settings


def test_without_variables_the_bundled_models_serve():
    settings = Settings.from_environment({})
    assert settings == Settings(models=BUNDLED_MODELS, data=None, cache=USER_CACHE)
    assert USER_CACHE.is_absolute()
    assert Path(__file__).resolve().parent.parent / "models" == BUNDLED_MODELS


def test_variables_name_folders(tmp_path):
    variables = {"TASTEMAP_MODELS": str(tmp_path), "TASTEMAP_DATA": f" {tmp_path} "}
    assert Settings.from_environment(variables) == Settings(models=tmp_path, data=tmp_path)


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_variable_counts_as_not_set(blank):
    variables = {"TASTEMAP_MODELS": blank, "TASTEMAP_DATA": blank, "TASTEMAP_CACHE": blank}
    assert Settings.from_environment(variables) == Settings()


@pytest.mark.parametrize("name", ["TASTEMAP_MODELS", "TASTEMAP_DATA"])
def test_a_missing_folder_is_an_error_that_names_the_variable(name, tmp_path):
    file = tmp_path / "file"
    file.write_text("no folder")
    for path in (tmp_path / "nowhere", file):
        with pytest.raises(SettingError, match=f"^{name} names .*; make it or unset {name}"):
            Settings.from_environment({name: str(path)})


def test_the_cache_need_not_exist_yet(tmp_path):
    folder = tmp_path / "not yet"
    assert Settings.from_environment({"TASTEMAP_CACHE": f" {folder} "}).cache == folder


def test_a_tilde_is_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Settings.from_environment({"TASTEMAP_DATA": "~"}).data == tmp_path
    assert Settings.from_environment({"TASTEMAP_CACHE": "~/c"}).cache == tmp_path / "c"


def test_the_process_environment_is_the_default(tmp_path, monkeypatch):
    monkeypatch.setenv("TASTEMAP_DATA", str(tmp_path))
    assert Settings.from_environment().data == tmp_path


@pytest.mark.parametrize(
    ("value", "adult"), [("1", True), (" 1 ", True), ("0", False), ("", False)]
)
def test_titles_for_adults_only_are_wanted_by_a_one(value, adult):
    assert Settings.from_environment({"TASTEMAP_ADULT": value}).adult is adult


def test_a_switch_that_is_neither_on_nor_off_is_an_error():
    with pytest.raises(SettingError, match=r"^TASTEMAP_ADULT is 'yes'; set it to 1 or 0"):
        Settings.from_environment({"TASTEMAP_ADULT": "yes"})


def test_the_key_of_a_source_of_pictures_is_no_part_of_what_is_printed():
    settings = Settings.from_environment({"TASTEMAP_TMDB_KEY": " secret ", "TASTEMAP_JIKAN": "1"})
    assert (settings.tmdb_key, settings.jikan) == ("secret", True)
    assert "secret" not in repr(settings)
    assert Settings.from_environment({"TASTEMAP_TMDB_KEY": " "}).tmdb_key is None
