"""Files of strangers: refused with a reason, in bounded time and memory, whatever they hold."""

import gzip
import io
import json
import time
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recommender.errors import DataError
from recommender.serving.bring_list import read
from recommender.serving.uploads import (
    MOST_LINES,
    MOST_MEGABYTES,
    MOST_MEMBERS,
    MOST_UNPACKED,
    MOST_VALUES,
    Upload,
)
from tests.serving.importers import exports

XML = exports.myanimelist([(1, "Cowboy Bebop", 9, "Completed"), (5, "Trigun", 0, "Completed")])
SOUND = {
    "animelist.xml": XML,
    "animelist.xml.gz": exports.gzipped(XML),
    "letterboxd.zip": exports.letterboxd(ratings=[("Heat", 1995, 4.5)]),
    "ratings.csv": exports.imdb([("Heat", "Heat", 1995, 9, "Movie")]),
    "trakt.zip": exports.trakt(ratings=[("Heat", 1995, 9)]),
    "anilist.json": exports.anilist([(1, "Cowboy Bebop", 9, "COMPLETED")]),
    "movielens-ratings.csv": exports.movielens_site([(6, 4.5, "Heat (1995)")]),
    "tastemap.csv": exports.tastemap([("movies", 6, "Heat", 1995, "rated", 4.5)]),
}


def refused(name: str, data: bytes) -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(DataError) as error:
        read(name, data)
    return str(error.value)


def outcome(name: str, data: bytes) -> str:
    """Whose list a file is, or the sentence with which it is refused; no other error passes."""
    try:
        return read(name, data).service
    except DataError as error:
        return str(error)


@settings(max_examples=400, deadline=2000)
@given(
    st.sampled_from(sorted(SOUND)),
    st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=8)), max_size=6),
    st.integers(0, 6000),
)
@example("letterboxd.zip", [], 30)
def test_a_damaged_export_is_read_or_refused_and_nothing_else(name, edits, cut):
    data = bytearray(SOUND[name])
    for place, new in edits:
        at = place % len(data)
        data[at : at + len(new)] = new
    try:
        reading = read(name, bytes(data[:cut]))
    except DataError as error:
        said = str(error)
    else:
        said = f"{len(reading.entries) + len(reading.skipped)} lines."
    assert said.endswith((".", "?"))
    assert said != "0 lines."


@settings(max_examples=200, deadline=2000)
@given(st.text(max_size=20), st.binary(max_size=2000))
def test_any_bytes_under_any_name_are_read_or_refused(name, data):
    assert 0 < len(outcome(name, data)) < 500


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "data",
                        "MediaListCollection",
                        "lists",
                        "entries",
                        "media",
                        "title",
                        "romaji",
                    ),
                    *("score", "status", "idMal", "series_id", "series_type", "movie", "rating"),
                    *("year", "startDate", "rated_at", "listed_at", "user", "scoreFormat"),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=2000)
@given(st.sampled_from(["list.json", "lists-watchlist.json"]), values)
@example("x.json", {"lists": [{"entries": [{"media": {"title": [], "idMal": True}}, 5]}]})
@example("x.json", {"lists": [{"series_id": "1", "series_type": 0}, None]})
@example("x.json", [{"rated_at": 5, "movie": {"title": None, "year": 10**30}, "rating": 5}])
@example("x.json", [{"rated_at": "", "movie": {"title": "Heat"}, "rating": float("inf")}])
def test_json_of_any_shape_is_read_or_refused(name, value):
    assert 0 < len(outcome(name, json.dumps(value).encode())) < 500


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("empty.csv", b"", "empty.csv is empty; export your list again."),
        ("what.csv", b"a,b\n1,2\n", "what.csv is no list that Tastemap knows."),
        ("what.pdf", b"%PDF-1.7 ...", "what.pdf is no list that Tastemap knows."),
        ("x.xml", b"<html></html>", "begins with another element than <myanimelist>"),
        ("x.xml", XML[:400], "x.xml:16: this is no sound XML"),
        ("x.xml.gz", exports.gzipped(XML)[:200], "x.xml.gz is damaged; export your list again"),
        ("x.zip", SOUND["letterboxd.zip"][:200], "x.zip is no sound zip"),
        ("x.json", b'{"lists": [', "x.json:1: this is no JSON"),
        ("r.csv", exports.IMDB.encode(), "r.csv is a list without titles; nothing to bring."),
        (
            "r.csv",
            SOUND["ratings.csv"] + b'"',
            "r.csv:3: unexpected end of data; is there a quote too many?",
        ),
        ("r.csv", SOUND["ratings.csv"].replace(b"Heat", b"H\x00at"), "is 0x00; save the file as"),
        ("r.csv", SOUND["ratings.csv"].decode().encode("utf-16"), "is 0xff; save the file as"),
        ("r.csv", SOUND["ratings.csv"].replace(b"Heat", b"H\x93at"), "is 0x93; save the file as"),
    ],
)
def test_what_is_wrong_is_said_with_the_mend(name, data, sentence):
    assert sentence in refused(name, data)


