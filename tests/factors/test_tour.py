"""A tour tells what is so: planted structure is found, and noise gives no tour."""

import numpy as np
import pandas as pd
import pytest

from recommender.data.franchise import Franchises
from recommender.data.scale import MOVIE_SCALE
from recommender.factors.comparison import compare
from recommender.factors.fold_in import NoFoldIn, RidgeFoldIn
from recommender.factors.model import FactorModel, Readout
from recommender.factors.space import READABLE, named_space
from recommender.factors.tour import tour
from tests.factors.made import catalogue, normal

N, K = 400, 6
GENRES = ("Horror", "Western", "Musical", "Drama")
KINDS = np.arange(N) % 4
ALIEN = np.arange(N) % 40 == 0


def ranked(factors):
    n, k = factors.shape
    offset = np.zeros(n, np.float32)
    fold_in = RidgeFoldIn.isotropic(k, 1.0, 1.0) if k else NoFoldIn()
    readout = Readout(offset, fold_in)
    ids = 10 * np.arange(n)
    return FactorModel(ids, MOVIE_SCALE, factors.astype(np.float32), readout, readout)


def planted(seed=0):
    """Each genre has a direction, and ten titles called Alien stand together in one."""
    factors = 0.25 * normal(N, K, seed=seed)
    factors[np.arange(N), KINDS] += 2.0
    factors[ALIEN, 4] += 3.0
    return ranked(factors)


def titles():
    names = [f"Alien: Episode {at}" if ALIEN[at] else f"Film no. {at}x" for at in range(N)]
    table = catalogue(N, genres=[[GENRES[kind]] for kind in KINDS], n_ratings=N + 5 - np.arange(N))
    table.insert(0, "title", pd.array(names, dtype="str"))
    return table


def franchises(table):
    years = np.zeros(len(table), np.int16)
    return Franchises.find(table["title"].tolist(), years, table["genres"], np.arange(len(table)))


def steps(models, ranker=None, hidden=None):
    first = next(iter(models.values()))
    space = named_space(first, titles(), READABLE)
    return tour(models, titles(), ranker or first, space, franchises(titles()), hidden)


MODELS = {"one": planted(), "other": planted(seed=1)}
STEPS = steps(MODELS)


def test_five_steps_lead_through_the_pages():
    pages = [step.page for step in STEPS]
    assert pages == ["explore", "explore", "factors", "recommend", "compare_embeddings"]
    assert all(step.measured > step.chance for step in STEPS)


def test_the_neighbours_of_the_title_are_of_the_genre_as_often_as_it_says():
    step = STEPS[0]
    (named, item_id), *_ = step.view
    near = MODELS["one"].neighbours(int(item_id), 10)["item_id"].to_numpy() // 10
    assert named == "title"
    assert (KINDS[near] == KINDS[int(item_id) // 10]).mean() == step.measured
    assert step.chance == pytest.approx(0.25)
    assert f"{10 * step.measured:.0f} of the 10" in step.sentence


def test_a_franchise_is_found_by_its_name():
    step = STEPS[1]
    item_id = int(dict(step.view)["title"])
    near = MODELS["one"].neighbours(item_id, 10)["item_id"].to_numpy() // 10
    assert ALIEN[item_id // 10]
    assert ALIEN[near].mean() == step.measured >= 0.7
    assert "belong to the same franchise, and there are 9 such titles among 400" in step.sentence


def test_the_factor_is_one_whose_name_holds():
    step = STEPS[2]
    view = dict(step.view)
    assert view["axes"] == READABLE
    name = named_space(MODELS["one"], titles(), READABLE).names[int(view["factor"])]
    word = next(one for one in name.evidence if one.at_pole == step.measured)
    assert word.holds
    assert word.word in step.sentence


def test_the_ratings_have_the_effect_that_is_claimed():
    step = STEPS[3]
    ratings = dict(step.ratings)
    scores = MODELS["one"].fold_in(ratings).scores.copy()
    scores[[item_id // 10 for item_id in ratings]] = -np.inf
    best = np.argsort(-scores)[:10]
    genre = KINDS[next(iter(ratings)) // 10]
    assert (KINDS[best] == genre).mean() == step.measured
    assert set(ratings.values()) == {MOVIE_SCALE.high}


def test_the_overlap_is_that_of_the_two_models():
    step = STEPS[4]
    assert dict(step.view) == {"first": "one", "second": "other"}
    compared = compare(*MODELS.values())
    assert (step.measured, step.chance) == (compared.overlap, compared.chance)


def test_noise_gives_no_tour():
    noise = {"one": ranked(normal(N, K, seed=3)), "other": ranked(normal(N, K, seed=4))}
    assert [step.page for step in steps(noise)] == []


def test_a_claim_that_does_not_hold_is_left_out():
    without = steps({"one": MODELS["one"]}, ranker=ranked(np.zeros((N, 0))))
    assert [step.page for step in without] == ["explore", "explore", "factors"]


def test_hidden_titles_are_never_named():
    hidden = ALIEN | (KINDS == 1)
    found = steps(MODELS, hidden=hidden)
    assert not any("Alien" in step.sentence or "western" in step.sentence for step in found)
    named = [int(dict(step.view)["title"]) for step in found if "title" in dict(step.view)]
    named += [item_id for step in found for item_id, _ in step.ratings]
    assert named
    assert not hidden[np.array(named) // 10].any()


def test_a_handful_of_titles_has_no_tour():
    few = ranked(normal(8, 2))
    table = titles()[:8]
    assert tour({"one": few}, table, few, named_space(few, table), franchises(table)) == ()
