"""Kaggle's sets, by the real kagglehub against a double of Kaggle's interface.

kagglehub knows a few fixed addresses alone. One is http://localhost, and it is reached through the
double as a proxy, so no port need be free.
"""

import io
import json
import zipfile

import pytest

from recommender.data.fetching import cache, fetch, kaggle
from recommender.errors import FetchError
from tests.data.fetching.servers import Served, Site

NAME = "kaggle:somebody/some-anime"
SERVICE = "/api/v1/datasets.DatasetApiService/"
FILES = {"anime.csv": "anime_id,name\n1,One\n", "rating.csv": "user_id,anime_id,rating\n1,1,9\n"}


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        for name, text in FILES.items():
            zipped.writestr(name, text)
        zipped.writestr("filler.bin", bytes(range(256)) * 16_000)
    return buffer.getvalue()


@pytest.fixture
def hub(server, monkeypatch, tmp_path) -> Site:
    """The double: one data set, of which version 3 is the newest."""
    monkeypatch.setenv("KAGGLE_API_ENVIRONMENT", "LOCALHOST")
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("NO_PROXY", "")
    # No credentials of whoever runs the tests.
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for variable in ("KAGGLE_API_TOKEN", "KAGGLE_USERNAME", "KAGGLE_KEY", "KAGGLE_CONFIG_DIR"):
        monkeypatch.delenv(variable, raising=False)

    def about(body: bytes) -> Served:
        known = json.loads(body) == {"ownerSlug": "somebody", "datasetSlug": "some-anime"}
        answer = {"currentVersionNumber": 3} if known else {"code": 404, "message": "none"}
        return Served(
            json.dumps(answer).encode(),
            status=200 if known else 404,
            headers={"Content-Type": "application/json"},
        )

    bundle = Served(archive(), etag=None)
    server.files["/bundle.zip"] = bundle
    server.posts[SERVICE + "GetDataset"] = about
    # Kaggle, too, sends the client on to where the archive lies.
    server.posts[SERVICE + "DownloadDataset"] = lambda body: Served(
        b"", status=302, headers={"Location": "http://localhost/bundle.zip"}
    )
    return server


def get(home, name=NAME, patience=20.0):
    told = []
    return fetch(name, home, lambda share, phrase: told.append(phrase), patience), told


def test_a_set_is_unpacked_into_the_cache(hub, tmp_path, capfd):
    place, told = get(tmp_path / "cache")
    assert place == cache.find(NAME, tmp_path / "cache")
    assert {name: (place / name).read_text() for name in FILES} == FILES
    assert [path.name for path in (tmp_path / "cache" / cache.PARTIAL).iterdir()] == []
    assert told[0].startswith("somebody/some-anime ")
    # What kagglehub says of its own accord must not mix with what a command answers.
    assert capfd.readouterr() == ("", "")
    asked = len(hub.asked)
    assert get(tmp_path / "cache")[0] == place
    assert len(hub.asked) == asked


def test_a_version_can_be_named(hub, tmp_path):
    get(tmp_path, f"{NAME}@2")
    assert [path for path, _ in hub.asked] == [SERVICE + "DownloadDataset", "/bundle.zip"]


def test_an_interrupted_archive_resumes_and_is_never_taken_for_the_set(hub, tmp_path):
    hub.files["/bundle.zip"].cut = 3_000_000
    with pytest.raises(FetchError, match=r"could not be fetched from Kaggle .* goes on from there"):
        get(tmp_path)
    assert cache.find(NAME, tmp_path) is None
    assert cache.unfinished(tmp_path) == [NAME]
    place, _ = get(tmp_path)
    assert any(wanted and wanted.startswith("bytes=") for wanted in hub.ranges)
    assert (place / "filler.bin").stat().st_size == 256 * 16_000
    assert cache.unfinished(tmp_path) == []


def test_an_archive_that_is_none_is_not_taken_for_the_set(hub, tmp_path):
    hub.files["/bundle.zip"] = Served(b"<html>no archive</html>", etag=None)
    with pytest.raises(FetchError, match="ValueError"):
        get(tmp_path)
    assert cache.find(NAME, tmp_path) is None


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (404, "Kaggle has no data set somebody/some-anime"),
        (403, r"Kaggle does not give out .* sign in: put an API token"),
        (500, r"could not be fetched from Kaggle \(status 500\)"),
    ],
)
def test_a_refusal_is_one_sentence(hub, tmp_path, status, sentence):
    hub.posts[SERVICE + "GetDataset"] = lambda body: Served(b"no", status=status)
    with pytest.raises(FetchError, match=sentence) as refused:
        get(tmp_path)
    assert "\n" not in str(refused.value)
    assert cache.listing(tmp_path) == {}
    assert cache.unfinished(tmp_path) == []


@pytest.mark.parametrize("stall", [0, 2_000_000])
def test_a_kaggle_that_sends_nothing_more_is_given_up_and_gone_on_from(hub, tmp_path, stall):
    hub.files["/bundle.zip"].stall = stall
    with pytest.raises(FetchError, match=r"Kaggle has sent nothing for 2 seconds"):
        get(tmp_path, patience=2.0)
    assert cache.find(NAME, tmp_path) is None
    assert get(tmp_path)[0] == cache.find(NAME, tmp_path)


def test_a_kaggle_that_cannot_be_reached_is_told(hub, tmp_path, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with pytest.raises(FetchError, match=r"\(ProxyError\); check the connection"):
        get(tmp_path)


def test_a_process_that_dies_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(kaggle.sys, "executable", "/bin/false")
    with pytest.raises(FetchError, match="ended without a word"):
        get(tmp_path)
