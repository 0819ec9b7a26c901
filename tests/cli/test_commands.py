"""The command line: what it prints, where, and with which exit code."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from recommender import __version__
from recommender.cli import arguments, main
from recommender.data.dataset import DataSet
from recommender.errors import ParameterError
from recommender.releases import Recipe, Registry, ReleaseDraft, write
from recommender.serving import open_release
from recommender.serving.dials import Dials
from recommender.training.jobs import Jobs
from tests.releases import anime
from tests.serving.releases import real

COMMANDS = [
    "recommend",
    "train",
    "evaluate",
    "tune",
    "data",
    "reproduce",
    "releases",
    "judge",
    "promote",
    "rollback",
    "delete",
    "pull",
    "push",
]


@pytest.fixture(scope="module")
def draft(movies: DataSet) -> ReleaseDraft:
    release = real(movies)
    return ReleaseDraft(
        domain="movies",
        created=datetime(2026, 11, 21, 14, 32, tzinfo=UTC),
        scale=release.scale,
        catalogue=release.catalogue,
        atlas=release.atlas,
        models=release.models,
        survey=release.survey,
        recipes={name: Recipe("popularity") for name in release.models},
        ranker=release.ranker,
        rater=release.rater,
        evaluation={},
        provenance=movies.provenance,
        n_ratings=len(movies.ratings),
        n_users=movies.ratings.n_users,
    )


@pytest.fixture(scope="module")
def models(draft: ReleaseDraft, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with one release of real movies, the champion; not to be changed."""
    folder = tmp_path_factory.mktemp("models")
    Registry(folder).promote("movies", write(draft, folder).name)
    return folder


