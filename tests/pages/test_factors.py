"""The Factors page: names with their evidence, both ends, the visitor's place, files to take."""

import pytest

from recommender.factors.space import PRINCIPAL, READABLE
from recommender.releases import Registry, write
from recommender.serving import opened
from recommender.serving.spaces import factor_spaces, shown, space
from tests.pages.visits import Visit
from tests.releases import anime

MOVIES = {"domain": "movies"}


def open_page(**address: str) -> Visit:
    return Visit(**address).go_to("factors.py", **address)


def choose(visit: Visit, label: str, value: object) -> Visit:
    widgets = (*visit.app.selectbox, *visit.app.button_group)
    next(one for one in widgets if one.label == label).set_value(value)
    return visit.run()


def tables(visit: Visit) -> dict[str, object]:
    return {table.proto.alt: table.value for table in visit.app.table}


def captions(visit: Visit) -> str:
    return "\n".join(caption.value for caption in visit.app.caption)


@pytest.fixture
def looked_at(served):
    return space(served, next(iter(factor_spaces(served))), READABLE)


def test_a_link_leads_to_a_factor_in_its_axes(served):
    model = list(factor_spaces(served))[1]
    visit = open_page(embedding=model, axes=PRINCIPAL, factor="3")
    name = space(served, model, PRINCIPAL).names[3]
    assert visit.headings()[0].replace("\\", "") == f"3 · {name.name}"
    assert visit.address == MOVIES | {"embedding": model, "axes": PRINCIPAL, "factor": "3"}


@pytest.mark.parametrize("factor", ["-1", "999", "²", "x"])
def test_a_link_to_what_is_not_there_shows_the_first_factor(factor, looked_at):
    visit = open_page(embedding="nothing", axes="upside-down", factor=factor)
    assert visit.headings()[0].startswith("0 · ")


def test_what_is_chosen_is_in_the_address_and_stays_on_return(served):
    visit = choose(open_page(), "Factor", 5)
    assert visit.address == MOVIES | {"factor": "5"}
    visit.press("Next factor")
    assert visit.address == MOVIES | {"factor": "6"}
    assert "predictions are the same" in captions(visit)
    choose(visit, "Axes", PRINCIPAL)
    assert visit.address == MOVIES | {"factor": "6", "axes": PRINCIPAL}
    assert "predictions are the same" not in captions(visit)
    visit.go_to("about.py")
    assert "factor" not in visit.address
    assert visit.go_to("factors.py").headings()[0].startswith("6 · ")


def test_both_ends_list_known_titles_that_may_be_shown(served, looked_at):
    found = tables(open_page(factor="2"))
    upper, lower = found["Titles at the + end"], found["Titles at the − end"]
    poles = looked_at.poles(2, shown(served))
    assert [float(one) for one in upper["Loading"]] == sorted(
        (float(one) for one in upper["Loading"]), reverse=True
    )
    assert upper["Loading"].tolist() == [f"{one:+.2f}" for one in poles["loading"][:10]]
    # The end first.
    assert lower["Loading"].tolist() == [f"{one:+.2f}" for one in poles["loading"][:9:-1]]


def test_words_that_do_not_hold_are_said_not_to(served, looked_at):
    name = next(
        one for one in looked_at.names if one.holds and not all(e.holds for e in one.evidence)
    )
    evidence = tables(open_page(factor=str(name.factor)))["Words proposed for this factor"]
    assert evidence["Holds"].tolist() == ["yes" if one.holds else "no" for one in name.evidence]
    assert evidence["Word"].tolist() == [one.word for one in name.evidence]


def test_a_factor_without_a_name_is_said_to_have_none(looked_at):
    name = next(one for one in looked_at.names if not one.holds)
    visit = open_page(factor=str(name.factor))
    assert any("no clear name" in text for text in visit.texts())


def test_only_a_visitor_with_ratings_has_a_place(famous):
    visit = open_page()
    assert "you stand" not in captions(visit)
    rated = open_page(ratings=f"{famous[0]}-5_{famous[1]}-1")
    assert "you stand at" in captions(rated)
    assert "Starting point" in captions(rated)


def test_figures_have_a_sentence_each():
    visit = open_page()
    assert len(visit.app.get("plotly_chart")) == 4
    for told in ("make up half", "stands out most", "go together most", "four of five titles"):
        assert told in captions(visit)


def test_files_are_made_when_they_are_asked_for(served):
    visit = open_page()
    assert not visit.app.get("download_button")
    visit.app.session_state["export.factors"] = True
    visit.run()
    labels = [button.proto.label for button in visit.app.get("download_button")]
    assert [label.split(" (")[0] for label in labels] == [
        "Coordinates, CSV",
        "Coordinates, Parquet",
        "Factor names, CSV",
        "Vectors, TSV",
        "Metadata, TSV",
        "All figures, HTML",
    ]
    assert all("B)" in label for label in labels)


def test_anime_have_factors_too(models):
    Registry(models).promote("anime", write(anime.draft(), models).name)
    visit = open_page(domain="anime", ratings="1-9_7-3")
    served = opened.release("anime")
    assert visit.headings()[0].startswith("0 · ")
    names = [plain for table in tables(visit).values() for plain in table.get("Title", [])]
    hidden = [served.catalogue.loc[one, "title"] for one in anime.ADULT]
    assert names
    assert not set(names) & set(hidden)
