"""The commands about the Hub and about old releases: their answers, in words and as JSON."""

import json
from pathlib import Path

import pytest

from recommender.cli import main
from recommender.releases import Registry
from tests.hub.conftest import NAME, double, environment, here, publish, there
from tests.hub.double import TOKEN

__all__ = ["double", "environment", "here", "there"]


@pytest.fixture
def _named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASTEMAP_HUB_REPO", NAME)


def as_json(capsys: pytest.CaptureFixture[str], *arguments: object) -> object:
    assert main([*map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.usefixtures("_named")
def test_a_release_goes_to_the_hub_and_comes_from_there(double, here, there, capsys):
    new, old = here.ids("movies")

    told = as_json(capsys, "push", new, "--create", "--models", here.root)
    commit = double.repository(NAME).branches["main"]
    assert told == {"repository": NAME, "release": new, "commit": commit}
    assert as_json(capsys, "releases", "--hub", "--models", there.root) == [
        {"domain": "movies", "release": new, "commit": commit, "here": False}
    ]
    told = as_json(capsys, "pull", "--models", there.root)
    assert told == {
        **{"domain": "movies", "release": new, "commit": commit},
        **{"fetched": True, "promoted": True},
    }
    assert main(["releases", "--hub", "--models", str(there.root)]) == 0
    assert capsys.readouterr().out.split() == ["movies", new, commit[:8], "here"]
    # The champion is what goes if nothing else is said.
    assert main(["push", "--models", str(here.root)]) == 0
    assert f"Published {old} on {NAME}" in capsys.readouterr().out
    assert main(["pull", new, "--models", str(there.root)]) == 0
    assert "There already" in capsys.readouterr().out


@pytest.mark.usefixtures("_named")
def test_what_cannot_be_done_is_a_sentence_and_an_exit_code(double, here, capsys):
    new, old = here.ids("movies")
    assert main(["pull", "--models", str(here.root)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert f"pull: 127.0.0.1 has no repository {NAME}" in told.err
    assert TOKEN not in told.err
    parent = publish(double, here, old)
    publish(double, here, new)
    assert main(["push", old, "--parent", parent, "--models", str(here.root)]) == 1
    assert "Somebody else has published" in capsys.readouterr().err


def test_without_a_repository_the_setting_is_named(here, monkeypatch, capsys):
    monkeypatch.delenv("TASTEMAP_HUB_REPO", raising=False)
    for command in (["pull"], ["push"], ["releases", "--hub"]):
        assert main([*command, "--models", str(here.root)]) == 1
        assert "set TASTEMAP_HUB_REPO" in capsys.readouterr().err


def test_releases_are_deleted_one_by_one_or_by_age(here, capsys):
    new, old = here.ids("movies")
    root = str(here.root)
    assert main(["delete", old, "--models", root]) == 1
    assert "is the champion" in capsys.readouterr().err
    here.promote("movies", new)
    assert main(["delete", old, "--models", root]) == 1
    assert "to roll back to" in capsys.readouterr().err
    assert as_json(capsys, "delete", "--keep", 0, "--models", root) == {
        "deleted": [],
        "mib": round(here.size("movies") / 2**20, 1),
    }
    assert main(["delete", old, "--previous", "--models", root]) == 0
    assert f"Deleted {old};" in capsys.readouterr().out
    assert Registry(Path(root)).ids("movies") == [new]
    with pytest.raises(SystemExit):
        main(["delete", "--models", root])
