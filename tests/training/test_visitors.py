"""Visitors of the app train and are never asked, and what they do to the figures is told."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from recommender.cli import main
from recommender.data.watched import Watched
from recommender.errors import DataError
from recommender.evaluation import judgement_file
from recommender.evaluation.few_ratings import tuning_visitors, visitor_folds
from recommender.releases import Registry
from recommender.settings import Settings
from recommender.storage import open_database
from recommender.training.job import JobRequest
from recommender.training.jobs import Jobs
from recommender.training.visitors import FILE, join, with_visitors
from recommender.visitors.records import Kept
from tests.releases import village
from tests.training.trainings import QUICK, ended, request
from tests.visitors.made import ADA, BOB, CLEO, put, rated

DATA = village.data()


def some(n: int) -> dict[int, float]:
    """Ratings of the village's titles; more than enough to be asked if one could be."""
    values = DATA.ratings.scale.values
    return {int(one): values[at % len(values)] for at, one in enumerate(DATA.ratings.item_ids[:n])}


def of(**people: dict[int, float]) -> Kept:
    rows = [(who, item, value) for who in sorted(people) for item, value in people[who].items()]
    visitors, items, values = zip(*rows, strict=True)
    at = np.full(len(rows), 1_764_000_000_000)
    return Kept(np.array(visitors), np.array(items), np.array(values), at)


@pytest.fixture
def settings(tmp_path):
    here = Settings(state=tmp_path / "state")
    engine = open_database(here)
    for who in (ADA, BOB, CLEO):
        put(engine, who, rated(some(60), brought=True))
    yield here
    engine.dispose()


def test_they_join_as_users_with_negative_ids_and_their_ratings_as_they_are():
    one, two = map(int, DATA.ratings.item_ids[:2])
    joined = join(DATA, of(a=some(40), b={one: 0.5, two: 5.0}))
    ratings = joined.data.ratings
    assert (joined.people, joined.ratings) == (2, 42)
    assert ratings.user_ids[:3].tolist() == [-2, -1, DATA.ratings.user_ids[0]]
    rows = ratings.users == 1
    found = dict(zip(ratings.item_ids[ratings.items[rows]], ratings.values[rows], strict=True))
    assert found == {one: 0.5, two: 5.0}
    assert len(ratings) == len(DATA.ratings) + 42
    assert joined.share == pytest.approx(42 / len(ratings))
    at = joined.data.catalogue.index.get_loc(one)
    assert joined.data.catalogue["n_ratings"].iloc[at] == DATA.ratings.counts()[at] + 2


def test_nobody_else_is_asked_with_them_than_without():
    joined = join(DATA, of(a=some(60), b=some(25), c=some(45)))
    for asked in (visitor_folds, tuning_visitors):
        without, with_them = asked(DATA.ratings), asked(joined.data.ratings)
        assert np.array_equal(with_them[3:], without)
        assert (with_them[:3] <= 0).all()
    assert visitor_folds(joined.data.ratings)[:3].tolist() == [-1, -1, -1]


def test_what_the_data_set_does_not_know_is_left_out_and_counted():
    joined = join(DATA, of(a=some(3) | {999_999: 4.0, int(DATA.ratings.item_ids[5]): 4.3}))
    assert joined.ratings == 3
    assert list(joined.data.dropped.values()) == [2]
    with pytest.raises(DataError, match="no ratings of visitors"):
        join(DATA, of(a={999_999: 4.0}))


def test_the_provenance_tells_of_them_and_changes_with_every_rating():
    one, other = (
        join(DATA, of(a=some(9) | {int(DATA.ratings.item_ids[0]): r})).data.provenance
        for r in (4.0, 4.5)
    )
    assert one.name == "made up and 9 ratings by 1 visitors"
    assert one.files[FILE] != other.files[FILE]
    assert len(one.files[FILE]) == 64


def test_what_users_have_watched_stays_theirs():
    user, item = DATA.ratings.users[0], 0
    mine = DATA.ratings.items[DATA.ratings.users == user]
    item = next(n for n in range(DATA.ratings.n_items) if n not in mine)
    pair = (np.array([one], np.int32) for one in (user, item))
    joined = join(replace(DATA, watched=Watched(*pair)), of(a=some(3), b=some(4)))
    found = joined.data
    assert found.ratings.user_ids[found.watched.users[0]] == DATA.ratings.user_ids[user]


def test_whoever_is_set_apart_or_forgotten_teaches_nothing(settings):
    engine = open_database(settings)
    put(engine, BOB, rated(dict.fromkeys(some(60), 5.0), brought=True))
    joined = with_visitors(DATA, settings)
    assert joined.people == 2


def test_a_training_in_the_background_learns_from_them_and_the_judgement_says_what_they_did(
    first, village_folder, settings, tmp_path
):
    registry = Registry(first[0].models)
    jobs = Jobs(settings.state, tmp_path / "models")
    champion = registry.home("movies") / first[1].release
    shutil.copytree(champion.parent, tmp_path / "models" / "movies")
    job = ended(jobs, jobs.submit(request(village_folder, visitors=True)))
    assert job.state == "done", (job.message, jobs.log(job.id))
    release = Registry(jobs.models).open("movies", job.release)
    assert release.manifest["data"]["users"] == DATA.ratings.n_users + 3
    assert FILE in release.manifest["data"]["files"]
    learned = jobs.judgement("movies", job.release).learned
    assert (learned.people, learned.ratings) == (3, 180)
    assert learned.share == pytest.approx(180 / (len(DATA.ratings) + 180))
    ndcg, rmse = learned.comparisons
    # The same people with and without, and figures that three strangers have moved.
    assert ndcg.visitors == rmse.visitors > 50
    assert ndcg.difference.value != 0
    assert abs(ndcg.difference.value) < 0.1
    assert "180 ratings by 3 visitors" in learned.said[0]


def test_an_older_judgement_knows_nothing_of_visitors(first, tmp_path):
    jobs, job = first
    found = jobs.judgement("movies", job.release)
    path = tmp_path / "judgement.json"
    value = judgement_file.to_json(found)
    del value["learned"]
    path.write_text(json.dumps(value))
    assert judgement_file.read(path) == found


def test_the_command_line_learns_from_them_too(
    village_folder, settings, tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("TASTEMAP_STATE", str(settings.state))
    words = ["train", "--data", str(village_folder), "--models", str(tmp_path / "models")]
    for name, parameters in QUICK.items():
        told = ",".join(f"{key}={value}" for key, value in parameters.items())
        words += ["--algorithm", f"{name}:{told}" if told else name]
    assert main([*words, "--with-visitors"]) == 0
    printed = capsys.readouterr().out
    assert "180 ratings by 3 visitors" in printed
    assert "NDCG@10 with them is" in printed


def test_a_request_says_whether_they_are_wanted():
    asked = JobRequest("movies", visitors=True)
    assert JobRequest.from_json(asked.to_json()) == asked
    older = {key: value for key, value in asked.to_json().items() if key != "visitors"}
    assert JobRequest.from_json(older).visitors is False
