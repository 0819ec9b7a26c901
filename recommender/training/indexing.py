"""The release of a very large catalogue gets a rank index, and the evidence of what that misses."""

from __future__ import annotations

from dataclasses import replace

from recommender.data.ratings import Ratings
from recommender.evaluation.index_recall import index_recall
from recommender.factors.contract import EXACT_UP_TO
from recommender.factors.rank_index import build
from recommender.releases import ReleaseDraft


def indexed(draft: ReleaseDraft, ratings: Ratings) -> ReleaseDraft:
    """Adds the rank index of the ranker.

    Args:
        draft: a release about to be written.
        ratings: of people who are asked what the index misses; positions as in the catalogue.

    Returns:
        The draft with its index, and with `rank_index` in its evaluation (see
        `index_recall.index_recall`); as it was if its catalogue has up to `EXACT_UP_TO` titles, or
        if its ranker's scores are no products of vectors.
    """
    ranker = draft.models[draft.ranker]
    if len(draft.catalogue) <= EXACT_UP_TO or ranker.vectors(slice(0, 1)) is None:
        return draft
    index = build(draft.ranker, ranker, draft.seed)
    found = index_recall(index, ranker, ratings)
    return replace(draft, index=index, evaluation={**draft.evaluation, "rank_index": found})
