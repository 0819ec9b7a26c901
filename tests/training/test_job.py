"""A request and a status are believed only if they are whole."""

import json
from datetime import UTC, datetime

import pytest

from recommender.errors import DataError, JobError, ParameterError
from recommender.training import plan
from recommender.training.job import JobRequest, JobSearch, Status

NOW = datetime(2026, 11, 25, 13, 30, tzinfo=UTC)
FULL = JobRequest(
    "movies",
    "ml-1m",
    {"funk-svd": {"k": 8, "engine": "kernel"}, "bias": {}},
    JobSearch("taste-als", {"k": (16, 32), "power": ()}, "random", 5, "rmse"),
    7,
    "ann",
    "newer ratings",
)


def test_a_request_survives_the_file():
    assert JobRequest.from_json(json.loads(json.dumps(FULL.to_json()))) == FULL
    assert JobRequest.from_json(JobRequest("anime").to_json()) == JobRequest("anime")


def test_a_status_survives_the_file():
    status = Status(NOW, "running", "fitting", 0.25, 3.5, {"a": (2.0, 1.0)}, 5, 9, started=NOW)
    assert Status.from_json(json.loads(json.dumps(status.to_json()))) == status


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seed": -1}, "seed must be a whole number from 0 to 2,147,483,647, not -1"),
        ({"seed": True}, "seed must be a whole number"),
        ({"seed": 2**31}, "seed must be a whole number"),
        ({"domain": "../etc"}, "is no name"),
        ({"domain": None}, "domain must be a text"),
        ({"note": "x" * 3000}, "note must be a text of at most 2,000"),
        ({"source": "a\x00b"}, "source must be a text"),
        ({"algorithms": []}, "algorithms must be an object"),
        ({"algorithms": {"bias": 3}}, "bias must be an object"),
        ({"algorithms": {"bias": {"k": float("nan")}}}, "bias: k must be a number or a word"),
        ({"algorithms": {"bias": {"k": [1]}}}, "bias: k must be a number or a word"),
        ({"search": {"algorithm": "bias", "trials": 0}}, "trials must be a whole number from 1"),
        ({"search": {"algorithm": "bias", "method": "luck"}}, "method must be one of grid"),
        ({"search": {"algorithm": "bias", "space": {"k": 3}}}, "k needs a list of values"),
        ({"search": {"algorithm": "bias", "more": 3}}, "search has no 'more'"),
        ({"command": "rm"}, "has no 'command'"),
    ],
)
def test_what_is_no_request_is_refused_with_the_field(change, said):
    with pytest.raises(ParameterError, match=said.replace("(", "\\(")):
        JobRequest.from_json(JobRequest("movies").to_json() | change)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "happy"},
        {"share": 2},
        {"share": "much"},
        {"submitted": None},
        {"submitted": "yesterday"},
        {"losses": {"a": ["x"]}},
        {"losses": 3},
        {"pid": "1; rm"},
        {"more": 1},
    ],
)
def test_what_is_no_status_is_refused(change):
    with pytest.raises(JobError, match="status cannot be read"):
        Status.from_json(Status(NOW).to_json() | change)


@pytest.mark.parametrize(
    ("algorithms", "said"),
    [
        ({"taste-als": {"k": 0}}, r"taste-als: k must lie in 1\.\.1024, not 0"),
        ({"taste-als": {"kk": 3}}, "taste-als has no parameter 'kk'"),
        ({"magic": {}}, "no algorithm 'magic'"),
    ],
)
def test_parameters_out_of_range_are_refused_before_anything_runs(algorithms, said):
    with pytest.raises(ParameterError, match=said):
        plan.check(JobRequest("movies", algorithms=algorithms))


def test_a_search_is_checked_before_anything_runs():
    def ask(**space):
        return JobRequest("movies", search=JobSearch("taste-als", space))

    plan.check(ask(k=(8, 16)))
    with pytest.raises(ParameterError, match="k"):
        plan.check(ask(k=(8, 5000)))
    with pytest.raises(ParameterError, match="both fixed and to be searched"):
        plan.check(
            JobRequest(
                "movies",
                algorithms={"taste-als": {"k": 8}},
                search=JobSearch("taste-als", {"k": (8, 16)}),
            )
        )


def test_an_unknown_domain_is_refused():
    with pytest.raises(DataError, match="no domain 'books'; there is anime, movies"):
        plan.check(JobRequest("books"))


def test_without_algorithms_a_release_holds_what_suits_the_domain():
    assert "blend" in plan.algorithms(JobRequest("movies"))
    assert list(plan.algorithms(JobRequest("movies", algorithms={"bias": {}}))) == ["bias"]
