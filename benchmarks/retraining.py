"""What visitors feel of a retraining: movies are trained in the background while people rate.

Several visitors in Chromium rate titles, each every two seconds, first with the server to
themselves, then while it trains. The clock is the browser's own: from the finger's release to the
frame in which the recommendations have changed. Their browsers take most of the two cores; a second
retraining has the machine to itself and is timed until it has been promoted and serves a visitor.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks.browser import ROOT, WATCH, open_page, server
from benchmarks.table import print_table
from recommender.releases import Registry
from recommender.settings import BUNDLED_MODELS
from recommender.training.job import ENDED, Job, JobRequest
from recommender.training.jobs import Jobs
from tests.browser.install import FLAGS, chromium

VISITORS, QUIET_SECONDS, PAUSE_MS = 4, 60, 500


def main() -> None:
    executable = chromium()
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        models, state = Path(folder, "models"), Path(folder, "state")
        shutil.copytree(BUNDLED_MODELS, models)
        os.environ |= {"TASTEMAP_MODELS": str(models), "TASTEMAP_STATE": str(state)}
        jobs = Jobs(state, models)
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        with server(ROOT / "app.py") as address:
            pages = [open_page(browser, address, 1280) for _ in range(VISITORS)]
            for page in pages:
                page.locator(".st-key-for-you li").first.wait_for()
                page.evaluate(WATCH, ".st-key-for-you [data-testid=stBidiComponentIsolated]")
            end = monotonic() + QUIET_SECONDS
            quiet = _rate(pages, lambda: monotonic() < end)
            request = JobRequest("movies", note="benchmark")
            beside = jobs.submit(request)
            busy = _rate(pages, lambda: jobs.job(beside).state not in ENDED)
            for page in pages:
                page.close()
            estimate = jobs.estimate(request)
            began = perf_counter()
            job = _ended(jobs, jobs.submit(request))
            trained = perf_counter() - began
            Registry(models).promote("movies", job.release)
            page = open_page(browser, address, 1280)
            page.locator(".st-key-for-you li").first.wait_for()
            served = perf_counter() - began
        browser.close()
    rows = [["quiet", *_summary(quiet)], ["during the retraining", *_summary(busy)]]
    print_table(["a rating to new cards", "ratings", "median ms", "95 % ms"], rows)
    print(
        f"\nBeside the visitors it took {_seconds(jobs.job(beside)):.0f} s. Alone, evaluated and "
        f"judged: {trained:.0f} s ({estimate.seconds:.0f} expected), until a visitor is "
        f"served by it {served:.0f} s; at most {job.peak_memory >> 20} MiB "
        f"({estimate.bytes >> 20} expected). {job.message}"
    )


def _ended(jobs: Jobs, job_id: str) -> Job:
    """Waits until a training has ended; it must have made a release."""
    while jobs.job(job_id).state not in ENDED:
        sleep(0.2)
    job = jobs.job(job_id)
    if job.release is None:
        raise RuntimeError(job.message)
    return job


def _seconds(job: Job) -> float:
    return (job.ended - job.started).total_seconds()


def _rate(pages: list[Page], goes_on: Callable[[], bool]) -> list[float]:
    """Has all visitors rate in turn for as long as that; milliseconds of every rating."""
    for page in pages:
        page.evaluate("window.figures.length = 0")
    tap = 0
    while goes_on():
        for page in pages:
            star = page.locator(".stars").nth(tap % 4).bounding_box()
            if star is not None:
                share = (0.95, 0.55, 0.75, 0.35)[tap // 4 % 4]
                page.mouse.click(star["x"] + star["width"] * share, star["y"] + star["height"] / 2)
            page.wait_for_timeout(PAUSE_MS)
        tap += 1
    return [figure for page in pages for figure in page.evaluate("window.figures")]


def _summary(figures: list[float]) -> list[str]:
    return [
        str(len(figures)),
        f"{np.median(figures):.0f}",
        f"{np.percentile(figures, 95):.0f}",
    ]
