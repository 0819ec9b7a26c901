"""The contract of an algorithm, as tests that every registered algorithm inherits.

A new file in `recommender/algorithms/` is tested by these without an edit. Only where a law cannot
hold for an algorithm, or can be stricter, has it an entry in `tests.algorithms.expectations`.
"""

from dataclasses import fields

import numpy as np
import pytest
from scipy.stats import rankdata

from recommender.algorithms import algorithm, configure, names
from recommender.errors import ParameterError, RatingError
from recommender.factors.packing import pack, unpack
from tests.algorithms import worlds
from tests.algorithms.expectations import expectation, skip_without_rater, skip_without_taste
from tests.algorithms.inspection import arrays_in, refused_values, same, visitors

MANY_RATINGS = 50


@pytest.mark.parametrize("name", names())
class AlgorithmContract:
    """Inherit this in a class whose name begins with Test."""

    def test_it_says_what_it_is_and_what_its_parameters_mean(self, name):
        kind = algorithm(name)
        assert kind.name == name
        assert len(kind.summary) > 20
        assert kind.summary.endswith(".")
        for item in fields(kind):
            if "options" in item.metadata:
                assert item.default in item.metadata["options"]
            else:
                assert item.metadata["low"] <= item.default <= item.metadata["high"]
            assert len(item.metadata["meaning"]) > 5

    def test_a_parameter_of_another_type_or_out_of_bounds_is_refused_with_the_reason(self, name):
        for item in fields(algorithm(name)):
            for value, reason in refused_values(item):
                with pytest.raises(ParameterError) as refusal:
                    configure(name, **{item.name: value})
                assert str(refusal.value) == f"{name}: {item.name} {reason}, not {value!r}"

    def test_an_unknown_parameter_is_refused_with_those_there_are(self, name):
        for unknown in ("nonsense", "name", "summary"):
            with pytest.raises(ParameterError) as refusal:
                configure(name, **{unknown: 1})
            assert unknown in str(refusal.value)
            there_are = [item.name for item in fields(algorithm(name))]
            assert str(refusal.value).endswith(f"it has {', '.join(there_are) or 'none'}")

    def test_the_model_knows_the_titles_and_the_scale_it_was_fitted_on(self, name, fitted, village):
        model = fitted(name).model
        assert np.array_equal(model.item_ids, village.item_ids)
        assert model.scale == village.scale

    def test_it_says_whether_its_models_predict_ratings(self, name, fitted):
        algorithm = configure(name)
        assert fitted(name).model.predicts_ratings is (algorithm.rater is not None)
        if algorithm.rater not in (None, algorithm):
            assert algorithm.rater.predicts_ratings

    def test_progress_never_falls_and_reaches_one(self, name, village):
        told = []
        configure(name).fit(village, progress=lambda done, phrase: told.append((done, phrase)))
        shares = [done for done, _ in told]
        assert shares == sorted(shares)
        assert shares[0] >= 0
        assert shares[-1] == 1
        assert all(phrase for _, phrase in told)

    def test_the_same_seed_gives_the_same_bits(self, name, fitted, village):
        assert same(configure(name).fit(village, seed=1), fitted(name))

    def test_another_seed_gives_another_model_only_if_something_is_random(
        self, name, fitted, village
    ):
        other = configure(name).fit(village, seed=2)
        if expectation(name).random:
            assert not same(other, fitted(name))
        else:
            for visitor in visitors(village):
                scores = fitted(name).model.fold_in(visitor).scores
                assert np.array_equal(other.model.fold_in(visitor).scores, scores)

    def test_a_fit_leaves_the_ratings_as_they_were(self, name, fitted, village):
        fitted(name)
        for array, original in zip(arrays_in(village), arrays_in(worlds.village()), strict=True):
            assert np.array_equal(array, original)

    def test_every_number_is_finite(self, name, fitted):
        fit = fitted(name)
        assert all(np.isfinite(array).all() for array in arrays_in(fit.model))
        assert np.isfinite(fit.losses).all()
        assert fit.user_weights is None or np.isfinite(fit.user_weights).all()

    def test_the_model_cannot_be_changed(self, name, fitted, village):
        model = fitted(name).model
        model.fold_in(visitors(village)[2]).predict(np.arange(3))
        assert not any(array.flags.writeable for array in arrays_in(model))
        assert not model.fold_in({}).scores.flags.writeable

    def test_storing_the_model_changes_no_answer(self, name, fitted, village):
        model = fitted(name).model
        again = unpack(*pack(model))
        everything = np.arange(village.n_items)
        for visitor in visitors(village):
            before, after = model.fold_in(visitor), again.fold_in(visitor)
            assert np.array_equal(before.scores, after.scores)
            if model.predicts_ratings:
                assert np.array_equal(
                    before.predict(everything).rating, after.predict(everything).rating
                )

    @pytest.mark.parametrize("world", worlds.degenerate())
    def test_there_is_a_finite_answer_however_little_there_is_to_learn(self, name, world):
        ratings = worlds.degenerate()[world]
        model = configure(name).fit(ratings).model
        for visitor in ({}, {1: 5.0}, {0: 0.5, 1: 4.0, 4: 5.0}):
            taste = model.fold_in(visitor)
            assert np.isfinite(taste.scores).all()
            if model.predicts_ratings:
                prediction = taste.predict(np.arange(ratings.n_items))
                assert np.isfinite(prediction.low).all()
                assert np.isfinite(prediction.high).all()

    # What a visitor gets

    def test_a_visitor_without_ratings_gets_finite_scores(self, name, fitted, village):
        scores = fitted(name).model.fold_in({}).scores
        assert scores.shape == (village.n_items,)
        assert scores.dtype == np.float64
        assert np.isfinite(scores).all()
        assert len(np.unique(scores)) > 10

    def test_a_title_nobody_rated_is_not_on_top(self, name, fitted, village):
        unrated = np.flatnonzero(village.counts() == 0)
        assert len(unrated)
        for visitor in visitors(village):
            scores = fitted(name).model.fold_in(visitor).scores
            assert np.isfinite(scores[unrated]).all()
            assert not np.isin(np.argsort(-scores)[:10], unrated).any()

    def test_unknown_titles_are_left_out(self, name, fitted, village):
        model, few = fitted(name).model, visitors(village)[2]
        taste = model.fold_in(few | {-1: 5.0, 101: 1.0, 10**12: 3.0, 2**80: 2.0})
        assert set(model.item_ids[taste.rated].tolist()) == set(few)
        np.testing.assert_allclose(taste.scores, model.fold_in(few).scores, rtol=1e-12)

    def test_a_rating_off_the_scale_is_refused(self, name, fitted, village):
        item_id = int(village.item_ids[0])
        for rating in (0, 5.5, 3.7, float("nan"), True, "5"):
            with pytest.raises(RatingError, match=r"0\.5, 1, 1\.5"):
                fitted(name).model.fold_in({item_id: rating})

    def test_the_order_of_the_ratings_does_not_matter(self, name, fitted, village):
        model = fitted(name).model
        for visitor in visitors(village):
            backwards = dict(reversed(visitor.items()))
            np.testing.assert_allclose(
                model.fold_in(backwards).scores,
                model.fold_in(visitor).scores,
                rtol=1e-9,
                atol=1e-12,
            )

    def test_contributions_sum_to_the_score_of_every_title(self, name, fitted, village):
        everything = np.arange(village.n_items)
        for visitor in visitors(village):
            taste = fitted(name).model.fold_in(visitor)
            start, parts = taste.contributions(everything)
            assert start.shape == (village.n_items,)
            assert parts.shape == (village.n_items, len(visitor))
            np.testing.assert_allclose(
                start + parts.sum(axis=1), taste.scores, rtol=1e-9, atol=1e-12
            )

    def test_many_titles_at_once_get_what_each_gets_alone(self, name, fitted, village):
        taste = fitted(name).model.fold_in(visitors(village)[2])
        some = np.array([17, 3, 128, 3])
        together = taste.contributions(some)
        alone = [taste.contributions(np.array([position])) for position in some]
        for part in (0, 1):
            np.testing.assert_allclose(
                together[part], np.concatenate([a[part] for a in alone]), rtol=1e-12, atol=1e-14
            )
        if (prediction := taste.predict(some)) is not None:
            each = [taste.predict(np.array([position])).rating[0] for position in some]
            np.testing.assert_allclose(prediction.rating, each, rtol=1e-12)

    def test_visitors_with_other_ratings_get_another_order_only_if_it_knows_taste(
        self, name, fitted, village
    ):
        shown = list(visitors(village)[2])
        loves = {item_id: 5.0 if n % 2 else 0.5 for n, item_id in enumerate(shown)}
        hates = {item_id: 0.5 if n % 2 else 5.0 for n, item_id in enumerate(shown)}
        orders = [np.argsort(-fitted(name).model.fold_in(v).scores) for v in (loves, hates)]
        assert np.array_equal(*orders) is not expectation(name).knows_taste

    # Predicted ratings

    def test_a_model_without_a_rater_predicts_nothing(self, name, fitted, village):
        model = fitted(name).model
        predicted = model.fold_in(visitors(village)[2]).predict(np.arange(3))
        assert (predicted is not None) is model.predicts_ratings

    def test_predictions_lie_on_the_scale_inside_their_range(self, name, fitted, village):
        model, scale = fitted(name).model, village.scale
        skip_without_rater(model)
        extremes = [dict.fromkeys(visitors(village)[3], r) for r in (scale.low, scale.high)]
        for visitor in visitors(village) + extremes:
            prediction = model.fold_in(visitor).predict(np.arange(village.n_items))
            assert (scale.low <= prediction.low).all()
            assert (prediction.low <= prediction.rating).all()
            assert (prediction.rating <= prediction.high).all()
            assert (prediction.high <= scale.high).all()

    def test_the_range_narrows_with_more_ratings(self, name, fitted, village):
        model, scale = fitted(name).model, village.scale
        skip_without_rater(model)
        shown = list(visitors(village)[3].items())
        wider = None
        for n in (0, 1, 3, 8, 20, len(shown)):
            prediction = model.fold_in(dict(shown[:n])).predict(np.arange(village.n_items))
            width = prediction.high - prediction.low
            # At the ends of the scale a range is cut off, which says nothing about certainty.
            width[(prediction.low == scale.low) | (prediction.high == scale.high)] = np.nan
            assert np.isfinite(width).sum() > 20
            if wider is not None:
                assert not (width > wider + 1e-12).any()
                assert np.nanmean(width - wider) < 0
            wider = width

    # What it learned

    def test_the_withheld_title_of_a_checkerboard_is_the_first_recommendation(self, name):
        skip_without_taste(name)
        ratings = worlds.checkerboard()
        model = configure(name, **expectation(name).checkerboard).fit(ratings).model
        for user in range(ratings.n_users):
            own = worlds.ratings_of(ratings, user)
            scores = model.fold_in(own).scores.copy()
            scores[list(own)] = -np.inf
            assert scores.argmax() == user

    def test_user_weights_are_a_bias_and_factors_for_every_user(self, name, fitted, village):
        fit = fitted(name)
        if fit.user_weights is None:
            pytest.skip(f"{name} trains nothing per user")
        k = fit.model.item_factors.shape[1]
        assert fit.user_weights.shape == (village.n_users, 1 + k)
        assert fit.user_weights.dtype == np.float64

    def test_a_recalculated_user_equals_the_trained_user(self, name, fitted_on_movies, movies):
        fit, ratings = fitted_on_movies(name), movies.ratings
        if fit.user_weights is None:
            pytest.skip(f"{name} trains nothing per user")
        model, readout = fit.model, fit.model.ranker
        ends = np.cumsum(ratings.user_counts())
        starts = ends - ratings.user_counts()
        correlations = []
        for user in np.flatnonzero(ratings.user_counts() >= MANY_RATINGS):
            own = slice(starts[user], ends[user])
            taste = model.taste(
                ratings.items[own].astype(np.intp), ratings.values[own].astype(np.float64)
            )
            bias, factors = fit.user_weights[user, 0], fit.user_weights[user, 1:]
            trained = readout.offset + bias + model.factors(readout) @ factors
            correlations.append(np.corrcoef(rankdata(taste.scores), rankdata(trained))[0, 1])
        assert np.median(correlations) > expectation(name).median
        assert np.quantile(correlations, 0.05) > expectation(name).low
