"""The NMF of scikit-surprise, folded in without a negative factor."""

import numpy as np
import surprise

from recommender.algorithms import configure
from recommender.algorithms.solvers.surprise_data import trainset
from tests.algorithms.inspection import visitors


def test_with_nothing_lent_the_trained_users_predict_what_scikit_surprise_predicts(village):
    settings = configure("surprise-nmf", item_shrinkage=0.0)
    fit = settings.fit(village, seed=1)
    theirs = surprise.NMF(
        n_factors=settings.k,
        n_epochs=settings.epochs,
        reg_pu=settings.regularisation,
        reg_qi=settings.regularisation,
        random_state=1,
    ).fit(trainset(village))
    rated = np.flatnonzero(village.counts())
    for user in range(0, village.n_users, 10):
        ours = fit.model.item_factors[rated] @ fit.user_weights[user, 1:]
        expected = [theirs.predict(user, item, clip=False).est for item in rated]
        np.testing.assert_allclose(ours, expected, atol=1e-5)


def test_no_factor_of_a_title_or_a_visitor_is_negative(fitted, village):
    model = fitted("surprise-nmf").model
    assert (model.item_factors >= 0).all()
    for visitor in visitors(village):
        assert (model.fold_in(visitor).visitor_factors >= -1e-12).all()


def test_the_fewer_ratings_a_title_has_the_nearer_it_is_to_the_average_title(village):
    lent, plain = (
        configure("surprise-nmf", item_shrinkage=s).fit(village).model.item_factors
        for s in (4.0, 0.0)
    )
    counts = village.counts()
    rated = counts > 0
    average = plain[rated].mean(axis=0)
    share = (counts / (counts + 4))[:, None]
    np.testing.assert_allclose(lent, share * plain + (1 - share) * average, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(lent[~rated], np.tile(average, ((~rated).sum(), 1)), rtol=1e-5)


def test_a_visitor_without_ratings_is_the_average_user(fitted):
    fit = fitted("surprise-nmf")
    factors = fit.model.fold_in({}).visitor_factors
    np.testing.assert_allclose(factors, fit.user_weights[:, 1:].mean(axis=0), rtol=1e-9)
