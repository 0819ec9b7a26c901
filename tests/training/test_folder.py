"""A training's folder is whole or not there, is read once a version, and old ones go."""

from datetime import UTC, datetime, timedelta

import pytest

from recommender.errors import JobError
from recommender.training.folder import JobsFolder, read_json, tail, write_json
from recommender.training.job import JobRequest, Status

NOW = datetime(2026, 11, 25, 13, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    folder = JobsFolder(tmp_path / "jobs")
    folder.make()
    return folder


def put(folder, number, **status):
    job_id = f"20261125-1330{number:02}-abcdef"
    submitted = NOW + timedelta(seconds=number)
    folder.add(job_id, JobRequest("movies", seed=number), Status(submitted, **status))
    return job_id


def test_what_was_put_down_is_read_in_the_order_it_was_asked_for(folder):
    second, first = put(folder, 2), put(folder, 1)
    jobs, faults = folder.jobs()
    assert [job.id for job in jobs] == [first, second]
    assert [job.request.seed for job in jobs] == [1, 2]
    assert faults == []


def test_a_new_status_is_seen_at_once(folder):
    job_id = put(folder, 1)
    for share in (0.1, 0.2, 0.3):
        status = Status(NOW, "running", share=share)
        write_json(folder.folder(job_id) / "status.json", status.to_json())
        assert folder.read(job_id).share == share


def test_the_oldest_that_have_ended_go_and_what_waits_stays(folder):
    waiting = put(folder, 0)
    ended = [put(folder, number, state="done") for number in range(1, 5)]
    folder.prune(2)
    assert folder.ids() == [waiting, *ended[-2:]]


def test_what_was_never_finished_is_no_training_and_is_swept(folder):
    half = folder.root / ".20261125-133000-abcdef.writing"
    half.mkdir()
    assert folder.ids() == []
    folder.sweep()
    assert not half.exists()


def test_one_holds_the_runners_lock_and_it_ends_with_the_holder(folder):
    with folder.queue():
        guard = folder.take_running()
        assert guard is not None
        assert folder.take_running() is None
        guard.close()
        again = folder.take_running()
        assert again is not None
        again.close()


def test_a_file_that_cannot_be_replaced_stays_as_it_was(folder):
    path = folder.root / "a.json"
    write_json(path, {"a": 1})
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(path, {"a": float("nan")})
    assert read_json(path) == {"a": 1}
    assert [p.name for p in folder.root.iterdir()] == ["a.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_an_error(folder, content):
    path = folder.root / "a.json"
    path.write_bytes(content)
    with pytest.raises(JobError, match=r"a\.json is no JSON"):
        read_json(path)


def test_a_damaged_training_is_named_and_hides_no_other(folder):
    broken, good = put(folder, 1), put(folder, 2)
    (folder.folder(broken) / "request.json").write_text("[]")
    jobs, (fault,) = folder.jobs()
    assert [job.id for job in jobs] == [good]
    assert broken in fault


def test_the_tail_of_a_log_is_its_last_whole_lines(tmp_path):
    log = tmp_path / "log.txt"
    assert tail(log, 5) == []
    log.write_text("\n".join(f"line {number}" for number in range(50_000)) + "\n")
    assert tail(log, 3) == ["line 49997", "line 49998", "line 49999"]
    many = tail(log, 10**9)
    assert len(many) < 50_000
    assert all(line.startswith("line ") for line in many)
    assert tail(log, 0) == []
