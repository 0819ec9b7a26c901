"""The Compare page: what it says of the models is what the release knows, and no more."""

import pytest

from recommender.releases import Registry, write
from recommender.serving import ServedRelease, opened
from recommender.serving.agreement import side_by_side
from recommender.serving.measures import METRICS, table
from recommender.serving.verdicts import verdicts
from tests.pages.visits import Visit
from tests.releases import anime, village

RATINGS = {100: 5.0, 120: 1.5, 145: 4.0}
LINK = "_".join(f"{item_id}-{rating:g}" for item_id, rating in RATINGS.items())
HEADINGS = ["How many ratings it takes", "More than chance?", "Predicted ratings"]


@pytest.fixture
def served(models) -> ServedRelease:
    Registry(models).promote("movies", write(village.draft(), models).name)
    return opened.release("movies")


def open_page(**address: str) -> Visit:
    return Visit(**address).go_to("compare.py")


def pick(visit: Visit, kind: str, label: str, value: object) -> None:
    (one,) = (found for found in visit.app.get(kind) if found.label == label)
    one.set_value(value)
    visit.run()


def test_one_table_holds_all_models_with_intervals(served):
    (frame,) = (found.value for found in open_page().app.dataframe)
    figures = table(served)
    assert frame.index.tolist() == figures.index.tolist()
    assert frame.columns.tolist() == [metric.name for metric in METRICS]
    value, low, high = figures.loc["taste", "NDCG@10"]
    assert frame.loc["taste", "NDCG@10"] == f"{value:.3f} ± {(high - low) / 2:.3f}"
    assert frame.loc["taste", "Size, MB"] == figures.loc["taste", ("Size, MB", "value")]
    assert frame["RMSE"].isna()["popularity"]


@pytest.mark.parametrize("name", ["RMSE", "Novelty"])
def test_the_table_is_sorted_by_what_is_chosen(served, name):
    visit = open_page()
    pick(visit, "selectbox", "Sorted by", name)
    values = table(served)[name, "value"].dropna()
    expected = values.sort_values(ascending=name == "RMSE").index.tolist()
    assert visit.app.dataframe[0].value.index.tolist()[: len(expected)] == expected


def test_every_figure_has_its_sentence_and_the_verdicts_are_said(served):
    text = "\n".join(open_page().texts())
    for metric in METRICS:
        assert f"- **{metric.name}**: {metric.meaning}" in text
    assert verdicts(served)
    for sentence in verdicts(served):
        assert sentence in text.replace("\\", "")
    assert f"**{served.evaluation['visitors']} people**" in text


def test_the_lists_for_a_visitor_stand_side_by_side(served):
    visit = open_page(ratings=LINK)
    (lists,) = visit.app.table
    names = table(served).index.tolist()
    assert lists.value.columns.tolist() == names
    assert lists.value.index.tolist() == list(range(1, 11))
    found = side_by_side(served, RATINGS, names)
    shelf = served.shelf
    for name in names:
        shown = [cell.strip("*") for cell in lists.value[name]]
        assert shown == [shelf.named(shelf.position[one]) for one in found.lists[name]]
        bold = [cell.startswith("**") for cell in lists.value[name]]
        assert bold == [found.votes[one] > 1 for one in found.lists[name]]
    text = "\n".join(visit.texts())
    assert "popularity gives everybody the same order." in text
    assert "taste gives everybody the same order." not in text


def test_without_ratings_there_are_no_lists_yet(served):
    visit = open_page()
    assert not visit.app.table
    assert any("Rate a few titles" in text for text in visit.texts())


def test_only_the_models_chosen_are_in_lists_and_charts(served):
    visit = open_page(ratings=LINK)
    pick(visit, "button_group", "Models in the lists and charts", ["bias", "popularity"])
    assert set(visit.app.table[0].value.columns) == {"bias", "popularity"}
    (raters,) = (box for box in visit.app.selectbox if box.label == "Model")
    assert raters.options == ["bias"]
    pick(visit, "button_group", "Models in the lists and charts", ["popularity"])
    assert any("Choose two models" in text for text in visit.texts())
    assert "Predicted ratings" not in visit.headings()


def test_every_chart_has_a_name_and_a_sentence(served):
    visit = open_page(ratings=LINK)
    charts = visit.app.get("plotly_chart")
    assert len(charts) == 5
    assert set(HEADINGS) <= set(visit.headings())
    assert all(chart.proto.alt for chart in charts)


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Figure", "rmse"),
        ("Ratings of", "uniform"),
        ("Of", "rmse"),
        ("Titles", "genre"),
        ("Error", "error"),
    ],
)
def test_every_choice_of_a_chart_changes_what_is_said(served, label, value):
    visit = open_page()
    before = [caption.value for caption in visit.app.caption]
    pick(visit, "button_group", label, value)
    assert [caption.value for caption in visit.app.caption] != before


def test_models_without_ratings_are_never_compared_by_them(served):
    visit = open_page()
    pick(visit, "button_group", "Of", "rmse")
    (against,) = (box for box in visit.app.selectbox if box.label == "Against")
    assert "popularity" not in against.options


def test_the_tables_can_be_taken_away(served):
    labels = [button.label for button in open_page().app.get("download_button")]
    assert labels == ["This table, CSV", "By number of ratings, CSV"]


def test_a_release_without_differences_says_so_and_shows_what_it_has(models):
    Registry(models).promote("anime", write(anime.draft(), models).name)
    visit = open_page(domain="anime", ratings="1-9_7-3")
    assert any("before models were compared" in info.value for info in visit.app.info)
    assert "NDCG@10" in visit.app.dataframe[0].value
    assert not visit.app.get("plotly_chart")
    assert len(visit.app.table) == 1
