"""Ratings that are marked as synthetic are never taken for the published set."""

import pytest

from recommender.data import load
from recommender.data.synthetic import MARK, mark, provenance_of
from recommender.errors import DataError
from tests.data import formats


@pytest.fixture
def folder(tmp_path):
    return formats.write_csv(tmp_path)


def test_without_a_mark_ratings_are_the_publishers(folder):
    assert load("movies", folder).provenance.name == "MovieLens (csv)"


def test_a_mark_says_that_nobody_gave_them_and_whose_they_are_like(folder):
    original = load("movies", folder).provenance
    mark(folder, provenance_of(original, 3, 5, 7), {"seed": 7})
    found = load("movies", folder).provenance
    assert "nobody gave" in found.name
    assert original.name in found.name
    assert original.citation in found.citation
    assert original.licence in found.licence
    assert found.files == original.files


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"name": "x"}', '{"name":1,"citation":"","licence":"","url":""}'],
)
def test_a_mark_that_cannot_be_read_is_no_reason_to_take_them_for_real(folder, text):
    (folder / MARK).write_text(text)
    with pytest.raises(DataError, match="make the synthetic ratings anew"):
        load("movies", folder)
