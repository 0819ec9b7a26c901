"""The card of a release: README.md, for people and for the Hugging Face Hub.

The Hub reads the block of metadata on top (licence, results as a model-index), people the rest.
Every sentence is built from the draft, so a card is true for any domain and data set.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from recommender.releases.release import ReleaseDraft

_BODY = """\
# Tastemap: {domain}

Rate a few titles; get recommendations you can question. This is release `{release_id}` of Tastemap
for **{domain}**: {titles:,} titles, learned from {n_ratings:,} ratings ({scale}) by {n_users:,}
users. `{ranker}` orders titles, `{rater}` predicts ratings.

## Use

```python
import recommender

release = recommender.open_release("{domain}")
visitor = release.fold_in({{{example}}})  # item_id -> rating
visitor.recommend(10)
visitor.explain({explained})
```

## Models

{models}

## Results

{results}

## Intended use and limits

Made for recommending titles to somebody who has rated a few, for showing how such a model works,
and for research. It knows the titles of its catalogue and the tastes of the people in its data set,
who are not everybody: titles with few ratings are placed badly, and what came out after the data
was collected is missing. Scores order titles and mean nothing else; a predicted rating is an
estimate with a range, not a judgement of a title's worth. Not made for decisions about people.

## Data and licence

**{data}** ({url})

Terms of use: {licence}

The factors and figures in this release are derived from that data and may be used under the same
terms. Please cite:

> {citation}

The code of Tastemap is under the Apache-2.0 licence.
"""

_RESULTS = """\
{table}

NDCG@10, Recall@20 and MRR: {visitors} test visitors who are not in the training data show 3, 5, 10
or 20 of their ratings, at random or well-known titles first, and the whole catalogue is ranked;
mean, with its 95 % interval in brackets. RMSE and MAE of predicted ratings: cross-validated by
rating; a dash means that the model predicts none. All numbers are in `evaluation.json`.
"""

_INDEX = """\
Lists of {titles:,} titles are made with an index that names candidates. It finds {recall} of the 20
titles that scoring every one puts first ({visitors} visitors; mean share, with its 95 % interval).
"""

_RANKING = {"ndcg@10": "NDCG@10", "recall@20": "Recall@20", "mrr": "MRR"}
_RATING = {"rmse": "RMSE", "mae": "MAE"}


def card(draft: ReleaseDraft, release_id: str) -> str:
    """Writes the card of a release.

    Args:
        draft: what the release is made of.
        release_id: its id.

    Returns:
        Markdown with a metadata block; the same draft and id give the same text.
    """
    provenance = draft.provenance
    best_known = draft.catalogue["n_ratings"].to_numpy().argsort(kind="stable")[::-1]
    known = [int(draft.catalogue.index[position]) for position in best_known[:4]]
    rated = zip(known, (draft.scale.high, draft.scale.low, draft.scale.liked), strict=False)
    body = _BODY.format(
        release_id=release_id,
        domain=draft.domain,
        titles=len(draft.catalogue),
        n_ratings=draft.n_ratings,
        n_users=draft.n_users,
        scale=draft.scale,
        ranker=draft.ranker,
        rater=draft.rater,
        example=", ".join(f"{item_id}: {rating:g}" for item_id, rating in rated),
        explained=known[-1],
        models=_models(draft),
        results=_results(draft.evaluation),
        data=provenance.name,
        url=provenance.url,
        licence=provenance.licence,
        citation=provenance.citation,
    )
    return f"---\n{_metadata(draft)}\n---\n\n{body}"


def _metadata(draft: ReleaseDraft) -> str:
    # Imported here: opening a release writes no card.
    from huggingface_hub import EvalResult, ModelCardData

    provenance = draft.provenance
    slug = re.sub(r"[^a-z0-9]+", "-", provenance.name.lower()).strip("-")

    def result(config: str, metric: str, name: str, model: str, value: float) -> EvalResult:
        return EvalResult(
            task_type="recommendation",
            task_name="Recommendation",
            dataset_type=slug,
            dataset_name=provenance.name,
            dataset_config=config,
            metric_type=metric,
            metric_name=f"{name} ({model})",
            metric_value=value,
        )

    found = [
        result(config, metric, name, model, estimates[metric]["value"])
        for config, part, metric, name in (
            ("few ratings", "few_ratings", "ndcg@10", "NDCG@10"),
            ("cross-validation", "cross_validation", "rmse", "RMSE"),
        )
        for model, estimates in _estimates(draft.evaluation, part).items()
    ]
    metadata = ModelCardData(
        license="other",
        license_name=slug,
        license_link=provenance.url,
        library_name="tastemap",
        tags=["recommender-system", "collaborative-filtering", "explainable", draft.domain],
        model_name=f"tastemap-{draft.domain}",
        eval_results=found or None,
    )
    return metadata.to_yaml().strip()


def _estimates(evaluation: Mapping[str, Any], part: str) -> dict[str, Mapping[str, Any]]:
    """Returns model -> metric -> estimate of one part of an evaluation, {} if it is not there."""
    models: Mapping[str, Any] = evaluation.get(part, {})
    return {name: entry.get("mean", entry) for name, entry in models.items()}


def _models(draft: ReleaseDraft) -> str:
    rows = [
        [
            f"`{name}`",
            recipe.algorithm,
            ", ".join(f"{key} {value}" for key, value in recipe.parameters.items()) or "none",
        ]
        for name, recipe in draft.recipes.items()
    ]
    return _table(["model", "algorithm", "hyper-parameters"], rows)


def _results(evaluation: Mapping[str, Any]) -> str:
    ranking, rating = (_estimates(evaluation, part) for part in ("few_ratings", "cross_validation"))
    if not ranking and not rating:
        return "This release has not been evaluated."
    rows = [
        [
            f"`{model}`",
            *(_estimate(ranking.get(model, {}).get(metric)) for metric in _RANKING),
            *(_estimate(rating.get(model, {}).get(metric)) for metric in _RATING),
        ]
        for model in dict.fromkeys([*ranking, *rating])
    ]
    table = _table(["model", *_RANKING.values(), *_RATING.values()], rows)
    visitors = evaluation.get("visitors", "all")
    text = _RESULTS.format(table=table, visitors=visitors)
    if index := evaluation.get("rank_index"):
        recall = _estimate(index["recall@20"])
        text += "\n" + _INDEX.format(
            titles=index["titles"], visitors=index["visitors"], recall=recall
        )
    return text.strip()


def _estimate(estimate: Mapping[str, float] | None) -> str:
    if estimate is None:
        return "–"
    return f"{estimate['value']:.3f} ({estimate['low']:.3f}–{estimate['high']:.3f})"


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
