"""Admin, Visitors: what is kept, who is set apart, one visitor's data; every act is logged."""

import json

import pytest

from pages.components.admin import door
from recommender.visitors import service
from recommender.visitors.changes import now
from recommender.visitors.keep import MONOTONE
from recommender.visitors.writer import Health
from tests.pages.admin import go_to, log, press, sign_in
from tests.pages.visits import Visit
from tests.visitors.made import ADA, BOB, CLEO, kept, put, rated, reason, shown


@pytest.fixture
def engine(state):
    door._office.cache_clear()
    return door.office().log.engine


@pytest.fixture
def section(engine, famous):
    put(engine, ADA, [*shown(famous[:3], now()), *rated({famous[0]: 4.5, famous[9]: 2.0})])
    put(engine, CLEO, rated(dict.fromkeys(famous[:MONOTONE], 5.0), brought=True))
    assert reason(engine, CLEO)
    return go_to(sign_in(), "visitors")


def metrics(visit: Visit) -> dict[str, str]:
    return {one.label: one.value for one in visit.app.metric}


def test_it_says_how_much_is_kept_and_what_came_of_recommendations(section):
    assert metrics(section)["Ratings"] == "2"
    assert metrics(section)["Visitors"] == "1"
    assert metrics(section)["Set apart"] == str(MONOTONE)
    models, ranks = (table.value for table in section.app.table)
    assert models.loc["blend", "Shown"] == "3"
    assert models["Liked"].iloc[0].startswith("33.3 %")
    assert ranks.loc["4–8", "Liked"] == "none"


def test_an_empty_database_says_so(engine):
    visit = go_to(sign_in(), "visitors")
    assert metrics(visit)["Ratings"] == "0"
    assert any("Nothing has been recommended" in text for text in visit.texts())
    assert "Nobody." in visit.texts()


def test_whoever_is_set_apart_counts_once_an_admin_lets_them(section, engine):
    press(section, f"admin.visitor.clear.{CLEO}")
    assert reason(engine, CLEO) == ""
    assert (log()[0].action, log()[0].outcome) == ("clear visitor", "done")
    assert metrics(section)["Visitors"] == "2"


def test_one_visitors_data_are_exported_and_it_is_logged(section, famous):
    section.app.text_input(key="admin.visitor.number").set_value(ADA[:8])
    section.run()
    press(section, "admin.visitor.get")
    found = section.app.session_state["admin.visitor.export"]
    assert {row["item_id"] for row in found["ratings"]} == {famous[0], famous[9]}
    assert json.dumps(found)
    assert (log()[0].action, log()[0].detail) == ("export visitor", ADA[:8])


def test_one_visitors_data_are_deleted_and_it_is_logged(section, engine):
    put(engine, BOB, rated({1: 4.0}))
    section.app.text_input(key="admin.visitor.number").set_value(ADA[:8])
    section.run()
    press(section, "admin.visitor.forget")
    assert kept(engine, ADA) == {}
    assert kept(engine, BOB) == {1: 4.0}
    assert (log()[0].action, log()[0].outcome) == ("forget visitor", "done")


def test_a_number_that_nobody_has_is_said(section):
    section.app.text_input(key="admin.visitor.number").set_value("ffffffff")
    section.run()
    press(section, "admin.visitor.get")
    assert "No visitor has" in section.errors()[0]
    assert log()[0].outcome == "failed"


def test_that_nothing_can_be_saved_is_said(engine, monkeypatch):
    health = Health(7, 2, 0, "The database cannot be written.", 1_764_000_000.0)
    monkeypatch.setattr(service.Writer, "health", lambda self: health)
    visit = go_to(sign_in(), "visitors")
    assert "nothing can be saved" in visit.errors()[0]
    assert "7 events wait" in visit.errors()[0]
    assert "2 events" in visit.warnings()[0]


def test_a_training_can_learn_from_them(section):
    go_to(section, "retrain")
    toggle = section.app.toggle(key="admin.train.visitors.movies")
    assert not toggle.disabled
    assert "2 ratings by 1 visitor." in section.texts()
