"""The watch on the Hub: it takes what is new once, says how it went, and never ends."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from recommender.errors import ReleaseError
from recommender.releases import Registry, write
from recommender.releases.hub import Hub
from recommender.releases.watch import HubStatus, Watch
from recommender.settings import Settings
from tests.hub.conftest import NAME, publish, tidy
from tests.hub.double import refusal
from tests.releases import anime


@pytest.fixture
def settings(here: Registry) -> Settings:
    return Settings(models=here.root, hub_repository=NAME, hub_seconds=90)


@pytest.fixture
def watch(settings: Settings, hub: Hub) -> Watch:
    return Watch(settings, hub)


def status(watch: Watch) -> HubStatus:
    (found,) = watch.statuses
    return found


def test_before_the_first_look_nothing_is_known(watch):
    assert status(watch) == HubStatus(NAME)


def test_a_new_release_is_taken_and_the_look_is_told(double, watch, here):
    new, _ = here.ids("movies")
    commit = publish(double, here, new)

    assert watch.look() == 90

    found = status(watch)
    assert found.checked is not None
    assert datetime.now(UTC) - found.checked < timedelta(minutes=1)
    assert replace(found, checked=None) == HubStatus(NAME, "movies", None, commit, new, None)
    assert here.open("movies").id == new


def test_what_was_taken_is_looked_at_and_left_alone(double, watch, here):
    new, old = here.ids("movies")
    publish(double, here, new)
    watch.look()
    here.rollback("movies")
    double.asked.clear()

    watch.look()

    assert double.kinds() == ["info", "file"]
    assert here.aliases("movies").champion == old


def test_a_hub_that_fails_is_told_until_it_works_again(double, watch, here):
    new, old = here.ids("movies")
    publish(double, here, new)
    double.fault = lambda asked: refusal(429, **{"Retry-After": "600"})
    assert watch.look() == 600
    assert "try again in 600 seconds" in str(status(watch).fault)
    assert here.aliases("movies").champion == old

    double.fault = lambda asked: None
    watch.look()
    assert status(watch).fault is None
    assert here.aliases("movies").champion == new


def test_a_commit_that_is_no_release_is_downloaded_once(double, watch, here, tmp_path):
    new, old = here.ids("movies")
    shutil.move(here.home("movies") / new, tmp_path / new)
    tree = {path.name: path.read_bytes() for path in (tmp_path / new).iterdir()}
    tree["atlas.parquet"] = tree["atlas.parquet"][:-1] + b"x"
    double.repository(NAME).commit(tree)
    watch.look()
    fault = status(watch).fault
    assert "the bytes of atlas.parquet are not those" in str(fault)
    double.asked.clear()

    watch.look()

    assert status(watch).fault == fault
    assert double.kinds() == ["info", "file"]
    assert here.aliases("movies").champion == old
    assert tidy(here)
    shutil.move(tmp_path / new, here.home("movies") / new)
    publish(double, here, new)
    watch.look()
    assert status(watch).fault is None
    assert here.aliases("movies").champion == new


def test_every_domain_has_a_look_of_its_own(double, settings, here):
    name = "somebody/tastemap-{domain}"
    new, _ = here.ids("movies")
    here.promote("anime", write(anime.draft(), here.root).name)
    publish(double, here, new, name.replace("{domain}", "movies"))
    watch = Watch(settings, Hub(name))

    watch.look()

    of_anime, of_movies = watch.statuses
    assert (of_movies.domain, of_movies.release, of_movies.fault) == ("movies", new, None)
    assert of_anime.domain == "anime"
    assert "has no repository somebody/tastemap-anime" in str(of_anime.fault)


def test_a_release_that_cannot_be_made_ready_does_not_serve(double, settings, hub, here):
    new, old = here.ids("movies")
    publish(double, here, new)

    def ready(domain: str, release_id: str) -> None:
        raise ReleaseError("no memory left")

    watch = Watch(settings, hub, ready)
    watch.look()
    assert status(watch).fault == "no memory left"
    assert here.aliases("movies").champion == old


def test_a_bug_is_in_the_log_and_does_not_end_the_watch(double, settings, hub, here, capsys):
    publish(double, here, here.ids("movies")[0])

    def ready(domain: str, release_id: str) -> None:
        raise ZeroDivisionError

    watch = Watch(settings, hub, ready)
    assert watch.look() == 90
    assert status(watch).fault == f"Looking at {NAME} failed (ZeroDivisionError); see the log."
    assert "in ready" in capsys.readouterr().err
