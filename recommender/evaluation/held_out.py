"""The evaluation of models that were fitted elsewhere, on people whom they have not seen.

Where fitting ten times over is too dear, as on a cluster, a sample of the people of one fold is
kept out of one training. What they get is measured as everywhere else (`few_ratings`, `lists`,
`rating_errors`, `differences`); cross-validation, which would be five more trainings, is left out,
and of cost there is only what an answer takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.algorithms.solvers.subsets import well_known
from recommender.data.ratings import Ratings
from recommender.errors import DataError
from recommender.evaluation import few_ratings, lists, rating_errors, summary
from recommender.evaluation.cost import answer_ms
from recommender.evaluation.differences import by_visitor, differences
from recommender.evaluation.metrics import self_information
from recommender.factors.model import Model

_GROUPS = 5
"""Of people, among whom errors of predicted ratings vary."""


def require(people: Ratings, counts: NDArray[np.int64]) -> None:
    """Refuses people by whom models could not be ranked, before any is fitted.

    Args:
        people: ratings of those who are kept out.
        counts: int64 (n_items,), ratings of each title of all others.

    Raises:
        DataError: in one way of showing, none of them likes a title that is hidden.
    """
    visitors = np.flatnonzero(people.user_counts())
    asked = {
        (showing.shown, showing.k)
        for showing in few_ratings.showings(people, visitors, well_known(counts))
        if (people.values[showing.hidden] >= people.scale.liked).any()
    }
    if len(asked) < len(few_ratings.SHOWN) * len(few_ratings.SIZES):
        raise DataError(
            "Those who are kept out like too little of what they hide to rank models by; keep out "
            "more people (--held-out)."
        )


def evaluate(
    models: Mapping[str, Model],
    people: Ratings,
    others: Ratings,
    catalogue: pd.DataFrame,
    counts: NDArray[np.int64],
    n_users: int,
    seed: int,
) -> dict[str, Any]:
    """Evaluates models.

    Args:
        models: name -> model; none has seen the people.
        people: their ratings, those of at least one person, each with 30 or more.
        others: those of a sample of the people that the models were fitted on, by whom titles
            count as alike.
        catalogue: the titles.
        counts: int64 (n_items,), ratings of each title that the models were fitted on.
        n_users: how many people they were fitted on.
        seed: of the fits.

    Returns:
        What `evaluation.json` holds, as `report.evaluate` describes, with `cross_validation` empty
        and nothing but `answer_ms` in `cost`; the intervals of `rating_errors` are over groups of
        people instead of folds.
    """
    visitors = np.flatnonzero(people.user_counts())
    titles = lists.Titles(self_information(counts, n_users), lists.Titles.of(others).vectors)
    report: dict[str, Any] = {"seed": seed, "visitors": len(visitors), "cross_validation": {}}
    report |= {part: {} for part in ("few_ratings", "lists", "rating_errors", "cost")}
    samples: dict[str, dict[str, dict[int, float]]] = {"ndcg@10": {}, "rmse": {}}
    for name, outcomes in few_ratings.asked(models, people, visitors, counts).items():
        report["few_ratings"][name] = summary.summarise(outcomes, people.n_items)
        report["lists"][name] = lists.summarise(outcomes, titles)
        report["cost"][name] = {"answer_ms": round(answer_ms(models[name], people, visitors), 2)}
        samples["ndcg@10"][name] = by_visitor(outcomes, "ndcg")
        if models[name].predicts_ratings:
            samples["rmse"][name] = by_visitor(outcomes, "rmse")
            guesses: dict[int, list[few_ratings.Guesses]] = {}
            for outcome in outcomes:
                assert outcome.guesses is not None
                guesses.setdefault(outcome.user % _GROUPS, []).append(outcome.guesses)
            tallies = [
                rating_errors.tally(group, people.n_items, people.scale)
                for group in guesses.values()
            ]
            report["rating_errors"][name] = rating_errors.summarise(tallies, catalogue)
    report["differences"] = {figure: differences(found) for figure, found in samples.items()}
    return report
