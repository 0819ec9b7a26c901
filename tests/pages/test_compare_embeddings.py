"""The page that compares embeddings: two models, the same titles, and how far to believe it."""

import numpy as np
import pytest

from recommender.releases import Registry, write
from recommender.serving import opened
from recommender.serving.spaces import factor_spaces, pair
from tests.pages.visits import Visit
from tests.releases import anime
from tests.releases.helpers import another

MOVIES = {"domain": "movies"}


def open_page(**address: str) -> Visit:
    return Visit(**address).go_to("compare_embeddings.py", **address)


def box(visit: Visit, label: str):
    return next(one for one in visit.app.selectbox if one.label == label)


def test_two_models_are_compared_and_chance_is_said(served):
    one, other, *_ = factor_spaces(served)
    compared = pair(served, one, served, other).comparison
    visit = open_page()
    text = "\n".join(visit.texts())
    assert f"**{10 * compared.overlap:.1f}** on average; chance would give" in text
    assert "Do not read noise as structure" in text
    assert text.count("Trustworthiness **0.") == 2
    assert len(visit.app.get("plotly_chart")) == 4


def test_a_link_leads_to_a_title_in_both(served, famous):
    visit = open_page(title=str(famous[0]))
    assert served.shelf.named(served.shelf.position[famous[0]]) in visit.headings()[1]
    tables = [table.value["Title"].tolist() for table in visit.app.table]
    assert [len(titles) for titles in tables] == [10, 10]
    bold = [{title for title in titles if title.startswith("**")} for titles in tables]
    assert bold[0] == bold[1]
    assert any(f"name **{len(bold[0])}** of its 10" in text for text in visit.texts())


@pytest.mark.parametrize("title", ["-4", "99999999", "x", "²"])
def test_a_link_to_a_title_that_is_not_there_shows_none(title):
    visit = open_page(title=title, first="nothing", second="nothing either")
    assert not visit.app.table
    assert visit.app.exception == []


def test_what_is_chosen_is_in_the_address(served, famous):
    visit = open_page()
    one, other, *more = factor_spaces(served)
    box(visit, "A title, in both").set_value(famous[1])
    visit.run()
    assert visit.address == MOVIES | {"title": str(famous[1])}
    box(visit, "Model on the left").set_value(other)
    visit.run()
    assert visit.address == MOVIES | {"title": str(famous[1]), "first": other}
    assert box(visit, "Model on the right").options == [one, *more]


def test_a_click_on_a_point_chooses_the_title_and_a_new_figure_does_not_unchoose_it(famous):
    visit = open_page()
    # AppTest has no word for a click on a point: its message is put in by hand.
    for points in (f'[{{"curve_number": 0, "customdata": {famous[2]}}}]', "[]"):
        (chart,) = [one for one in visit.app.get("plotly_chart") if "left.movies" in one.proto.id]
        states = visit.app._tree.get_widget_states()
        state = states.widgets.add()
        state.id = chart.proto.id
        state.string_value = f'{{"selection": {{"points": {points}}}}}'
        visit.app._run(states)
        assert visit.run().address == MOVIES | {"title": str(famous[2])}


def test_two_releases_are_compared(models):
    registry = Registry(models)
    older, newer = (write(another(number), models).name for number in (2, 3))
    registry.promote("movies", newer)
    visit = open_page(release=older)
    assert box(visit, "Release on the right").options == [f"{newer} (serves)", older]
    # The same model may stand on both sides.
    assert "house" in box(visit, "Model on the right").options
    served = opened.release("movies")
    both = pair(served, "house", opened.other_release("movies", older), "house")
    told = f"**{10 * both.comparison.overlap:.1f}** on average"
    assert any(told in text for text in visit.texts())
    assert np.isfinite(both.comparison.moved)


def test_a_release_that_does_not_open_is_said(models):
    registry = Registry(models)
    older, newer = (write(another(number), models).name for number in (4, 5))
    registry.promote("movies", newer)
    (models / "movies" / older / "atlas.parquet").unlink()
    visit = open_page(release=older)
    (error,) = visit.errors()
    assert "atlas.parquet" in error


def test_anime_are_compared_without_titles_for_adults_only(models):
    Registry(models).promote("anime", write(anime.draft(), models).name)
    visit = open_page(domain="anime")
    offered = box(visit, "A title, in both").options
    served = opened.release("anime")
    assert len(offered) > 10
    assert not {served.catalogue.loc[one, "title"] for one in anime.ADULT} & set(offered)
