"""Settings from the environment."""

from pathlib import Path

import pytest

from recommender.errors import SettingError
from recommender.settings import BUNDLED_MODELS, Settings


def test_without_variables_the_bundled_models_serve():
    settings = Settings.from_environment({})
    assert settings == Settings(models=BUNDLED_MODELS, data=None)
    assert Path(__file__).resolve().parent.parent / "models" == BUNDLED_MODELS


def test_variables_name_folders(tmp_path):
    variables = {"TASTEMAP_MODELS": str(tmp_path), "TASTEMAP_DATA": f" {tmp_path} "}
    assert Settings.from_environment(variables) == Settings(models=tmp_path, data=tmp_path)


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_variable_counts_as_not_set(blank):
    variables = {"TASTEMAP_MODELS": blank, "TASTEMAP_DATA": blank}
    assert Settings.from_environment(variables) == Settings()


@pytest.mark.parametrize("name", ["TASTEMAP_MODELS", "TASTEMAP_DATA"])
def test_a_missing_folder_is_an_error_that_names_the_variable(name, tmp_path):
    file = tmp_path / "file"
    file.write_text("no folder")
    for path in (tmp_path / "nowhere", file):
        with pytest.raises(SettingError, match=f"^{name} names .*; make it or unset {name}"):
            Settings.from_environment({name: str(path)})


def test_a_tilde_is_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Settings.from_environment({"TASTEMAP_DATA": "~"}).data == tmp_path


def test_the_process_environment_is_the_default(tmp_path, monkeypatch):
    monkeypatch.setenv("TASTEMAP_DATA", str(tmp_path))
    assert Settings.from_environment().data == tmp_path
