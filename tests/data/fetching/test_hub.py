"""Sets of the Hugging Face Hub, by the real library against a double of the Hub.

The library reads HF_ENDPOINT when it is imported, so every fetch is a process of its own.
"""

import hashlib
import json
import subprocess
import sys

import pytest

from recommender.data.fetching import cache
from tests.data.fetching.servers import Served, Site

NAME = "hf:somebody/some-movies"
COMMIT, OLDER = "c" * 40, "b" * 40
API = "/api/datasets/somebody/some-movies"
SMALL = b"movieId,title,genres\n1,One (1999),Drama\n"
LARGE = bytes(range(256)) * 8_000

FETCH = """
import json, sys
from pathlib import Path
from recommender.data.fetching import fetch
from recommender.errors import FetchError
name, home, patience = sys.argv[1:]
told = []
try:
    place = fetch(name, Path(home), lambda share, phrase: told.append(share), float(patience))
    print(json.dumps({"place": str(place), "told": told}))
except FetchError as error:
    print(json.dumps({"error": str(error)}))
"""


def blob(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@pytest.fixture
def hub(server) -> Site:
    """The double: a data set with a small file and a large one, the latter kept by its SHA-256."""
    siblings = [
        {"rfilename": "movies.csv", "size": len(SMALL), "blobId": blob(SMALL)},
        {
            "rfilename": "data/ratings.csv",
            "size": len(LARGE),
            "blobId": "0" * 40,
            "lfs": {
                "sha256": hashlib.sha256(LARGE).hexdigest(),
                "size": len(LARGE),
                "pointerSize": 135,
            },
        },
    ]
    for revision, commit in ((None, COMMIT), ("main", COMMIT), ("v1", OLDER)):
        described = {"id": NAME.split(":")[1], "sha": commit, "siblings": siblings}
        path = API if revision is None else f"{API}/revision/{revision}"
        server.files[path] = Served(
            json.dumps(described).encode(), headers={"Content-Type": "application/json"}
        )
        for name, content in (("movies.csv", SMALL), ("data/ratings.csv", LARGE)):
            server.files[f"/datasets/somebody/some-movies/resolve/{commit}/{name}"] = Served(
                content
            )
    return server


def resolve(name: str, commit: str = COMMIT) -> str:
    return f"/datasets/somebody/some-movies/resolve/{commit}/{name}"


@pytest.fixture
def get(tmp_path, monkeypatch):
    """Fetches from the Hub at an address; gives the outcome."""
    for variable in ("HF_TOKEN", "HF_HUB_OFFLINE", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))

    def get(address: str, name: str = NAME, patience: float = 20.0) -> dict[str, object]:
        monkeypatch.setenv("HF_ENDPOINT", address)
        done = subprocess.run(
            [sys.executable, "-c", FETCH, name, str(tmp_path / "cache"), str(patience)],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.stderr == ""
        return json.loads(done.stdout)

    return get


@pytest.fixture
def home(tmp_path):
    return tmp_path / "cache"


def test_a_set_is_fetched_file_by_file(hub, get, home):
    got = get(hub.url)
    place = cache.find(NAME, home)
    assert got["place"] == str(place)
    assert (place / "movies.csv").read_bytes() == SMALL
    assert (place / "data" / "ratings.csv").read_bytes() == LARGE
    assert len([path for path in place.rglob("*") if path.is_file()]) == 2
    assert got["told"] == sorted(got["told"])
    assert got["told"][-1] == 1.0
    asked = len(hub.asked)
    assert get(hub.url)["place"] == str(place)
    assert len(hub.asked) == asked


def test_a_revision_is_another_set(hub, get, home):
    assert "place" in get(hub.url, f"{NAME}@v1")
    assert cache.listing(home).keys() == {f"{NAME}@v1"}
    assert resolve("movies.csv", OLDER) in [path for path, _ in hub.asked]


def test_an_interrupted_fetch_goes_on_with_the_missing_bytes_alone(hub, get, home):
    hub.files[resolve("data/ratings.csv")].cut = 900_000
    assert "it goes on from there" in get(hub.url)["error"]
    assert cache.find(NAME, home) is None
    assert cache.unfinished(home) == [NAME]
    hub.asked.clear()
    place = get(hub.url)["place"]
    files = [path for path, _ in hub.asked if "/resolve/" in path]
    assert files == [resolve("data/ratings.csv")]
    assert hub.ranges[-1] == "bytes=851968-"
    assert cache.find(NAME, home).joinpath("data/ratings.csv").read_bytes() == LARGE
    assert place == str(cache.find(NAME, home))
    assert cache.unfinished(home) == []


@pytest.mark.parametrize("name", ["movies.csv", "data/ratings.csv"])
def test_a_file_with_another_content_is_refused(hub, get, home, name):
    served = hub.files[resolve(name)]
    served.content = served.content[:-1] + b"x"
    assert "thrown away" in get(hub.url)["error"]
    assert cache.find(NAME, home) is None


def test_a_file_that_leads_out_of_its_folder_is_refused(hub, get, home):
    described = json.loads(hub.files[API].content)
    described["siblings"][0]["rfilename"] = "../../../../evil.csv"
    hub.files[API].content = json.dumps(described).encode()
    assert "leads out of it" in get(hub.url)["error"]
    assert not list(home.parent.rglob("evil*"))


def test_an_empty_set_is_refused(hub, get):
    hub.files[API].content = json.dumps({"id": "a/b", "sha": COMMIT, "siblings": []}).encode()
    assert "is empty" in get(hub.url)["error"]


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (404, "RepoNotFound", "has no data set somebody/some-movies that you may read"),
        (401, "", "has no data set somebody/some-movies that you may read"),
        (403, "GatedRepo", "accept its conditions"),
        (500, "", "cannot tell what somebody/some-movies holds (HfHubHTTPError)"),
    ],
)
def test_a_refusal_is_one_sentence(hub, get, home, status, code, sentence):
    hub.files[API] = Served(b"{}", status=status, headers={"X-Error-Code": code})
    error = get(hub.url)["error"]
    assert sentence in error
    assert "\n" not in error
    assert cache.unfinished(home) == []


def test_an_unknown_revision_is_told(hub, get):
    hub.files[f"{API}/revision/v9"] = Served(
        b"{}", status=404, headers={"X-Error-Code": "RevisionNotFound"}
    )
    assert "has no revision v9" in get(hub.url, f"{NAME}@v9")["error"]


def test_a_hub_that_never_answers_is_given_up(silent_address, get):
    error = get(silent_address, patience=0.5)["error"]
    assert "has not answered for 0.5 seconds; try again later" in error


def test_a_hub_that_stops_in_the_middle_of_a_file_is_given_up(hub, get, home):
    hub.files[resolve("data/ratings.csv")].stall = 900_000
    assert "broke off after" in get(hub.url, patience=1.0)["error"]
    assert cache.find(NAME, home) is None


def test_a_hub_that_is_down_is_told(get):
    assert "check the connection" in get("http://127.0.0.1:1")["error"]


def test_a_set_named_offline_is_told(hub, get, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "HF_HUB_OFFLINE is set" in get(hub.url)["error"]
    assert hub.asked == []


def test_a_token_signs_the_requests(hub, get, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    get(hub.url)
    signed = [
        {name.lower(): value for name, value in headers.items()}.get("authorization")
        for path, headers in hub.asked
        if "some-movies" in path
    ]
    assert signed == ["Bearer hf_secret"] * 3
