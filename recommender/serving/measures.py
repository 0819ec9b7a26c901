"""The metrics of a release's models: what each measures, in a sentence, and all in one table.

No sentence lets a metric speak for more than it measures: how titles are ordered, how far predicted
ratings are off and what kind of titles are recommended are different questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from recommender.serving.served import ServedRelease


@dataclass(frozen=True)
class Metric:
    """A column of the table of models.

    Attributes:
        name: its heading.
        part: of the evaluation that holds it.
        key: its name there.
        digits: behind the point.
        better: "higher", "lower", or "" where neither is better by itself.
        meaning: one sentence for a visitor.
    """

    name: str
    part: str
    key: str
    digits: int
    better: str
    meaning: str


METRICS = (
    Metric(
        "NDCG@10",
        "few_ratings",
        "ndcg@10",
        3,
        "higher",
        "How many of the ten titles put first were liked, those further up counting more; 1 is the "
        "best possible list. This decides which model ranks.",
    ),
    Metric(
        "Recall@20",
        "few_ratings",
        "recall@20",
        3,
        "higher",
        "The share of liked titles among the first twenty, of those that fit.",
    ),
    Metric(
        "Precision@10",
        "few_ratings",
        "precision@10",
        3,
        "higher",
        "The share of the first ten that is known to be liked. A title that nobody rated counts as "
        "a miss, so it looks lower than it feels.",
    ),
    Metric(
        "MAP@10",
        "few_ratings",
        "map@10",
        3,
        "higher",
        "Precision, averaged over the places of the liked titles: strict about the very top.",
    ),
    Metric(
        "MRR",
        "few_ratings",
        "mrr",
        3,
        "higher",
        "One divided by the place of the first liked title: 0.5 is the second place.",
    ),
    Metric(
        "RMSE",
        "few_ratings",
        "rmse",
        3,
        "lower",
        "How far predicted ratings of somebody new are off, in points of the scale, large misses "
        "counting more. It says nothing about the order of a list; models without ratings have "
        "none.",
    ),
    Metric(
        "RMSE, known users",
        "cross_validation",
        "rmse",
        3,
        "lower",
        "The same for people in the training data, which is what papers quote. You are not one of "
        "them.",
    ),
    Metric(
        "Coverage",
        "lists",
        "coverage",
        3,
        "",
        "The share of the catalogue that anybody was recommended. More is not better by itself: "
        "titles drawn by lot would cover everything.",
    ),
    Metric(
        "Novelty",
        "lists",
        "novelty",
        2,
        "",
        "How little known the recommended titles are, in bits: one more means known to half as "
        "many people. Nobody’s favourites are novel too.",
    ),
    Metric(
        "Diversity",
        "lists",
        "diversity",
        3,
        "",
        "How different the ten titles are: 0 if the same people rated them all, 1 if they have "
        "nothing to do with each other.",
    ),
    Metric(
        "Fit, s",
        "cost",
        "fit_seconds",
        1,
        "lower",
        "Seconds to train, on one thread of the machine that did it.",
    ),
    Metric(
        "Answer, ms",
        "cost",
        "answer_ms",
        2,
        "lower",
        "Milliseconds there to score every title for a visitor with ten ratings.",
    ),
    Metric("Memory, MiB", "cost", "peak_mib", 0, "lower", "The most memory that training took."),
    Metric("Size, MB", "files", "size", 2, "lower", "Megabytes that the model takes on disk."),
)


def table(release: ServedRelease) -> pd.DataFrame:
    """All figures of all models.

    Returns:
        DataFrame indexed by model, the best ranking first; for each metric that any model has, the
        columns (name, "value"), (name, "low") and (name, "high"), float64. NaN where a model has no
        such figure; low and high are NaN where it has no interval.
    """
    evaluation = release.evaluation
    sizes = {
        name: {"size": release.manifest["files"][f"{name}.safetensors"]["size"] / 1e6}
        for name in release.models
        if f"{name}.safetensors" in release.manifest["files"]
    }
    parts: Mapping[str, Any] = {**evaluation, "files": sizes}
    rows = {
        name: {
            (metric.name, end): value
            for metric in METRICS
            for end, value in values(parts.get(metric.part, {}).get(name, {}), metric.key)
        }
        for name in release.models
    }
    columns = pd.MultiIndex.from_product(
        [[metric.name for metric in METRICS], ["value", "low", "high"]]
    )
    frame = pd.DataFrame.from_dict(rows, orient="index").reindex(columns=columns).astype(np.float64)
    known = [metric.name for metric in METRICS if frame[metric.name, "value"].notna().any()]
    frame = frame[known].rename_axis("Model")
    first = METRICS[0].name
    return frame.sort_values((first, "value"), ascending=False) if first in known else frame


def values(entry: Mapping[str, Any], key: str) -> Iterator[tuple[str, float]]:
    """A figure of an evaluation by "value", "low" and "high", those that it has."""
    found = entry.get("mean", entry).get(key)
    if isinstance(found, Mapping):
        yield from ((end, float(found[end])) for end in ("value", "low", "high"))
    elif found is not None:
        yield "value", float(found)
