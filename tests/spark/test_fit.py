"""Sums over the cluster are the sums of one machine, and its models those of the local engine."""

import numpy as np
import pytest
from scipy.stats import rankdata

from recommender.algorithms import configure
from recommender.algorithms.solvers.biases import fit_biases
from recommender.algorithms.solvers.learned_fold_in import Example, learn_fold_in
from recommender.algorithms.solvers.subsets import user_subsets, well_known
from recommender.algorithms.solvers.weighted_als import solve_rows
from recommender.algorithms.taste_als import RIDGE
from recommender.errors import ParameterError
from recommender.spark import fit as fits
from recommender.spark.material import read
from tests.releases import village
from tests.training.trainings import write_movielens

TASTE = configure("taste-als", k=4, iterations=5, subsets=3)
EXPLICIT = configure("explicit-als", k=4, iterations=5)


@pytest.fixture(scope="module")
def crowd(spark, tmp_path_factory):
    place = write_movielens(village.data(), tmp_path_factory.mktemp("data") / "village")
    return read(spark, "movies", str(place))[0]


def test_item_biases_are_those_of_one_machine(crowd):
    ours = fit_biases(village.data().ratings, 3.0, 5.0)
    found = fits._item_biases(crowd, 3.0, 5.0)
    np.testing.assert_allclose(found, ours.items, rtol=1e-9, atol=1e-12)


def test_the_learned_fold_in_is_that_of_one_machine(crowd):
    ratings = village.data().ratings
    factors = np.random.default_rng(0).normal(size=(ratings.n_items, 4)).astype(np.float32)
    plain = TASTE.plain_fold_in(factors, ratings.scale)
    rows, known = factors.astype(float), well_known(ratings.counts())
    targets = ratings.matrix()
    targets.data = TASTE.targets(targets.data, ratings.scale)
    users = solve_rows(targets, rows, plain.unrated_weight, plain.regularisation)

    def examples():
        for user, user_id in enumerate(ratings.user_ids):
            own = np.flatnonzero(ratings.users == user)
            if len(own) < 2:
                continue
            generator = np.random.default_rng([7, user_id])
            for shown, _ in user_subsets(known[ratings.items[own]], 3, generator):
                values = ratings.values[own[shown]].astype(float)
                yield Example(ratings.items[own[shown]], values, users[user])

    mean, deviation = ratings.values.mean(dtype=float), ratings.values.std(dtype=float)
    ours = learn_fold_in(plain, rows, examples(), mean, deviation, RIDGE)
    found = fits._learned(TASTE, crowd, factors, plain, seed=7)
    np.testing.assert_allclose(found.matrix, ours.matrix, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("algorithm", [TASTE, EXPLICIT], ids=lambda a: a.name)
def test_its_model_answers_like_that_of_the_local_engine(crowd, algorithm):
    ratings = village.data().ratings
    theirs = fits.fit(algorithm, crowd, ratings, seed=0)
    ours = algorithm.fit(ratings).model
    assert theirs.item_factors.shape == ours.item_factors.shape
    ends = np.cumsum(ratings.user_counts())
    alike, apart = [], []
    for user in range(1, ratings.n_users, 5):
        shown = slice(ends[user - 1], ends[user - 1] + 10)
        items, values = ratings.items[shown].astype(np.intp), ratings.values[shown].astype(float)
        one, other = (model.taste(items, values) for model in (theirs, ours))
        alike.append(np.corrcoef(rankdata(one.scores), rankdata(other.scores))[0, 1])
        everything = np.arange(ratings.n_items)
        apart.append(np.abs(one.predict(everything).rating - other.predict(everything).rating))
    assert np.median(alike) > 0.9
    assert np.mean(apart) < 0.1


def test_what_mllib_cannot_fit_is_refused_before_anything_is_read():
    with pytest.raises(ParameterError, match="fits taste-als and explicit-als, not funk-svd"):
        fits.check(configure("funk-svd"))
    with pytest.raises(ParameterError, match="unrated_weight"):
        fits.check(configure("taste-als", unrated_weight=0.9))
