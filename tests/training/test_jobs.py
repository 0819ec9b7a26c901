"""Trainings in the background, as real processes: they run, wait, end, die, and leave no mess."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager

import psutil
import pytest

from recommender.errors import DataError, JobError, ParameterError
from recommender.releases import Registry
from recommender.training.job import JobRequest, Limits
from recommender.training.jobs import Jobs
from recommender.training.processes import tree
from tests.training.trainings import LASTING, QUICK, ended, request, until


@pytest.fixture
def jobs(first, tmp_path):
    """A new installation that the village's champion serves; at the end nothing runs."""
    shutil.copytree(first[0].models, tmp_path / "models")
    jobs = Jobs(tmp_path / "state", tmp_path / "models")
    yield jobs
    for job in jobs.all():
        if job.state in ("waiting", "running"):
            jobs.cancel(job.id, "the test")
    for job in jobs.all():
        ended(jobs, job.id)


def running(jobs, job_id, stage=""):
    """Waits until a training is in a stage and gives it."""

    def happened():
        job = jobs.job(job_id)
        assert job.state in ("waiting", "running"), job
        return job if job.state == "running" and job.pid and job.stage.startswith(stage) else None

    return until(happened, pause=0.01)


def whole(jobs, first):
    """Whether the champion serves as before, and nothing is left half done."""
    registry = Registry(jobs.models)
    assert registry.open("movies").id == first[1].release
    assert registry.sweep() == []
    return True


def gone(pids: list[int]) -> Callable[[], bool]:
    def happened() -> bool:
        return not any(
            psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
            for pid in pids
        )

    return happened


# --- what a training that runs through leaves behind


def test_a_training_that_is_through_has_written_a_release_that_serves(first):
    jobs, job = first
    assert Registry(jobs.models).open("movies").id == job.release
    assert (job.share, job.seconds_left, job.pid, job.memory) == (1.0, None, None, 0)
    assert job.peak_memory > 50 << 20
    assert job.ratings == 5568
    assert job.submitted <= job.started < job.ended
    assert job.request.note == "the first"


def test_losses_have_arrived_one_for_each_iteration(first):
    _, job = first
    assert len(job.losses["taste-als"]) == QUICK["taste-als"]["iterations"]
    assert list(job.losses["taste-als"]) == sorted(job.losses["taste-als"], reverse=True)


def test_the_log_tells_what_was_done(first):
    jobs, job = first
    log = "\n".join(jobs.log(job.id))
    assert "reading the data" in log
    assert f"It wrote release {job.release}" in log
    assert len(jobs.log(job.id, last=2)) == 2


def test_a_first_release_has_nothing_to_be_compared_with(first):
    jobs, job = first
    judgement = jobs.judgement("movies", job.release)
    assert judgement.champion is None
    assert judgement.comparisons == ()
    assert "no champion" in judgement.basis


def test_nothing_but_its_papers_is_left_in_its_folder(first):
    jobs, job = first
    names = sorted(path.name for path in (jobs.state_folder / "jobs" / job.id).iterdir())
    assert names == ["judgement.json", "log.txt", "request.json", "status.json"]


def test_the_estimate_goes_by_the_same_training_before(first, village_folder):
    jobs, job = first
    estimate = jobs.estimate(request(village_folder))
    assert job.id in estimate.basis
    took = (job.ended - job.started).total_seconds()
    assert estimate.seconds == pytest.approx(took, rel=0.1)
    assert estimate.bytes == pytest.approx(job.peak_memory, rel=0.1)


def test_the_estimate_of_another_training_goes_by_measured_fits(first, village_folder):
    jobs, _ = first
    estimate = jobs.estimate(request(village_folder, {"taste-als": {}, "funk-svd": {}}))
    assert "From what each fit took" in estimate.basis
    assert "Guessed for funk-svd" in estimate.basis
    assert estimate.seconds > 0


# --- the queue


