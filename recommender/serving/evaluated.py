"""The evaluation that a release carries, as tables and sentences for people.

`evaluation.json` holds the figures (see `recommender.evaluation.report`); here they are put beside
each other, with what each of them means and what none of them says. A release that was evaluated
before a figure was measured has empty tables of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from recommender.data.catalogue import ADULT_GENRES
from recommender.serving.measures import values
from recommender.serving.served import ServedRelease


def curves(release: ServedRelease, figure: str, shown: str) -> pd.DataFrame:
    """A figure by number of ratings shown.

    Args:
        release: the release.
        figure: its name in the cells of the evaluation: "ndcg@10".
        shown: which ratings were shown, "uniform" or "popular".

    Returns:
        DataFrame with columns model, k, value, low and high; the last two are NaN for a figure
        without interval.
    """
    rows = [
        {"model": name, "k": cell["k"], **dict(values(cell, figure))}
        for name, report in release.evaluation.get("few_ratings", {}).items()
        for cell in report["cells"]
        if cell["shown"] == shown and cell.get(figure) is not None
    ]
    return _frame(rows, ["model", "k", "value", "low", "high"])


def differences(release: ServedRelease, figure: str, model: str) -> pd.DataFrame:
    """How far the other models are from one, by pairs of figures of the same visitors.

    Args:
        release: the release.
        figure: "ndcg@10" or "rmse".
        model: the one.

    Returns:
        DataFrame indexed by model, largest difference first, with columns value (other minus one),
        low, high and beyond_chance.
    """
    rows = {}
    for pair in release.evaluation.get("differences", {}).get(figure, []):
        if model == pair["second"]:
            rows[pair["first"]] = {end: pair[end] for end in ("value", "low", "high")}
        elif model == pair["first"]:
            rows[pair["second"]] = {
                "value": -pair["value"],
                "low": -pair["high"],
                "high": -pair["low"],
            }
        else:
            continue
        other = pair["first"] if model == pair["second"] else pair["second"]
        rows[other]["beyond_chance"] = pair["beyond_chance"]
    frame = pd.DataFrame.from_dict(
        rows, orient="index", columns=["value", "low", "high", "beyond_chance"]
    )
    return frame.sort_values("value", ascending=False, kind="stable").rename_axis("model")


def errors(release: ServedRelease, by: str) -> pd.DataFrame:
    """Errors of predicted ratings among kinds of titles.

    Args:
        release: the release; genres for adults only are left out unless it offers such titles.
        by: "genre" or "popularity".

    Returns:
        DataFrame with columns model, group, ratings, rmse with its low and high, and error (mean of
        predicted minus actual), the groups with the most ratings, or the best known titles, first.
    """
    rows = []
    for name, report in release.evaluation.get("rating_errors", {}).items():
        for entry in report[f"by_{by}"]:
            if by == "popularity":
                group = f"{entry['from']:,}–{entry['to']:,}"
            elif entry["genre"] in ADULT_GENRES and not release.adult:
                continue
            else:
                group = entry["genre"]
            interval = {"low": entry["rmse"]["low"], "high": entry["rmse"]["high"]}
            rows.append(
                {
                    "model": name,
                    "group": group,
                    "ratings": entry["ratings"],
                    "rmse": entry["rmse"]["value"],
                    "error": entry["error"],
                    **interval,
                }
            )
    return _frame(rows, ["model", "group", "ratings", "rmse", "low", "high", "error"])


def ranges(release: ServedRelease) -> pd.DataFrame:
    """How many ratings lie inside predicted ranges of several levels.

    Returns:
        DataFrame with columns model, level and within, in 0..1, with its low and high.
    """
    rows = [
        {
            "model": name,
            "level": entry["level"],
            "within": entry["within"]["value"],
            "low": entry["within"]["low"],
            "high": entry["within"]["high"],
        }
        for name, report in release.evaluation.get("rating_errors", {}).items()
        for entry in report["ranges"]
    ]
    return _frame(rows, ["model", "level", "within", "low", "high"])


def predicted(release: ServedRelease, model: str) -> pd.DataFrame:
    """How often each rating was predicted and given.

    Args:
        release: the release.
        model: one that predicts ratings.

    Returns:
        DataFrame of counts, predicted (index, to the nearest rating) by actual (columns).
    """
    counts = release.evaluation["rating_errors"][model]["predicted"]
    values = list(release.scale.values)
    return pd.DataFrame(counts, pd.Index(values, name="predicted"), pd.Index(values, name="actual"))


def cells(release: ServedRelease) -> pd.DataFrame:
    """Every figure of every cell of the few-ratings protocol, one row a model and cell."""
    rows = [
        {
            "model": name,
            **{
                key if end == "value" or key in ("shown", "k") else f"{key} {end}": value
                for key in cell
                for end, value in (
                    [("value", cell[key])] if isinstance(cell[key], str) else values(cell, key)
                )
            },
        }
        for name, report in release.evaluation.get("few_ratings", {}).items()
        for cell in report["cells"]
    ]
    return pd.DataFrame(rows)


def _frame(rows: Sequence[Mapping[str, Any]], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns)
