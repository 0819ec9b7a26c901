"""The About page: what it says of the data and of the models is what the release says."""

import pytest

from recommender.releases import Registry, write
from tests.pages.visits import Visit
from tests.releases import anime


@pytest.fixture
def about() -> Visit:
    return Visit().go_to("about.py")


def test_the_data_are_named_with_their_citation_and_licence(about, served):
    text = "\n".join(part.value for part in about.app.markdown)
    facts = served.manifest["data"]
    for fact in ("name", "url", "citation", "licence"):
        assert facts[fact] in text
    for count in ("ratings", "users", "titles"):
        assert f"{facts[count]:,}" in text
    assert served.id in text
    assert "Apache License 2.0" in text


def test_the_table_says_how_good_each_model_is_the_best_first(about, served):
    (table,) = about.app.table
    frame = table.value
    reports = served.evaluation["few_ratings"]
    assert frame["NDCG@10"].is_monotonic_decreasing
    assert set(frame.index) == set(reports) == set(served.models)
    assert frame.index.name == "Model"
    for name, report in reports.items():
        assert frame.loc[name, "NDCG@10"] == report["mean"]["ndcg@10"]["value"]
        assert frame.loc[name, "Recall@20"] == report["mean"]["recall@20"]["value"]
        errors = [cell["rmse"] for cell in report["cells"] if cell["rmse"] is not None]
        assert bool(errors) == served.models[name].predicts_ratings
        assert frame["RMSE"].isna()[name] != bool(errors)
    assert "none" in table.proto.arrow_data.styler.display_values.decode("latin-1")


def test_what_it_measures_on_is_said(about, served):
    text = "\n".join(part.value for part in about.app.markdown)
    assert f"{served.evaluation['visitors']:,} people" in text


def test_anime_are_told_as_anime(models):
    Registry(models).promote("anime", write(anime.draft(), models).name)
    about = Visit(domain="anime").go_to("about.py")
    text = "\n".join(part.value for part in about.app.markdown)
    assert "Rate a few anime" in text
    assert "on the scale from 1 to 10" in text
    assert "2 titles for adults only are left out" in text
    assert "**orders**: Finds titles that go together." in text
    (table,) = about.app.table
    assert table.value["RMSE"].isna().to_dict() == {"house": True, "orders": True, "rates": False}


def test_it_says_what_is_kept_and_of_a_copy_only_where_there_is_one(about, monkeypatch):
    def text(visit: Visit) -> str:
        return "\n".join(part.value for part in visit.app.markdown)

    assert "Forget me" in text(about)
    assert "private data set" not in text(about)
    monkeypatch.setenv("TASTEMAP_VISITORS_REPO", "somebody/visitors")
    assert "private data set" in text(about.run())
