"""A line of the log: what is in it, and that no words of an error are."""

import json
import logging
import subprocess
import sys

from recommender import logs


def test_a_record_is_one_line_of_json_whatever_is_in_it():
    record = logging.makeLogRecord(
        {"msg": 'two\nlines, "%s"', "args": ("ü",), "levelname": "WARNING", "fields": {"n": 1}}
    )
    line = logs.JsonLines().format(record)
    assert "\n" not in line
    found = json.loads(line)
    assert found.pop("time").endswith("+00:00")
    assert found == {"level": "warning", "event": 'two\nlines, "ü"', "n": 1}


def test_of_an_error_the_log_has_kind_and_place_and_no_words():
    program = """
from recommender import logs
logs.configure()
logs.event("started", number=3)
try:
    raise ValueError("Heat, rated 4.5")
except ValueError:
    logs.LOGGER.exception("bug")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    started, bug = map(json.loads, done.stderr.splitlines())
    assert (started["event"], started["number"]) == ("started", 3)
    assert (bug["event"], bug["error"], bug["places"]) == (
        "bug",
        "ValueError",
        ["<string>:6 <module>"],
    )
    assert "Heat" not in done.stderr
    assert done.stdout == ""
