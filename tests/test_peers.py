"""Models of other libraries keep the protocol; those of libraries that are not here are skipped."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from benchmarks import adapters, peers
from recommender.algorithms import configure
from recommender.algorithms.solvers.subsets import well_known
from recommender.evaluation.few_ratings import run_fold, showings, visitor_folds
from recommender.evaluation.summary import summarise
from tests.releases import village

# implicit warns of a matrix that it made itself.
pytestmark = pytest.mark.filterwarnings("ignore:Method expects CSR input")

FOLD = 3
KINDS = adapters.peers()


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request):
    library = adapters.library(request.param)
    pytest.importorskip(adapters.LIBRARIES[library], reason=f"{library} is not installed")
    return request.param


@cache
def outcomes(kind, ratings):
    return run_fold({"it": kind()}, ratings, FOLD)["it"]


@cache
def world():
    return village.data().ratings


@cache
def world_of_other_visitors():
    """The visitors of the fold rate what they hide the other way round."""
    ratings = world()
    mine = visitor_folds(ratings)[ratings.users] == FOLD
    hidden = mine.copy()
    for showing in shown():
        hidden[showing.seen] = False
    turned = ratings.scale.low + ratings.scale.high - ratings.values
    return replace(ratings, values=np.where(hidden, turned, ratings.values).astype(np.float32))


@cache
def shown():
    ratings = world()
    inside = visitor_folds(ratings) == FOLD
    counts = ratings.subset(~inside[ratings.users]).counts()
    return list(showings(ratings, np.flatnonzero(inside), well_known(counts)))


def test_what_visitors_hide_changes_nothing(kind):
    here, there = (outcomes(kind, w) for w in (world(), world_of_other_visitors()))
    assert len(here) == len(there) > 50
    for one, other in zip(here, there, strict=True):
        assert one.recommended.tolist() == other.recommended.tolist()


def test_a_shown_title_is_never_recommended(kind):
    for showing, outcome in zip(shown(), outcomes(kind, world()), strict=True):
        assert (showing.user, showing.k) == (outcome.user, outcome.k)
        assert not np.isin(outcome.recommended, world().items[showing.seen]).any()


def test_visitors_get_lists_of_their_own(kind):
    lists = {tuple(outcome.recommended) for outcome in outcomes(kind, world())}
    assert len(lists) > len(shown()) / 4


def test_it_rates_if_and_only_if_it_says_so(kind):
    for outcome in outcomes(kind, world()):
        assert np.isfinite(outcome.rmse) == kind.predicts_ratings
        if outcome.guesses:
            assert world().scale.clip(outcome.guesses.predicted.rating).tolist() == (
                outcome.guesses.predicted.rating.tolist()
            )


def test_every_setting_tried_is_one_of_the_library(kind):
    for choice in kind.choices():
        assert choice.fit(world()).model.taste(np.array([3, 5]), np.array([4.0, 2.0])).scores.any()


def test_every_peer_gets_the_same_budget_but_for_one_that_would_take_longer_than_all_others():
    budgets = {kind.name: len(kind.candidates) for kind in KINDS}
    assert budgets.pop("LensKit EASE") < peers.BUDGET
    assert set(budgets.values()) == {peers.BUDGET}


def test_a_library_is_in_the_table_or_named_as_missing():
    here, missing = adapters.installed(), peers.missing()
    assert {*here, *missing} == set(adapters.LIBRARIES)
    assert not {*here} & {*missing}


def test_a_row_has_the_defaults_of_a_peer_and_a_blank_where_nothing_is_rated():
    peer = KINDS[0]()
    some = {"ndcg": {"3": 0.5, "7": 0.25}}
    cost = {"fit_seconds": 1.25, "answer_ms": 0.5, "peak_mib": 100.0}
    contender = peers.Contender("it", peer, peer, peer)
    cells = peers.row(peers.Result(contender, some, some, {"ndcg": {"3": 0.1, "7": 0.2}}, cost))
    assert len(cells) == len(peers.HEADER)
    assert cells[1] == "0.375"
    assert cells[3:5] == ["0.150", ""]


def test_a_lead_is_that_of_person_by_person():
    peer = KINDS[0]()
    contender = peers.Contender("it", peer, peer, peer)
    first, second = (
        peers.Result(contender, {"ndcg": values}, {}, None, {})
        for values in ({"3": 0.9, "7": 0.3}, {"7": 0.2, "3": 0.8})
    )
    lead = peers.lead(first, second)
    assert (lead.value, lead.low, lead.high) == pytest.approx((0.1, 0.1, 0.1))


def test_what_was_measured_is_read_and_not_measured_again(tmp_path, monkeypatch):
    """The whole benchmark on our two smallest models and no peer: the second run only reads."""
    few = {name: configure(name) for name in ("popularity", "bias")}
    monkeypatch.setattr(peers, "recipes", lambda domain: few)
    monkeypatch.setattr(peers.adapters, "peers", list)
    file = tmp_path / "kept.jsonl"
    first = peers.measure("movies", world(), (FOLD,), file)
    measured = file.read_bytes()
    again = peers.measure("movies", world(), (FOLD,), file)
    assert file.read_bytes() == measured
    assert [peers.row(result) for result in again] == [peers.row(result) for result in first]
    outcomes = run_fold({"it": few["popularity"]}, world(), FOLD)["it"]
    mean = summarise(outcomes, world().n_items)["mean"]["ndcg@10"]
    assert peers.mean(first[0].ranks, "ndcg").rounded() == mean
