"""Weighted ALS descends on its objective and equals a slow twin that can be read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.sparse import csr_array

from recommender.algorithms.solvers import weighted_als as module
from recommender.algorithms.solvers.weighted_als import principal_axes, solve_rows, weighted_als

UNRATED_WEIGHT, REGULARISATION = 0.2, 0.01


def targets(n_users=13, n_items=9, seed=0):
    """Sparse targets; the last user and the last title have none."""
    generator = np.random.default_rng(seed)
    dense = generator.uniform(0.1, 1, (n_users, n_items))
    dense *= generator.random((n_users, n_items)) < 0.4
    dense[-1] = 0
    dense[:, -1] = 0
    return csr_array(dense)


def slow_rows(targets, others):
    """The exact minimum for every row, with one equation for every cell."""
    dense, k = targets.toarray(), others.shape[1]
    rows = []
    for row in dense:
        normal, right = np.zeros((k, k)), np.zeros(k)
        for target, other in zip(row, others, strict=True):
            weight = 1 if target else UNRATED_WEIGHT
            normal += weight * np.outer(other, other) + REGULARISATION * weight * np.eye(k)
            right += weight * target * other
        rows.append(np.linalg.solve(normal, right))
    return np.array(rows)


def objective(targets, users, items):
    dense = targets.toarray()
    weights = np.where(dense, 1, UNRATED_WEIGHT)
    error = (weights * (dense - users @ items.T) ** 2).sum()
    user_penalty = (weights.sum(axis=1) * (users**2).sum(axis=1)).sum()
    item_penalty = (weights.sum(axis=0) * (items**2).sum(axis=1)).sum()
    return error + REGULARISATION * (user_penalty + item_penalty)


def factorise(targets, k=3, iterations=5, seed=0, told=lambda share, loss: None):
    return weighted_als(targets, k, UNRATED_WEIGHT, REGULARISATION, iterations, seed, told)


@pytest.mark.parametrize("block", [1, 4, 1024])
def test_rows_equal_a_slow_twin_whatever_the_block(monkeypatch, block):
    monkeypatch.setattr(module, "_BLOCK", block)
    others = np.random.default_rng(1).normal(size=(9, 3))
    fast = solve_rows(targets(), others, UNRATED_WEIGHT, REGULARISATION)
    np.testing.assert_allclose(fast, slow_rows(targets(), others), rtol=1e-10, atol=1e-14)


def test_a_row_without_ratings_is_zero():
    users, items = factorise(targets())
    assert not users[-1].any()
    np.testing.assert_allclose(items[-1], 0, atol=1e-15)


def test_the_whole_equals_a_slow_twin():
    given_targets = targets()
    items = np.random.default_rng(0).normal(0, 0.3 / np.sqrt(3), (9, 3))
    for _ in range(4):
        users = slow_rows(given_targets, items)
        items = slow_rows(given_targets.T.tocsr(), users)
    fast_users, fast_items = factorise(given_targets, iterations=4)
    # The axes are rotated, the products are not.
    np.testing.assert_allclose(fast_items @ fast_items.T, items @ items.T, rtol=1e-8, atol=1e-10)
    users = slow_rows(given_targets, items)
    np.testing.assert_allclose(fast_users @ fast_items.T, users @ items.T, rtol=1e-8, atol=1e-10)


def test_the_objective_never_rises_from_sweep_to_sweep():
    losses = [objective(targets(), *factorise(targets(), iterations=n)) for n in range(1, 12)]
    assert (np.diff(losses) <= 1e-12).all()
    assert losses[-1] < 0.98 * losses[0]


def test_users_are_the_exact_solution_for_the_items_returned():
    users, items = factorise(targets())
    np.testing.assert_allclose(users, slow_rows(targets(), items), rtol=1e-10, atol=1e-14)


def test_a_planted_factorisation_is_recovered():
    generator = np.random.default_rng(0)
    truth = generator.uniform(0.2, 1, (40, 2)) @ generator.uniform(0.2, 1, (2, 30))
    users, items = weighted_als(csr_array(truth), 2, 1.0, 1e-9, 100, 0, lambda share, loss: None)
    np.testing.assert_allclose(users @ items.T, truth, atol=1e-4)


def test_progress_is_told_after_every_sweep():
    told = []
    factorise(targets(), iterations=4, told=lambda share, loss: told.append(share))
    assert told == [0.25, 0.5, 0.75, 1.0]


numbers = st.integers(-64, 64).map(lambda n: n / 16)


@given(st.data(), st.integers(1, 4), st.integers(1, 6))
def test_principal_axes_are_a_rotation_longest_first_with_a_fixed_sign(data, k, n):
    items = data.draw(arrays.arrays(np.float64, (n, k), elements=numbers))
    rotated = principal_axes(items)
    np.testing.assert_allclose(rotated @ rotated.T, items @ items.T, atol=1e-9)
    gram = rotated.T @ rotated
    np.testing.assert_allclose(gram, np.diag(np.diag(gram)), atol=1e-8)
    assert (np.diff(np.diag(gram)) <= 1e-8).all()
    largest = rotated[np.abs(rotated).argmax(axis=0), np.arange(k)]
    assert (largest >= 0).all()


def test_mirrored_or_swapped_factors_have_the_same_principal_axes():
    items = np.random.default_rng(0).normal(size=(20, 3)) * [3, 2, 1]
    np.testing.assert_allclose(
        principal_axes(items[:, [2, 0, 1]] * [-1, 1, -1]), principal_axes(items), atol=1e-12
    )


def test_the_loss_that_is_told_is_the_objective(monkeypatch):
    monkeypatch.setattr(module, "_BLOCK", 4)
    generator = np.random.default_rng(3)
    users, items = (
        generator.normal(size=(len(targets().indptr) - 1, 3)),
        generator.normal(size=(9, 3)),
    )
    loss = module.objective(targets(), users, items, UNRATED_WEIGHT, REGULARISATION)
    assert loss == pytest.approx(objective(targets(), users, items), rel=1e-12)


def test_the_loss_that_is_told_never_rises():
    told = []
    factorise(targets(), iterations=10, told=lambda share, loss: told.append(loss))
    assert len(told) == 10
    assert (np.diff(told) <= 1e-12).all()
    assert told[-1] < told[0]