def test_one_runs_the_others_wait_and_the_queue_goes_on_by_itself(jobs, first, village_folder):
    one, two, three = (jobs.submit(request(village_folder, seed=n)) for n in (1, 2, 3))
    running(jobs, one)
    assert [(job.id, job.state) for job in jobs.all()] == [
        (one, "running"),
        (two, "waiting"),
        (three, "waiting"),
    ]
    jobs.cancel(two, "ann")
    jobs.cancel(one, "ann")
    assert "before it began" in jobs.job(two).message
    job = running(jobs, three)
    assert job.started >= jobs.job(one).ended
    assert whole(jobs, first)


def test_two_who_submit_at_once_both_get_their_turn_and_never_two_run(jobs, village_folder):
    script = (
        "import sys; from pathlib import Path; from recommender.training.jobs import Jobs;"
        "from tests.training.trainings import request;"
        "state, models, folder = map(Path, sys.argv[1:]);"
        "[print(Jobs(state, models).submit(request(folder, seed=n))) for n in range(2)]"
    )
    arguments = [str(jobs.state_folder), str(jobs.models), str(village_folder)]
    submitters = [
        subprocess.Popen([sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    ids = [line for s in submitters for line in s.communicate(timeout=120)[0].decode().split()]
    assert len(set(ids)) == 4
    seen = set()
    while len(seen) < 4:
        now = [job for job in jobs.all() if job.state == "running"]
        assert len(now) <= 1
        for job in now:
            seen.add(job.id)
            jobs.cancel(job.id, "the test")
        time.sleep(0.1)
    assert all(ended(jobs, job_id).state == "cancelled" for job_id in ids)


def test_too_many_are_not_taken(jobs, village_folder, monkeypatch):
    monkeypatch.setattr("recommender.training.jobs._MOST_WAITING", 1)
    first_one = jobs.submit(request(village_folder))
    running(jobs, first_one)
    jobs.submit(request(village_folder))
    with pytest.raises(JobError, match="1 trainings are waiting; cancel some"):
        jobs.submit(request(village_folder))


# --- what is refused


def test_parameters_out_of_range_are_refused_and_nothing_is_queued(jobs, village_folder):
    with pytest.raises(ParameterError, match=r"k must lie in 1\.\.1024"):
        jobs.submit(request(village_folder, {"taste-als": {"k": 0}}))
    with pytest.raises(DataError, match="does not exist"):
        jobs.submit(JobRequest("movies", "nowhere"))
    assert jobs.all() == []


@pytest.mark.parametrize("job_id", ["../../etc", "20261125-133000-abcdef", "", "x" * 500])
def test_a_training_that_is_not_there_is_an_error(jobs, job_id):
    for ask in (jobs.job, jobs.log, lambda i: jobs.cancel(i, "x")):
        with pytest.raises(JobError, match="There is no training"):
            ask(job_id)


def test_what_has_ended_cannot_be_cancelled(first):
    jobs, job = first
    with pytest.raises(JobError, match="has ended already: it is done"):
        jobs.cancel(job.id, "ann")


# --- how it ends before its time


@pytest.mark.parametrize("stage", ["starting", "fitting", "evaluating"])
def test_a_running_training_is_cancelled_with_all_its_processes(jobs, first, village_folder, stage):
    job = running(jobs, jobs.submit(request(village_folder, LASTING, seed=3)), stage)
    pids = [process.pid for process in tree(job.pid)]
    jobs.cancel(job.id, "ann")
    job = ended(jobs, job.id)
    assert job.state == "cancelled"
    assert job.message.startswith("Cancelled by ann.")
    until(gone(pids))
    assert whole(jobs, first)
    assert not (jobs.state_folder / "jobs" / job.id / "tmp").exists()


@pytest.mark.parametrize("stage", ["starting", "reading", "fitting", "surveying", "evaluating"])
def test_a_killed_training_says_so_and_the_champion_serves(jobs, first, village_folder, stage):
    job = running(jobs, jobs.submit(request(village_folder, LASTING, seed=4)), stage)
    helpers = [process.pid for process in tree(job.pid)]
    os.kill(job.pid, signal.SIGKILL)
    job = ended(jobs, job.id)
    assert job.state == "failed"
    assert "killed (signal 9)" in job.message
    assert "the champion still serves" in job.message
    until(gone(helpers))
    assert whole(jobs, first)


def test_a_killed_runner_takes_its_training_along_and_the_queue_goes_on(
    jobs, first, village_folder
):
    one, two = (jobs.submit(request(village_folder, LASTING, seed=n)) for n in (5, 6))
    job = running(jobs, one, "fitting")
    pids = [process.pid for process in tree(job.pid)]
    os.kill(psutil.Process(job.pid).ppid(), signal.SIGKILL)
    until(gone(pids))
    said = jobs.recover()
    assert any(one in sentence and "Nothing was published" in sentence for sentence in said)
    assert jobs.job(one).state == "failed"
    running(jobs, two)
    assert jobs.recover() == []
    assert whole(jobs, first)


def test_a_dead_runner_is_noticed_by_whoever_looks(jobs, village_folder):
    job = running(jobs, jobs.submit(request(village_folder, LASTING, seed=7)))
    os.kill(psutil.Process(job.pid).ppid(), signal.SIGKILL)
    seen = until(lambda: next((j for j in jobs.all() if j.state != "running"), None))
    assert seen.state == "failed"
    assert "start it again" in seen.message


def test_a_runner_that_is_told_to_stop_ends_its_training(jobs, first, village_folder):
    job = running(jobs, jobs.submit(request(village_folder, LASTING, seed=8)), "fitting")
    os.kill(psutil.Process(job.pid).ppid(), signal.SIGTERM)
    job = ended(jobs, job.id)
    assert job.state == "failed"
    assert "The server was shut down" in job.message
    assert whole(jobs, first)


def test_a_training_that_takes_too_much_memory_is_ended(jobs, first, village_folder):
    greedy = Jobs(jobs.state_folder, jobs.models, Limits(memory=170))
    job = ended(greedy, greedy.submit(request(village_folder)))
    assert job.state == "failed"
    assert "170" in job.message
    assert "memory" in job.message.lower()
    assert whole(jobs, first)


def test_a_training_that_takes_too_long_is_ended(jobs, first, village_folder):
    hasty = Jobs(jobs.state_folder, jobs.models, Limits(minutes=0.03))
    job = ended(hasty, hasty.submit(request(village_folder)))
    assert job.state == "failed"
    assert "longer than 0.03 minutes" in job.message
    assert "TASTEMAP_TRAINING_MINUTES" in job.message
    assert whole(jobs, first)


@contextmanager
def files_no_larger_than(size):
    """What a full disk is to a process: it may write no more; the processes it starts neither."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_takes_no_more_ends_a_training_and_is_named(jobs, first, village_folder):
    with files_no_larger_than(20_000):
        job_id = jobs.submit(request(village_folder))
    job = ended(jobs, job_id)
    assert job.state == "failed"
    assert "The disk refused" in job.message
    assert whole(jobs, first)


def test_a_training_that_cannot_be_put_down_is_refused(jobs, village_folder):
    jobs.all()
    with files_no_larger_than(10), pytest.raises(JobError, match="cannot be put down"):
        jobs.submit(request(village_folder))
    assert jobs.all() == []


def test_what_makes_no_release_says_why(jobs, first, village_folder):
    job = ended(jobs, jobs.submit(request(village_folder, {"bias": {}})))
    assert job.state == "failed"
    assert "None of bias has factors" in job.message
    assert whole(jobs, first)


def test_a_folder_that_is_damaged_is_reported_and_hurts_nobody(jobs, first, village_folder):
    job = running(jobs, jobs.submit(request(village_folder)))
    jobs.cancel(job.id, "ann")
    ended(jobs, job.id)
    (jobs.state_folder / "jobs" / job.id / "status.json").write_text(json.dumps({"state": 3}))
    assert jobs.all() == []
    (said,) = jobs.recover()
    assert job.id in said
    assert "cannot be read" in said
