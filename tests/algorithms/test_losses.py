"""Losses arrive while an algorithm learns, and are those of the fit."""

import pytest

from recommender.algorithms import configure
from recommender.algorithms.contract import Step, within
from recommender.algorithms.ensemble import fit_together

ITERATING = {
    "funk-svd": {"epochs": 4},
    "gradient-mf": {"epochs": 5},
    "embedding-mf": {"k": 4},
    "taste-als": {"k": 4, "iterations": 3, "subsets": 1},
    "nmf": {"k": 3},
}


@pytest.mark.parametrize("name", ITERATING)
def test_every_iteration_tells_its_loss_as_it_ends(village, name):
    told = []
    algorithm = configure(name, **ITERATING[name])
    fit = algorithm.fit(village, progress=lambda done, phrase: told.append((done, phrase)))
    losses = [phrase.loss for _, phrase in told if isinstance(phrase, Step)]
    assert losses == list(fit.losses) != []
    shares = [done for done, _ in told]
    assert shares == sorted(shares)


def test_the_loss_says_which_model_it_is_of(village):
    told = []
    models = {"mine": configure("funk-svd", epochs=2), "bias": configure("bias")}
    fit_together(models, village, progress=lambda done, phrase: told.append(phrase))
    steps = [phrase for phrase in told if isinstance(phrase, Step)]
    assert [step.of for step in steps] == ["mine", "mine"]
    assert steps[0] == "mine: stochastic gradient descent"


def test_words_put_before_a_phrase_keep_its_loss():
    step = within("fitting", within("svd", Step("descent", 0.5)))
    assert (str(step), step.loss, step.of) == ("fitting: svd: descent", 0.5, "svd")
    assert not isinstance(within("fitting", "nothing"), Step)
