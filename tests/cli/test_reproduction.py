"""`python -m recommender reproduce`: what it prints, as text and as JSON, and what it refuses."""

import json
import sys

import pytest

from recommender import reproduction
from recommender.cli import main

NEWS = '''
"""A system that counts."""

from recommender.reproduction.contract import Row, System


def run(data, seed, progress):
    progress(1.0, "counted")
    return [
        Row("ratings", len(data.ratings), 100_000),
        Row("seed", seed),
        Row("error", 0.875, note="no less"),
        Row("rank 1", "Heat (1995)", "The Rock (1996)"),
    ]


SYSTEM = System("a system that counts", "movies", ("tiny", "ml-1m"), run, seed=7)
'''


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs `reproduce` with a sixth system, an empty cache and a folder of data sets."""
    (tmp_path / "systems").mkdir()
    (tmp_path / "systems" / "r6.py").write_text(NEWS)
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(
        reproduction, "__path__", [*reproduction.__path__, str(tmp_path / "systems")]
    )
    monkeypatch.setenv("TASTEMAP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TASTEMAP_DATA", str(tmp_path / "data"))

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["reproduce", *arguments])
        return code, *capsys.readouterr()

    yield run
    sys.modules.pop("recommender.reproduction.r6", None)


@pytest.fixture
def tiny(tmp_path, run):
    """A data set where the sixth system looks for it."""
    home = tmp_path / "data" / "tiny"
    home.mkdir()
    (home / "movies.csv").write_text("movieId,title,genres\n1,One (1999),Drama\n2,Two,Comedy\n")
    (home / "ratings.csv").write_text("userId,movieId,rating,timestamp\n1,1,4.0,964982703\n")
    return home


def test_a_sixth_system_is_one_file(run):
    assert reproduction.names()[-1] == "r6"


def test_published_figures_stand_beside_ours(run, tiny):
    code, out, err = run("r6")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "R6: a system that counts"
    assert "1 ratings; seed 7" in lines[1]
    cells = [line.split() for line in lines]
    assert ["ratings", "100,000", "1"] in cells
    assert ["error", "0.875", "no", "less"] in cells
    assert ["rank", "1", "The", "Rock", "(1996)", "Heat", "(1995)"] in cells


def test_json_says_the_same(run, tiny):
    code, out, err = run("r6", "--seed", "3", "--json")
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert (answer["system"], answer["seed"], answer["ratings"]) == ("r6", 3, 1)
    assert answer["rows"][0] == {
        "what": "ratings",
        "ours": 1,
        "published": 100_000,
        "note": "",
    }
    assert answer["rows"][1]["published"] is None


def test_the_data_can_be_named(run, tiny, tmp_path):
    moved = tiny.rename(tmp_path / "elsewhere")
    assert run("r6")[0] == 1
    assert run("r6", "--data", str(moved))[0] == 0


@pytest.mark.parametrize(
    ("system", "sentence"),
    [
        ("r6", "r6 runs on tiny or ml-1m, and nothing of that name is in TASTEMAP_DATA or fetched"),
        ("r6", "python -m recommender data fetch ml-1m;"),
        ("r1", "python -m recommender data fetch anime-recommendations-database;"),
        ("r9", "no reference system 'r9'; there are r1, r2, r3, r4, r5, r6"),
    ],
)
def test_what_cannot_be_run_is_one_sentence(run, system, sentence):
    code, out, err = run(system)
    assert (code, out) == (1, "")
    assert err.startswith("reproduce: ")
    assert sentence in err
    assert err.count("\n") == 1


def test_a_seed_that_no_library_takes_is_refused_before_anything_runs(run, capsys):
    with pytest.raises(SystemExit) as stopped:
        run("r6", "--seed", str(2**32))
    assert stopped.value.code == 2
    assert "too large a seed; they go from 0 to 4294967295" in capsys.readouterr().err


def test_the_largest_seed_is_taken(run, tiny):
    code, out, _ = run("r6", "--seed", str(2**32 - 1), "--json")
    assert (code, json.loads(out)["seed"]) == (0, 2**32 - 1)
