"""Every rating predicted from the others: as folding in anew says."""

import numpy as np
import pytest

from recommender.factors.blend import BlendModel
from recommender.factors.fold_in import NoFoldIn
from recommender.factors.left_out import left_out
from recommender.factors.model import FactorModel, Readout
from recommender.serving import open_release
from recommender.settings import BUNDLED_MODELS
from tests.factors.made import factor_model, normal


def anew(model, rated, ratings):
    rows = []
    for at in range(len(rated)):
        others = np.arange(len(rated)) != at
        found = model.taste(rated[others], ratings[others]).predict(rated[at : at + 1])
        rows.append([found.rating[0], found.low[0], found.high[0]])
    return np.array(rows)


@pytest.mark.parametrize("domain", ["movies", "anime"])
@pytest.mark.parametrize("n", [1, 2, 25])
def test_it_is_what_folding_in_the_others_predicts_for_every_bundled_model(domain, n):
    release = open_release(domain, BUNDLED_MODELS)
    generator = np.random.default_rng(n)
    rated = generator.choice(release.shelf.by_popularity[:500], n, replace=False)
    ratings = generator.choice(release.scale.values, n)
    asked = 0
    for model in release.models.values():
        found = left_out(model, rated, ratings)
        if not model.predicts_ratings:
            assert found is None
            continue
        asked += 1
        shown = np.column_stack([found.rating, found.low, found.high])
        np.testing.assert_allclose(shown, anew(model, rated, ratings), atol=1e-6)
    assert asked > 2


def test_a_rater_that_is_no_regression_is_folded_in_anew():
    made = factor_model(normal(20, 3))
    readout = Readout(np.full(20, 3.0, np.float32), NoFoldIn(), noise=1.0)
    model = FactorModel(made.item_ids, made.scale, made.item_factors, readout, readout)
    found = left_out(BlendModel((model,), (1.0,)), np.array([3, 5]), np.array([5.0, 1.0]))
    np.testing.assert_allclose(found.rating, 3.0)
    assert left_out(model, np.array([], np.intp), np.array([])).rating.shape == (0,)
