"""Watching one training from its start to its end.

The training is `python -m recommender train --job FOLDER`, in a session and process group of its
own, held by a pipe: when the watcher dies, the training sees the pipe end and dies too. What it
tells (`recommender.training.events`) goes into `status.json`, what it prints into the log. It is
ended when somebody cancels it, when its processes together hold too much memory, or when its time
is up: first asked, then made to.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import IO, Any

import recommender
from recommender.errors import JobError
from recommender.training import processes
from recommender.training.folder import (
    CANCEL,
    EVENT,
    LOG,
    SCRATCH,
    STATUS,
    read_json,
    write_json,
)
from recommender.training.job import Job, Limits, State, Status

_LOOK, _GRACE = 0.5, 4.0
"""Seconds between two looks at a training, and until one that was asked to end is made to."""
_LARGEST_LOG = 4 << 20
_LONGEST_CURVE = 2000
_MIB = 1 << 20


class Supervision:
    """One training under watch."""

    def __init__(self, folder: Path, job: Job, models: Path, limits: Limits, stop: Event) -> None:
        names = Status.__dataclass_fields__
        self._status = Status(**{name: getattr(job, name) for name in names})
        self._folder, self._models, self._limits, self._stop = folder, models, limits, stop
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._began = time.monotonic()
        self._verdict: tuple[State, str] | None = None
        self._error = ""
        self._last_line = ""
        self._logged = 0
        self._refused = ""

    def run(self) -> None:
        """Runs the training to its end."""
        scratch = self._folder / SCRATCH
        try:
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir()
            process = self._start(scratch)
        except OSError as error:
            self._finish("failed", f"It could not be started ({error.strerror}).")
            return
        try:
            self._change(pid=process.pid)
            code = self._watch(process)
        finally:
            processes.end_group(process.pid)
            process.wait()
            shutil.rmtree(scratch, ignore_errors=True)
        self._finish(*(self._verdict or self._outcome(code)))

    def _start(self, scratch: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "recommender", "train", "--job", str(self._folder)]
        process = subprocess.Popen(
            [*command, "--models", str(self._models)],
            cwd=Path(recommender.__file__).resolve().parent.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            env=os.environ
            | {
                "TMPDIR": str(scratch),
                "PYTHONUNBUFFERED": "1",
                "TASTEMAP_TRAINING_MEMORY": str(self._limits.memory),
            },
        )
        assert process.stdout is not None
        Thread(target=self._read, args=(process.stdout,), daemon=True).start()
        return process

    def _read(self, output: IO[str]) -> None:
        with suppress(ValueError), output:
            for line in output:
                self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def _watch(self, process: subprocess.Popen[str]) -> int:
        """Takes what it tells until it has ended; gives its exit code."""
        looked = asked = 0.0
        while True:
            with suppress(Empty):
                line = self._lines.get(timeout=_LOOK)
                if line is None:
                    break
                self._take(line)
            now = time.monotonic()
            if now - looked < _LOOK:
                continue
            looked = now
            self._look(process.pid)
            if self._verdict is not None and not asked:
                asked = now
                process.terminate()
            if asked and now - asked > _GRACE:
                processes.end_group(process.pid)
            if process.poll() is not None and self._lines.empty():
                # A helper may still hold the pipe: nobody waits for it.
                break
        return process.wait()

    def _take(self, line: str) -> None:
        if not line.startswith(EVENT):
            self._last_line = line.strip() or self._last_line
            self._log(line)
            return
        event: dict[str, Any] = json.loads(line[1:])
        if "curve" in event:
            name, curves = event["curve"], dict(self._status.losses)
            curve = (*curves.get(name, ()), float(event["loss"]))
            curves[name] = curve[:_LONGEST_CURVE]
            self._status = replace(self._status, losses=curves)
        if "share" in event:
            share = max(self._status.share, event["share"])
            new = event["stage"].partition(":")[0] != self._status.stage.partition(":")[0]
            left = self._seconds_left(share)
            self._status = replace(
                self._status, share=share, stage=event["stage"], seconds_left=left
            )
            if new:
                # At once: a stage can be shorter than the time between two looks.
                self._log(event["stage"])
                self._change()
        if "error" in event:
            self._error = event["error"]
            self._log(event["error"])
        for name in ("release", "message", "expected", "ratings"):
            if name in event:
                self._change(**{name: event[name]})

    def _look(self, pid: int) -> None:
        """Notes what it holds, and whether it has to end."""
        held = processes.memory(pid)
        peak = max(held, self._status.peak_memory)
        left = self._seconds_left(self._status.share)
        self._change(memory=held, peak_memory=peak, seconds_left=left)
        if self._verdict is not None:
            return
        limits = self._limits
        nothing = "Nothing was published and the champion still serves"
        if self._status.release is not None:
            # It is through but for a word: nobody gains by ending it now.
            return
        if (self._folder / CANCEL).exists():
            self._verdict = ("cancelled", f"Cancelled by {self._canceller()}. {nothing}.")
        elif self._stop.is_set():
            self._verdict = ("failed", f"The server was shut down. {nothing}; start it again.")
        elif held > limits.memory * _MIB:
            self._verdict = (
                "failed",
                f"It was ended because it held {held / _MIB:,.0f} MiB and {limits.memory:,} are "
                f"allowed. {nothing}. Train on less data or with fewer factors, or raise "
                "TASTEMAP_TRAINING_MEMORY.",
            )
            processes.end_group(pid)
        elif time.monotonic() - self._began > 60 * limits.minutes:
            self._verdict = (
                "failed",
                f"It was ended because it took longer than {limits.minutes:g} minutes. {nothing}. "
                "Train on less data, or raise TASTEMAP_TRAINING_MINUTES.",
            )

    def _canceller(self) -> str:
        with suppress(JobError, AttributeError):
            return str(read_json(self._folder / CANCEL).get("by") or "somebody")
        return "somebody"

    def _outcome(self, code: int) -> tuple[State, str]:
        """How it ended by itself."""
        release = self._status.release
        if code == 0 and release is not None:
            return "done", self._status.message or f"It wrote release {release}."
        whole = f"Its release {release} is whole, but was not judged." if release else ""
        rest = whole or "Nothing was published and the champion still serves."
        if self._error:
            return "failed", f"{self._error.rstrip('.')}. {rest}"
        if code < 0:
            return "failed", (
                f"It was killed (signal {-code}); the system does so when memory is short. {rest}"
            )
        if "memory" in self._last_line.lower():
            return "failed", (
                f"There was no more memory to be had; {self._limits.memory:,} MiB are allowed. "
                f"{rest} Train on less data or with fewer factors."
            )
        last = f" It said last: {self._last_line[:300]}" if self._last_line else ""
        return "failed", f"It ended by a fault of the program; its log tells more. {rest}{last}"

    def _seconds_left(self, share: float) -> float | None:
        """By the estimate at first, by its own pace later."""
        gone = time.monotonic() - self._began
        pace = gone / share if share > 0.01 else None
        expected = self._status.expected
        if pace is None or expected is None:
            whole = pace if share > 0.05 else expected
        else:
            whole = (1 - share) * expected + share * pace
        return None if whole is None else round(whole * (1 - share), 1)

    def _finish(self, state: State, message: str) -> None:
        self._log(message)
        if self._refused:
            message += f" Not all could be noted down meanwhile ({self._refused})."
        self._change(
            state=state,
            message=message,
            share=1.0 if state == "done" else self._status.share,
            seconds_left=None,
            memory=0,
            pid=None,
            ended=datetime.now(UTC),
            lasting=True,
        )

    def _change(self, *, lasting: bool = False, **changes: Any) -> None:
        self._status = replace(self._status, **changes)
        try:
            write_json(self._folder / STATUS, self._status.to_json(), lasting=lasting)
        except OSError as error:
            # The training goes on: its end is told if there is room again by then.
            self._refused = error.strerror or str(error)

    def _log(self, line: str) -> None:
        data = f"{datetime.now(UTC):%H:%M:%S} {line}\n".encode("utf-8", "replace")
        self._logged += len(data)
        if self._logged > _LARGEST_LOG:
            return
        try:
            with (self._folder / LOG).open("ab") as log:
                log.write(data)
        except OSError as error:
            self._refused = error.strerror or str(error)
