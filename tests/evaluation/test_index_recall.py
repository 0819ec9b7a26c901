from dataclasses import replace

import numpy as np
import pytest

from recommender.evaluation.index_recall import index_recall
from recommender.factors import rank_index
from recommender.factors.model import FactorModel
from recommender.factors.rank_index import build
from tests.releases import village


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small index would name everything."""
    monkeypatch.setattr(rank_index, "FEW", 10)
    monkeypatch.setattr(rank_index, "LEAST", 40)


def test_an_index_finds_nearly_all_and_the_index_of_other_factors_finds_little() -> None:
    model, ratings = village.draft().models["taste"], village.data().ratings
    assert isinstance(model, FactorModel)
    shuffled = np.random.default_rng(0).permutation(model.item_factors)

    own = index_recall(build("taste", model), model, ratings)
    other = index_recall(build("taste", replace(model, item_factors=shuffled)), model, ratings)

    assert own["titles"] == other["titles"] == 260
    assert own["visitors"] == other["visitors"] >= 50
    assert own["recall@20"]["value"] > 0.95
    assert other["recall@20"]["value"] < 0.5
