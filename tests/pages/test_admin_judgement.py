"""The Admin page, Judgement: what was found out about a challenger decides what may be done."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recommender.evaluation import judgement_file
from recommender.evaluation.comparison import Learned
from recommender.evaluation.judgement import Check, Comparison, Judgement
from recommender.evaluation.metrics import Estimate
from recommender.evaluation.typical import Change, Title
from recommender.releases import Registry, write
from recommender.training.jobs import judged_file
from tests.pages.admin import go_to, log, press, promote, sign_in
from tests.pages.visits import Visit
from tests.releases.helpers import another


def judgement(challenger: str, champion: str, *, passed: bool) -> Judgement:
    figures = Estimate(0.46, 0.44, 0.48), Estimate(0.45, 0.43, 0.47), Estimate(0.01, 0.005, 0.015)
    titles = tuple(Title(n, f"Title *{n}*") for n in range(12))
    change = Change(0.1, ("Drama",), ((titles[0], 5.0),), titles[:10], titles[2:])
    return Judgement(
        domain="movies",
        challenger=challenger,
        champion=champion,
        judged=datetime(2026, 11, 25, tzinfo=UTC),
        basis="Both were fitted on the same data.",
        visitors=498,
        comparisons=(Comparison("NDCG@10", *figures, visitors=498, worse=not passed),),
        checks=(
            Check("whole", True, "The release opens."),
            Check("NDCG@10", passed, "NDCG@10 is better." if passed else "NDCG@10 is worse."),
        ),
        changes=(change,) * 10,
    )


@pytest.fixture
def pair(models: Path) -> tuple[str, str]:
    """Champion and challenger."""
    registry = Registry(models)
    champion, challenger = (write(another(number), models).name for number in (47, 48))
    registry.promote("movies", champion)
    return champion, challenger


def look(found: Judgement, state: Path) -> Visit:
    file = judged_file(state, "movies", found.challenger)
    file.parent.mkdir(parents=True, exist_ok=True)
    judgement_file.write(found, file)
    return go_to(sign_in(), "judgement")


def test_a_challenger_that_passes_serves_without_a_reason(models, pair, state):
    champion, challenger = pair
    visit = look(judgement(challenger, champion, passed=True), state)
    assert [found.value for found in visit.app.success] == ["It may serve."]
    assert visit.headings() == ["On the same people", "What would change for ten typical visitors"]
    assert len([one for one in visit.app.expander if "are alike" in one.label]) == 10
    assert "8 of 10 stay" in visit.app.expander[0].label
    assert any(text == "- Title \\*10\\*" for text in "\n".join(visit.texts()).splitlines())
    press(visit, f"admin.serve.{challenger}")
    assert Registry(models).aliases("movies").champion == challenger


def test_one_that_does_not_pass_serves_only_for_a_reason_which_is_logged(
    models,
    pair,
    state,
):
    champion, challenger = pair
    visit = look(judgement(challenger, champion, passed=False), state)
    assert visit.warnings()[0] == "Not without a reason."
    press(visit, f"admin.serve.{challenger}")
    assert "NDCG@10 is worse. Say why" in visit.errors()[0]
    assert Registry(models).aliases("movies").champion == champion
    promote(visit, challenger, "half the size")
    assert Registry(models).aliases("movies").champion == challenger
    assert (log()[0].detail, log()[0].outcome) == ("half the size", "done")


def test_a_judgement_beside_another_champion_is_not_enough(models, pair, state):
    champion, challenger = pair
    found = replace(judgement(challenger, champion, passed=True), champion="20261101-0000-000000")
    visit = look(found, state)
    assert visit.warnings()[0] == "Not without a reason."
    assert f"meanwhile {champion} serves" in " ".join(visit.texts())


def test_a_judgement_that_is_not_whole_is_said(models, pair, state):
    champion, challenger = pair
    file = judged_file(state, "movies", challenger)
    file.parent.mkdir(parents=True)
    file.write_text("{")
    visit = sign_in()
    assert "no JSON" in " ".join(go_to(visit, "judgement").warnings())
    press(visit, f"admin.serve.{challenger}")
    assert Registry(models).aliases("movies").champion == champion
    promote(visit, challenger)
    assert Registry(models).aliases("movies").champion == challenger


def test_what_visitors_ratings_did_is_told_before_the_promotion(models, pair, state):
    found = judgement(pair[1], pair[0], passed=True)
    visit = look(replace(found, learned=Learned(3, 180, 0.031, found.comparisons)), state)
    (told,) = (text for text in visit.texts() if "180 ratings by 3 visitors" in text)
    assert "3.1 % of what it learned from" in told
    assert "+0.0100 (95 %: +0.0050 to +0.0150)" in told.replace("\\", "")
