"""Killed at random moments, trainings and the app leave the champion serving and nothing half."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import psutil

from recommender.releases import Registry
from recommender.training.jobs import Jobs
from tests.training.trainings import ended, request, until

PUBLISH = """
import sys
from pathlib import Path
from recommender.releases import Registry
registry = Registry(Path(sys.argv[1]))
print("ready", flush=True)
while True:
    for release_id in sys.argv[2:]:
        registry.promote("movies", release_id)
"""


def test_at_random_moments_the_training_or_its_runner_is_killed(first, village_folder, tmp_path):
    jobs = Jobs(tmp_path / "state", tmp_path / "models")
    shutil.copytree(first[0].models, jobs.models)
    moments = random.Random(6)
    for turn in range(8):
        job_id = jobs.submit(request(village_folder, seed=turn))
        job = until(lambda job_id=job_id: (j := jobs.job(job_id)).pid and j)
        time.sleep(moments.uniform(0, 8))
        victim = job.pid if turn % 2 else psutil.Process(job.pid).ppid()
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            assert ended(jobs, job_id).state == "done"
        jobs.recover()
        job = ended(jobs, job_id)
        assert job.state == "failed" or job.release
        assert Registry(jobs.models).open("movies").id == first[1].release
        assert [listed.broken for listed in Registry(jobs.models).releases("movies")].count(
            None
        ) == len(Registry(jobs.models).ids("movies"))
    last = ended(jobs, jobs.submit(request(village_folder, seed=99)))
    assert last.state == "done", last.message
    judgement = jobs.judgement("movies", last.release)
    assert judgement.champion == first[1].release
    assert len(judgement.changes) == 10
    assert Registry(jobs.models).sweep() == []
    _publish_and_kill(jobs, [first[1].release, last.release], moments)


def _publish_and_kill(jobs, releases, moments):
    """Kills who publishes one release after the other, many times over."""
    arguments = [sys.executable, "-c", PUBLISH, str(jobs.models), *releases]
    for _ in range(8):
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as app:
            assert app.stdout is not None
            assert app.stdout.readline() == "ready\n"
            time.sleep(moments.uniform(0, 0.5))
            app.kill()
        registry = Registry(jobs.models)
        release, faults = registry.open_serving("movies")
        assert release.id in releases
        assert faults == []
        assert sorted(releases) == sorted(registry.ids("movies"))
