"""Figures show the numbers they are given, in both themes, and say them in a sentence."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from pages.components.cover import contrast
from recommender import figures
from recommender.factors.comparison import compare, factor_correlations, scree
from recommender.figures.look import LOOKS
from tests.factors.made import factor_model, normal

FACTORS = normal(60, 3) * [3, 2, 1]
NAMES = ("Horror ↔ children", "1990s", "no clear name")
COMPARISON = compare(factor_model(FACTORS), factor_model(FACTORS + normal(60, 3, seed=1)))
TITLES = pd.Series([f"Title {at}" for at in range(60)], COMPARISON.titles.index)
POLES = pd.DataFrame({"title": ["Alien", "Shrek"], "loading": [1.5, -0.5]})
EFFECTS = pd.DataFrame({"horror": [0.1, -1.25, 0], "drama": [0.2, 0.3, 0.4]})
PARTS = pd.DataFrame({"title": ["Alien", "Shrek", "Heat"], "part": [0.5, -0.2, 0.1]})
PLACES = pd.DataFrame(normal(60, 2).clip(-1, 1), TITLES.index, ["x", "y"])


LEANINGS = pd.DataFrame(
    {
        "word": ["horror", "1980s", "drama"],
        "yours": [0.5, 0.3, 0.4],
        "usual": [0.1, 0.2, 0.42],
        "holds": [True, True, False],
    }
)
AGAINST = pd.DataFrame(
    {
        "title": ["Alien", "Shrek", "Heat"],
        "rating": [5.0, 1.0, 4.0],
        "predicted": [3.1, 3.9, 4.2],
        "low": [2.0, 2.8, 3.1],
        "high": [4.2, 5.0, 5.0],
        "inside": [False, False, True],
    }
)
REGIONS = [("Horror", (0.9, 0.9)), ("Children", (-0.5, 0.1)), ("Western", (-0.5, 0.12))]
PLACED = PLACES.to_numpy()


def drawn(theme):
    solid = PLACES.assign(z=0.0)
    return {
        "scree": figures.scree(scree(FACTORS), theme=theme),
        "genres": figures.genres(EFFECTS, NAMES, theme=theme),
        "correlations": figures.correlations(factor_correlations(FACTORS), NAMES, theme=theme),
        "poles": figures.poles(POLES, NAMES[0], theme=theme),
        "distribution": figures.distribution(normal(60) / 4, NAMES[0], visitor=0.2, theme=theme),
        "standing": figures.standing(PARTS, NAMES[0], theme=theme),
        "atlas": figures.atlas(PLACES, TITLES, chosen=0, highlighted=[10, 20], theme=theme),
        "atlas, 3-D": figures.atlas(solid, TITLES, values=TITLES.map(len), theme=theme),
        "overlap": figures.overlap(COMPARISON, theme=theme),
        "moved": figures.moved(COMPARISON, TITLES, theme=theme),
        "leanings": figures.leanings(LEANINGS, theme=theme),
        "surprises": figures.surprises(AGAINST, (0.5, 5.0), theme=theme),
        "place": figures.place(
            PLACED, PLACED[:2], REGIONS, np.array([-0.4, 0]), ["A", "B"], theme=theme
        ),
        "no place": figures.place(PLACED, PLACED[:0], [], None, [], theme=theme),
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", drawn("light"))
def test_every_figure_is_drawn_in_its_theme_and_says_what_it_shows(name, theme):
    figure = drawn(theme)[name]
    assert figure.data
    assert figure.layout.paper_bgcolor == LOOKS[theme].paper
    sentence = figures.text(figure)
    assert sentence.endswith(".")
    assert "nan" not in sentence


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_what_is_read_has_contrast(look):
    for colour in (look.text, look.quiet, look.plus, look.minus):
        assert contrast(colour, look.paper) >= 4.5


def test_importing_the_figures_does_not_load_plotly():
    code = "import sys, recommender.figures; sys.exit('plotly' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_scree_says_how_many_factors_are_half_of_it():
    table = pd.DataFrame({"share": [0.4, 0.35, 0.25], "cumulative": [0.4, 0.75, 1.0]})
    figure = figures.scree(table)
    assert figure.data[0].y.tolist() == [0.4, 0.35, 0.25]
    assert "makes up 40%" in figures.text(figure)
    assert "the first 2 make up half" in figures.text(figure)


def test_the_strongest_genre_of_a_heat_map_is_said():
    sentence = figures.text(figures.genres(EFFECTS, NAMES))
    assert sentence == (
        "Horror stands out most: its titles lie 1.2 standard deviations towards the − end of "
        "factor 1, 1990s."
    )


def test_a_factors_correlation_with_itself_is_not_drawn():
    figure = figures.correlations([[1, 0.5], [0.5, 1]], NAMES[:2])
    assert np.isnan(np.diag(figure.data[0].z)).all()
    assert "Factors 0 and 1 go together most, with a correlation of 0.50" in figures.text(figure)


def test_small_correlations_look_small():
    assert figures.correlations([[1, 0.1], [0.1, 1]], NAMES[:2]).data[0].zmax == 0.5


def test_the_poles_are_named_in_the_sentence():
    sentence = figures.text(figures.poles(POLES, NAMES[0]))
    assert sentence == "Horror ↔ children: at the + end lie Alien; at the − end lie Shrek."


def test_a_distribution_counts_every_title_and_says_where_the_visitor_stands():
    values = np.linspace(-1, 1, 101)
    figure = figures.distribution(values, "A", visitor=0.5, rated={"Alien": 0.9})
    assert figure.data[0].y.sum() == 101
    assert "you stand at 0.50, above 74% of them" in figures.text(figure)
    assert "half of them beyond 0.00" in figures.text(figures.distribution(values, "A"))
    # Somebody who lies beyond all titles is still on the picture.
    assert figures.distribution([0.0], "A", visitor=-0.8).layout.xaxis.range[0] < -0.8


def test_what_put_the_visitor_there_sums_up_however_many_there_are():
    parts = pd.DataFrame({"title": [f"T{at}" for at in range(30)], "part": np.arange(30) / 100})
    figure = figures.standing(parts, "A")
    assert sum(figure.data[0].x) == pytest.approx(parts["part"].sum())
    assert figure.data[0].customdata[-1] == "All others"
    assert "mostly by T29 (+0.29), T28 (+0.28) and T27 (+0.27)" in figures.text(figure)


def test_a_title_without_a_place_is_not_on_the_picture():
    places = PLACES.copy()
    places.iloc[:5] = np.nan
    figure = figures.atlas(places, TITLES, chosen=0, highlighted=[10, 200])
    assert [len(trace.x) for trace in figure.data] == [55, 1, 0]
    assert figures.text(figure) == "A picture of 55 titles."


def test_the_chosen_title_is_marked_and_named():
    figure = figures.atlas(PLACES, TITLES, chosen=30, highlighted=[10])
    assert figure.data[2].text == ("Title 3",)
    assert "Title 3 is marked with Title 1 near it" in figures.text(figure)


def test_the_overlap_counts_every_title_once():
    figure = figures.overlap(COMPARISON)
    assert figure.data[0].y.sum() == 60
    assert f"share {10 * COMPARISON.overlap:.1f} on average" in figures.text(figure)


def test_only_the_titles_asked_for_are_among_those_that_moved():
    figure = figures.moved(COMPARISON, TITLES.iloc[:20], 3)
    assert figures.text(figure).startswith("Of 20 titles ")
    most = COMPARISON.titles.iloc[:20]["moved"].nlargest(3)
    assert figure.data[0].x.tolist() == most.tolist()


def test_a_title_is_no_html():
    poles = POLES.assign(title=["<b>Alien</b>", "Shrek"])
    figure = figures.poles(poles, "A")
    assert "<" not in "".join(figure.layout.yaxis.ticktext) + "".join(figure.data[0].customdata)


def test_the_page_of_figures_stands_alone_and_says_them_too():
    figure = figures.scree(scree(FACTORS), theme="dark")
    html = figures.page("Factors <of> it", {"How & why": figure}, theme="dark")
    assert "Factors &lt;of&gt; it" in html
    assert "How &amp; why" in html
    assert figures.text(figure) in html
    assert 'src="http' not in html
    assert LOOKS["dark"].paper in html


def test_leanings_say_what_holds_and_keep_the_order():
    figure = figures.leanings(LEANINGS)
    assert "horror 50% against 10% and 1980s 30% against 20%" in figures.text(figure)
    assert "drama" not in figures.text(figure)
    assert list(figure.layout.yaxis.categoryarray) == ["horror", "1980s", "drama"]
    sure = next(trace for trace in figure.data if trace.name == "You")
    assert list(sure.x) == [0.5, 0.3]
    assert "Nothing here differs" in figures.text(figures.leanings(LEANINGS[2:]))


def test_surprises_are_counted_and_set_apart():
    figure = figures.surprises(AGAINST, (0.5, 5.0))
    assert figures.text(figure).startswith("1 of your 3 ratings")
    apart = next(trace for trace in figure.data if trace.name == "a surprise")
    assert [row[0] for row in apart.customdata] == ["Alien", "Shrek"]


def test_names_on_the_map_do_not_run_into_each_other():
    figure = figures.place(PLACED, PLACED[:2], REGIONS, np.array([-0.4, -0.4]), ["A", "B"])
    assert [note.text for note in figure.layout.annotations] == ["Children", "Horror"]
    assert "nearest to “Children”" in figures.text(figure)
