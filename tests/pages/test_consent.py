"""The switch: off by default, kept only while it is on, forgotten at once."""

import pytest

from recommender.settings import Settings
from recommender.storage import open_database
from recommender.visitors import limits, records, service, split
from recommender.visitors.changes import pseudonym
from tests.pages.visits import ASKED, PICKS, Visit
from tests.visitors.made import kept, outcomes

SWITCH = "consent.switch"


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """An empty database, which the pages write to."""
    monkeypatch.setenv("TASTEMAP_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(service, "LIMITS", limits.Limits())
    return open_database(Settings(state=tmp_path / "state"))


def switch(visit: Visit, *, on: bool) -> Visit:
    visit.app.toggle(key=SWITCH).set_value(on)
    return visit.run()


def visitor(visit: Visit) -> str:
    return pseudonym(visit.app.session_state["consent"].secret)


def rate(visit: Visit, rating: float) -> int:
    item_id = visit.ids(ASKED)[0]
    visit.send(ASKED, ("rate", item_id, rating))
    return item_id


def says(visit: Visit, text: str) -> bool:
    return any(text in found for found in visit.texts())


def cookie(visit: Visit) -> str:
    scripts = [html.proto.body for html in visit.app.get("html")]
    return next((one for one in scripts if "tastemap_visitor=" in one), "")


def test_it_is_off_and_nothing_is_kept(engine, tmp_path):
    visit = Visit()
    assert visit.app.toggle(key=SWITCH).value is False
    rate(visit, 4.0)
    assert cookie(visit) == ""
    assert says(visit, "under a random number")
    with engine.connect() as connection:
        for table in ("visitor", "visitor_rating", "exposure"):
            query = f"SELECT count(*) FROM {table}"
            assert connection.exec_driver_sql(query).scalar() == 0
        connection.rollback()


def test_what_the_list_holds_and_what_comes_is_kept_and_then_said_to_be(engine):
    visit = Visit()
    before = rate(visit, 4.0)
    switch(visit, on=True)
    who = visitor(visit)
    assert says(visit, "1 rating saved.")
    after = rate(visit, 2.5)
    assert says(visit, "2 ratings saved.")
    assert kept(engine, who) == {before: 4.0, after: 2.5}
    assert f"on.{visit.app.session_state['consent'].secret}" in cookie(visit)
    visit.press("Undo")
    assert kept(engine, who) == {before: 4.0}
    assert says(visit, "1 rating saved.")


def test_the_number_is_in_no_address(engine):
    visit = switch(Visit(), on=True)
    rate(visit, 4.0)
    mine = visit.app.session_state["consent"]
    said = str(visit.app.query_params) + "".join(visit.texts())
    assert mine.secret not in said


def test_what_is_recommended_is_kept_with_its_rank_and_what_became_of_it(engine, served):
    visit = switch(Visit(), on=True)
    rate(visit, 5.0)
    picks = visit.ids(PICKS)
    visit.send(PICKS, ("rate", picks[2], 4.5))
    visit.send(PICKS, ("dismiss", picks[0], None))
    found = outcomes(engine, visitor(visit))
    assert found[served.ranker, picks[2]] == (3, "rated", 4.5)
    assert found[served.ranker, picks[0]] == (1, "dismissed", None)
    assert found[served.ranker, picks[1]][1:] == (None, None)


def test_turned_off_nothing_more_is_kept_and_what_was_stays(engine):
    visit = switch(Visit(), on=True)
    first = rate(visit, 4.0)
    who = visitor(visit)
    switch(visit, on=False)
    rate(visit, 3.0)
    assert kept(engine, who) == {first: 4.0}
    assert says(visit, "Nothing more is kept.")
    assert "off." in cookie(visit)
    switch(visit, on=True)
    assert visitor(visit) == who
    assert len(kept(engine, who)) == 2


def test_forget_me_deletes_at_once_and_for_good(engine):
    visit = switch(Visit(), on=True)
    rate(visit, 4.0)
    who = visitor(visit)
    assert len(kept(engine, who)) == 1
    visit.press("Forget me")
    assert (kept(engine, who), outcomes(engine, who)) == ({}, {})
    assert says(visit, "is deleted")
    assert "tastemap_visitor=;" in cookie(visit)
    assert visit.app.toggle(key=SWITCH).value is False
    rate(visit, 4.0)
    switch(visit, on=True)
    assert visitor(visit) != who
    assert kept(engine, who) == {}


def test_another_tab_that_was_forgotten_hears_of_it_and_keeps_nothing(engine):
    one, two = switch(Visit(), on=True), switch(Visit(), on=True)
    mine, other = (visit.app.session_state["consent"] for visit in (one, two))
    other.secret = mine.secret
    who = visitor(one)
    rate(two, 3.0)
    one.press("Forget me")
    rate(two, 4.0)
    assert kept(engine, who) == {}
    assert says(two, "forgotten in another tab")
    two.run()
    assert two.app.toggle(key=SWITCH).value is False


def test_a_limit_that_is_reached_is_said_and_the_visitor_goes_on(engine, monkeypatch):
    visit = switch(Visit(), on=True)
    visit.app.session_state["consent"].handed_in = limits.PER_SESSION
    item_id = rate(visit, 4.0)
    assert visit.ratings() == {item_id: 4.0}
    assert says(visit, "all that is kept of one visit")
    assert kept(engine, visitor(visit)) == {}


def test_ratings_of_other_pages_are_kept_too(engine, served, famous):
    visit = switch(Visit(), on=True)
    who = visitor(visit)
    visit.go_to("explore.py", title=str(famous[0]))
    visit.send("Rate this title", ("rate", famous[0], 4.0))
    visit.go_to("recommend.py")
    assert says(visit, "1 rating saved.")
    assert kept(engine, who) == {famous[0]: 4.0}


def test_the_split_gives_a_model_until_the_visitor_chooses(engine, served, monkeypatch):
    monkeypatch.setenv("TASTEMAP_SPLIT", "movies:blend,taste-als")
    given = {
        split.assigned(
            pseudonym(f"{n:032x}"), "movies", served.models, Settings.from_environment()
        ): n
        for n in range(20)
    }
    visit = Visit()
    visit.app.session_state["consent"].secret = f"{given['taste-als']:032x}"
    switch(visit, on=True)
    who = visitor(visit)
    rate(visit, 5.0)
    assert {model for model, _ in outcomes(engine, who)} == {"taste-als"}
    ratings = visit.ratings()
    wanted = served.fold_in(ratings, "taste-als").recommend(8)["item_id"].tolist()
    assert visit.ids(PICKS) == wanted
    assert visit.unfold_models().app.radio(key="model.movies").value == "taste-als"
    visit.choose_model("blend")
    rate(visit, 2.0)
    found = records.export(engine, who)["recommended"]
    assert {(row["model"], row["assigned"]) for row in found} == {
        ("taste-als", True),
        ("blend", False),
    }
