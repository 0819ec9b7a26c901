"""Admins at once, each in a process of their own: one wins, the others are told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from recommender.admin.releases import lines, promote
from recommender.errors import GateError
from recommender.releases import Registry, write
from recommender.settings import Settings
from recommender.storage import AuditLog, open_database
from recommender.training.jobs import Jobs
from tests.releases.helpers import another

ROOT = Path(__file__).parents[2]
ADMIN = """
import sys
from pathlib import Path
from recommender.admin.office import Office
from recommender.admin.releases import promote
from recommender.errors import TastemapError
from recommender.releases import Registry
from recommender.settings import Settings
from recommender.training.jobs import Jobs

state, models, name, release, champion = sys.argv[1:]
settings = Settings(models=Path(models), state=Path(state))
office = Office(settings)
token = office.sessions.open(name)
office.log
print("ready", flush=True)
sys.stdin.readline()
try:
    office.act(
        token,
        "promote",
        lambda who: promote(
            Registry(settings.models), Jobs.of(settings), "movies", release, champion, "a test"
        ),
        domain="movies",
        release=release,
        detail="a test",
        result=lambda release: f"{release.id} serves",
    )
    print("done")
except TastemapError as error:
    print(error)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(models=tmp_path / "models", state=tmp_path / "state")


@pytest.fixture
def made(settings: Settings) -> list[str]:
    """Five releases, of which the first serves."""
    ids = [write(another(number), settings.models).name for number in range(1, 6)]
    Registry(settings.models).promote("movies", ids[0])
    return ids


def test_of_admins_who_promote_at_once_one_wins_and_the_others_are_told(settings, made):
    command = [sys.executable, "-c", ADMIN, str(settings.state), str(settings.models)]
    admins = [
        subprocess.Popen(
            [*command, f"admin {i}", release, made[0]],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for i, release in enumerate(made[1:])
    ]
    for admin in admins:
        assert admin.stdout is not None
        assert admin.stdout.readline() == "ready\n"
    for admin in admins:
        assert admin.stdin is not None
        admin.stdin.write("go\n")
        admin.stdin.flush()
    answers = [admin.communicate(timeout=60)[0].strip() for admin in admins]
    assert answers.count("done") == 1
    winner = made[1:][answers.index("done")]
    named = Registry(settings.models).aliases("movies")
    assert (named.champion, named.previous) == (winner, made[0])
    for answer in answers:
        assert answer == "done" or f"{winner} serves by now, not {made[0]}" in answer
    entries = AuditLog(open_database(settings)).read()
    assert sorted(entry.outcome for entry in entries) == ["done", "failed", "failed", "failed"]
    (line,) = [one for one in lines(Registry(settings.models), "movies", entries) if one.champion]
    assert line.decision is not None
    assert (line.id, line.decision.detail) == (winner, "a test")


def test_a_release_that_was_not_judged_wants_a_reason(settings, made):
    registry, jobs = Registry(settings.models), Jobs.of(settings)
    with pytest.raises(GateError, match="has not been judged beside the champion"):
        promote(registry, jobs, "movies", made[1], made[0], "")
    assert registry.aliases("movies").champion == made[0]
    assert promote(registry, jobs, "movies", made[1], made[0], "because").id == made[1]


def test_the_list_says_of_each_release_what_it_is_and_why_it_does_not_open(settings, made):
    (settings.models / "movies" / made[2] / "atlas.parquet").unlink()
    found = lines(Registry(settings.models), "movies", [])
    assert [line.id for line in found] == made[::-1]
    broken = found[2]
    assert broken.facts is None
    assert "atlas.parquet" in (broken.broken or "")
    whole = found[-1]
    assert whole.champion
    assert whole.facts is not None
    assert (whole.facts.n_ratings, whole.facts.ranker) == (276, "house")
    assert whole.facts.ndcg == pytest.approx((0.46, 0.45, 0.47))
    assert whole.size == sum(
        path.stat().st_size for path in (settings.models / "movies" / made[0]).iterdir()
    )
