"""`python -m recommender tune`: what it prints, and what it goes on with."""

import json

import pytest

from recommender.cli import arguments, main
from recommender.errors import ParameterError
from recommender.evaluation import written
from recommender.evaluation.objective import OBJECTIVES
from recommender.evaluation.search_space import Range, Values
from recommender.evaluation.tuning import METHODS


@pytest.fixture
def tune(tmp_path, capsys):
    """Tunes biases on the movies that a package ships; gives exit code, output and errors."""

    def tune(*arguments: str) -> tuple[int, str, str]:
        code = main(
            [
                *("tune", "--objective", "rmse", "--trials", "4", "--workers", "1"),
                *("--study", str(tmp_path / "study"), *arguments),
            ]
        )
        return code, *capsys.readouterr()

    return tune


def test_the_trials_stand_beside_the_defaults_best_first(tune):
    code, out, err = tune("--algorithm", "bias:user_shrinkage=40")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("4 trials of bias on MovieLens")
    assert "RMSE of 173 visitors who tune" in lines[0]
    rows = [line.split()[0] for line in lines if line]
    assert rows[1:7] == ["RMSE", "defaults", "1.", "2.", "3.", "4."]
    assert "173 visitors are few" in out
    value = json.loads(tune("--algorithm", "bias:user_shrinkage=40", "--json")[1])
    values = [trial["value"] for trial in value["trials"]]
    assert values == sorted(values)
    assert len(values) == 4
    assert value["searched"] == {"item_shrinkage": "0.3..30"}
    assert value["defaults"]["parameters"] == {"item_shrinkage": 3.0}
    (chosen,) = arguments.algorithms([value["best"]], "movies").values()
    assert chosen.user_shrinkage == 40
    assert chosen.item_shrinkage == value["trials"][0]["parameters"]["item_shrinkage"]


def test_what_is_better_by_more_than_chance_is_given_to_train_with(tune):
    """By biases alone a better list is made of well-known titles: means shrunk a lot."""
    shrunk = ("--algorithm", "bias", "--objective", "ndcg", "--parameter", "item_shrinkage=30,300")
    code, out, _ = tune(*shrunk)
    value = json.loads(tune(*shrunk, "--json")[1])
    assert code == 0
    assert value["beyond_chance"]
    assert value["trials"][0]["minus_defaults"]["low"] > 0
    assert f"The best: --algorithm {value['best']}" in out
    assert f"evaluate --domain movies --algorithm bias --algorithm {value['best']}" in out


def test_where_the_defaults_are_best_they_are_to_be_kept(tune):
    code, out, _ = tune("--algorithm", "bias", "--parameter", "item_shrinkage=500,900")
    assert code == 0
    assert "No trial is better than the defaults by more than chance: keep them." in out
    assert "--algorithm" not in out


def test_another_search_in_the_same_folder_is_refused(tune):
    assert tune("--algorithm", "bias", "--trials", "1")[0] == 0
    code, out, err = tune("--algorithm", "bias", "--seed", "1")
    assert (code, out) == (1, "")
    assert "holds a search with other seed; name another --study" in err


def test_the_choices_are_those_there_are(capsys):
    with pytest.raises(SystemExit):
        main(["tune", "--help"])
    shown = capsys.readouterr().out
    assert f"{{{','.join(OBJECTIVES)}}}" in shown
    assert f"{{{','.join(METHODS)}}}" in shown


def test_what_to_search_is_read_as_range_values_or_name():
    assert written.to_search(["k=16..128", "power", "lent=0,0.5", "word=good"]) == {
        "k": Range(16, 128),
        "power": None,
        "lent": Values((0, 0.5)),
        "word": Values(("good",)),
    }


@pytest.mark.parametrize("text", ["", "=1..2", "k=", "k=1,,2", "k=1..", "k=1..x"])
def test_what_cannot_be_read_is_shown_how_to_write(text):
    with pytest.raises(ParameterError, match=r"cannot be read; write NAME, NAME=LOW\.\.HIGH or"):
        written.to_search([text])


def test_a_parameter_named_twice_is_refused():
    with pytest.raises(ParameterError, match="k is named twice"):
        written.to_search(["k=1..2", "k=3"])
