"""A folder and a zip are the same source; what is damaged is refused with the mend."""

import hashlib
import zipfile

import pytest

from recommender.data.files import open_source
from recommender.errors import DataError


def make_zip(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def read(source, name):
    with source.open(name) as file:
        return file.read()


def test_a_folder_gives_its_files(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"one")
    source = open_source(tmp_path)
    assert "a.csv" in source
    assert "b.csv" not in source
    assert read(source, "a.csv") == b"one"


@pytest.mark.parametrize("top", ["", "ml-1m/"])
def test_a_zip_gives_its_files_with_or_without_a_folder_around_them(tmp_path, top):
    members = {f"{top}a.csv": "one", "__MACOSX/a.csv": "junk", ".DS_Store": "junk"}
    source = open_source(make_zip(tmp_path / "set.zip", members))
    assert set(source.members) == {"a.csv"}
    assert read(source, "a.csv") == b"one"


def test_a_folder_inside_a_folder_is_looked_through(tmp_path):
    (tmp_path / "ml-1m").mkdir()
    (tmp_path / "ml-1m" / "a.csv").write_bytes(b"one")
    assert read(open_source(tmp_path), "a.csv") == b"one"


def test_of_two_folders_none_is_chosen(tmp_path):
    members = {"one/a.csv": "1", "two/a.csv": "2"}
    assert not open_source(make_zip(tmp_path / "set.zip", members)).members


def test_a_member_that_climbs_out_of_the_zip_is_not_seen(tmp_path):
    source = open_source(make_zip(tmp_path / "set.zip", {"../a.csv": "evil", "b.csv": "good"}))
    assert set(source.members) == {"b.csv"}


def test_a_checksum_is_that_of_the_content_however_it_is_packed(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"one")
    packed = make_zip(tmp_path / "set.zip", {"a.csv": "one"})
    expected = {"a.csv": hashlib.sha256(b"one").hexdigest()}
    assert open_source(tmp_path).sha256("a.csv") == expected
    assert open_source(packed).sha256("a.csv") == expected


def test_a_home_folder_may_be_written_with_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.csv").write_bytes(b"one")
    assert "a.csv" in open_source("~")


def test_a_path_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"nothing\.zip does not exist; name the folder or zip"):
        open_source(tmp_path / "nothing.zip")


def test_a_single_file_is_refused(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"one")
    with pytest.raises(DataError, match="is a single file"):
        open_source(tmp_path / "a.csv")


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x03\x04 cut off"])
def test_a_zip_that_is_none_is_refused(tmp_path, content):
    (tmp_path / "set.zip").write_bytes(content)
    with pytest.raises(DataError, match="no zip, or a damaged one; download it again"):
        open_source(tmp_path / "set.zip")


def test_a_zip_cut_short_is_refused(tmp_path):
    path = make_zip(tmp_path / "set.zip", {"a.csv": "one\n" * 1000})
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(DataError, match="damaged one; download it again"):
        open_source(path)


@pytest.mark.parametrize("spoiled", ["content", "checksum"])
def test_damage_inside_a_zip_is_found_when_it_is_read(tmp_path, spoiled):
    path = make_zip(tmp_path / "set.zip", {"a.csv": "".join(map(str, range(9999)))})
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.infolist()[0]
    if spoiled == "content":
        start = info.header_offset + 30 + len("a.csv") + info.compress_size // 2
        data[start : start + 8] = b"\xff" * 8
    else:
        entry = bytes(data).index(b"PK\x01\x02")
        data[entry + 16] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"set\.zip is damaged at a\.csv .* download it again"):
        read(open_source(path), "a.csv")


def test_an_encrypted_zip_is_refused(tmp_path):
    path = make_zip(tmp_path / "set.zip", {"a.csv": "one"})
    data = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[bytes(data).index(signature) + flags] |= 1
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"a\.csv in .* encrypted.*unpack it"):
        read(open_source(path), "a.csv")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with (
        pytest.raises(DataError, match=r"has no file a\.csv"),
        open_source(tmp_path).open("a.csv"),
    ):
        pass


def test_a_file_that_vanishes_is_an_error_about_the_file(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"one")
    source = open_source(tmp_path)
    (tmp_path / "a.csv").unlink()
    with pytest.raises(DataError, match=r"a\.csv in .* cannot be read"):
        read(source, "a.csv")


def test_a_mistake_of_the_reader_is_not_blamed_on_the_file(tmp_path):
    source = open_source(make_zip(tmp_path / "set.zip", {"a.csv": "one"}))
    with pytest.raises(RuntimeError, match="a bug"), source.open("a.csv"):
        raise RuntimeError("a bug")
