"""The Admin page: absent without configuration, closed without a sign-in, and what it does."""

from pathlib import Path

import pytest

from pages.components.admin import door
from recommender.admin.sessions import IDLE
from recommender.releases import Registry, write
from tests.pages.admin import go_to, log, press, promote, sign_in
from tests.pages.visits import Visit
from tests.releases.helpers import another


@pytest.fixture
def releases(models: Path) -> list[str]:
    """Three releases of movies, of which the second serves and the first served before."""
    registry = Registry(models)
    made = [write(another(number), models).name for number in (41, 42, 43)]
    registry.promote("movies", made[0])
    registry.promote("movies", made[1])
    return made


def champion(models: Path) -> str:
    return Registry(models).aliases("movies").champion


def test_without_configuration_there_is_no_such_page(releases):
    visit = Visit("admin.py")
    assert visit.app.title[0].value == "Seen any of these?"
    assert [one.label for one in visit.app.text_input if one.label == "Password"] == []


def test_a_stranger_sees_a_form_and_nothing_else(releases, state):
    visit = Visit("admin.py")
    assert [one.label for one in visit.app.text_input] == ["Password"]
    assert [one.label for one in visit.app.button if "Sign" in one.label] == ["Sign in"]
    assert releases[0] not in str(visit.app.main)
    assert not state.exists()


def test_a_wrong_password_is_said_and_logged_and_another_tab_stays_out(releases, state):
    visit = sign_in("sesame sesame")
    assert visit.errors() == ["That is not the password."]
    (entry,) = log()
    assert (entry.who, entry.action, entry.outcome) == ("elsewhere", "sign in", "refused")
    sign_in()
    assert [one.label for one in Visit("admin.py").app.text_input] == ["Password"]


def test_promote_and_roll_back_serve_at_once_and_are_logged_with_the_reason(
    models, releases, state
):
    visit = sign_in()
    promote(visit, releases[2], "fresher ratings")
    assert champion(models) == releases[2]
    assert [one.value for one in visit.app.success] == [f"{releases[2]} serves."]
    assert any("fresher ratings" in text for text in visit.texts())
    entry = log()[0]
    assert (entry.who, entry.action, entry.release) == ("admin", "promote", releases[2])
    assert (entry.detail, entry.outcome) == ("fresher ratings", "done")
    press(visit, "admin.roll-back")
    assert champion(models) == releases[1]
    press(visit, "admin.roll-back")
    assert champion(models) == releases[2]
    assert [entry.action for entry in log()[:2]] == ["roll back", "roll back"]


def test_what_stands_against_a_release_needs_a_reason(models, releases, state):
    visit = sign_in()
    promote(visit, releases[2], "  ")
    assert champion(models) == releases[1]
    (error,) = visit.errors()
    assert "has not been judged" in error
    assert "Say why" in error
    assert log()[0].outcome == "failed"


def test_an_admin_who_comes_second_is_told_and_changes_nothing(models, releases, state):
    one, other = sign_in(), sign_in()
    promote(one, releases[2])
    promote(other, releases[0])
    (error,) = other.errors()
    assert f"{releases[2]} serves by now, not {releases[1]}" in error.replace("\\", "")
    assert champion(models) == releases[2]
    assert [entry.outcome for entry in log()[:2]] == ["failed", "done"]
    promote(other, releases[0])
    assert champion(models) == releases[0]


def test_a_click_after_the_sign_in_ended_does_nothing_but_say_so(models, releases, state):
    visit = sign_in()
    sessions = door.office().sessions
    clock, sessions.clock = sessions.clock, lambda: clock() + IDLE + 1
    promote(visit, releases[2])
    sessions.clock = clock
    assert champion(models) == releases[1]
    (error,) = visit.errors()
    assert "Nothing has been done" in error
    assert [one.label for one in visit.app.text_input] == ["Password"]
    entry = log()[0]
    assert (entry.who, entry.action, entry.outcome) == ("admin", "promote", "refused")


def test_a_forged_click_of_a_stranger_does_nothing(models, releases, state):
    admin, stranger = sign_in(), Visit("admin.py")
    button = admin.app.button(key=f"admin.serve.{releases[2]}").click()
    states = stranger.app._tree.get_widget_states()
    states.widgets.append(button._widget_state)
    stranger.app._run(states)
    assert champion(models) == releases[1]
    assert [one.label for one in stranger.app.text_input] == ["Password"]


def test_signing_out_closes_the_page_in_this_tab(releases, state):
    visit = sign_in().press("Sign out")
    assert [one.label for one in visit.app.text_input] == ["Password"]
    assert [entry.action for entry in log()] == ["sign out", "sign in"]


def test_deleting_frees_the_disk_and_never_takes_what_serves(models, releases, state):
    visit = sign_in()
    keys = [button.key for button in visit.app.button]
    assert f"admin.gone.{releases[1]}" not in keys
    press(visit, f"admin.gone.{releases[2]}")
    assert Registry(models).ids("movies") == releases[1::-1]
    press(visit, f"admin.gone.{releases[0]}")
    assert Registry(models).ids("movies") == [releases[1]]
    assert not any(button.label == "Roll back" for button in visit.app.button)


def test_a_broken_release_is_shown_with_the_reason_and_cannot_be_promoted(models, releases, state):
    (models / "movies" / releases[2] / "atlas.parquet").unlink()
    visit = sign_in()
    assert any("atlas.parquet" in text.replace("\\", "") for text in visit.texts())
    assert f"admin.serve.{releases[2]}" not in [button.key for button in visit.app.button]


def test_the_log_shows_every_act_newest_first(releases, state):
    visit = sign_in()
    press(visit, "admin.roll-back")
    go_to(visit, "log")
    shown = [text for text in visit.texts() if text.startswith("**")]
    assert shown[0] == f"**roll back** movies `{releases[0]}`"
    assert shown[1].startswith("**sign in**")
    assert visit.address["section"] == "log"


def test_a_log_that_cannot_be_written_keeps_everybody_out_and_says_why(models, releases, state):
    state.write_text("no folder")
    visit = sign_in()
    (error,) = visit.errors()
    assert "TASTEMAP\\_STATE" in error


def test_a_hash_that_is_none_is_said_without_repeating_it(releases, state, monkeypatch):
    monkeypatch.setenv("TASTEMAP_ADMIN_PASSWORD_HASH", "sesame sesame")
    (error,) = sign_in().errors()
    assert "no password hash" in error
    assert "sesame" not in error
