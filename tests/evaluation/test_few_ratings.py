"""The protocol keeps visitors out of training, shows what it says, and measures what it shows."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from recommender.algorithms import configure
from recommender.algorithms.popularity import Popularity
from recommender.algorithms.solvers.subsets import well_known
from recommender.evaluation.few_ratings import (
    FEWEST_RATINGS,
    FEWEST_TO_TUNE,
    FOLDS,
    SHOWN,
    SIZES,
    TEST_FOLDS,
    TUNING_FOLD,
    Outcome,
    run_fold,
    showings,
    tuning_visitors,
    visitor_folds,
)
from recommender.evaluation.summary import summarise

FOLD = 3


def outcomes_of(algorithm, ratings, fold, seed=0):
    return run_fold({"it": algorithm}, ratings, fold, seed)["it"]


@dataclass(frozen=True)
class Witness(Popularity):
    """Popularity that remembers what it was trained on."""

    seen: ClassVar[list] = []

    def fit(self, ratings, **settings):
        self.seen.append(ratings)
        return super().fit(ratings, **settings)


@dataclass(frozen=True)
class Indifferent(Popularity):
    """Every title has the same score."""

    def fit(self, ratings, **settings):
        fit = super().fit(ratings, **settings)
        alike = replace(fit.model.ranker, offset=np.ones(ratings.n_items, np.float32))
        return replace(fit, model=replace(fit.model, ranker=alike))


@pytest.fixture(scope="module")
def visitors(village):
    return np.flatnonzero(visitor_folds(village.ratings) == FOLD)


# --- who is a visitor


def test_visitors_have_enough_ratings_and_fall_into_ten_like_folds(village):
    folds = visitor_folds(village.ratings)
    enough = village.ratings.user_counts() >= FEWEST_RATINGS
    assert np.array_equal(folds >= 0, enough)
    sizes = np.bincount(folds[enough], minlength=FOLDS)
    assert sizes.max() - sizes.min() <= 1
    assert np.array_equal(folds, visitor_folds(village.ratings))


def test_one_fold_is_for_tuning_and_the_others_test():
    assert {*TEST_FOLDS, TUNING_FOLD} == set(range(FOLDS))
    assert TUNING_FOLD not in TEST_FOLDS


def test_a_visitor_is_never_in_training_and_everybody_else_is(village, visitors):
    Witness.seen.clear()
    outcomes = outcomes_of(Witness(), village.ratings, FOLD)
    (training,) = Witness.seen
    assert {outcome.user for outcome in outcomes} == set(visitors)
    expected = np.setdiff1d(np.arange(village.ratings.n_users), visitors)
    assert np.array_equal(np.unique(training.users), expected)
    assert len(training) == np.isin(village.ratings.users, expected).sum()


def test_where_the_tuning_fold_is_small_people_too_few_to_test_tune_as_well(village, monkeypatch):
    ratings = village.ratings
    some = ratings.subset(~((ratings.users % 2 == 0) & (ratings.items % 3 > 0)))
    counts, folds = some.user_counts(), visitor_folds(some)
    light = (counts >= FEWEST_TO_TUNE) & (counts < FEWEST_RATINGS)
    assert light.any()
    assert np.array_equal(tuning_visitors(some), (folds == TUNING_FOLD) | light)
    assert not np.isin(folds[tuning_visitors(some)], TEST_FOLDS).any()
    monkeypatch.setattr("recommender.evaluation.few_ratings.ENOUGH_TO_TUNE", 1)
    assert np.array_equal(tuning_visitors(some), folds == TUNING_FOLD)


def test_who_has_few_ratings_shows_no_more_than_leaves_enough_to_ask_about(village, known):
    ratings = village.ratings
    user = int(np.argmax(ratings.user_counts()))
    own = np.flatnonzero(ratings.users == user)
    for n, sizes in ((20, [3, 5, 10]), (19, [3, 5]), (13, [3]), (12, [])):
        kept = np.zeros(len(ratings), bool)
        kept[own[:n]] = True
        drawn = showings(ratings.subset(kept), np.array([user]), known)
        assert [s.k for s in drawn if s.shown == "uniform"] == sizes


# --- what a visitor shows


def test_every_visitor_is_shown_in_eight_ways(village, visitors, known):
    drawn = list(showings(village.ratings, visitors, known))
    assert [(s.user, s.shown, s.k) for s in drawn] == [
        (user, shown, k) for user in visitors for shown in SHOWN for k in SIZES
    ]
    for showing in drawn:
        own = np.flatnonzero(village.ratings.users == showing.user)
        assert len(showing.seen) == showing.k
        assert sorted([*showing.seen, *showing.hidden]) == own.tolist()


def test_a_smaller_showing_is_part_of_the_larger(village, visitors, known):
    drawn = list(showings(village.ratings, visitors, known))
    for smaller, larger in pairwise(drawn):
        if (smaller.user, smaller.shown) == (larger.user, larger.shown):
            assert larger.seen[: smaller.k].tolist() == smaller.seen.tolist()


def test_popular_first_shows_well_known_titles_before_any_other(village, visitors, known):
    uniform_shows_others_first = False
    for showing in showings(village.ratings, visitors, known):
        seen, hidden = (known[village.ratings.items[r]] for r in (showing.seen, showing.hidden))
        if showing.shown == "popular":
            assert seen.all() or not hidden.any()
            assert sorted(seen, reverse=True) == seen.tolist()
        else:
            uniform_shows_others_first |= bool(hidden.any() and not seen.all())
    assert uniform_shows_others_first


def test_a_showing_depends_on_the_visitor_alone(village, visitors, known):
    together = list(showings(village.ratings, visitors, known))[-len(SHOWN) * len(SIZES) :]
    alone = list(showings(village.ratings, visitors[-1:], known))
    for one, other in zip(together, alone, strict=True):
        assert np.array_equal(one.seen, other.seen)
        assert np.array_equal(one.hidden, other.hidden)


# --- what is measured


@pytest.mark.parametrize("algorithm", [Popularity(), Indifferent()])
def test_the_ranking_metrics_equal_a_slow_twin(village, visitors, algorithm):
    """Where the order is known: by count if that counts, then by position."""
    ratings = village.ratings
    counts = ratings.subset(~np.isin(ratings.users, visitors)).counts()
    best_first = sorted(
        range(len(counts)), key=lambda i: 0 if algorithm == Indifferent() else -counts[i]
    )
    outcomes = outcomes_of(algorithm, ratings, FOLD)
    for outcome, showing in zip(
        outcomes, showings(ratings, visitors, well_known(counts)), strict=True
    ):
        seen = set(ratings.items[showing.seen].tolist())
        order = [i for i in best_first if i not in seen]
        relevant = {
            int(item)
            for item, value in zip(
                ratings.items[showing.hidden], ratings.values[showing.hidden], strict=True
            )
            if value >= 4
        }
        assert outcome.recommended.tolist() == order[:10]
        hits = np.array([item in relevant for item in order])
        ranks = np.arange(len(order), 0, -1)
        assert outcome.ndcg == pytest.approx(ndcg_score([hits], [ranks], k=10))
        assert outcome.recall == pytest.approx(hits[:20].sum() / min(20, len(relevant)))
        assert outcome.mrr == pytest.approx(1 / (1 + hits.argmax()))
        assert outcome.precision == pytest.approx(hits[:10].mean())
        found = [hits[: at + 1].mean() for at in range(10) if hits[at]]
        assert outcome.average_precision == pytest.approx(sum(found) / min(10, len(relevant)))
        fewer = [(counts < counts[i]).mean() + (counts == counts[i]).mean() / 2 for i in order[:10]]
        assert outcome.popularity == pytest.approx(np.mean(fewer))
        assert np.isnan([outcome.rmse, outcome.mae, outcome.within]).all()
        assert outcome.guesses is None


def test_the_rating_metrics_equal_a_slow_twin(village, visitors):
    ratings = village.ratings
    training = ratings.subset(~np.isin(ratings.users, visitors))
    model = configure("bias").fit(training, seed=5).model
    outcomes = outcomes_of(configure("bias"), ratings, FOLD, seed=5)
    drawn = showings(ratings, visitors, well_known(training.counts()))
    for outcome, showing in zip(outcomes, drawn, strict=True):
        ids = ratings.item_ids[ratings.items[showing.seen]].tolist()
        taste = model.fold_in(dict(zip(ids, ratings.values[showing.seen].tolist(), strict=True)))
        actual = ratings.values[showing.hidden].astype(float)
        errors, inside = [], []
        for item, rating in zip(ratings.items[showing.hidden], actual, strict=True):
            prediction = taste.predict(np.array([item]))
            errors.append(prediction.rating[0] - rating)
            inside.append(prediction.low[0] <= rating <= prediction.high[0])
        assert outcome.rmse == pytest.approx(np.sqrt(np.mean(np.square(errors))))
        assert outcome.mae == pytest.approx(np.mean(np.abs(errors)))
        assert outcome.within == pytest.approx(np.mean(inside))
        assert outcome.guesses.items.tolist() == ratings.items[showing.hidden].tolist()
        off = outcome.guesses.predicted.rating - outcome.guesses.actual
        np.testing.assert_allclose(off, errors)


def test_a_visitor_who_likes_nothing_hidden_has_no_ranking_metric(village, visitors):
    ratings = village.ratings
    values = np.where(np.isin(ratings.users, visitors), np.float32(2.0), ratings.values)
    outcomes = outcomes_of(Popularity(), replace(ratings, values=values), FOLD)
    assert np.isnan([(o.ndcg, o.recall, o.mrr) for o in outcomes]).all()


def test_running_a_fold_again_gives_the_same(village):
    algorithm = configure("taste-als", k=4)
    one, other = (outcomes_of(algorithm, village.ratings, FOLD, seed=2) for _ in range(2))
    assert [(o.ndcg, o.rmse) for o in one] == [(o.ndcg, o.rmse) for o in other]


# --- the summary


def outcome(user, shown="uniform", k=3, ndcg=0.5, rmse=1.0, recommended=range(10)):
    return Outcome(
        user, shown, k, ndcg, 0.25, 0.3, 0.2, 0.125, 0.9, np.array(recommended), rmse, rmse / 2, 0.8
    )


def all_cells(user, **changes):
    return [outcome(user, shown, k, **changes) for shown in SHOWN for k in SIZES]


def test_in_the_mean_every_visitor_counts_once():
    outcomes = all_cells(0, ndcg=1.0) + all_cells(1, ndcg=0.0)
    for o in range(1, 8):  # all but one of the first visitor's showings leave nothing to find
        outcomes[o] = replace(outcomes[o], ndcg=np.nan)
    mean = summarise(outcomes, 100)["mean"]
    assert mean["ndcg@10"]["value"] == 0.5
    assert mean["recall@20"]["value"] == 0.25
    assert mean["mrr"]["value"] == 0.125
    assert mean["precision@10"]["value"] == 0.3
    assert mean["map@10"]["value"] == 0.2
    assert mean["mae"]["value"] == 0.5


def test_a_cell_holds_its_own_showings_only():
    outcomes = all_cells(0) + all_cells(1)
    outcomes = [replace(o, ndcg=0.9) if (o.shown, o.k) == ("popular", 10) else o for o in outcomes]
    cells = summarise(outcomes, 100)["cells"]
    assert [(c["shown"], c["k"]) for c in cells] == [(s, k) for s in SHOWN for k in SIZES]
    assert [c["ndcg@10"]["value"] for c in cells] == [0.5] * 6 + [0.9] + [0.5]
    assert all(c["visitors"] == 2 for c in cells)


def test_coverage_is_the_share_of_titles_recommended_to_anyone():
    outcomes = all_cells(0) + all_cells(1, recommended=range(5, 15))
    assert {cell["coverage@10"] for cell in summarise(outcomes, 60)["cells"]} == {15 / 60}


def test_rmse_is_the_root_of_the_mean_of_squares():
    cells = summarise(all_cells(0, rmse=1.0) + all_cells(1, rmse=2.0), 100)["cells"]
    assert {cell["rmse"] for cell in cells} == {round(2.5**0.5, 4)}
    assert {cell["mae"] for cell in cells} == {0.75}


def test_the_mean_rmse_is_the_mean_of_the_visitors_own_with_an_interval():
    mean = summarise(all_cells(0, rmse=1.0) + all_cells(1, rmse=2.0), 100)["mean"]
    assert mean["rmse"]["value"] == 1.5
    assert mean["rmse"]["low"] < 1.5 < mean["rmse"]["high"]


def test_without_predicted_ratings_there_is_no_rmse():
    summary = summarise(all_cells(0, rmse=np.nan), 100)
    cells = summary["cells"]
    assert summary["mean"]["rmse"] is None
    assert {cell["rmse"] for cell in cells} == {None}
    assert {cell["within_range"] for cell in cells} == {None}


# --- on real data


@pytest.fixture(scope="module")
def on_movies(movies):
    """Summary of two test folds of the movies that a package ships, by algorithm."""
    return {
        name: summarise(
            [o for fold in (0, 1) for o in outcomes_of(configure(name), movies.ratings, fold)],
            movies.ratings.n_items,
        )
        for name in ("taste-als", "bias", "popularity")
    }


def test_taste_als_ranks_as_well_as_measured_and_beats_popularity(on_movies):
    best, plain = (on_movies[name]["mean"] for name in ("taste-als", "popularity"))
    assert 0.47 < best["ndcg@10"]["value"] < 0.54
    assert 0.33 < plain["ndcg@10"]["value"] < 0.39
    for metric in ("ndcg@10", "recall@20", "mrr"):
        assert best[metric]["value"] > plain[metric]["value"] + 0.05


def test_taste_als_beats_popularity_in_every_cell_and_reaches_more_titles(on_movies):
    cells = zip(on_movies["taste-als"]["cells"], on_movies["popularity"]["cells"], strict=True)
    for best, plain in cells:
        assert best["ndcg@10"]["value"] > plain["ndcg@10"]["value"] + 0.03
        assert best["coverage@10"] > 3 * plain["coverage@10"]


def test_ratings_read_from_taste_are_no_worse_than_biases_and_better_with_more_shown(on_movies):
    cells = zip(on_movies["taste-als"]["cells"], on_movies["bias"]["cells"], strict=True)
    for taste, bias in cells:
        assert taste["rmse"] <= bias["rmse"] + 0.002
    errors = [
        cell["rmse"] for cell in on_movies["taste-als"]["cells"] if cell["shown"] == "uniform"
    ]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.89


def test_the_predicted_range_holds_what_it_promises(on_movies):
    for name in ("taste-als", "bias"):
        for cell in on_movies[name]["cells"]:
            assert 0.75 < cell["within_range"] < 0.85
