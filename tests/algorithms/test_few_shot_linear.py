"""Few-shot linear, EASE and item kNN: what their stored forms promise on real ratings."""

import numpy as np
import pytest

from recommender.algorithms import configure
from recommender.releases.model_file import pack_model


def test_a_title_with_fewer_ratings_than_asked_for_has_an_intercept_only(fitted, village):
    model = fitted("few-shot-linear").model
    counts = village.counts()
    assert np.array_equal(model.modelled, np.flatnonzero(counts >= 5))
    rare = np.flatnonzero(counts < 5)
    assert len(rare) > 10
    start, parts = model.fold_in({100: 5.0, 105: 4.0}).contributions(rare)
    assert not parts.any()
    assert (start >= 0).all()


def test_a_lower_rank_is_a_smaller_file_with_nearly_the_same_scores(movies):
    full, small, smaller = (
        configure("few-shot-linear", rank=rank, fewest_ratings=40).fit(movies.ratings).model
        for rank in (10**3, 128, 32)
    )
    assert len(pack_model(smaller, {})) < len(pack_model(small, {})) < len(pack_model(full, {}))
    generator = np.random.default_rng(0)
    agreement = []
    for _ in range(30):
        shown = generator.choice(full.modelled, 5, replace=False)
        visitor = dict.fromkeys(full.item_ids[shown].tolist(), 5.0)
        hidden = np.setdiff1d(full.modelled, shown)
        scores = [model.fold_in(visitor).scores[hidden] for model in (full, small, smaller)]
        agreement.append([np.corrcoef(scores[0], other)[0, 1] for other in scores[1:]])
    better, worse = np.mean(agreement, axis=0)
    assert better > 0.96
    assert 0.9 < worse < better


@pytest.mark.parametrize("name", ["ease", "few-shot-linear", "item-knn"])
def test_a_loved_title_speaks_louder_for_another_than_a_hated_one(name, fitted):
    model = fitted(name).model
    for position in model.modelled[:40]:
        item_id = int(model.item_ids[position])
        loves, hates = (model.fold_in({item_id: rating}).scores for rating in (5.0, 0.5))
        assert np.delete(loves - hates, position).max() > 0
