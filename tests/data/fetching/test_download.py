"""A download is whole or it is not there; what was interrupted goes on."""

import hashlib
import socket

import pytest

from recommender.data.fetching.download import Remote, amount, download, matches
from recommender.errors import FetchError
from tests.data.fetching.servers import Served

CONTENT = bytes(range(256)) * 8_000
SHA256 = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"
PATIENCE = 5.0


def fetch(remote, target, patience=PATIENCE):
    """Downloads and returns the progress that was told."""
    told = []
    download(remote, target, lambda share, phrase: told.append((share, phrase)), patience)
    return told


@pytest.fixture
def target(tmp_path):
    return tmp_path / "set.zip"


def kept(target):
    """The bytes of the part that is there."""
    return target.with_name("set.zip.part").stat().st_size


def only(target):
    """Whether the target is all that is in its folder."""
    return list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("told", [True, False])
def test_a_download_is_the_file_and_nothing_else(server, target, told):
    server.files["/set.zip"] = Served(CONTENT, told=told)
    progress = fetch(server.remote("/set.zip"), target)
    assert target.read_bytes() == CONTENT
    assert only(target)
    shares = [share for share, _ in progress]
    assert shares == sorted(shares)
    assert shares[-1] == (1.0 if told else 0.0)
    assert progress[-1][1] == "set.zip 2.0 MB"


@pytest.mark.parametrize(
    ("etag", "known"), [('"one"', {}), (None, {"checksum": SHA256, "size": len(CONTENT)})]
)
def test_an_interrupted_download_resumes(server, target, etag, known):
    server.files["/set.zip"] = Served(CONTENT, etag=etag, cut=600_000)
    remote = server.remote("/set.zip", **known)
    with pytest.raises(FetchError, match=r"broke off after 590 kB.* it goes on from there"):
        fetch(remote, target)
    assert not target.exists()
    there = kept(target)
    progress = fetch(remote, target)
    assert server.ranges == [None, f"bytes={there}-"]
    assert progress[0][0] > there / len(CONTENT)
    assert target.read_bytes() == CONTENT
    assert only(target)


def test_without_a_way_to_know_that_parts_belong_together_a_download_starts_anew(server, target):
    server.files["/set.zip"] = Served(CONTENT, etag=None, cut=600_000)
    with pytest.raises(FetchError, match="broke off"):
        fetch(server.remote("/set.zip"), target)
    fetch(server.remote("/set.zip"), target)
    assert server.ranges == [None, None]
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("etag", ['W/"one"', "one"])
def test_a_weak_validator_does_not_join_parts(server, target, etag):
    server.files["/set.zip"] = Served(CONTENT, etag=etag, cut=600_000)
    with pytest.raises(FetchError, match="broke off"):
        fetch(server.remote("/set.zip"), target)
    fetch(server.remote("/set.zip"), target)
    assert server.ranges == [None, None]


def test_a_file_that_changed_meanwhile_is_downloaded_anew(server, target):
    server.files["/set.zip"] = Served(CONTENT, cut=600_000)
    with pytest.raises(FetchError, match="broke off"):
        fetch(server.remote("/set.zip"), target)
    server.files["/set.zip"] = Served(CONTENT[::-1], etag='"two"')
    there = kept(target)
    fetch(server.remote("/set.zip"), target)
    assert server.ranges == [None, f"bytes={there}-"]
    assert target.read_bytes() == CONTENT[::-1]


def test_a_server_without_ranges_sends_all_again(server, target):
    server.files["/set.zip"] = Served(CONTENT, ranges=False, cut=600_000)
    with pytest.raises(FetchError, match="broke off"):
        fetch(server.remote("/set.zip"), target)
    fetch(server.remote("/set.zip"), target)
    assert target.read_bytes() == CONTENT


def test_a_part_longer_than_the_file_is_thrown_away(server, target):
    server.files["/set.zip"] = Served(CONTENT)
    part = target.with_name("set.zip.part")
    part.write_bytes(CONTENT + b"more")
    target.with_name("set.zip.etag").write_text('"one"')
    fetch(server.remote("/set.zip"), target)
    assert server.ranges == [f"bytes={len(CONTENT) + 4}-", None]
    assert target.read_bytes() == CONTENT
    assert only(target)


def test_a_part_that_is_the_whole_is_only_checked(server, target):
    target.with_name("set.zip.part").write_bytes(CONTENT)
    remote = server.remote("/set.zip", checksum=SHA256, size=len(CONTENT))
    fetch(remote, target)
    assert target.read_bytes() == CONTENT
    assert server.asked == []


def test_a_file_that_is_there_is_not_asked_for(server, target):
    target.write_bytes(b"there")
    fetch(server.remote("/set.zip"), target)
    assert target.read_bytes() == b"there"
    assert server.asked == []


def test_a_truncated_file_is_refused_even_if_the_server_calls_it_whole(server, target):
    server.files["/set.zip"] = Served(CONTENT[:-1], told=False)
    remote = server.remote("/set.zip", size=len(CONTENT), checksum=SHA256)
    with pytest.raises(FetchError, match=r"broke off after 2\.0 MB of 2\.0 MB"):
        fetch(remote, target)
    assert not target.exists()


