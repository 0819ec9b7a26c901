"""The simulation of visitors: what can be said of it without it."""

import numpy as np
import pytest

from benchmarks.simulation import (
    LIMIT,
    PAUSE,
    Constants,
    Setting,
    fit,
    most_visitors,
    simulate,
)

UPDATE = 0.05


def constants(loss=0.0, update=UPDATE):
    return Constants([update], arrival=0.2, loss=loss)


def test_whoever_is_alone_waits_for_their_own_act_and_what_is_beside():
    figures = simulate(constants(loss=0.3), Setting(1, 1, 2, beside=(0.01, 0.02)))
    assert figures.median == pytest.approx(80)
    assert figures.most == pytest.approx(80)


def test_the_app_takes_what_its_acts_take():
    n = 20
    figures = simulate(constants(), Setting(n, replicas=2, cores=4))
    without_arrivals = n * UPDATE / PAUSE
    assert without_arrivals < figures.cores < without_arrivals + n * 0.2 / (10 * PAUSE)


def test_an_interpreter_that_loses_time_is_busy_for_longer():
    free, losing = (simulate(constants(loss), Setting(40, 1, 2)) for loss in (0.0, 0.4))
    assert losing.cores > free.cores
    assert losing.most > free.most


def test_too_many_visitors_fall_behind_and_never_take_more_than_there_is():
    crowded = simulate(constants(), Setting(200, replicas=1, cores=2))
    assert crowded.cores == pytest.approx(1, abs=0.02)
    assert crowded.most > 4000
    one_core = simulate(constants(), Setting(200, replicas=2, cores=1))
    assert one_core.cores == pytest.approx(1, abs=0.02)
    assert one_core.most > 4000


def test_the_loss_that_a_crowd_was_made_with_is_found_again():
    crowds = {
        setting: simulate(constants(0.3, update=0.25), setting, seed=1)
        for setting in (Setting(12, 1, 2), Setting(15, 1, 2, (0.03,)))
    }
    assert fit(constants(update=0.25), crowds).loss == pytest.approx(0.3, abs=0.06)


def test_the_most_visitors_are_within_the_limit_and_twice_the_cores_carry_twice_as_many():
    slow = constants(loss=0.1, update=0.25)
    one, two = most_visitors(slow, 1), most_visitors(slow, 2)
    assert 0 < one < PAUSE / 0.25
    assert two >= 2 * one
    assert simulate(slow, Setting(two, 2, 2)).most <= LIMIT
    assert simulate(slow, Setting(2 * two, 2, 2)).most > LIMIT


def test_the_same_seed_plays_the_same_crowd():
    varied = Constants(np.linspace(0.02, 0.08, 20).tolist(), 0.2)
    first, again, other = (simulate(varied, Setting(10, 1, 2), seed) for seed in (0, 0, 1))
    assert first == again
    assert first != other
