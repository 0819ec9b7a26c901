"""What a training tells the process that watches it: JSON lines on standard output.

An event is a line that begins with the record separator (RFC 7464); every other line, from a
library that prints for instance, is for the log. Several threads may tell.
"""

from __future__ import annotations

import json
import math
import sys
import time
from threading import Lock
from typing import Any

from recommender.algorithms.contract import Step
from recommender.training.folder import EVENT

_PAUSE = 0.2
_LONGEST = 3000
"""Characters of a line: a pipe takes as many at once."""


class Teller:
    """Tells a training's progress as events; it is itself what progress is told to."""

    def __init__(self) -> None:
        self._lock, self._last, self._phrase = Lock(), 0.0, ""

    def __call__(self, done: float, phrase: str) -> None:
        """Tells the share done, unless it has just been told, and a loss if there is one."""
        if isinstance(phrase, Step) and math.isfinite(phrase.loss):
            self.tell(curve=phrase.of, loss=phrase.loss)
        now, new = time.monotonic(), _before_colon(phrase) != _before_colon(self._phrase)
        if new or done >= 1 or now - self._last >= _PAUSE:
            self._last, self._phrase = now, phrase
            self.tell(share=round(min(max(done, 0.0), 1.0), 4), stage=phrase)

    def tell(self, **event: Any) -> None:
        """Tells an event."""
        plain = {k: v[:_LONGEST] if isinstance(v, str) else v for k, v in event.items()}
        with self._lock:
            sys.stdout.write(f"{EVENT}{json.dumps(plain)}\n")
            sys.stdout.flush()


class Part:
    """The progress of a part of the work, from one share of the whole to another."""

    def __init__(self, teller: Teller, start: float, end: float) -> None:
        self._teller, self._start, self._end = teller, start, end

    def __call__(self, done: float, phrase: str) -> None:
        """Tells it."""
        self._teller(self._start + (self._end - self._start) * done, phrase)


def _before_colon(phrase: str) -> str:
    return phrase.partition(":")[0]
