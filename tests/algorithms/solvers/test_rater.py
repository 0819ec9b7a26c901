"""The rater finds the prior that was put in, and its range holds what it promises."""

import numpy as np
import pytest

from recommender.algorithms.solvers import rater as module
from recommender.algorithms.solvers.biases import fit_biases
from recommender.algorithms.solvers.rater import calibrated, fit_rater
from recommender.factors.fold_in import RidgeFoldIn
from recommender.factors.model import COVERAGE, FactorModel
from tests.algorithms.worlds import FINE_SCALE, linear_world

NOISE = 0.8


def fit(ratings, factors, offset, prior_strength=1.0, **changes):
    settings = {
        "item_shrinkage": 3.0,
        "bias_regularisation": 1.0,
        "regularisation": 1.0,
        "prior_strength": prior_strength,
        "unit_factors": False,
        "seed": 0,
    }
    return fit_rater(ratings, factors, offset, **settings | changes)


def coverage(readout, ratings, factors, n_shown):
    """Share of hidden ratings inside the range predicted after `n_shown` shown ones."""
    model = FactorModel(ratings.item_ids, FINE_SCALE, factors, readout, readout)
    inside = []
    for user in range(ratings.n_users):
        own = np.flatnonzero(ratings.users == user)
        shown, hidden = own[:n_shown], own[n_shown:]
        taste = model.taste(
            ratings.items[shown].astype(np.intp), ratings.values[shown].astype(float)
        )
        prediction = taste.predict(ratings.items[hidden].astype(np.intp))
        actual = ratings.values[hidden]
        inside.append((prediction.low <= actual) & (actual <= prediction.high))
    return np.concatenate(inside).mean()


@pytest.fixture(scope="module")
def world():
    return linear_world(n_users=400, n_items=150, k=2, noise=NOISE, per_user=40)


def test_a_planted_prior_is_recovered(world):
    ratings, factors, offset, prior = world
    readout = fit(ratings, factors, offset)
    # The penalty is the prior's precision in units of the noise's.
    learned = NOISE**2 * np.linalg.inv(readout.fold_in.penalty)
    np.testing.assert_allclose(learned, prior, atol=0.2 * prior.max())


def test_without_prior_strength_the_given_penalties_stay(world):
    ratings, factors, offset, _ = world
    readout = fit(
        ratings,
        factors,
        offset,
        prior_strength=0.0,
        bias_regularisation=7.0,
        regularisation=2.0,
        penalty_per_rating=0.1,
    )
    np.testing.assert_array_equal(readout.fold_in.penalty, np.diag([7.0, 2.0, 2.0]))
    assert readout.fold_in.penalty_per_rating == 0.1


def test_the_strength_multiplies_the_learned_prior(world):
    ratings, factors, offset, _ = world
    one, double = (fit(ratings, factors, offset, strength).fold_in.penalty for strength in (1, 2))
    np.testing.assert_allclose(double, 2 * one)


@pytest.mark.parametrize("prior_strength", [0.0, 1.0])
@pytest.mark.parametrize("n_shown", [3, 10, 25])
def test_the_range_holds_what_it_promises_for_visitors_never_seen(world, prior_strength, n_shown):
    ratings, factors, offset, _ = world
    training = ratings.subset(ratings.users < 250)
    visitors = ratings.subset(ratings.users >= 250)
    readout = fit(training, factors, offset, prior_strength)
    assert COVERAGE - 0.05 < coverage(readout, visitors, factors, n_shown) < COVERAGE + 0.05


def test_where_the_prior_is_right_the_noise_is_the_noise(world):
    ratings, factors, offset, _ = world
    assert fit(ratings, factors, offset).noise == pytest.approx(NOISE, rel=0.1)


def test_a_title_rated_often_has_a_surer_offset(world):
    ratings, factors, offset, _ = world
    readout = fit(ratings, factors, offset)
    np.testing.assert_allclose(
        readout.offset_variance, readout.noise**2 / (ratings.counts() + 3), rtol=1e-5
    )


def test_with_very_many_users_a_sample_gives_nearly_the_same(monkeypatch, world):
    ratings, factors, offset, _ = world
    whole = fit(ratings, factors, offset)
    monkeypatch.setattr(module, "LARGEST_SAMPLE", 200)
    sample = fit(ratings, factors, offset)
    assert not np.array_equal(sample.fold_in.penalty, whole.fold_in.penalty)
    np.testing.assert_allclose(
        sample.fold_in.penalty, whole.fold_in.penalty, atol=0.25 * whole.fold_in.penalty.max()
    )
    assert sample.noise == pytest.approx(whole.noise, rel=0.03)


def test_users_without_a_rating_take_nobodys_place_in_a_sample(monkeypatch, world):
    ratings, factors, offset, _ = world
    few = ratings.subset(ratings.users >= 390)
    assert few.n_users == ratings.n_users
    whole = fit(few, factors, offset)
    monkeypatch.setattr(module, "LARGEST_SAMPLE", 10)
    monkeypatch.setattr(module, "_LARGEST_CALIBRATION", 10)
    sample = fit(few, factors, offset)
    np.testing.assert_array_equal(sample.fold_in.penalty, whole.fold_in.penalty)
    assert sample.noise == whole.noise


