"""What an evaluation allows to be said: which model is ahead, and by more than chance or not."""

from __future__ import annotations

from recommender.serving.evaluated import differences
from recommender.serving.measures import table
from recommender.serving.served import ServedRelease

_JOBS = {
    "ndcg@10": ("NDCG@10", "orders titles best", False),
    "rmse": ("RMSE", "predicts ratings best", True),
}


def verdicts(release: ServedRelease) -> list[str]:
    """Says in sentences what the evaluation shows, the two jobs of a model apart.

    Returns:
        Plain text, one entry for each job of a model and one for each limit; none for a release
        whose evaluation has no differences between models.
    """
    figures, said, best = table(release), [], {}
    for key, (name, job, low_is_good) in _JOBS.items():
        pairs = {one: differences(release, key, one) for one in figures.index}
        if not any(len(found) for found in pairs.values()):
            continue
        # Stable: of models that rate alike, the one that ranks better is named.
        values = figures[name, "value"].dropna()
        known = values.sort_values(ascending=low_is_good, kind="stable")
        first = best[key] = str(known.index[0])
        rest = pairs[first]
        close = [str(one) for one in known.index[1:] if not rest.loc[one, "beyond_chance"]]
        behind = [str(one) for one in known.index[1:] if rest.loc[one, "beyond_chance"]]
        told = [f"{first} {job}: {name} {known.iloc[0]:.3f}."]
        if behind:
            told.append(f"It is ahead of {_listed(behind)} by more than chance.")
        for one in close:
            lead, low, high = rest.loc[one, ["value", "low", "high"]].to_numpy(float)
            if low == high == 0:
                told.append(f"{one} comes out exactly alike.")
                continue
            if not low_is_good:
                lead, low, high = -lead, -high, -low
            told.append(
                f"Its lead over {one} may be chance: {lead:.4f}, with 95 % from {low:.4f} to "
                f"{high:.4f}."
            )
        said.append(" ".join(told))
    if len(best) == 2 and best["ndcg@10"] != best["rmse"]:
        ranks = list(figures["NDCG@10", "value"].dropna().index)
        place = ranks.index(best["rmse"]) + 1
        said.append(
            f"These are two jobs: {best['rmse']}, first in predicting ratings, is number {place} "
            f"of {len(ranks)} in ordering titles."
        )
    silent = [name for name in release.models if not release.models[name].predicts_ratings]
    if said and silent:
        verb, them = ("predicts", "it") if len(silent) == 1 else ("predict", "them")
        said.append(f"{_listed(silent)} {verb} no ratings: RMSE says nothing about {them}.")
    return said


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
