"""Explicit ALS: every row is the penalised least squares of what biases leave of its ratings."""

import numpy as np
import pytest

from recommender.algorithms import configure
from recommender.algorithms.solvers.biases import fit_biases


def test_a_user_is_the_ridge_regression_of_its_residuals(village):
    k, regularisation = 3, 0.05
    algorithm = configure("explicit-als", k=k, regularisation=regularisation, iterations=2)
    fit = algorithm.fit(village, seed=0)
    biases = fit_biases(village, algorithm.item_shrinkage, algorithm.bias_regularisation)
    ends = np.cumsum(village.user_counts())
    for user in (1, 17, 40):
        own = slice(ends[user - 1], ends[user])
        items = village.items[own]
        rows = fit.model.item_factors[items].astype(float)
        left = village.values[own] - biases.mean - biases.items[items] - biases.users[user]
        penalty = regularisation * len(items) * np.eye(k)
        expected = np.linalg.solve(rows.T @ rows + penalty, rows.T @ left)
        np.testing.assert_allclose(fit.user_weights[user, 1:], expected, rtol=1e-4, atol=1e-6)
        assert fit.user_weights[user, 0] == pytest.approx(biases.users[user])


def test_every_sweep_lowers_the_loss(village):
    losses = configure("explicit-als").fit(village, seed=0).losses
    assert len(losses) == 10
    assert (np.diff(losses) <= 1e-9 * losses[0]).all()


def test_it_predicts_better_than_biases_alone(village):
    generator = np.random.default_rng(0)
    hidden = generator.random(len(village)) < 0.2
    training = village.subset(~hidden)
    errors = {}
    for name in ("bias", "explicit-als"):
        model = configure(name).fit(training).model
        squared = []
        for user in range(0, village.n_users, 3):
            own, asked = ((village.users == user) & part for part in (~hidden, hidden))
            taste = model.taste(
                village.items[own].astype(np.intp), village.values[own].astype(float)
            )
            found = taste.predict(village.items[asked].astype(np.intp)).rating
            squared.extend((found - village.values[asked]) ** 2)
        errors[name] = np.sqrt(np.mean(squared))
    assert errors["explicit-als"] < 0.97 * errors["bias"]
