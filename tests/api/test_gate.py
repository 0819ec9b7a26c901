"""How much a request may bring, and how often one source may come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.api.gate import AHEAD, BODY_BYTES, MOST_SOURCES, Rate
from tests.api.conftest import client

BODY = {"domain": "movies", "ratings": {"1": 5}}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@given(
    per_minute=st.integers(1, 1000),
    steps=st.lists(st.floats(0, 30), min_size=1, max_size=200),
)
def test_no_source_gets_more_than_its_rate(per_minute, steps):
    clock, allowed = Clock(), 0
    rate = Rate(clock)
    for step in steps:
        clock.now += step
        allowed += rate.wait("here", per_minute) == 0
    assert allowed <= 1 + (clock.now + AHEAD) * per_minute / 60 + 1e-6


@given(per_minute=st.integers(1, 1000), n=st.integers(1, 100))
def test_a_source_that_keeps_to_its_rate_never_waits(per_minute, n):
    clock = Clock()
    rate = Rate(clock)
    for _ in range(n):
        assert rate.wait("here", per_minute) == 0
        clock.now += 60 / per_minute


@given(per_minute=st.integers(1, 1000))
def test_who_waits_as_long_as_told_is_let_in(per_minute):
    clock = Clock()
    rate = Rate(clock)
    while not (wait := rate.wait("here", per_minute)):
        pass
    # Coming again in vain does not make it longer.
    assert rate.wait("here", per_minute) == wait
    assert rate.wait("elsewhere", per_minute) == 0
    if wait > 1e-3:
        clock.now += wait - 1e-3
        assert rate.wait("here", per_minute) > 0
        wait = 1e-3
    clock.now += wait + 1e-6
    assert rate.wait("here", per_minute) == 0


def test_many_sources_do_not_fill_the_memory():
    rate = Rate()
    for number in range(MOST_SOURCES + 100):
        rate.wait(str(number), 300)
    assert len(rate._paid) == MOST_SOURCES


def test_who_comes_too_often_is_told_when_to_come_again(models, monkeypatch):
    monkeypatch.setenv("TASTEMAP_API_PER_MINUTE", "6")
    with client() as ask:
        found = [ask.post("/api/recommend", json=BODY) for _ in range(4)]
        assert [one.status_code for one in found] == [200, 200, 429, 429]
        refused = found[-1]
        assert "6 a minute" in refused.json()["errors"][0]["message"]
        assert 1 <= int(refused.headers["retry-after"]) <= 10
        # Those who watch the server are never refused.
        for path in ("health", "health/live", "health/ready", "metrics"):
            assert ask.get(f"/api/{path}").status_code == 200
        assert ask.get("/api/domains").status_code == 429


@pytest.mark.parametrize("known", [True, False])
def test_a_body_that_is_too_large_is_refused(ask, known):
    large = b" " * (BODY_BYTES + 1)
    # A generator is sent in chunks, without its length.
    content = large if known else iter([large[:1000], large[1000:]])
    headers = {"Content-Type": "application/json"}
    answer = ask.post("/api/recommend", content=content, headers=headers)
    assert answer.status_code == 413
    (problem,) = answer.json()["errors"]
    assert problem["field"] == "body"
    assert "128 KiB" in problem["message"]


def test_the_largest_wish_is_not_too_large(ask):
    ids = [10**15 - 1 - number for number in range(5000)]
    ratings = {str(10**14 + number): 3.5 for number in range(1000)}
    body = {"domain": "movies", "ratings": ratings, "exclude": ids}
    assert ask.post("/api/recommend", json=body).status_code == 200


def test_a_length_that_is_none_breaks_nothing(ask):
    headers = {"Content-Type": "application/json", "Content-Length": "-x"}
    answer = ask.post("/api/recommend", content=b"{}", headers=headers)
    assert answer.status_code == 400
