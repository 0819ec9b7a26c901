"""Settings from the environment."""

from pathlib import Path

import pytest

from recommender.errors import SettingError
from recommender.settings import BUNDLED_MODELS, USER_CACHE, USER_STATE, Settings


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


def test_the_state_folder_need_not_exist_yet(tmp_path):
    assert Settings.from_environment({}).state == USER_STATE
    folder = tmp_path / "not yet"
    assert Settings.from_environment({"TASTEMAP_STATE": f" {folder} "}).state == folder


def test_a_training_has_limits_unless_told_otherwise():
    assert Settings.from_environment({}).training_memory == 4096
    limits = {"TASTEMAP_TRAINING_MEMORY": "512", "TASTEMAP_TRAINING_MINUTES": " 5 "}
    settings = Settings.from_environment(limits)
    assert (settings.training_memory, settings.training_minutes) == (512, 5)


@pytest.mark.parametrize("value", ["0", "-1", "2.5", "much", "²", "9" * 5000])
def test_a_limit_that_is_no_whole_number_is_an_error(value):
    with pytest.raises(SettingError, match=r"^TASTEMAP_TRAINING_MEMORY is .*a whole number"):
        Settings.from_environment({"TASTEMAP_TRAINING_MEMORY": value})


def test_the_api_has_a_limit_unless_told_otherwise():
    assert Settings.from_environment({}).api_per_minute == 300
    assert Settings.from_environment({"TASTEMAP_API_PER_MINUTE": "5"}).api_per_minute == 5


def test_the_hub_is_not_asked_unless_a_repository_is_named():
    settings = Settings.from_environment({"TASTEMAP_HUB_REVISION": "v2"})
    assert settings.hub_repository is None
    assert (Settings().hub_revision, Settings().hub_seconds) == ("main", 120)


def test_the_hub_is_named_by_a_repository_a_revision_and_a_pace():
    variables = {
        "TASTEMAP_HUB_REPO": " somebody/tastemap-{domain} ",
        "TASTEMAP_HUB_REVISION": "releases/2026",
        "TASTEMAP_HUB_SECONDS": "15",
    }
    settings = Settings.from_environment(variables)
    assert settings.hub_repository == "somebody/tastemap-{domain}"
    assert (settings.hub_revision, settings.hub_seconds) == ("releases/2026", 15)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TASTEMAP_HUB_REPO", "tastemap"),
        ("TASTEMAP_HUB_REPO", "https://huggingface.co/somebody/tastemap"),
        ("TASTEMAP_HUB_REPO", "somebody/../tastemap"),
        ("TASTEMAP_HUB_REVISION", "a b"),
        ("TASTEMAP_HUB_REVISION", "/main"),
        ("TASTEMAP_HUB_SECONDS", "0"),
        ("TASTEMAP_HUB_SECONDS", "1.5"),
        ("TASTEMAP_HUB_SECONDS", "٣"),
    ],
)
def test_a_setting_of_the_hub_that_cannot_be_is_an_error(name, value):
    with pytest.raises(SettingError, match=f"^{name} is .*; set it to .*, or unset it"):
        Settings.from_environment({name: value})


def test_the_key_of_a_source_of_pictures_is_no_part_of_what_is_printed():
    settings = Settings.from_environment({"TASTEMAP_TMDB_KEY": " secret ", "TASTEMAP_JIKAN": "1"})
    assert (settings.tmdb_key, settings.jikan) == ("secret", True)
    assert "secret" not in repr(settings)
    assert Settings.from_environment({"TASTEMAP_TMDB_KEY": " "}).tmdb_key is None
