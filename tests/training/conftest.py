"""Trainings of a village, in folders of their own."""

import pytest

from recommender.training.jobs import Jobs
from tests.releases import village
from tests.training.trainings import ended, request, write_movielens


@pytest.fixture(scope="session")
def village_folder(tmp_path_factory):
    """The village in the format of MovieLens."""
    return write_movielens(village.data(), tmp_path_factory.mktemp("data") / "village")


@pytest.fixture(scope="session")
def first(tmp_path_factory, village_folder):
    """An installation whose first training has been through the queue; not to be changed."""
    home = tmp_path_factory.mktemp("first")
    jobs = Jobs(home, home / "models")
    job = ended(jobs, jobs.submit(request(village_folder, by="ann", note="the first")))
    assert job.state == "done", (job.message, jobs.log(job.id))
    return jobs, job