def test_xml_with_a_document_type_is_not_read():
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE myanimelist [<!ENTITY a "ha">'
        b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><myanimelist><anime><series_title>&b;'
        b"</series_title></anime></myanimelist>"
    )
    outside = (
        b'<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><myanimelist>&x;</myanimelist>'
    )
    for data in (bomb, outside):
        assert "declares a document type or entities" in refused("animelist.xml", data)


def deflated_zeros(n: int) -> bytes:
    return gzip.compress(bytes(n))


def test_bombs_are_refused_in_bounded_memory():
    zeros = bytes(MOST_UNPACKED + 1_000_000)
    archive = exports.zipped({"ratings.csv": zeros})
    packed = gzip.compress(zeros)
    del zeros
    nested = exports.zipped({"ratings.csv": archive})
    tracemalloc.start()
    assert "unpacks to more than 40 MB" in refused("animelist.xml.gz", packed)
    assert "unpacks to more than 40 MB" in refused("letterboxd.zip", archive)
    assert "no list that Tastemap knows" in refused("letterboxd.zip", nested)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * MOST_UNPACKED


def test_a_bomb_behind_a_sound_header_is_refused_by_name():
    rows = "d,Heat,1995,u,4\n" * 3_000_000
    data = exports.zipped({"ratings.csv": f"{exports.RATED}\n{rows}"})
    del rows
    assert len(data) < 1_000_000
    assert refused("letterboxd.zip", data) == (
        "ratings.csv unpacks to more than 40 MB; no list does. It is not read."
    )


def test_a_zip_that_locks_or_packs_its_files_oddly_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("ratings.csv", f"{exports.RATED}\nd,Heat,1995,u,4\n")
    with pytest.raises(DataError, match=r"ratings\.csv in x\.zip cannot be opened"):
        Upload("x.zip", out.getvalue()).read("ratings.csv")


def test_a_zip_of_too_many_files_is_refused():
    data = exports.zipped({f"{number}.csv": "" for number in range(MOST_MEMBERS + 1)})
    assert "holds more than 2,000 files" in refused("x.zip", data)
    # Even the index is not read when it is vast.
    many = exports.zipped({f"{'x' * 90}{number}.csv": "" for number in range(9_000)})
    assert "is no sound zip" in refused("x.zip", many)


def test_names_in_a_zip_lead_nowhere():
    data = exports.zipped({"../../ratings.csv": f"{exports.RATED}\nd,Heat,1995,u,4\n", "/a": "x"})
    upload = Upload("x.zip", data)
    assert all(not path.startswith(".") for path in upload.paths)


def test_a_file_that_is_too_large_is_refused_unread():
    data = bytes(MOST_MEGABYTES * 1_000_000 + 1)
    assert refused("x.csv", data).startswith("x.csv has 10 MB; a list may have 10 MB.")


def test_an_endless_list_is_refused():
    text = exports.table(exports.RATED, [("d", "Heat", 1995, "u", 4)] * (MOST_LINES + 1))
    assert f"ratings.csv:{MOST_LINES + 2}: the list goes on" in refused(
        "ratings.csv", text.encode()
    )
    entries = [(1, "x", 9, "Completed")] * (MOST_LINES + 1)
    assert "the list goes on" in refused(
        "animelist.xml.gz", exports.gzipped(exports.myanimelist(entries))
    )


def test_deep_and_vast_json_is_refused_quickly():
    upload = Upload("x.json", b'{"lists":' * 100_000)
    with pytest.raises(DataError, match="nested too deeply"):
        upload.json("x.json")
    vast = Upload("x.json", b"[" + b"{}," * (MOST_VALUES // 2 + 1) + b"{}]")
    with pytest.raises(DataError, match="holds more than 1,000,000 values"):
        vast.json("x.json")
    for number in (b"NaN", b"-Infinity", b"9" * 5000):
        with pytest.raises(DataError, match=r"x\.json: .*; export your list again"):
            Upload("x.json", b"[" + number + b"]").json("x.json")


def test_deep_xml_is_read_in_bounded_time():
    started = time.process_time()
    data = b"<myanimelist>" + b"<a>" * 300_000
    assert "this is no sound XML" in refused("animelist.xml", data)
    assert time.process_time() - started < 10


def test_gzip_in_several_members_is_one_file_and_zeros_behind_it_do_no_harm():
    half = len(XML) // 2
    data = gzip.compress(XML[:half]) + gzip.compress(XML[half:]) + bytes(64)
    assert len(read("animelist.xml.gz", data).entries) == 2


def test_a_name_is_shown_without_what_does_not_belong_in_one():
    upload = Upload("<b>evil</b>\n`x`" + "y" * 300, b"x")
    assert len(upload.name) <= 60
    assert not set(upload.name) & set("<>`\n")
    assert Upload("\u202e", b"x").name == "the file"


def test_raw_deflate_is_no_gzip():
    assert "no list that Tastemap knows" in refused("x.gz", zlib.compress(XML))
