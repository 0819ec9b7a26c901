"""Trainings for tests: a village small enough to be learned in seconds, and patience."""

import csv
import time
from pathlib import Path

from recommender.training.job import JobRequest

PATIENCE = 240
"""Seconds after which something that should have happened counts as failed."""
QUICK = {"taste-als": {"k": 4, "iterations": 3, "subsets": 1}, "bias": {}}
LASTING = {"taste-als": {"k": 48, "iterations": 200}, "bias": {}}
"""Lasts some seconds, so that it can be met at work."""


def write_movielens(data, folder: Path) -> Path:
    """Writes a data set of movies in the format of MovieLens."""
    folder.mkdir(parents=True, exist_ok=True)
    ratings = data.ratings
    with (folder / "movies.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["movieId", "title", "genres"])
        for item_id, row in data.catalogue.iterrows():
            rows.writerow([item_id, row["title"], "|".join(row["genres"])])
    with (folder / "ratings.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["userId", "movieId", "rating", "timestamp"])
        users, items = ratings.user_ids[ratings.users], ratings.item_ids[ratings.items]
        for user, item, value in zip(users, items, ratings.values, strict=True):
            rows.writerow([user, item, float(value), 0])
    return folder


def request(folder: Path, algorithms=None, **others) -> JobRequest:
    """Asks for a quick training on a folder."""
    chosen = QUICK if algorithms is None else algorithms
    return JobRequest("movies", str(folder), chosen, **others)


def until(happened, patience=PATIENCE, pause=0.05):
    """Waits until something has happened and gives it."""
    end = time.monotonic() + patience
    while True:
        found = happened()
        if found:
            return found
        assert time.monotonic() < end, "it has not happened"
        time.sleep(pause)


def ended(jobs, job_id):
    """Waits until a training has ended and gives it."""
    ended_states = ("done", "failed", "cancelled")

    def happened():
        job = jobs.job(job_id)
        return job if job.state in ended_states else None

    return until(happened, pause=0.2)
