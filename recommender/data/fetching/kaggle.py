"""Data sets of Kaggle, by `kagglehub`.

`kagglehub` takes no time-out, tells no progress, writes to standard output and reads its cache's
folder from the environment. So it runs in a process of its own, which this module starts (itself as
a program), watches by the bytes that arrive, and ends if none arrive. It resumes an interrupted
archive and checks it against the checksum that comes with it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from recommender.data.fetching.download import AGAIN, amount
from recommender.errors import FetchError

if TYPE_CHECKING:
    from recommender.algorithms.contract import Progress

_LOOK = 0.2
"""Seconds between two looks at what has arrived."""


def download_set(
    dataset: str, version: str | None, folder: Path, progress: Progress, patience: float
) -> Path:
    """Download a data set and unpack it.

    Args:
        dataset: "owner/name".
        version: A version number; None for the newest.
        folder: Where to put it; a part of an earlier call in it is gone on from.
        progress: Called with what has arrived; its share is not known and told as 0.
        patience: Seconds without a byte after which to give up.

    Returns:
        The folder inside `folder` that holds the whole set.

    Raises:
        FetchError: If Kaggle cannot be reached, refuses, or did not send the whole set.
    """
    handle = dataset if version is None else f"{dataset}/versions/{version}"
    child = subprocess.Popen(
        [sys.executable, "-m", __name__, handle],
        env=_environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with child:
        try:
            _watch(child, folder, dataset, progress, patience)
        finally:
            child.kill()
        told = child.stdout.read() if child.stdout else ""
    try:
        outcome = json.loads(told)
    except json.JSONDecodeError:
        raise FetchError(f"kagglehub ended without a word on {dataset}; {AGAIN}.") from None
    if "error" in outcome:
        raise FetchError(_sentence(dataset, outcome))
    return Path(outcome["folder"])


def _environment(folder: Path) -> dict[str, str]:
    """Return the variables under which the child finds this package and downloads to a folder."""
    package = str(Path(__file__).parents[3])
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")])),
        "KAGGLEHUB_CACHE": str(folder),
        # Notebook services would hand out a folder of their own, which cannot be moved.
        "DISABLE_KAGGLE_CACHE": "true",
        "DISABLE_COLAB_CACHE": "true",
    }


def _watch(
    child: subprocess.Popen[str], folder: Path, dataset: str, progress: Progress, patience: float
) -> None:
    """Wait for the end of a child under whose hands a folder grows."""
    arrived, since = -1, time.monotonic()
    while True:
        try:
            child.wait(_LOOK)
            return
        except subprocess.TimeoutExpired:
            now = _bytes_in(folder)
        if now != arrived:
            arrived, since = now, time.monotonic()
            progress(0.0, f"{dataset} {amount(arrived)}")
        elif time.monotonic() - since > patience:
            raise FetchError(
                f"Kaggle has sent nothing for {patience:g} seconds; try again later: what is there "
                "of the data set stays and is gone on from."
            )


def _bytes_in(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            # The child has removed or renamed it since it was listed.
            continue
    return total


def _sentence(dataset: str, outcome: dict[str, str]) -> str:
    place = f"https://www.kaggle.com/datasets/{dataset}"
    status = outcome.get("status")
    if status in ("401", "403"):
        return (
            f"Kaggle does not give out {dataset} (status {status}); sign in: put an API token "
            f"from your Kaggle settings into KAGGLE_API_TOKEN, accept the conditions at {place}."
        )
    if status == "404":
        return f"Kaggle has no data set {dataset}, or not that version of it; see {place}."
    reason = f"status {status}" if status else outcome["error"]
    return (
        f"{dataset} could not be fetched from Kaggle ({reason}); check the connection to the "
        f"network and {AGAIN}."
    )


def _main(handle: str) -> None:
    """The child: download, and tell the outcome as JSON on what was standard output."""
    told = os.fdopen(os.dup(1), "w")
    # The library talks on standard output, and binds it when it is imported.
    os.dup2(2, 1)
    import kagglehub

    outcome: dict[str, str]
    try:
        outcome = {"folder": kagglehub.dataset_download(handle)}
    except Exception as error:  # Whatever it is, it ends this process and is told to the parent.
        response = getattr(error, "response", None)
        outcome = {"error": type(error).__name__}
        if response is not None:
            outcome["status"] = str(response.status_code)
    with told:
        json.dump(outcome, told)


if __name__ == "__main__":
    _main(sys.argv[1])
