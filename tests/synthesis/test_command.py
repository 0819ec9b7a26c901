"""`python -m recommender data synthesise` makes a set and says how like it is."""

import json

from recommender.cli import main
from recommender.data import load


def test_the_command_makes_a_set_that_can_be_named_as_data(made, tmp_path, capsys):
    out = tmp_path / "out"
    options = ["--like", "movies", "--users", "300", "--ratings", "7000", "--out", str(out)]
    assert main(["data", "--data", str(made[0].place), "synthesise", *options, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    ratings = load("movies", out).ratings
    assert (len(ratings), ratings.n_users) == (7000, 300) == (answer["ratings"], answer["users"])
    rows = {row["name"]: row for row in answer["figures"]}
    assert rows["users"] == {"name": "users", "real": 1000, "synthetic": 300, "difference": -700}


def test_what_cannot_be_is_one_sentence(made, tmp_path, capsys):
    options = ["--like", "movies", "--users", "300", "--ratings", "200"]
    place = str(made[0].place)
    assert (
        main(["data", "synthesise", *options, "--data", place, "--out", str(tmp_path / "x")]) == 1
    )
    assert "every user rates at least one" in capsys.readouterr().err
