"""The learned fold-in finds a linear map that was put in, and fades into the plain one."""

import numpy as np
import pytest

from recommender.algorithms.solvers.learned_fold_in import Example, learn_fold_in
from recommender.factors.learned import TRUSTED, LearnedFoldIn
from recommender.factors.weighted import WeightedFoldIn

K = 3
MEAN, DEVIATION = 3.5, 1.1
ITEMS = np.random.default_rng(1).normal(size=(60, K))
PLAIN = WeightedFoldIn(ITEMS.T @ ITEMS, len(ITEMS), 0.2, 0.05, 5.0, 2.0)
PLANTED = np.random.default_rng(2).normal(size=(2 + 3 * K, K))


def shown(n, seed):
    generator = np.random.default_rng([n, seed])
    return generator.choice(60, n, replace=False), generator.integers(1, 11, n) / 2


def visit(n, seed):
    items, ratings = shown(n, seed)
    return ITEMS[items], ratings


def features(rows, ratings):
    """[1, n^-1/2, v, v n^-1/2, sum_i d_i x_i / (n + 3)], written as in the module's docstring."""
    n = len(ratings)
    v = PLAIN.fold(rows, ratings, np.zeros(n)).weights[1:]
    shrunk_mean = (3 * MEAN + sum(ratings)) / (n + 3)
    tilt = np.zeros(K)
    for row, rating in zip(rows, ratings, strict=True):
        tilt += (rating - shrunk_mean) / DEVIATION * row
    return np.concatenate([[1, n**-0.5], v, v * n**-0.5, tilt / (n + 3)])


def examples(target, n_examples=400):
    for seed in range(n_examples):
        items, ratings = shown(1 + seed % 22, seed)
        yield Example(items, ratings, target(ITEMS[items], ratings))


def planted(rows, ratings):
    return features(rows, ratings) @ PLANTED


@pytest.fixture(scope="module")
def learned():
    return learn_fold_in(PLAIN, ITEMS, examples(planted), MEAN, DEVIATION, regularisation=1e-10)


def test_a_planted_linear_map_is_recovered(learned):
    np.testing.assert_allclose(learned.matrix, PLANTED, atol=1e-4)


@pytest.mark.parametrize("n", [1, 3, TRUSTED])
def test_an_unseen_visitor_gets_what_the_planted_map_says(learned, n):
    rows, ratings = visit(n, seed=10_000)
    folded = learned.fold(rows, ratings, np.zeros(n))
    assert folded.weights[0] == 0
    np.testing.assert_allclose(folded.weights[1:], planted(rows, ratings), atol=1e-4)


@pytest.mark.parametrize("n", [21, 40, 60])
def test_past_the_trusted_number_it_fades_into_the_plain_fold_in(learned, n):
    rows, ratings = visit(n, seed=10_000)
    trust = TRUSTED / n
    plain = PLAIN.fold(rows, ratings, np.zeros(n)).weights[1:]
    np.testing.assert_allclose(
        learned.fold(rows, ratings, np.zeros(n)).weights[1:],
        trust * (features(rows, ratings) @ learned.matrix) + (1 - trust) * plain,
        atol=1e-12,
    )


def test_without_ratings_a_visitor_has_the_average_taste(learned):
    folded = learned.fold(np.zeros((0, K)), np.zeros(0), np.zeros(0))
    assert folded.parts.shape == (0, 1 + K)
    np.testing.assert_allclose(folded.weights[1:], learned.matrix[0] + learned.matrix[1])


def test_more_regularisation_gives_a_smaller_map():
    sizes = [
        np.linalg.norm(learn_fold_in(PLAIN, ITEMS, examples(planted), MEAN, DEVIATION, r).matrix)
        for r in (1e-6, 1e-1, 10.0)
    ]
    assert sizes[0] > 1.03 * sizes[1] > 1.2 * sizes[2]


def test_a_feature_that_never_varies_does_no_harm():
    """Everybody rates everything alike, so no deviation is ever seen; a visitor then has one."""
    alike = (
        Example(items, np.full(len(items), MEAN), np.ones(K))
        for items, _ in (shown(1 + seed % 9, seed) for seed in range(50))
    )
    learned = learn_fold_in(PLAIN, ITEMS, alike, MEAN, 1e-6, regularisation=0.01)
    rows, ratings = visit(5, seed=0)
    assert np.abs(learned.fold(rows, ratings, np.zeros(5)).weights).max() < 10


def test_with_nothing_to_learn_from_it_is_the_plain_fold_in():
    learned = learn_fold_in(PLAIN, ITEMS, iter([]), MEAN, DEVIATION, regularisation=0.01)
    assert isinstance(learned, LearnedFoldIn)
    for n in (0, 2, 50):
        rows, ratings = visit(n, seed=4)
        np.testing.assert_allclose(
            learned.fold(rows, ratings, np.zeros(n)).weights,
            PLAIN.fold(rows, ratings, np.zeros(n)).weights,
        )


@pytest.mark.parametrize("n", [0, 1, 7, 40])
def test_the_factors_after_each_title_are_those_of_folding_in_anew(learned, n):
    rows, ratings = visit(n, seed=10_000)
    others = ITEMS[:5]
    found = learned.factors_with_each(rows, ratings, others, 4.0)
    for other, factors in zip(others, found, strict=True):
        anew = learned.fold(np.vstack([rows, other]), np.append(ratings, 4.0), np.zeros(n + 1))
        np.testing.assert_allclose(factors, anew.weights[1:], atol=1e-9)