def test_a_sample_of_users_does_not_make_titles_look_less_rated(monkeypatch):
    """Four ratings a title, one of them in the sample: the biases have learned from all four."""
    ratings, factors, offset, _ = linear_world(400, 2000, k=0, noise=NOISE, per_user=20)
    whole = fit(ratings, factors, offset, item_shrinkage=1.0)
    monkeypatch.setattr(module, "LARGEST_SAMPLE", 100)
    sample = fit(ratings, factors, offset, item_shrinkage=1.0)
    assert sample.noise == pytest.approx(whole.noise, rel=0.05)


@pytest.mark.parametrize("item_shrinkage", [0.5, 3.0])
def test_the_range_allows_for_biases_learned_from_the_very_ratings(item_shrinkage):
    """With four ratings a title its bias has seen each; a visitor's rating it has not seen."""
    ratings, _, _, _ = linear_world(n_users=1200, n_items=2000, k=0, noise=NOISE, per_user=20)
    training = ratings.subset(ratings.users < 400)
    visitors = ratings.subset(ratings.users >= 400)
    biases = fit_biases(training, item_shrinkage, user_shrinkage=1.0)
    nothing = np.zeros((2000, 0), np.float32)
    offset = biases.mean + biases.items
    readout = fit(training, nothing, offset, 0.0, item_shrinkage=item_shrinkage)
    held = coverage(readout, visitors, nothing, 5)
    assert COVERAGE - 0.05 < held < COVERAGE + 0.05


def test_the_range_of_a_model_without_factors_is_calibrated_too():
    ratings, _, offset, _ = linear_world(n_users=200, n_items=50, k=0, noise=NOISE, per_user=30)
    nothing = np.zeros((50, 0), np.float32)
    readout = fit(ratings, nothing, offset, prior_strength=0.0)
    assert COVERAGE - 0.05 < coverage(readout, ratings, nothing, 5) < COVERAGE + 0.05


def test_without_anything_to_hide_the_noise_is_the_spread_of_the_ratings():
    ratings, factors, offset, _ = linear_world(n_users=30, n_items=50, k=2, noise=1, per_user=1)
    readout = fit(ratings, factors, offset, prior_strength=0.0)
    assert readout.noise == pytest.approx(float(ratings.values.std()))


def test_an_offset_that_was_not_learned_from_ratings_is_taken_for_certain(world):
    ratings, factors, offset, prior = world
    fold_in = RidgeFoldIn(NOISE**2 * np.linalg.inv(prior))
    readout = calibrated(
        ratings, factors, offset, fold_in, item_shrinkage=np.inf, unit_factors=False, seed=0
    )
    assert readout.fold_in is fold_in
    assert not readout.offset_variance.any()
    assert readout.noise == pytest.approx(NOISE, rel=0.05)


def test_an_item_side_that_remembers_its_users_is_calibrated_on_strangers():
    """As many factors as users: each user's noise has a factor of its own, and fits it."""
    ratings, _, _, _ = linear_world(n_users=120, n_items=150, k=2, noise=NOISE, per_user=60)
    training = ratings.subset(ratings.users < 60)
    visitors = ratings.subset(ratings.users >= 60)

    def items(some):
        matrix = some.matrix().toarray() - some.values.mean() * (some.matrix().toarray() > 0)
        _, _, right = np.linalg.svd(matrix, full_matrices=False)
        return (8 * right[:60].T).astype(np.float32), np.full(150, float(some.values.mean()))

    factors, offset = items(training)
    others = module.strangers(training, items, np.random.default_rng(0))
    blind, honest = (
        module.fit_rater(
            training,
            factors,
            offset,
            item_shrinkage=0.0,
            bias_regularisation=5.0,
            regularisation=1.0,
            prior_strength=0.0,
            unit_factors=False,
            seed=0,
            strangers=whom,
        )
        for whom in (None, others)
    )
    assert coverage(blind, visitors, factors, 10) < COVERAGE - 0.05
    assert COVERAGE - 0.05 < coverage(honest, visitors, factors, 10) < COVERAGE + 0.05


def test_strangers_take_no_part_in_the_second_fit():
    ratings, factors, offset, _ = linear_world(n_users=50, n_items=40, k=2, noise=1, per_user=9)
    seen = []
    others = module.strangers(
        ratings, lambda some: (seen.append(some), (factors, offset))[1], np.random.default_rng(0)
    )
    (fitted,) = seen
    assert not np.intersect1d(fitted.users, others.ratings.users).size
    assert len(np.unique(others.ratings.users)) == 10
    assert len(fitted) + len(others.ratings) == len(ratings)
    assert np.array_equal(others.counts, fitted.counts())


def test_of_a_handful_of_users_nobody_is_spared():
    ratings, factors, offset, _ = linear_world(n_users=9, n_items=40, k=2, noise=1, per_user=9)
    assert module.strangers(ratings, lambda _: (factors, offset), np.random.default_rng(0)) is None
