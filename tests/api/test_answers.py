"""What the API answers is what the release answers."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recommender.releases import Registry, write
from recommender.serving import opened
from recommender.serving.dials import Dials
from tests.releases import anime, helpers

RATINGS = {1: 5.0, 4: 2.0, 10: 3.5}
BODY = {"domain": "movies", "ratings": {str(item_id): r for item_id, r in RATINGS.items()}}
COLUMNS = ["item_id", "title", "score", "predicted_rating", "low", "high", "because"]


def test_domains_say_what_is_served(ask):
    found = ask.get("/api/domains").json()["domains"]
    assert [one["domain"] for one in found] == ["movies", "anime"]
    movies, other = found
    release = opened.release("movies")
    assert movies["release"] == release.id
    assert movies["titles"] == len(release.shelf)
    assert movies["scale"] == {"low": 0.5, "high": 5.0, "step": 0.5, "liked": 4.0}
    assert movies["models"] == sorted(release.models)
    assert (movies["ranker"], movies["rater"]) == (release.ranker, release.rater)
    assert movies["genres"] == list(release.shelf.all_genres)
    assert other["scale"]["high"] == 10
    assert other["kinds"] == list(opened.release("anime").shelf.all_kinds)


def test_recommendations_are_those_of_the_release(ask, movies_release):
    found = ask.post("/api/recommend", json={**BODY, "count": 7}).json()
    assert (found["domain"], found["release"]) == ("movies", movies_release.id)
    assert (found["model"], found["unknown"]) == (movies_release.ranker, [])
    expected = movies_release.fold_in(RATINGS).recommend(7)
    rows = found["recommendations"]
    assert [row["rank"] for row in rows] == list(range(1, 8))
    for name in COLUMNS:
        assert [row[name] for row in rows] == expected[name].tolist()
    years = movies_release.catalogue["year"]
    known = {id_: None if year is pd.NA else int(year) for id_, year in years.items()}
    assert [row["year"] for row in rows] == [known[row["item_id"]] for row in rows]


def test_the_example_of_the_readme_is_answered(ask):
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    (body,) = re.findall(r"/api/recommend .*\n +-d '(.*)'", readme)
    assert len(ask.post("/api/recommend", json=json.loads(body)).json()["recommendations"]) == 5


def test_every_dial_of_the_page_turns_the_same_list(ask, movies_release):
    genre = movies_release.shelf.all_genres[0]
    turned = {"surprise": 60, "variety": 30, "genres": [genre], "first_year": 1990}
    rows = ask.post("/api/recommend", json={**BODY, "dials": turned}).json()["recommendations"]
    dials = Dials(surprise=60, variety=30, genres=(genre,), first_year=1990)
    expected = movies_release.fold_in(RATINGS).recommend(20, dials=dials)["item_id"].tolist()
    assert [row["item_id"] for row in rows] == expected
    neutral = movies_release.fold_in(RATINGS).recommend(20)["item_id"].tolist()
    assert expected != neutral


def test_what_is_rated_seen_planned_or_excluded_is_not_recommended(ask):
    gone = {"exclude": [7], "seen": [13], "planned": [16]}
    body = {**BODY, **gone, "count": 100}
    rows = ask.post("/api/recommend", json=body).json()["recommendations"]
    ids = {row["item_id"] for row in rows}
    assert ids == set(helpers.item_ids().tolist()) - {*RATINGS, 7, 13, 16}
    body["dials"] = {"show_seen": True, "show_planned": True}
    rows = ask.post("/api/recommend", json=body).json()["recommendations"]
    assert {row["item_id"] for row in rows} == ids | {13, 16}


def test_unrated_visitors_get_the_popular_titles(ask, movies_release):
    body = {"domain": "movies", "ratings": {}}
    rows = ask.post("/api/recommend", json=body).json()["recommendations"]
    shelf = movies_release.shelf
    assert [row["item_id"] for row in rows] == shelf.item_ids[shelf.by_popularity[:20]].tolist()


def test_ids_that_are_not_in_the_catalogue_are_told_and_do_no_harm(ask):
    plain = ask.post("/api/recommend", json=BODY).json()
    more = {**BODY, "ratings": {**BODY["ratings"], "999999": 4}}
    found = ask.post("/api/recommend", json=more).json()
    assert found["unknown"] == [999999]
    assert found["recommendations"] == plain["recommendations"]


def test_a_model_that_predicts_no_ratings_ranks_and_the_rater_predicts(ask, movies_release):
    found = ask.post("/api/recommend", json={**BODY, "model": "plain"}).json()
    assert found["model"] == "plain"
    visitor = movies_release.fold_in(RATINGS, "plain")
    assert [row["item_id"] for row in found["recommendations"]] == visitor.recommend()[
        "item_id"
    ].tolist()
    ratings = [row["predicted_rating"] for row in found["recommendations"]]
    house = movies_release.fold_in(RATINGS)
    assert ratings == house.predict(visitor.recommend()["item_id"].tolist()).tolist()


def test_an_explanation_sums_to_the_score_of_the_list(ask):
    top = ask.post("/api/recommend", json=BODY).json()["recommendations"][0]
    found = ask.post("/api/explain", json={**BODY, "item_id": top["item_id"]}).json()
    assert (found["title"], found["score"]) == (top["title"], top["score"])
    amounts = [part["contribution"] for part in found["parts"]]
    assert sum(amounts) == pytest.approx(top["score"])
    assert {part["item_id"]: part["rating"] for part in found["parts"]} == {**RATINGS, None: None}


def test_a_title_is_found_by_a_misspelt_name(ask):
    found = ask.get("/api/titles", params={"domain": "anime", "q": "atack on titan"}).json()
    best = found["titles"][0]
    assert best["title"] == anime.TITAN
    assert best["rank"] == 1
    assert best["similarity"] > 0.6
    assert best["year"] is None
    several = {"domain": "anime", "q": "Tabi no Hi", "count": 3}
    assert len(ask.get("/api/titles", params=several).json()["titles"]) == 3


def test_neighbours_are_those_of_the_factors(ask, movies_release):
    found = ask.get("/api/titles/movies/10/neighbours", params={"count": 5}).json()["titles"]
    expected = movies_release.factors.neighbours(10, 5)
    assert [row["item_id"] for row in found] == expected["item_id"].tolist()
    assert np.allclose([row["similarity"] for row in found], expected["similarity"])


def test_titles_for_adults_are_nowhere_unless_the_settings_say_so(ask, monkeypatch):
    hidden = anime.ADULT[0]
    body = {"domain": "anime", "ratings": {"7": 9}, "count": 100}
    near = "/api/titles/anime/7/neighbours?count=100"

    def found() -> set[int]:
        rows = ask.post("/api/recommend", json=body).json()["recommendations"]
        return {row["item_id"] for row in [*rows, *ask.get(near).json()["titles"]]}

    assert len(found()) == anime.N_TITLES - len(anime.ADULT) - 1
    assert not found() & set(anime.ADULT)
    assert ask.get(f"/api/titles/anime/{hidden}/neighbours").status_code == 404
    explained = {"domain": "anime", "ratings": {"7": 9}, "item_id": hidden}
    assert ask.post("/api/explain", json=explained).status_code == 422
    monkeypatch.setenv("TASTEMAP_ADULT", "1")
    opened._opened.clear()
    assert set(anime.ADULT) <= found()


def test_a_release_that_is_promoted_serves_from_the_next_request_on(ask, models):
    before = ask.post("/api/recommend", json=BODY).json()["release"]
    new = write(helpers.draft(seed=5), models).name
    assert ask.post("/api/recommend", json=BODY).json()["release"] == before
    Registry(models).promote("movies", new)
    assert ask.post("/api/recommend", json=BODY).json()["release"] == new
