"""The figures of the few-ratings protocol: what many visitors' outcomes come to, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from recommender.evaluation.few_ratings import SHOWN, SIZES, Outcome
from recommender.evaluation.metrics import Estimate, coverage


def summarise(outcomes: Sequence[Outcome], n_items: int) -> dict[str, Any]:
    """Summarises one model's outcomes as `evaluation.json` holds them.

    Args:
        outcomes: of all test visitors.
        n_items: titles in the catalogue.

    Returns:
        `mean`, over all cells with each visitor counted once, and `cells`, one for each way of
        showing and k. The RMSE of a cell is the root of the mean over visitors of their mean
        squared error, that of `mean` the mean of their own RMSE. None is where there is no figure.
    """
    by_user: dict[int, list[Outcome]] = {}
    for outcome in outcomes:
        by_user.setdefault(outcome.user, []).append(outcome)
    mean = {}
    for label, name in (_RANKING | _RATING).items():
        samples = [_finite_mean([getattr(o, name) for o in group]) for group in by_user.values()]
        mean[label] = _estimate(samples).rounded() if np.isfinite(samples).any() else None
    cells = [
        _cell([o for o in outcomes if (o.shown, o.k) == (shown, k)], shown, k, n_items)
        for shown in SHOWN
        for k in SIZES
    ]
    return {"mean": mean, "cells": cells}


_RANKING = {
    "ndcg@10": "ndcg",
    "recall@20": "recall",
    "precision@10": "precision",
    "map@10": "average_precision",
    "mrr": "mrr",
}
_RATING = {"rmse": "rmse", "mae": "mae"}


def _cell(outcomes: list[Outcome], shown: str, k: int, n_items: int) -> dict[str, Any]:
    squared = [o.rmse**2 for o in outcomes]
    cell: dict[str, Any] = {"shown": shown, "k": k, "visitors": len(outcomes)}
    for label, name in _RANKING.items():
        cell[label] = _estimate([getattr(o, name) for o in outcomes]).rounded()
    lists = np.concatenate([o.recommended for o in outcomes])
    cell["coverage@10"] = round(coverage(lists, n_items), 4)
    cell["popularity"] = round(float(np.mean([o.popularity for o in outcomes])), 4)
    rated = bool(np.isfinite(squared).all())
    cell["rmse"] = round(float(np.sqrt(np.mean(squared))), 4) if rated else None
    cell["mae"] = round(float(np.mean([o.mae for o in outcomes])), 4) if rated else None
    cell["within_range"] = round(float(np.mean([o.within for o in outcomes])), 4) if rated else None
    return cell


def _finite_mean(samples: list[float]) -> float:
    finite = [sample for sample in samples if np.isfinite(sample)]
    return float(np.mean(finite)) if finite else float("nan")


def _estimate(samples: list[float]) -> Estimate:
    finite = np.array([sample for sample in samples if np.isfinite(sample)])
    return Estimate.mean(finite)
