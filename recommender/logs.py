"""What the server logs: one JSON object a line on stderr, and nothing about a person in it.

A line has the fields that whoever writes it names one by one. What an error says may quote what
somebody sent, so of an error nobody expected the log has the kind and the places in the code, and
never the words.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from traceback import extract_tb

LOGGER = logging.getLogger("tastemap")
"""Takes everything that Tastemap itself has to say."""


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON: time, level, event, the fields given, the error."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns the line, without its end."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            frames = extract_tb(record.exc_info[2])
            line["places"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line, ensure_ascii=False)


def configure() -> None:
    """Sends what Tastemap logs to stderr as lines of JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    LOGGER.handlers = [handler]
    LOGGER.propagate = False
    LOGGER.setLevel(logging.INFO)


def event(name: str, level: int = logging.INFO, **fields: object) -> None:
    """Logs that something happened.

    Args:
        name: what.
        level: how grave it is, as `logging` has it.
        fields: what is to be known about it; nothing about a person.
    """
    LOGGER.log(level, name, extra={"fields": fields})
