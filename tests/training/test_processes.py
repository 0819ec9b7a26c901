"""A training gives way: to whoever serves, and first when memory is short."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from recommender.training import processes

AUTOGROUP = Path("/proc/self/autogroup")


def told(script: str, **options) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, **options
    )
    return done.stdout.strip()


def test_who_steps_back_has_the_lowest_priority():
    script = "from recommender.training.processes import step_back; import os; step_back();"
    assert told(script + "print(os.nice(0))") == "19"


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="this system knows no autogroups")
def test_a_session_of_its_own_gives_way_as_a_whole_and_another_is_left_alone():
    tell = "print(open('/proc/self/autogroup').read())"
    script = f"from recommender.training.processes import step_back; step_back(); {tell}"
    assert told(script, start_new_session=True).endswith("nice 19")
    assert told(script) == told(tell)


def test_two_cores_are_both_for_a_training(monkeypatch):
    for usable, spare in ((1, 1), (2, 2), (3, 2), (8, 7)):
        cores = set(range(usable))
        monkeypatch.setattr(os, "sched_getaffinity", lambda pid, cores=cores: cores)
        assert processes.spare_cores() == spare
