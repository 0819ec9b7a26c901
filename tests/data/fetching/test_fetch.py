"""The cache holds whole sets under their names; what is not whole lies apart."""

import hashlib
import io
import threading
import zipfile

import pytest

from recommender.data import fetching, load
from recommender.data.fetching import cache, fetch
from recommender.data.fetching.published import Address, Kind, address, published
from recommender.data.readers import FolderReader, all_readers
from recommender.errors import FetchError
from recommender.releases.files import locked
from tests.data.fetching.servers import Served

FILES = {
    "movies.csv": "movieId,title,genres\n1,One (1999),Drama\n2,Two (2001),Comedy|Drama\n",
    "ratings.csv": "userId,movieId,rating,timestamp\n1,1,4.0,964982703\n1,2,3.5,964982704\n",
}


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(f"ml-tiny/{name}", text)
        archive.writestr("ml-tiny/filler.bin", bytes(200_000))
    return buffer.getvalue()


@pytest.fixture
def get(server, monkeypatch, tmp_path):
    """Fetches `ml-tiny`, a zip that the server has, as if its publisher were listed."""
    content = zipped()
    server.files["/ml-tiny.zip"] = Served(content)
    checksum = f"sha256:{hashlib.sha256(content).hexdigest()}"
    tiny = Address(Kind.HTTPS, f"{server.url}/ml-tiny.zip", None, len(content), checksum)
    monkeypatch.setattr(fetching, "address", lambda name: tiny)
    return lambda home=tmp_path / "cache": fetch("ml-tiny", home, lambda share, phrase: None, 5.0)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "cache"


def test_a_fetched_zip_loads_as_it_lies(get, home):
    place = get()
    assert place == home / "ml-tiny.zip"
    assert len(load("movies", place).ratings) == 2
    assert sorted(path.name for path in home.iterdir()) == [cache.PARTIAL, "ml-tiny.zip"]
    assert list((home / cache.PARTIAL).iterdir()) == []


def test_what_is_in_the_cache_is_not_fetched_again(get, server):
    assert get() == get()
    assert len(server.asked) == 1


def test_what_is_not_whole_is_not_found(get, server, home):
    served = server.files["/ml-tiny.zip"]
    served.cut = 150_000
    with pytest.raises(FetchError, match="broke off"):
        get()
    assert cache.find("ml-tiny", home) is None
    assert cache.listing(home) == {}
    assert cache.unfinished(home) == ["ml-tiny"]
    assert get().read_bytes() == served.content
    assert server.ranges == [None, "bytes=131072-"]
    assert cache.unfinished(home) == []


def test_a_refused_set_does_not_count_as_begun(get, server, home):
    server.files.clear()
    with pytest.raises(FetchError, match="does not exist"):
        get()
    assert cache.unfinished(home) == []


def test_one_process_at_a_time_fetches_a_set(get, home):
    partial = home / cache.PARTIAL / "ml-tiny"
    partial.mkdir(parents=True)
    with locked(partial), pytest.raises(FetchError, match="is being fetched by another process"):
        get()
    assert get() == home / "ml-tiny.zip"


def test_of_many_at_once_one_fetches_and_no_one_gets_a_part(get, server, home):
    places, refusals = [], []

    def run() -> None:
        try:
            places.append(get())
        except FetchError as error:
            refusals.append(str(error))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(places) == {home / "ml-tiny.zip"}
    assert all("another process" in refusal for refusal in refusals)
    assert len(places) + len(refusals) == 8
    assert len(server.asked) == 1
    assert get().read_bytes() == zipped()


def test_a_cache_that_cannot_be_written_is_told(get, tmp_path):
    file = tmp_path / "file"
    file.write_text("no folder")
    with pytest.raises(FetchError, match=r"cannot be kept in .* let TASTEMAP_CACHE name another"):
        get(file / "cache")


@pytest.mark.parametrize("name", ["ml-1m", "hf:a/b", "hf:a/b@main", "kaggle:a.b/c_d@3", "ä b%2F"])
def test_names_and_places_tell_each_other(name, tmp_path):
    whole = tmp_path / "whole"
    whole.mkdir()
    place = cache.place(name, tmp_path / "cache", whole)
    assert place.parent == tmp_path / "cache"
    place.mkdir(parents=True)
    assert cache.listing(tmp_path / "cache") == {name: place}
    assert cache.find(name, tmp_path / "cache") == place


@pytest.mark.parametrize("name", ["", ".partial", "..", "../cache", "/etc"])
def test_nothing_outside_the_cache_is_found_in_it(name, home):
    (home / cache.PARTIAL).mkdir(parents=True)
    assert cache.find(name, home) is None


def test_a_cache_that_is_not_there_is_empty(home):
    assert cache.listing(home) == {}
    assert cache.unfinished(home) == []
    assert cache.find("ml-1m", home) is None


def test_every_set_that_a_reader_knows_on_kaggle_has_a_name():
    names = published("anime")
    assert {found.place for found in names.values()} >= {
        "CooperUnion/anime-recommendations-database",
        "hernan4444/anime-recommendation-database-2020",
        "dbdmobile/myanimelist-dataset",
    }
    readers = [reader for reader in all_readers() if isinstance(reader, FolderReader)]
    pages = {reader.url for reader in readers if reader.domain == "anime"}
    assert {found.page for found in names.values()} == {p for p in pages if "kaggle.com" in p}


def test_every_listed_zip_can_be_checked():
    zips = published("movies")
    assert {"ml-latest-small", "ml-100k", "ml-1m", "ml-10m", "ml-20m", "ml-25m", "ml-32m"} == set(
        zips
    )
    lengths = {"sha256": 64, "md5": 32}
    for name, found in zips.items():
        algorithm, digest = found.checksum.split(":")
        assert len(bytes.fromhex(digest)) * 2 == lengths[algorithm]
        assert found.place == f"https://files.grouplens.org/datasets/movielens/{name}.zip"
    assert published().keys() == zips.keys() | published("anime").keys()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hf:owner/name", Address(Kind.HUB, "owner/name")),
        ("hf:owner/name@v1.0", Address(Kind.HUB, "owner/name", "v1.0")),
        ("kaggle:owner/name", Address(Kind.KAGGLE, "owner/name")),
        ("kaggle:owner/name@12", Address(Kind.KAGGLE, "owner/name", "12")),
        ("myanimelist-dataset", Address(Kind.KAGGLE, "dbdmobile/myanimelist-dataset")),
    ],
)
def test_an_address_is_read(name, expected):
    assert address(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        *("nonsense", "", "hf:name", "hf:../name", "hf:a/b/c", "kaggle:a/b@newest", "kaggle:a/.."),
        *("https://example.org/a.zip", "hf:a/b@../c"),
    ],
)
def test_an_unknown_name_is_refused_with_those_there_are(name):
    with pytest.raises(FetchError, match=r"there are ml-latest-small, .* kaggle:owner/name"):
        address(name)
