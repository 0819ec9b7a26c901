"""Live, ready, degraded: what the health tells, and with which status."""

import pytest

from recommender import __version__
from recommender.releases import Registry, watch, write
from recommender.releases.watch import HubStatus
from tests.releases import helpers


def champions(models) -> dict[str, str]:
    return {one: Registry(models).aliases(one).champion for one in Registry(models).domains()}


@pytest.mark.parametrize("path", ["/api/health", "/api/health/ready"])
def test_a_server_that_serves_is_ready(ask, models, path):
    answer = ask.get(path)
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "version": __version__,
        "domains": champions(models),
    }
    assert ask.head(path).status_code == 200


def test_a_champion_that_does_not_open_is_told_and_what_serves_instead(ask, models):
    good = champions(models)["movies"]
    bad = write(helpers.draft(seed=1), models)
    Registry(models).promote("movies", bad.name)
    (bad / "house.safetensors").write_bytes(b"")
    answer = ask.get("/api/health/ready")
    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "degraded"
    assert body["domains"]["movies"] == good
    assert bad.name in body["reason"]


def test_a_domain_that_cannot_be_served_makes_a_server_not_ready_but_live(ask, models):
    folder = models / "movies" / champions(models)["movies"]
    (folder / "release.json").write_text("{")
    answer = ask.get("/api/health/ready")
    assert answer.status_code == 503
    assert answer.json()["status"] == "degraded"
    assert folder.name in answer.json()["reason"]
    assert ask.get("/api/health/live").json() == {"status": "live", "version": __version__}


@pytest.mark.parametrize("path", ["/api/health", "/api/health/ready"])
def test_a_hub_that_cannot_be_followed_degrades_and_keeps_nobody_out(
    ask, models, monkeypatch, path
):
    look = HubStatus("somebody/movies", "movies", fault="The Hub does not answer.")
    monkeypatch.setattr(watch, "statuses", lambda: [look])
    answer = ask.get(path)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["status"], body["reason"]) == ("degraded", "The Hub does not answer.")
    assert body["domains"] == champions(models)
    assert body["hub"] == {
        "somebody/movies": {
            "domain": "movies",
            "checked_at": None,
            "commit": None,
            "release": None,
            "fault": "The Hub does not answer.",
        }
    }


@pytest.mark.parametrize("path", ["/api/health", "/api/health/ready"])
def test_settings_that_cannot_be_read_are_told(ask, monkeypatch, path):
    monkeypatch.setenv("TASTEMAP_API_PER_MINUTE", "many")
    answer = ask.get(path)
    assert answer.status_code == 503
    assert "TASTEMAP_API_PER_MINUTE" in answer.json()["reason"]
    assert ask.get("/api/domains").status_code == 503
