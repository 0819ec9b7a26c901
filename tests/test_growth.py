"""The growth benchmark: runs in processes of their own, stopped at limits, kept between runs."""

import time

import numpy as np
import pytest

from benchmarks import growth
from benchmarks.growth import Contender, Limits, measure, watched
from recommender.algorithms import configure
from recommender.data import load
from tests.data import formats


def hoard(mib):
    held = np.ones(mib << 17)
    time.sleep(60)
    return {"sum": float(held.sum())}


def linger():
    time.sleep(60)
    return {}


def fail():
    raise ValueError("on purpose")


def test_a_run_that_takes_too_much_is_stopped_and_says_at_what():
    assert watched(Limits(mib=400), hoard, 600)["stopped"].startswith("over 0.390625 GiB after")
    assert watched(Limits(seconds=1), linger) == {"stopped": "over 0.0166667 minutes"}


def test_a_run_that_fails_is_no_figure(capfd):
    with pytest.raises(ChildProcessError, match="failed"):
        watched(Limits(), fail)
    assert "on purpose" in capfd.readouterr().err


def test_growth_is_the_slope_in_logarithms():
    figures = {n: {"seconds": 3e-6 * n**1.25} for n in (1_000, 4_000, 16_000)}
    assert growth.growth(figures, "seconds") == pytest.approx(1.25)
    figures[64_000] = {"stopped": "over 4 GiB after 3 s"}
    assert growth.growth(figures, "seconds") == pytest.approx(1.25)
    assert growth.growth({1_000: {"seconds": 1.0}}, "seconds") is None


def test_sets_are_made_and_fitted_and_what_is_kept_is_not_done_again(tmp_path, monkeypatch):
    source = tmp_path / "anime"
    source.mkdir()
    generator = np.random.default_rng(0)
    anime = [(item, f"Title {item}", "", "", "Drama", "TV", "1", "") for item in range(1, 61)]
    entries = [
        (user, int(item), int(generator.integers(1, 11)))
        for user in range(1, 81)
        for item in generator.choice(np.arange(1, 61), 12, replace=False)
    ]
    formats.KAGGLE.write(source, anime, entries)
    data = load("anime", source)
    contenders = {"popularity": Contender(configure("popularity"), growth.fit_here)}
    found = measure(data, source, [960], contenders, tmp_path / "kept")
    assert set(found) == {"making the ratings", "popularity"}
    for by_size in found.values():
        assert all(figures["mib"] > 50 for figures in by_size.values())
    monkeypatch.setattr(growth, "watched", None)
    assert measure(data, source, [960], contenders, tmp_path / "kept") == found
    cells = growth.row("popularity", found["popularity"], 2)
    assert (len(cells), cells[2], cells[3]) == (4, "", "–, –")
