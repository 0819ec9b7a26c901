"""One call of the Hub in a process of its own, which ends at its deadline come what may.

`huggingface_hub` has calls without a time-out, retries, threads, and an uploader that is no Python;
name resolution cannot be interrupted at all. So the kernel ends the process (`alarm`), also when
nobody waits for it any more. One JSON object goes in, lines of JSON come out: progress, then the
answer or the fault. The token is read by that process alone and is in nothing that comes out.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import warnings
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from recommender.errors import HubError, TastemapError

if TYPE_CHECKING:
    from recommender.algorithms.contract import Progress

_ROOT = Path(__file__).resolve().parents[2]


def call(request: dict[str, Any], deadline: float, progress: Progress) -> dict[str, Any]:
    """Has a request done.

    Args:
        request: what `hub_client.answer` takes.
        deadline: seconds it may take in all, at least one.
        progress: called with the share that is done and what is being done; what it raises ends
            the call.

    Returns:
        The answer.

    Raises:
        HubError: the Hub cannot be asked, refuses, took too long, or what it has is not fit.
    """
    environment = dict(os.environ)
    paths = [str(_ROOT), environment.get("PYTHONPATH", "")]
    environment |= {
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "recommender.releases.hub_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
        )
    except OSError as error:
        raise HubError(
            f"No process can be started to ask the Hub ({error.strerror}); see that there is "
            "memory left."
        ) from error
    with process:
        try:
            return _converse(process, request | {"deadline": deadline}, progress)
        finally:
            process.kill()


def _converse(
    process: subprocess.Popen[str], request: dict[str, Any], progress: Progress
) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    # Whoever is gone already has nothing to be told; how it went is seen below.
    with suppress(BrokenPipeError), process.stdin as stdin:
        json.dump(request, stdin)
    for line in process.stdout:
        said = json.loads(line)
        if "progress" in said:
            progress(*said["progress"])
        elif "fault" in said:
            raise HubError(said["fault"], final=said["final"], seconds=said["seconds"])
        else:
            return dict(said["answer"])
    if process.wait() == -signal.SIGALRM:
        raise HubError(
            f"The Hub took longer than {request['deadline']:g} seconds over "
            f"{request['repository']}; try again later."
        )
    raise HubError(
        f"Talking to the Hub about {request['repository']} broke off (exit code "
        f"{process.returncode}); try again, and see that there is memory left."
    )


def main() -> None:
    """Answers the request on standard input."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    request = json.load(sys.stdin)
    signal.setitimer(signal.ITIMER_REAL, request.pop("deadline"))
    # It is to take no time from the visitors of the app that has asked.
    os.nice(10)
    # A library that prints must not be taken for an answer.
    with os.fdopen(os.dup(1), "w") as out:
        os.dup2(2, 1)
        try:
            # After the alarm: loading it takes its time, too.
            from recommender.releases import hub_client

            warnings.simplefilter("ignore")
            _say(out, {"answer": hub_client.answer(request, _reporter(out))})
        except HubError as fault:
            said = {"fault": str(fault), "final": fault.final, "seconds": fault.seconds}
            _say(out, said)
        except TastemapError as fault:
            _say(out, {"fault": str(fault), "final": False, "seconds": 0.0})


def _reporter(out: IO[str]) -> Progress:
    def report(share: float, phrase: str) -> None:
        _say(out, {"progress": [share, phrase]})

    return report


def _say(out: IO[str], what: dict[str, Any]) -> None:
    out.write(json.dumps(what) + "\n")
    out.flush()


if __name__ == "__main__":
    main()
