"""What was measured is not measured again, and half a line is no measurement."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from recommender.algorithms.contract import silent
from recommender.evaluation.kept import fingerprint, kept, measured


@pytest.fixture
def run(tmp_path):
    """Measures squares; returns figures and what had to be done for them."""

    def run(*numbers):
        done = []

        def work(number):
            if number < 0:
                raise ValueError("negative")
            done.append(number)
            return {"square": number**2}

        with ThreadPoolExecutor(1) as pool:
            tasks = {str(number): (number,) for number in numbers}
            return measured(tmp_path / "kept.jsonl", tasks, pool, work, silent), done

    return run


def test_only_what_is_new_is_measured(run):
    assert run(1, 2) == ({"1": {"square": 1}, "2": {"square": 4}}, [1, 2])
    assert run(2, 3) == ({"2": {"square": 4}, "3": {"square": 9}}, [3])


def test_what_ended_before_a_failure_is_kept(run, tmp_path):
    with pytest.raises(ValueError, match="negative"):
        run(1, 2, -1)
    assert kept(tmp_path / "kept.jsonl") == {"1": {"square": 1}, "2": {"square": 4}}


def test_half_a_line_of_a_run_that_was_killed_is_measured_anew(run, tmp_path):
    run(1, 2)
    file = tmp_path / "kept.jsonl"
    file.write_bytes(file.read_bytes()[:-5])
    (whole,) = kept(file)
    figures, done = run(1, 2)
    assert figures == {"1": {"square": 1}, "2": {"square": 4}}
    assert [str(number) for number in done] == [key for key in ("1", "2") if key != whole]


def test_a_fingerprint_is_that_of_the_content(tmp_path):
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text("x = 1")
    other.write_text("y = 2")
    before = fingerprint([one, other])
    assert fingerprint([other, one]) == before
    one.write_text("x = 2")
    assert fingerprint([one, other]) != before
