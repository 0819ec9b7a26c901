"""Taste ALS: what its parts promise each other."""

import numpy as np
import pytest

from recommender.algorithms import configure
from recommender.factors.learned import LearnedFoldIn
from tests.algorithms import worlds


def plain_weights(fit, ratings, user):
    """A user's factors by the plain fold-in of the user's own ratings."""
    own = ratings.users == user
    rows = fit.model.item_factors[ratings.items[own]].astype(np.float64)
    values = ratings.values[own].astype(np.float64)
    folded = fit.model.ranker.fold_in.plain.fold(rows, values, np.zeros(len(values)))
    return folded.weights


def test_the_plain_fold_in_gives_every_trained_user_back(fitted, village):
    fit = fitted("taste-als")
    for user in range(village.n_users):
        np.testing.assert_allclose(
            plain_weights(fit, village, user), fit.user_weights[user], atol=1e-5
        )


def test_the_learned_fold_in_of_a_few_ratings_comes_nearer_the_trained_user(
    fitted_on_movies, movies
):
    """That is what it is learned for: closer than the plain one, which sees only those few."""
    fit, ratings = fitted_on_movies("taste-als"), movies.ratings
    ends = np.cumsum(ratings.user_counts())
    generator = np.random.default_rng(0)
    learned, plain = fit.model.ranker.fold_in, fit.model.ranker.fold_in.plain
    distances = []
    for user in np.flatnonzero(ratings.user_counts() >= 50)[::4]:
        own = np.arange(ends[user] - ratings.user_counts()[user], ends[user])
        shown = generator.choice(own, 5, replace=False)
        rows = fit.model.item_factors[ratings.items[shown]].astype(np.float64)
        values = ratings.values[shown].astype(np.float64)
        trained = fit.user_weights[user]
        distances.append(
            [
                np.linalg.norm(fold_in.fold(rows, values, np.zeros(5)).weights - trained)
                for fold_in in (learned, plain)
            ]
        )
    by_learned, by_plain = np.mean(distances, axis=0)
    assert by_learned < 0.95 * by_plain


@pytest.mark.parametrize("world", ["a single user", "all ratings alike"])
def test_there_are_never_more_factors_than_users_or_titles(world):
    ratings = worlds.degenerate()[world]
    model = configure("taste-als").fit(ratings).model
    assert model.item_factors.shape[1] == min(ratings.n_users, ratings.n_items)


def test_with_nobody_to_learn_from_the_fold_in_is_the_plain_one():
    ratings = worlds.degenerate()["one rating a user"]
    fit = configure("taste-als", k=3).fit(ratings)
    assert isinstance(fit.model.ranker.fold_in, LearnedFoldIn)
    for user in range(ratings.n_users):
        taste = fit.model.fold_in(worlds.ratings_of(ratings, user))
        np.testing.assert_allclose(taste.visitor_factors, fit.user_weights[user, 1:], atol=1e-5)


def test_the_factors_are_principal_axes_with_a_fixed_sign(fitted):
    factors = fitted("taste-als").model.item_factors.astype(np.float64)
    gram = factors.T @ factors
    lengths = np.diag(gram)
    assert (np.diff(lengths) <= 1e-9).all()
    np.testing.assert_allclose(gram, np.diag(lengths), atol=1e-5 * lengths[0])
    largest = factors[np.abs(factors).argmax(axis=0), np.arange(factors.shape[1])]
    assert (largest > 0).all()


def test_another_seed_starts_from_other_factors(fitted, village):
    other = configure("taste-als").fit(village, seed=2).model.item_factors
    assert not np.array_equal(other, fitted("taste-als").model.item_factors)


def test_ratings_are_read_from_factors_of_length_one_and_ranks_from_their_own(fitted):
    model = fitted("taste-als").model
    assert model.rater.unit_factors
    assert not model.ranker.unit_factors
    assert not model.ranker.offset.any()


def test_who_loves_one_kind_is_recommended_that_kind():
    """Two kinds of titles that share no fans; a visitor rates three of one kind."""
    generator = np.random.default_rng(0)
    users = np.repeat(np.arange(100), 12)
    items = np.concatenate(
        [generator.choice(30, 12, replace=False) + 30 * (user % 2) for user in range(100)]
    )
    ratings = worlds.Ratings.from_columns(
        users,
        items,
        generator.choice([4.0, 4.5, 5.0], len(users)),
        item_ids=np.arange(60),
        scale=worlds.MOVIE_SCALE,
    )
    model = configure("taste-als", k=4).fit(ratings).model
    scores = model.fold_in({31: 5.0, 40: 4.5, 55: 4.0}).scores
    assert scores[30:].min() > scores[:30].max()
