"""R1 runs as scikit-surprise runs it, with its mistake and without."""

import csv

import pytest

from recommender.data import watched_as_ratings
from recommender.errors import DataError
from recommender.reproduction import r1

SMALL_GRID = {"n_epochs": [2, 8], "lr_all": [0.005]}


def study(data, reading="as told"):
    return r1.study(data, reading, 0, lambda done, phrase: None, grid=SMALL_GRID, folds=3)


def test_the_four_titles_are_those_with_the_most_members(tastemap_data):
    with (tastemap_data / "anime" / "anime.csv").open(encoding="utf-8", newline="") as file:
        members = {int(row["anime_id"]): int(row["members"]) for row in csv.DictReader(file)}
    assert set(sorted(members, key=members.__getitem__)[-4:]) == set(r1.TITLES)


def test_its_mistake_costs_what_it_costs(anime, figures):
    flawed, right = figures(study(watched_as_ratings(anime))), figures(study(anime))
    assert flawed["ratings of the four titles"] == 8_480
    assert right["ratings of the four titles"] == 7_270
    # -1 lies far from what people give to what they rate, and nothing says who will give it.
    assert 2.5 < flawed["RMSE, 5 folds"] < 3.2
    assert 1.2 < right["RMSE, 5 folds"] < 1.5
    assert right["MAE, 5 folds"] < right["RMSE, 5 folds"]


def test_the_search_names_the_best_of_its_grid(anime, figures):
    found = figures(study(anime))
    tried = {epochs: found[f"RMSE, 3 folds, n_epochs {epochs}, lr_all 0.005"] for epochs in (2, 8)}
    best = min(tried, key=tried.__getitem__)
    assert found["best RMSE with"] == f"n_epochs {best}, lr_all 0.005"


def test_rated_and_unrated_titles_of_users_1_and_3_are_predicted(anime):
    rows = [row for row in study(anime) if row.what.startswith("user ")]
    assert len(rows) == 8
    assert all(1 <= row.ours <= 10 for row in rows)
    assert rows[0].what == "user 1, Death Note"
    assert rows[0].note == "as told; in the ratings as 9"
    assert rows[1].note == "as told; not in the ratings"


def test_the_same_seed_gives_the_same_figures(anime):
    assert study(anime) == study(anime)


def test_data_without_the_four_titles_is_refused(small_movies):
    with pytest.raises(DataError, match=r"R1 needs the anime .* are not in this data set"):
        r1.study(small_movies, "", 0, lambda done, phrase: None)
