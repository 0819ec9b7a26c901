"""Catalogue files: every row knows its line, also behind quotes, empty lines and odd encodings."""

import pytest

from recommender.data.files import open_source
from recommender.data.tables import Layout, read_rows, refuse, whole_number
from recommender.errors import DataError

COMMAS = Layout(",")
PIPES = Layout("|", ("id", "title"))


def read(tmp_path, content, layout=COMMAS, encoding="utf-8"):
    data = content if isinstance(content, bytes) else content.encode()
    (tmp_path / "m.csv").write_bytes(data)
    return read_rows(open_source(tmp_path), "m.csv", ("id", "title"), layout, encoding)


def test_rows_know_their_fields_and_lines(tmp_path):
    rows = read(tmp_path, 'title,extra,id\n"Matrix, The",x, 7 \n\n"Two\nlines",y,8\nLast,z,9\n')
    assert [row.place for row in rows] == ["m.csv:2", "m.csv:4", "m.csv:6"]
    assert rows[0].fields == {"title": "Matrix, The", "extra": "x", "id": "7"}
    assert rows[1].fields["title"] == "Two\nlines"


def test_quotes_mean_nothing_where_the_format_has_none(tmp_path):
    rows = read(tmp_path, '1|"Great Performances" Cats\n2|He said "no\n', PIPES)
    assert [row.fields["title"] for row in rows] == ['"Great Performances" Cats', 'He said "no']


def test_a_row_of_another_length_is_named(tmp_path):
    with pytest.raises(DataError, match=r"^m\.csv:2: there are 3 fields instead of 2"):
        read(tmp_path, "1|One\n2|Two|Three\n", PIPES)


def test_a_quote_that_never_ends_is_named_by_the_line_where_it_starts(tmp_path):
    with pytest.raises(DataError, match=r"^m\.csv:3: unexpected end .* quote too many"):
        read(tmp_path, 'id,title\n1,One\n2,"Two\n3,Three\n')
    with pytest.raises(DataError, match=r"^m\.csv:3: field larger .* quote too many"):
        read(tmp_path, 'id,title\n1,One\n2,"Two\n' + "3,Three\n" * 20_000)


def test_bytes_that_are_no_utf_8_are_named_by_line_and_byte(tmp_path):
    with pytest.raises(DataError, match=r"^m\.csv:3: expected UTF-8 text, but byte 20 .* 0xe9;"):
        read(tmp_path, "id,title\n1,Un\n2,Caché\n".encode("latin-1"))


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_an_old_set_may_be_latin_1_or_have_been_converted(tmp_path, encoding):
    rows = read(tmp_path, "1|Caché\n2|É\n".encode(encoding), PIPES, "latin-1")
    assert [row.fields["title"] for row in rows] == ["Caché", "É"]


def test_a_windows_code_page_is_not_taken_for_latin_1(tmp_path):
    with pytest.raises(DataError, match=r"^m\.csv:2: expected Latin-1 or UTF-8 .* byte 10 .* 0x92"):
        read(tmp_path, "1|Caché\n2|’t\n".encode("cp1252"), PIPES, "latin-1")


@pytest.mark.parametrize("content", ["", "\n"])
def test_an_empty_file_is_refused(tmp_path, content):
    with pytest.raises(DataError, match=r"^m\.csv is empty"):
        read(tmp_path, content)


def test_a_header_alone_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"^m\.csv has no rows"):
        read(tmp_path, "id,title\n")


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(DataError, match=r"^m\.csv:1: the columns title are missing"):
        read(tmp_path, "id,name\n1,One\n")


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("-12", -12), ("007", 7), ("1.0", None), ("", None), ("1_0", None)],
)
def test_an_id_is_a_whole_number_or_none(text, number):
    assert whole_number(text) == number


def test_nothing_wrong_is_not_refused():
    refuse([])
    with pytest.raises(DataError, match=r"^f:1: odd\.$"):
        refuse([("f:1", "odd")])
