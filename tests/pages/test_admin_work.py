"""The Admin page at work: ratings that are brought, trainings that are asked for, the Hub."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.components.admin import door
from recommender.releases import Registry, write
from recommender.releases.watch import HubStatus
from recommender.training.job import ENDED
from recommender.training.jobs import Jobs
from recommender.training.uploads import uploads
from tests.hub.double import TOKEN, hub_double
from tests.pages.admin import go_to, log, press, sign_in
from tests.pages.visits import Visit
from tests.releases import village
from tests.releases.helpers import another
from tests.training.trainings import write_movielens


@pytest.fixture
def champion(models: Path) -> str:
    """The only release of movies."""
    release = write(another(44), models).name
    Registry(models).promote("movies", release)
    return release


@pytest.fixture
def section(champion: str, state: Path):
    """Signs in and goes to a section."""

    def section(name: str) -> Visit:
        return go_to(sign_in(), name)

    return section


@pytest.fixture
def trainings(models: Path, state: Path) -> Iterator[Jobs]:
    """Those of the page; none goes on when the test has ended."""
    jobs = Jobs(state, models)
    yield jobs
    for job in jobs.all():
        if job.state not in ENDED:
            jobs.cancel(job.id, "the test")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write_movielens(village.data(), tmp_path / "village")


def bring(visit: Visit, files: dict[str, bytes]) -> Visit:
    for name, content in files.items():
        visit.app.file_uploader(key="admin.files.movies").upload(name, content)
    visit.app.text_input(key="admin.bring.note").set_value("newer")
    visit.app.run(timeout=120)
    visit.app.button(key="admin.bring").click().run(timeout=240)
    return visit._checked()


def test_ratings_that_are_good_are_kept_and_offered(section, good, state):
    visit = bring(section("data"), {path.name: path.read_bytes() for path in good.iterdir()})
    (kept,) = uploads(state)
    assert (kept.domain, kept.by, kept.note) == ("movies", "admin", "newer")
    assert kept.ratings == len(village.data().ratings)
    assert "are good" in visit.app.success[0].value
    assert (log()[0].action, log()[0].outcome) == ("bring data", "done")
    go_to(visit, "retrain")
    offered = visit.app.selectbox(key="admin.train.data.movies").options
    assert any(option.startswith(kept.name) for option in offered)


def test_a_bad_line_is_shown_with_its_number_and_nothing_is_kept(section, good, state):
    lines = (good / "ratings.csv").read_bytes().splitlines()
    lines[41] = b"1,1,five,0"
    files = {"ratings.csv": b"\n".join(lines), "movies.csv": (good / "movies.csv").read_bytes()}
    visit = bring(section("data"), files)
    assert uploads(state) == []
    (table,) = (found.value for found in visit.app.dataframe)
    assert table["Line"].tolist() == [42]
    assert table["Found"].tolist() == ["five"]
    assert "nothing was kept" in visit.errors()[0]
    assert log()[0].outcome == "failed"


def test_a_forged_archive_is_refused(section, state):
    visit = bring(section("data"), {"ratings.zip": b"PK\x05\x06" + b"\0" * 18})
    assert uploads(state) == []
    assert visit.errors()
    assert log()[0].outcome == "failed"


def test_a_second_training_waits_and_both_can_be_cancelled(section, trainings, champion, models):
    visit = section("retrain")
    visit.app.multiselect[0].set_value(["taste-als", "bias"])
    visit.app.text_input(key="admin.train.note").set_value("smaller")
    visit.run()
    for _ in range(2):
        visit.app.button(key="admin.train.start").click().run(timeout=120)
        visit._checked()
        assert "is in the queue" in visit.app.success[0].value
    first, second = sorted(trainings.all(), key=lambda job: job.submitted)
    assert dict(first.request.algorithms) == {"taste-als": {}, "bias": {}}
    assert (first.request.by, first.request.note) == ("admin", "smaller")
    assert second.state == "waiting"
    press(visit, f"admin.cancel.{second.id}")
    assert trainings.job(second.id).state == "cancelled"
    press(visit, f"admin.cancel.{first.id}")
    assert [entry.action for entry in log()[:4]] == ["cancel", "cancel", "train", "train"]
    assert Registry(models).ids("movies") == [champion]


def test_parameters_that_differ_are_asked_for_and_those_out_of_range_refused(section, trainings):
    visit = section("retrain")
    visit.app.multiselect[0].set_value(["taste-als"])
    visit.run()
    visit.app.button_group(key="admin.train.adjusted.movies").set_value("taste-als")
    visit.run()
    k = visit.app.number_input(key="admin.parameter.movies.taste-als.k")
    assert (k.min, k.max) == (1, 1024)
    k.set_value(16)
    visit.run()
    visit.app.button(key="admin.train.start").click().run(timeout=120)
    (job,) = trainings.all()
    assert dict(job.request.algorithms["taste-als"]) == {"k": 16}
    visit.app.number_input(key="admin.parameter.movies.taste-als.k").set_value(5000)
    visit.app.run(timeout=120)
    assert not visit.app.exception
    asked = [dict(one.request.algorithms["taste-als"]) for one in trainings.all()]
    assert asked == [{"k": 16}]


def test_data_that_are_not_there_are_named_and_nothing_can_be_started(section):
    visit = section("retrain")
    visit.app.selectbox(key="admin.train.data.movies").select_index(-1)
    visit.run()
    visit.app.text_input(key="admin.train.path").set_value("/nowhere/at/all")
    visit.run()
    (error,) = visit.errors()
    assert "/nowhere/at/all" in error
    assert "admin.train.start" not in [button.key for button in visit.app.button]


def test_a_push_to_a_branch_that_has_moved_is_refused_and_said(
    section, champion, models, monkeypatch, tmp_path
):
    with hub_double() as double:
        variables = {
            "HF_ENDPOINT": double.url,
            "HF_HOME": str(tmp_path / "hf"),
            "HF_HUB_DISABLE_XET": "1",
            "HF_TOKEN": TOKEN,
            "TASTEMAP_HUB_REPO": "somebody/tastemap-movies",
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        repository = double.repository("somebody/tastemap-movies")
        seen = repository.branches["main"]
        looks = [HubStatus("somebody/tastemap-movies", "movies", commit=seen)]
        monkeypatch.setattr("recommender.releases.watch.statuses", lambda: looks)
        visit = section("releases")
        moved = repository.commit({"theirs": b"theirs"})
        visit.app.button(key=f"admin.publish.{champion}").click().run(timeout=120)
        visit._checked()
        assert "Somebody else has published" in visit.errors()[0]
        assert repository.branches["main"] == moved
        assert (log()[0].action, log()[0].outcome) == ("push", "failed")
        looks[:] = [HubStatus("somebody/tastemap-movies", "movies", commit=moved)]
        visit.app.button(key=f"admin.publish.{champion}").click().run(timeout=120)
        assert "is published" in visit.app.success[0].value
        assert repository.branches["main"] != moved
        assert TOKEN not in str(log())


def test_the_token_of_the_hub_never_reaches_the_log(section, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    door._office.cache_clear()
    office = door.office()
    office.log.append("ada", "push", detail=f"401 for {TOKEN}", outcome="failed")
    assert office.log.read(1)[0].detail == "401 for •••"
