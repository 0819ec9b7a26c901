"""`load` finds the reader for a source, or says what it looked for."""

import zipfile

import pytest

from recommender.data import load
from recommender.data.readers import FolderReader, PackageReader, all_readers
from recommender.errors import DataError
from tests.data.formats import CSV, FORMATS, ML_10M


def test_the_shipped_movies_are_found_without_a_source(movies):
    assert movies.domain == "movies"
    assert len(movies.ratings) == 100_004


@pytest.mark.parametrize("written", FORMATS, ids=lambda written: written.name)
def test_every_format_is_recognised_in_a_folder_and_in_a_zip(tmp_path, written):
    folder = tmp_path / "set"
    folder.mkdir()
    written.write(folder)
    packed = tmp_path / "set.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"top/{file.name}")
    unpacked, zipped = load("movies", folder), load("movies", str(packed))
    assert unpacked.catalogue.equals(zipped.catalogue)
    assert unpacked.ratings.values.tolist() == zipped.ratings.values.tolist()
    assert unpacked.provenance == zipped.provenance


def test_readers_are_the_modules_of_their_package():
    names = [reader.name for reader in all_readers()]
    assert len(set(names)) == len(names) >= 4
    assert all(isinstance(reader, (FolderReader, PackageReader)) for reader in all_readers())


def test_an_unknown_domain_is_refused_with_those_there_are():
    with pytest.raises(DataError, match=r"no domain 'books'; there is .*movies"):
        load("books")


def test_a_source_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        load("movies", tmp_path / "nowhere")


def test_a_folder_in_no_known_format_is_refused_with_the_formats_and_their_files(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(DataError) as caught:
        load("movies", tmp_path)
    message = str(caught.value)
    assert "it holds notes.txt." in message
    for reader in all_readers():
        if isinstance(reader, FolderReader) and reader.domain == "movies":
            assert f"{reader.name} wants {', '.join(reader.files)}" in message
    assert "missing here" not in message


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(DataError, match="it holds no files"):
        load("movies", tmp_path)


@pytest.mark.parametrize("written", FORMATS, ids=lambda written: written.name)
def test_a_missing_file_is_named(tmp_path, written):
    written.write(tmp_path)
    (tmp_path / written.movies_file).unlink()
    with pytest.raises(DataError, match=rf"missing here: {written.movies_file}\)"):
        load("movies", tmp_path)


def test_a_folder_with_two_formats_is_refused(tmp_path):
    CSV.write(tmp_path)
    ML_10M.write(tmp_path)
    with pytest.raises(DataError, match=r"several formats \(MovieLens csv .* and MovieLens dat"):
        load("movies", tmp_path)
