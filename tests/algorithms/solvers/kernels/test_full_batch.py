"""Cost, gradient and Adam's step are their plain twins'; the gradient is the cost's."""

import numpy as np
import pytest

from recommender.algorithms.solvers.kernels import adam, full_batch

REGULARISATION = 0.7


@pytest.fixture
def problem(village):
    targets = village.values.astype(np.float64) - 3
    factors = full_batch.Factors.start(village.n_items, village.n_users, 5, seed=2)
    return factors, village.users, village.items, targets


def test_cost_and_gradient_are_those_of_the_plain_twin(problem):
    factors, *data = problem
    fast, plain = (full_batch.Factors.zeros_like(factors) for _ in range(2))
    cost = full_batch.cost_and_gradient(factors, fast, *data, REGULARISATION)
    expected = full_batch.cost_and_gradient_plain(factors, plain, *data, REGULARISATION)
    assert cost == pytest.approx(expected, rel=1e-12)
    for one, other in zip(fast, plain, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("part", full_batch.Factors._fields)
def test_the_gradient_is_how_the_cost_changes(problem, part):
    factors, *data = problem
    gradient, spare = (full_batch.Factors.zeros_like(factors) for _ in range(2))
    full_batch.cost_and_gradient(factors, gradient, *data, REGULARISATION)
    moved, nudge = getattr(factors, part).reshape(-1), 1e-5
    costs = []
    for sign in (1, -2):
        moved[3] += sign * nudge
        costs.append(full_batch.cost_and_gradient(factors, spare, *data, REGULARISATION))
    slope = (costs[0] - costs[1]) / (2 * nudge)
    assert slope == pytest.approx(getattr(gradient, part).reshape(-1)[3], rel=1e-5)


@pytest.mark.parametrize(("kind", "tolerance"), [(np.float32, 1e-5), (np.float64, 1e-12)])
def test_a_step_of_adam_is_that_of_its_plain_twin(kind, tolerance):
    generator = np.random.default_rng(0)
    fast, plain = ([np.ones(50, kind), np.zeros(50, kind), np.zeros(50, kind)] for _ in range(2))
    for correction in adam.corrections(20):
        gradient = generator.normal(size=50).astype(kind)
        for move, (values, first, second) in ((adam.move, fast), (adam.move_plain, plain)):
            move(values, gradient, first, second, 0.1 * correction)
    assert fast[0].dtype == kind
    np.testing.assert_allclose(fast[0], plain[0], rtol=tolerance, atol=tolerance)


def test_the_first_step_of_adam_is_as_long_as_the_learning_rate():
    values = np.zeros(2)
    adam.move(
        values, np.array([5.0, -0.01]), np.zeros(2), np.zeros(2), 0.1 * adam.corrections(1)[0]
    )
    np.testing.assert_allclose(values, [-0.1, 0.1], rtol=1e-3)


def test_the_cost_falls(problem):
    factors, *data = problem
    told = []
    losses = full_batch.descend(
        factors,
        *data,
        regularisation=REGULARISATION,
        learning_rate=0.05,
        epochs=60,
        progress=lambda done, cost: told.append((done, cost)),
    )
    assert len(losses) == 60
    assert losses[-1] < 0.5 * losses[0]
    shares, costs = zip(*told, strict=True)
    assert list(shares) == sorted(shares)
    assert shares[-1] == 1
    assert costs == losses
