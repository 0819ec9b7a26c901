"""Whatever is wrong with a request, the answer names the field and the mend."""

import pytest

GOOD = {"domain": "movies", "ratings": {"1": 5}}

BODIES = {
    "no domain": ({"ratings": {}}, 400, "domain", "give it"),
    "no ratings": ({"domain": "movies"}, 400, "ratings", "give it"),
    "an unknown field": ({**GOOD, "rating": 3}, 400, "rating", "leave it out"),
    "text for a number": ({**GOOD, "count": "5"}, 400, "count", "valid integer"),
    "too many": ({**GOOD, "count": 101}, 400, "count", "less than or equal to 100"),
    "none": ({**GOOD, "count": 0}, 400, "count", "greater than or equal to 1"),
    "a key that is no id": (
        {"domain": "movies", "ratings": {"Heat": 5}},
        400,
        "ratings.Heat",
        "whole numbers",
    ),
    "a rating that is text": (
        {"domain": "movies", "ratings": {"1": "5"}},
        400,
        "ratings.1",
        "valid number",
    ),
    "a rating that is true": (
        {"domain": "movies", "ratings": {"1": True}},
        400,
        "ratings.1",
        "valid number",
    ),
    "1,001 ratings": (
        {"domain": "movies", "ratings": {str(one): 5 for one in range(1001)}},
        400,
        "ratings",
        "at most 1000",
    ),
    "a dial beyond its end": ({**GOOD, "dials": {"surprise": 101}}, 400, "dials.surprise", "100"),
    "an unknown dial": ({**GOOD, "dials": {"mood": 1}}, 400, "dials.mood", "leave it out"),
    "a list for an object": ([1], 400, "body", "JSON object"),
    "an unknown domain": ({**GOOD, "domain": "books"}, 422, "domain", "there is movies, anime"),
    "an unknown model": ({**GOOD, "model": "oracle"}, 422, "model", "there is "),
    "a rating off the scale": (
        {"domain": "movies", "ratings": {"1": 5.2}},
        422,
        "ratings.1",
        "give one of 0.5, 1,",
    ),
    "an unknown genre": (
        {**GOOD, "dials": {"genres": ["Comedy", "Comdy"]}},
        422,
        "dials.genres.",
        "there is ",
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_bad_body_is_told_its_field_and_the_mend(ask, name):
    body, status, field, mend = BODIES[name]
    answer = ask.post("/api/recommend", json=body)
    assert answer.status_code == status
    problem = answer.json()["errors"][0]
    assert problem["field"].startswith(field)
    assert mend in problem["message"]


def test_everything_wrong_is_told_at_once(ask):
    body = {"domain": "movies", "ratings": {"1": 5.2, "4": 9, "7": 3}}
    errors = ask.post("/api/recommend", json=body).json()["errors"]
    assert [one["field"] for one in errors] == ["ratings.1", "ratings.4"]
    body = {"domain": "movies", "ratings": {"x": 1}, "count": -1, "more": 1}
    errors = ask.post("/api/recommend", json=body).json()["errors"]
    assert [one["field"] for one in errors] == ["ratings.x", "count", "more"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"domain":', "from character 10 on"),
        (b"", "give it"),
        (b'{"domain": "\xff"}', "UTF-8"),
        (b'{"domain": "movies", "ratings": {"1": NaN}}', "finite number"),
        (b'{"domain": "movies", "ratings": {"1": 1e999}}', "finite number"),
        (b"[" * 100_000, ""),
        (b'{"count": ' + b"9" * 10_000 + b"}", ""),
    ],
)
def test_what_is_no_json_is_told_so(ask, content, words):
    headers = {"Content-Type": "application/json"}
    answer = ask.post("/api/recommend", content=content, headers=headers)
    assert answer.status_code == 400
    assert words in " ".join(one["message"] for one in answer.json()["errors"])


def test_a_form_is_told_to_come_as_json(ask):
    answer = ask.post("/api/recommend", data={"domain": "movies"})
    assert answer.status_code == 400
    assert "Content-Type: application/json" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/api/titles?domain=movies", 400, "q"),
        ("/api/titles?domain=movies&q=", 400, "q"),
        ("/api/titles?domain=movies&q=x&limit=3", 400, "limit"),
        ("/api/titles?domain=books&q=x", 422, "domain"),
        ("/api/titles/movies/999/neighbours", 404, "item_id"),
        ("/api/titles/movies/x/neighbours", 400, "item_id"),
        ("/api/titles/books/1/neighbours", 404, "domain"),
        ("/api/titles/movies/1/neighbours?count=0", 400, "count"),
        ("/api/nothing", 404, None),
        ("/api/", 404, None),
        ("/api/recommend", 405, None),
    ],
)
def test_a_bad_address_is_told_its_field(ask, path, status, field):
    answer = ask.get(path)
    assert answer.status_code == status
    (problem,) = answer.json()["errors"]
    assert problem["field"] == field
    assert problem["message"]


def test_the_methods_that_an_address_takes_are_named(ask):
    assert ask.put("/api/recommend", json={}).headers["allow"] == "POST"


def test_a_server_that_cannot_serve_says_why(ask, models, monkeypatch):
    monkeypatch.setenv("TASTEMAP_MODELS", str(models / "gone"))
    answer = ask.post("/api/recommend", json=GOOD)
    assert answer.status_code == 503
    assert "TASTEMAP_MODELS" in answer.json()["errors"][0]["message"]
