"""Cross-validation predicts known users, and Funk SVD as scikit-surprise itself does."""

from itertools import islice

import numpy as np
import pytest
import surprise

from recommender.algorithms import configure
from recommender.data.splits import by_rating, hold_out
from recommender.evaluation import cross_validation
from recommender.evaluation.cross_validation import held_out_errors, predict_known_users
from tests.algorithms.worlds import ratings_of

SURPRISES_OWN = {"k": 100, "epochs": 20, "learning_rate": 0.005, "regularisation": 0.02}


@pytest.fixture(scope="module")
def halves(village):
    return hold_out(village.ratings, 0.3, seed=1)


def by_surprise(training, test, algorithm, seed):
    """Predicted ratings of the test set by scikit-surprise alone, with the data set's own ids."""

    def rows(ratings):
        users, items = ratings.user_ids[ratings.users], ratings.item_ids[ratings.items]
        return list(zip(users.tolist(), items.tolist(), ratings.values.tolist(), strict=True))

    reader = surprise.Reader(rating_scale=(training.scale.low, training.scale.high))
    dataset = surprise.Dataset(reader)
    trainset = dataset.construct_trainset([(*row, None) for row in rows(training)])
    svd = surprise.SVD(
        n_factors=algorithm.k,
        n_epochs=algorithm.epochs,
        lr_all=algorithm.learning_rate,
        reg_all=algorithm.regularisation,
        random_state=seed,
    ).fit(trainset)
    return svd.test(rows(test))


@pytest.mark.parametrize("engine", ["kernel", "surprise"])
@pytest.mark.parametrize(
    ("parameters", "folds", "highest_rmse"),
    [({}, cross_validation.FOLDS, 0.875), (SURPRISES_OWN, 1, 0.89)],
    ids=["ours", "surprise's"],
)
def test_funk_svd_gives_the_figures_of_scikit_surprise_itself(
    latest_small, parameters, folds, highest_rmse, engine
):
    algorithm, errors = configure("funk-svd", engine=engine, **parameters), []
    splits = by_rating(latest_small, cross_validation.FOLDS, seed=0)
    for training, test in islice(splits, folds):
        direct = by_surprise(training, test, algorithm, seed=7)
        figures = held_out_errors(algorithm.fit(training, seed=7), training, test)
        expected = (
            surprise.accuracy.rmse(direct, verbose=False),
            surprise.accuracy.mae(direct, verbose=False),
        )
        assert figures == pytest.approx(expected, abs=1e-6)
        errors.append(figures[0])
    assert len(errors) == folds
    assert np.mean(errors) <= highest_rmse


@pytest.mark.parametrize("engine", ["kernel", "surprise"])
def test_every_single_prediction_of_funk_svd_is_that_of_scikit_surprise(halves, engine):
    """Also for titles and users that have no rating in training."""
    training, test = halves
    training = training.subset((training.users % 9 != 0) & (training.items % 7 != 0))
    algorithm = configure("funk-svd", engine=engine)
    predicted = predict_known_users(algorithm.fit(training, seed=3), training, test)
    direct = [p.est for p in by_surprise(training, test, algorithm, seed=3)]
    np.testing.assert_allclose(predicted, direct, atol=2e-6)


def test_a_model_that_predicts_no_ratings_has_no_errors(halves):
    assert held_out_errors(configure("popularity").fit(halves[0]), *halves) is None


@pytest.mark.parametrize("name", ["bias", "funk-svd", "taste-als"])
def test_predictions_do_not_look_at_the_ratings_to_predict(halves, name):
    training, test = halves
    fit = configure(name).fit(training)
    backwards = type(test)(
        test.user_ids, test.item_ids, test.users, test.items, test.values[::-1], test.scale
    )
    assert np.array_equal(
        predict_known_users(fit, training, test), predict_known_users(fit, training, backwards)
    )


def test_where_the_rater_has_no_trained_users_they_are_folded_in_from_training(halves):
    training, test = halves
    fit = configure("taste-als", k=5).fit(training)
    predicted = predict_known_users(fit, training, test)
    for user in np.unique(test.users)[:20]:
        taste = fit.model.fold_in(ratings_of(training, user))
        own = test.users == user
        expected = taste.predict(test.items[own].astype(np.intp)).rating
        np.testing.assert_allclose(predicted[own], expected, rtol=1e-12)


def test_the_errors_are_those_of_the_predictions(halves):
    training, test = halves
    fit = configure("bias").fit(training, seed=0)
    difference = predict_known_users(fit, training, test) - test.values
    rmse, mae = held_out_errors(fit, training, test)
    assert rmse == pytest.approx(np.sqrt(np.mean(difference**2)))
    assert mae == pytest.approx(np.mean(np.abs(difference)))


def test_knowing_who_rates_beats_guessing_the_mean(halves):
    training, test = halves
    spread = float(np.sqrt(np.mean((test.values - training.values.mean()) ** 2)))
    for name in ("bias", "funk-svd", "taste-als"):
        rmse, _ = held_out_errors(configure(name).fit(training), training, test)
        assert rmse < 0.95 * spread


def test_a_user_with_hundreds_of_ratings_is_not_overfitted(movies):
    """Factors remember who rated what in training; a fold-in that trusts them blindly is lost."""
    training, test = next(by_rating(movies.ratings, cross_validation.FOLDS))
    busy = test.subset(training.user_counts()[test.users] >= 500)
    taste, bias = (
        held_out_errors(configure(name).fit(training), training, busy)[0]
        for name in ("taste-als", "bias")
    )
    assert taste < 1.05 * bias