@pytest.fixture
def run(models, monkeypatch, capsys):
    """Runs a command on the release of real movies; gives exit code, output and errors."""
    monkeypatch.setenv("TASTEMAP_MODELS", str(models))
    monkeypatch.delenv("TASTEMAP_DATA", raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        return code, *capsys.readouterr()

    return run


@pytest.fixture(scope="module")
def folder(movies: DataSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A MovieLens folder with the ratings of the forty users who rated most."""
    ratings, home = movies.ratings, tmp_path_factory.mktemp("data") / "ml-tiny"
    most = ratings.user_counts().argsort()[-40:]
    users = pd.Series(ratings.users)
    kept = users.isin(most) & (pd.Series(ratings.items) % 7 == 0)
    table = pd.DataFrame(
        {
            "userId": ratings.user_ids[ratings.users],
            "movieId": ratings.item_ids[ratings.items],
            "rating": ratings.values,
            "timestamp": ratings.timestamps,
        }
    )[kept.to_numpy()]
    titles = movies.catalogue.loc[sorted(set(table["movieId"]))]
    home.mkdir()
    table.to_csv(home / "ratings.csv", index=False)
    pd.DataFrame(
        {
            "movieId": titles.index,
            "title": titles["title"] + " (" + titles["year"].fillna(2000).astype(str) + ")",
            "genres": titles["genres"].str.join("|").replace("", "(no genres listed)"),
        }
    ).to_csv(home / "movies.csv", index=False)
    return home


def test_rated_titles_bring_recommendations(run):
    code, out, err = run(
        "recommend", "--domain", "movies", "--rate", "Toy Story=5", "--rate", "3=2"
    )
    assert code == 0
    assert err == ""
    lines = out.splitlines()
    assert lines[0].split() == ["title", "rating", "range", "because", "you", "rated"]
    assert len(lines) == 11
    assert lines[1].startswith(" 1  ")
    assert "Toy Story" in out


def test_dials_turn_the_list(run, models):
    turned = ("--surprise", "50", "--genre", "comedy", "--years", "1990-1999", "--no-sequels")
    code, out, _ = run("recommend", "--rate", "Toy Story=5", *turned, "-n", "5", "--json")
    assert code == 0
    dials = Dials(50, genres=("Comedy",), first_year=1990, last_year=1999, no_sequels=True)
    table = open_release("movies", models).fold_in({1: 5.0}).recommend(5, dials=dials)
    found = [row["item_id"] for row in json.loads(out)["recommendations"]]
    assert found == table["item_id"].tolist()


def test_when_the_filters_leave_too_little_the_one_to_relax_is_named(run):
    code, _, err = run("recommend", "--genre", "War", "--least-ratings", "10000000")
    assert code == 0
    assert "recommend: without “At least 10,000,000 ratings” there are" in err


@pytest.mark.parametrize(
    ("turned", "told"),
    [
        (["--genre", "Wra"], "--genre Wra: there is no such; there is"),
        (["--years", "1990"], "--years 1990 is no range"),
        (["--episodes", "13+"], "--episodes 13+ is no range; write it as 13-26, 13- or -26"),
        (["--episodes", "-13"], "--episodes -13: the titles of this release have no episodes"),
        (["--variety", "101"], "variety goes from 0 to 100, not to 101"),
    ],
)
def test_a_dial_that_means_nothing_is_refused(run, turned, told):
    code, out, err = run("recommend", *turned)
    assert (code, out) == (1, "")
    assert told in err


def test_titles_for_adults_only_are_recommended_where_the_environment_says_so(
    run, tmp_path, monkeypatch
):
    Registry(tmp_path).promote("anime", write(anime.draft(), tmp_path).name)
    command = ("--models", str(tmp_path), "--domain", "anime", "--rate", "1=9", "-n", "50")

    def recommended() -> set[int]:
        code, out, _ = run("recommend", *command, "--json")
        assert code == 0
        return {row["item_id"] for row in json.loads(out)["recommendations"]}

    monkeypatch.delenv("TASTEMAP_ADULT", raising=False)
    assert not recommended() & set(anime.ADULT)
    monkeypatch.setenv("TASTEMAP_ADULT", "1")
    assert recommended() >= set(anime.ADULT)


def test_json_is_the_only_output_and_says_the_same(run, models):
    code, out, err = run(
        *("recommend", "--rate", "Toy Story=5", "--rate", "Heat 1995=3.5", "-n", "4", "--json")
    )
    answer = json.loads(out)
    table = open_release("movies", models).fold_in({1: 5.0, 6: 3.5}).recommend(4)
    assert (code, err) == (0, "")
    assert [row["item_id"] for row in answer["recommendations"]] == table["item_id"].tolist()
    assert [row["because"] for row in answer["recommendations"]] == table["because"].tolist()
    assert [row["rank"] for row in answer["recommendations"]] == [1, 2, 3, 4]
    assert answer["recommendations"][0]["predicted_rating"] == pytest.approx(
        table["predicted_rating"].iloc[0]
    )
    assert answer["ratings"][0] == {"item_id": 1, "title": "Toy Story (1995)", "rating": 5.0}
    assert answer["model"] == "house"


def test_without_ratings_popular_titles_come_and_are_said_to_be(run):
    code, out, _ = run("recommend", "-n", "1")
    assert code == 0
    assert out.startswith("No ratings given: popular titles.")
    assert "Forrest Gump (1994)" in out


def test_another_model_of_the_release_can_rank(run):
    _, out, _ = run("recommend", "--rate", "1=5", "--model", "popularity", "-n", "1", "--json")
    answer = json.loads(out)
    assert answer["model"] == "popularity"
    assert answer["recommendations"][0]["title"] == "Forrest Gump"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--rate", "1=7"], "Toy Story (1995): The rating 7 is not on the scale; give one of 0.5"),
        (["--rate", "Toy Story=good"], "The rating 'good' of 'Toy Story' is not a number"),
        (["--rate", "Toy Story=nan"], "Toy Story (1995): The rating nan is not on the scale"),
        (["--rate", "Toy Story"], 'write TITLE=RATING, as in "Toy Story=5"'),
        (["--rate", "=5"], "write TITLE=RATING"),
        (["--rate", "999999=5"], "No title has the item id 999999"),
        (["--rate", f"{'9' * 40}=5"], "No title has the item id 999"),
        (["--rate", "qwertzuiop=5"], "No title is called anything like 'qwertzuiop'"),
        (["--rate", "star wars=5"], "260 = Star Wars: Episode IV - A New Hope (1977)"),
        (["--rate", "1=5", "--rate", "Toy Story=4"], "Toy Story (1995) is rated twice"),
        (["--model", "mine"], "no model 'mine'; there are house, orders, popularity"),
        (["--domain", "anime"], "recommender train --domain anime"),
        (["--domain", "../movies"], "is no domain"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_on_standard_error(run, arguments, sentence):
    code, out, err = run("recommend", *arguments, "--json")
    assert (code, out) == (1, "")
    assert err.startswith("recommend: ")
    assert sentence in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [[], ["nonsense"], ["recommend", "-n", "-1"], ["recommend", "-n", "٣"], ["promote"]],
)
def test_a_mistyped_command_is_exit_code_two(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert capsys.readouterr().err.startswith("usage: python -m recommender")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command, capsys):
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == 0
    out = capsys.readouterr().out
    assert f"example:\n  python -m recommender {command}" in out
    assert "--json" in out


def test_the_help_lists_every_command_and_the_version_is_told(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    out = capsys.readouterr().out
    assert all(f"\n    {command}" in out for command in COMMANDS)
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"Tastemap {__version__}\n"


def test_the_module_runs_as_a_program(models):
    program = [sys.executable, "-m", "recommender"]
    listed = subprocess.run(
        [*program, "releases", "--models", str(models)], capture_output=True, text=True, check=True
    )
    assert "champion" in listed.stdout
    wrong = subprocess.run(
        [*program, "recommend", "--models", str(models), "--rate", "1=9"],
        capture_output=True,
        text=True,
    )
    assert wrong.returncode == 1
    assert "Traceback" not in wrong.stderr


def test_a_reader_who_has_seen_enough_is_no_traceback(models):
    command = [sys.executable, "-m", "recommender", "recommend", "--models", str(models)]
    read, written = os.pipe()
    os.close(read)
    try:
        done = subprocess.run([*command, "-n", "9000"], stdout=written, stderr=subprocess.PIPE)
    finally:
        os.close(written)
    assert done.returncode == 1
    assert done.stderr == b""


def test_data_says_what_is_in_a_data_set(run, folder, monkeypatch):
    code, out, _ = run("data", "--data", str(folder), "--json")
    found = json.loads(out)
    assert code == 0
    assert found["users"] == 40
    assert found["ratings"] > 2_000
    assert set(found["files"]) >= {"ratings.csv", "movies.csv"}
    assert all(len(digest) == 64 for digest in found["files"].values())
    text = run("data", "--data", str(folder))[1]
    assert f"{found['ratings']:,} ratings by 40 users" in text
    assert found["licence"] in text
    # A name that is no path is looked for in the folder of data sets.
    monkeypatch.setenv("TASTEMAP_DATA", str(folder.parent))
    assert json.loads(run("data", "--data", "ml-tiny", "--json")[1]) == found


def test_data_counts_what_was_mended(run):
    assert "mended: 5 movies without a title" in run("data", "--domain", "movies")[1]


def test_a_broken_data_file_is_named_with_its_line(run, folder, tmp_path):
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    lines = (tmp_path / "ratings.csv").read_text().splitlines()
    lines[4] = lines[4].replace(",", ";")
    (tmp_path / "ratings.csv").write_text("\n".join(lines))
    code, out, err = run("data", "--data", str(tmp_path))
    assert (code, out) == (1, "")
    assert "ratings.csv:5" in err


def test_training_writes_a_release_that_serves(run, folder, tmp_path):
    models = ["--models", str(tmp_path / "models")]
    recipe = ["--algorithm", "taste-als:k=4,iterations=2", "--algorithm", "bias", "--seed", "3"]
    code, out, _ = run("train", "--data", str(folder), *recipe, *models, "--json")
    assert code == 0
    trained = json.loads(out)
    assert trained["models"] == ["bias", "taste-als-k-4-iterations-2"]
    assert trained["champion"]
    assert Path(trained["folder"]).is_dir()
    listed = json.loads(run("releases", *models, "--json")[1])
    assert [row["release"] for row in listed] == [trained["release"]]
    item_id = open_release("movies", tmp_path / "models").catalogue.index[0]
    answer = json.loads(run("recommend", *models, "--rate", f"{item_id}=5", "--json")[1])
    assert answer["release"] == trained["release"]
    assert answer["model"] == trained["ranker"]


def test_judging_sets_a_release_beside_the_champion(run, folder, tmp_path, monkeypatch):
    monkeypatch.setenv("TASTEMAP_STATE", str(tmp_path / "state"))
    models = ["--models", str(tmp_path / "models")]
    train = ["train", "--data", str(folder), *models, "--json", "--algorithm"]
    champion = json.loads(run(*train, "taste-als:k=4,iterations=2")[1])["release"]
    other = json.loads(run(*train, "taste-als:k=3,iterations=2")[1])["release"]
    code, out, _ = run("judge", other, "--data", str(folder), *models)
    assert code == 0
    assert "fitted on the same data" in out
    assert "It does not pass the gate.\n" in out  # 40 people are too few
    judgement = json.loads(run("judge", other, "--data", str(folder), *models, "--json")[1])
    assert (judgement["challenger"], judgement["champion"]) == (other, champion)
    jobs = Jobs(tmp_path / "state", tmp_path / "models")
    assert jobs.judgement("movies", other).challenger == other
    code, _, said = run("judge", other, *models)
    assert code == 1
    assert "these are other files; name its data with --data" in said
    code, _, said = run("judge", champion, "--data", str(folder), *models)
    assert code == 1
    assert "is the champion itself" in said


def test_evaluating_prints_a_row_a_model(run, folder):
    compare = ["evaluate", "--data", str(folder), "--algorithm", "popularity"]
    code, out, _ = run(*compare, "--algorithm", "bias:user_shrinkage=2")
    assert code == 0
    heading, *rows = out.split("\n\n")[1].splitlines()
    assert heading.split()[:3] == ["model", "NDCG@10", "95"]
    assert heading.endswith("RMSE")
    for shown in ("uniform", "popular"):
        assert all(f"{shown} {k}" in heading for k in (3, 5, 10, 20))
    assert [row.split()[0] for row in rows] == ["popularity", "bias-user-shrinkage-2"]
    assert 0 < float(rows[0].split()[1]) < 1
    report = json.loads(run(*compare, "--json")[1])
    assert f"{report['few_ratings']['popularity']['mean']['ndcg@10']['value']:.3f}" in rows[0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("nonsense", "no algorithm 'nonsense'; there are"),
        ("bias:nonsense=1", "bias has no parameter 'nonsense'"),
        ("taste-als:k=2.5", "k must be a whole number"),
        ("taste-als:k=0", "k must lie in 1"),
        ("taste-als:k", "write NAME:PARAMETER=VALUE"),
        ("taste-als:k=many", "k must be a whole number, not 'many'"),
        ("funk-svd:engine=steam", "engine must be one of kernel, surprise, not 'steam'"),
        ("funk-svd:engine=2", "engine must be one of kernel, surprise, not 2"),
    ],
)
def test_a_wrong_algorithm_is_told_before_anything_is_read(run, text, sentence):
    code, out, err = run("evaluate", "--data", "nowhere", "--algorithm", text)
    assert (code, out) == (1, "")
    assert sentence in err


def test_algorithms_are_named_as_a_release_wants():
    texts = ["taste-als:k=8,regularisation=0.01", "bias", "funk-svd:engine=surprise"]
    chosen = arguments.algorithms(texts, "movies")
    assert list(chosen) == [
        "taste-als-k-8-regularisation-0-01",
        "bias",
        "funk-svd-engine-surprise",
    ]
    assert chosen["funk-svd-engine-surprise"].engine == "surprise"
    assert chosen["taste-als-k-8-regularisation-0-01"].k == 8
    with pytest.raises(ParameterError, match="named twice"):
        arguments.algorithms(["bias", "bias"], "movies")


def test_promoting_and_rolling_back_change_what_serves(run, draft, tmp_path):
    first = write(draft, tmp_path).name
    later = datetime(2026, 11, 22, tzinfo=UTC)
    second = write(ReleaseDraft(**{**vars(draft), "created": later, "seed": 1}), tmp_path).name
    models = ["--models", str(tmp_path)]

    def champion() -> str:
        return next(
            row["release"]
            for row in json.loads(run("releases", *models, "--json")[1])
            if row["champion"]
        )

    assert run("promote", *models, first)[0] == 0
    assert run("promote", *models, second)[1] == f"{second} is the champion and serves.\n"
    assert champion() == second
    assert run("rollback", *models)[0] == 0
    assert champion() == first
    text = run("releases", *models)[1]
    assert [line.split()[1] for line in text.splitlines()] == [second, first]
    code, _, err = run("promote", *models, "20261121-1432-000000")
    assert code == 1
    assert "20261121-1432-000000" in err


def test_an_empty_models_folder_is_said_to_be(run, tmp_path):
    code, out, _ = run("releases", "--models", str(tmp_path))
    assert code == 0
    assert out.startswith("No releases in ")
    assert json.loads(run("releases", "--models", str(tmp_path), "--json")[1]) == []


def test_a_fault_in_the_champion_is_told_and_the_previous_release_serves(run, draft, tmp_path):
    good = write(draft, tmp_path)
    later = datetime(2026, 11, 22, tzinfo=UTC)
    bad = write(ReleaseDraft(**{**vars(draft), "created": later, "seed": 1}), tmp_path)
    registry = Registry(tmp_path)
    registry.promote("movies", good.name)
    registry.promote("movies", bad.name)
    (bad / "house.safetensors").unlink()
    code, out, err = run("recommend", "--models", str(tmp_path), "--json")
    assert code == 0
    assert json.loads(out)["release"] == good.name
    assert err.startswith(f"recommend: The champion does not open ({bad.name}: house.safetensors")
    assert "broken: " in run("releases", "--models", str(tmp_path))[1]


def test_a_models_folder_that_is_not_there_is_exit_code_one(run, monkeypatch, tmp_path):
    monkeypatch.setenv("TASTEMAP_MODELS", str(tmp_path / "nowhere"))
    for command in ("recommend", "releases", "rollback"):
        code, out, err = run(command)
        assert (code, out) == (1, "")
        assert "TASTEMAP_MODELS" in err
