"""What metrics and log know of a request, and that nobody is in it."""

import io
import json

import pytest
from prometheus_client.parser import text_string_to_metric_families

from recommender import logs
from recommender.api import answers, endpoints
from recommender.serving import opened

SECRETS = ("4.5", "1234567", "Heat", "testclient", "203.0.113.7", "Somebody/1.0")


@pytest.fixture
def log():
    """What is logged, line by line, as the server has it on stderr."""
    before = (logs.LOGGER.handlers, logs.LOGGER.propagate, logs.LOGGER.level)
    logs.configure()
    taken = io.StringIO()
    logs.LOGGER.handlers[0].setStream(taken)
    yield lambda: [json.loads(line) for line in taken.getvalue().splitlines()]
    logs.LOGGER.handlers, logs.LOGGER.propagate = before[:2]
    logs.LOGGER.setLevel(before[2])


def figures(ask) -> dict[tuple, float]:
    """The samples of /api/metrics by name and labels."""
    answer = ask.get("/api/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def personal(ask) -> None:
    """Asks everything with what is nobody's business."""
    headers = {"X-Forwarded-For": "203.0.113.7", "User-Agent": "Somebody/1.0"}
    body = {"domain": "movies", "ratings": {"1": 4.5, "1234567": 4.5}}
    ask.post("/api/recommend", json=body, headers=headers)
    ask.post("/api/explain", json={**body, "item_id": 4}, headers=headers)
    ask.post("/api/recommend", json={**body, "model": "Heat"}, headers=headers)
    ask.get("/api/titles?domain=movies&q=Heat", headers=headers)
    ask.get("/api/titles/movies/1234567/neighbours", headers=headers)
    ask.get("/api/Heat", headers=headers)
    ask.request("HEAT", "/api/recommend", headers=headers)


def test_requests_are_counted_by_address_and_outcome(ask):
    def count(*labels: str) -> float:
        return figures(ask).get(("tastemap_requests_total", *sorted(labels)), 0.0)

    good = ("POST", "/api/recommend", "200")
    before, bad = count(*good), count("POST", "/api/recommend", "400")
    ask.post("/api/recommend", json={"domain": "movies", "ratings": {"1": 5}})
    ask.post("/api/recommend", json={})
    assert count(*good) == before + 1
    assert count("POST", "/api/recommend", "400") == bad + 1


def test_recommendations_releases_and_visitors_are_told(ask):
    model = opened.release("movies").ranker
    name = ("tastemap_recommendations_total", *sorted(("api", "movies", model)))
    before = figures(ask).get(name, 0.0)
    ask.post("/api/recommend", json={"domain": "movies", "ratings": {"1": 5}})
    found = figures(ask)
    assert found[name] == before + 1
    assert found["tastemap_release", *sorted(("movies", opened.release("movies").id))] == 1
    assert found["tastemap_sessions",] == 3
    assert found["tastemap_request_seconds_count", "/api/recommend"] >= 1


def test_a_request_is_a_line_of_json(ask, log):
    ask.get("/api/titles/movies/1/neighbours")
    (line,) = log()
    assert line.pop("time").endswith("+00:00")
    assert 0 < line.pop("milliseconds") < 60_000
    assert line == {
        "level": "info",
        "event": "request",
        "method": "GET",
        "route": "/api/titles/{domain}/{item_id}/neighbours",
        "status": 200,
    }


def test_nobody_is_in_the_log_or_the_metrics(ask, log):
    personal(ask)
    lines = log()
    assert len(lines) == 7
    for line in lines:
        del line["time"], line["milliseconds"]
    values = {key for key in figures(ask) if key[0].startswith("tastemap_")}
    for secret in SECRETS:
        assert secret not in json.dumps(lines)
        assert secret not in str(values)
    assert {line["route"] for line in lines} >= {"other", "/api/recommend"}


def test_a_bug_is_logged_by_its_place_and_told_by_a_number(ask, log, monkeypatch):
    def broken(*asked: object) -> None:
        raise ValueError(f"Heat, rated 4.5 by 203.0.113.7: {asked}")

    monkeypatch.setattr(answers, "recommend", broken)
    answer = ask.post("/api/recommend", json={"domain": "movies", "ratings": {"1": 4.5}})
    assert answer.status_code == 500
    bug, request = log()
    assert (bug["level"], bug["event"], bug["error"]) == ("error", "bug", "ValueError")
    assert bug["number"] in answer.json()["errors"][0]["message"]
    assert __file__ in bug["places"][-1]
    assert endpoints.__file__ in " ".join(bug["places"])
    assert (request["level"], request["status"]) == ("error", 500)
    for secret in SECRETS:
        assert secret not in json.dumps([bug["places"], request["route"], answer.json()])
        assert secret not in json.dumps({**bug, "time": ""})
