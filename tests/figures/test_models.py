"""Figures of models show the figures they are given, and models can be told apart in them."""

import numpy as np
import pandas as pd
import pytest

from pages.components.cover import contrast
from recommender.figures import ranking, rating
from recommender.figures.look import LOOKS, text
from recommender.figures.models import each

MODELS = ("taste", "bias", "popularity")
SIZES = (3, 5, 10, 20)
CURVES = pd.DataFrame(
    [
        (name, k, 0.1 * at + k / 100, at / 10, at / 5 + 0.2)
        for at, name in enumerate(MODELS)
        for k in SIZES
    ],
    columns=["model", "k", "value", "low", "high"],
)
APART = pd.DataFrame(
    {
        "value": [0.01, -0.2],
        "low": [-0.01, -0.25],
        "high": [0.03, -0.15],
        "beyond_chance": [False, True],
    },
    index=["bias", "popularity"],
)
ERRORS = pd.DataFrame(
    [
        (name, group, 100, 0.9 + at / 10, 0.85 + at / 10, 0.95 + at / 10, -0.1 * at)
        for name in MODELS[:2]
        for at, group in enumerate(["Drama", "Noir"])
    ],
    columns=["model", "group", "ratings", "rmse", "low", "high", "error"],
)
RANGES = pd.DataFrame(
    [
        (name, level, level - 0.02, level - 0.03, level - 0.01)
        for name in MODELS[:2]
        for level in (0.5, 0.8)
    ],
    columns=["model", "level", "within", "low", "high"],
)
VALUES = [1.0, 2.0, 3.0, 4.0]
COUNTS = pd.DataFrame(
    [[2, 0, 0, 0], [30, 60, 10, 0], [0, 50, 100, 50], [0, 0, 40, 60]], index=VALUES, columns=VALUES
)


def drawn(theme):
    return {
        "curves": ranking.curves(CURVES, "NDCG@10", MODELS, theme=theme),
        "no curves": ranking.curves(CURVES[:0], "RMSE", MODELS, theme=theme),
        "differences": ranking.differences(APART, "NDCG@10", "taste", theme=theme),
        "errors": rating.errors(ERRORS, "rmse", MODELS, theme=theme),
        "mean errors": rating.errors(ERRORS, "error", MODELS, theme=theme),
        "no errors": rating.errors(ERRORS[:0], "rmse", MODELS, theme=theme),
        "predicted": rating.predicted(COUNTS, "taste", theme=theme),
        "ranges": rating.ranges(RANGES, MODELS, theme=theme),
        "no ranges": rating.ranges(RANGES[:0], MODELS, theme=theme),
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", drawn("light"))
def test_every_figure_is_drawn_in_its_theme_and_says_what_it_shows(name, theme):
    figure = drawn(theme)[name]
    assert figure.layout.paper_bgcolor == LOOKS[theme].paper
    assert text(figure).endswith(".")
    assert "nan" not in text(figure)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_models_differ_in_colour_dash_and_mark_and_can_be_seen(theme):
    names = [f"model {at}" for at in range(8)]
    table = pd.DataFrame({"model": names})
    styles = [style for _, style, _ in each(table, names, theme)]
    assert len({style["line"]["color"] for style in styles}) == 8
    assert len({style["marker"]["symbol"] for style in styles}) == 8
    assert len({(style["line"]["dash"], style["marker"]["symbol"]) for style in styles}) == 8
    for style in styles:
        assert contrast(style["line"]["color"], LOOKS[theme].paper) >= 3


def test_a_model_looks_the_same_whatever_else_is_drawn():
    alone = ranking.curves(CURVES[CURVES["model"] == "popularity"], "NDCG@10", MODELS)
    together = ranking.curves(CURVES, "NDCG@10", MODELS)
    assert alone.data[-1].line == together.data[-1].line


def test_a_curve_is_its_table_with_the_interval_as_a_band():
    figure = ranking.curves(CURVES, "NDCG@10", MODELS)
    lines = {trace.name: trace for trace in figure.data if trace.name}
    part = CURVES[CURVES["model"] == "bias"]
    assert lines["bias"].y.tolist() == part["value"].tolist()
    bands = [trace for trace in figure.data if trace.fill]
    assert len(bands) == 3
    assert list(bands[1].y) == [*part["high"], *part["low"][::-1]]
    assert "with 3 ratings from 0.030 (taste) to 0.230 (popularity)" in text(figure)


def test_a_figure_without_interval_has_no_band():
    figure = ranking.curves(CURVES.assign(low=np.nan, high=np.nan), "RMSE", MODELS)
    assert [trace.name for trace in figure.data] == list(MODELS)


def test_what_may_be_chance_is_hollow_and_said():
    figure = ranking.differences(APART, "NDCG@10", "taste")
    hollow, full = figure.data[0].marker.color
    assert (hollow, full) == (LOOKS["light"].paper, LOOKS["light"].plus)
    assert "bias +0.010 and popularity −0.200. No more than chance: bias." in text(figure)
    assert text(ranking.differences(APART[1:], "NDCG@10", "taste")).endswith("All beyond chance.")
    assert figure.layout.xaxis.rangemode == "tozero"


def test_intervals_reach_from_low_to_high():
    bars = rating.errors(ERRORS, "rmse", MODELS).data[0].error_x
    np.testing.assert_allclose(bars.array, 0.05)
    np.testing.assert_allclose(bars.arrayminus, 0.05)
    assert not rating.errors(ERRORS, "error", MODELS).data[0].error_x.array


def test_of_a_rating_that_was_hardly_ever_predicted_nothing_is_drawn():
    heat, _, means = rating.predicted(COUNTS, "taste").data
    assert np.isnan(heat.z[:, 0]).all()
    np.testing.assert_allclose(np.sum(heat.z[:, 1:], axis=0), 100)
    assert np.isnan(means.y[0])
    assert means.y[1] == pytest.approx((30 + 120 + 30) / 100)


def test_the_promise_is_drawn_beside_what_is_held():
    figure = rating.ranges(RANGES, MODELS)
    assert [trace.name for trace in figure.data] == ["as promised", "taste", "bias"]
    assert list(figure.data[0].x) == list(figure.data[0].y) == [0.5, 0.8]
    assert "hold 78.0% (taste) and 78.0% (bias)" in text(figure)