def test_another_size_than_was_published_is_refused_before_it_is_downloaded(server, target):
    server.files["/set.zip"] = Served(CONTENT)
    with pytest.raises(FetchError, match=r"has 2,048,000 bytes, not the 7 it was published with"):
        fetch(server.remote("/set.zip", size=7), target)
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("known", [{}, {"size": len(CONTENT)}])
def test_a_wrong_checksum_is_refused_and_nothing_of_it_kept(server, target, known):
    server.files["/set.zip"] = Served(CONTENT[:-1] + b"x")
    remote = server.remote("/set.zip", checksum=SHA256, **known)
    with pytest.raises(FetchError, match=rf"its checksum is not {SHA256}.*thrown away"):
        fetch(remote, target)
    assert list(target.parent.iterdir()) == []


def test_parts_of_different_files_do_not_pass_the_checksum(server, target):
    target.with_name("set.zip.part").write_bytes(b"x" * 1000)
    server.files["/set.zip"] = Served(CONTENT)
    remote = server.remote("/set.zip", checksum=SHA256)
    with pytest.raises(FetchError, match="thrown away"):
        fetch(remote, target)
    fetch(remote, target)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (404, "does not exist .* moved or removed"),
        (410, "does not exist"),
        (401, "may not be read .* sign in"),
        (403, "may not be read .* sign in"),
        (500, "cannot be had now .* try again later"),
        (429, "cannot be had now"),
    ],
)
def test_a_refusal_is_one_sentence_and_leaves_nothing(server, target, status, sentence):
    server.files["/set.zip"] = Served(b"<html>sorry</html>", status=status)
    with pytest.raises(FetchError, match=sentence) as refused:
        fetch(server.remote("/set.zip"), target)
    assert "\n" not in str(refused.value)
    assert list(target.parent.iterdir()) == []


def test_a_refusal_keeps_what_was_there(server, target):
    server.files["/set.zip"] = Served(CONTENT, cut=600_000)
    with pytest.raises(FetchError, match="broke off"):
        fetch(server.remote("/set.zip"), target)
    server.files["/set.zip"].status = 503
    with pytest.raises(FetchError, match="try again later"):
        fetch(server.remote("/set.zip"), target)
    server.files["/set.zip"].status = None
    there = kept(target)
    fetch(server.remote("/set.zip"), target)
    assert server.ranges[-1] == f"bytes={there}-"
    assert target.read_bytes() == CONTENT


def test_a_server_that_never_answers_is_given_up(silent_address, target):
    remote = Remote(f"{silent_address}/set.zip")
    with pytest.raises(FetchError, match=r"has not answered for 0\.3 seconds; try again later"):
        fetch(remote, target, patience=0.3)


def test_a_server_that_stops_in_the_middle_is_given_up_and_gone_on_from(server, target):
    server.files["/set.zip"] = Served(CONTENT, stall=600_000)
    with pytest.raises(FetchError, match="broke off after"):
        fetch(server.remote("/set.zip"), target, patience=0.3)
    there = kept(target)
    assert 0 < there <= 600_000
    fetch(server.remote("/set.zip"), target)
    assert server.ranges == [None, f"bytes={there}-"]
    assert target.read_bytes() == CONTENT


def test_a_port_where_nobody_listens_is_unreachable(target):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    remote = Remote(f"http://127.0.0.1:{port}/set.zip")
    with pytest.raises(FetchError, match=r"cannot be reached .* check the connection"):
        fetch(remote, target)


def test_credentials_do_not_follow_to_another_host(server, target):
    elsewhere = server.url.replace("127.0.0.1", "localhost")
    server.files["/set.zip"] = Served(b"", status=302, headers={"Location": f"{elsewhere}/b.zip"})
    server.files["/b.zip"] = Served(CONTENT)
    fetch(server.remote("/set.zip", headers={"Authorization": "Bearer secret"}), target)
    assert target.read_bytes() == CONTENT
    (first, asked), (second, redirected) = server.asked
    assert (first, second) == ("/set.zip", "/b.zip")
    assert asked["Authorization"] == "Bearer secret"
    assert "Authorization" not in redirected
    assert "secret" not in repr(server.remote("", headers={"Authorization": "Bearer secret"}))


def test_checksums_are_those_of_the_usual_tools(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"hello\n")
    assert matches(file, None)
    assert matches(file, "md5:b1946ac92492d2347c6235b4d2611184")
    assert matches(file, "git:ce013625030ba8dba906f756967f9e9ca394464a")
    assert matches(file, f"sha256:{hashlib.sha256(b'hello' + bytes([10])).hexdigest()}")
    assert not matches(file, "git:b1946ac92492d2347c6235b4d2611184")


def test_amounts_are_written_for_people():
    assert [amount(size) for size in (0, 978_202, 5_917_549, 1_234_567_890)] == [
        *("0 kB", "978 kB", "5.9 MB", "1,234.6 MB")
    ]
