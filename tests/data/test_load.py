"""`load` finds the reader for a source, or says what it looked for."""

import zipfile

import pytest

from recommender.data import load
from recommender.data.readers import FolderReader, PackageReader, all_readers
from recommender.errors import DataError
from tests.data.formats import CSV, FORMATS, KAGGLE, MAL_2020, ML_10M


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
    unpacked, zipped = load(written.domain, folder), load(written.domain, str(packed))
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


@pytest.mark.parametrize("domain", ["anime", "movies"])
def test_a_folder_in_no_known_format_is_refused_with_the_formats_and_their_files(tmp_path, domain):
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(DataError) as caught:
        load(domain, tmp_path)
    message = str(caught.value)
    assert "it holds notes.txt." in message
    for reader in all_readers():
        if isinstance(reader, FolderReader) and reader.domain == domain:
            assert f"{reader.name} wants {', '.join(reader.wants)}" in message
    assert "missing here" not in message


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(DataError, match="it holds no files"):
        load("movies", tmp_path)


@pytest.mark.parametrize("written", FORMATS, ids=lambda written: written.name)
def test_a_missing_file_is_named(tmp_path, written):
    written.write(tmp_path)
    (tmp_path / written.titles_file).unlink()
    with pytest.raises(DataError, match=rf"missing here: {written.titles_file}\)"):
        load(written.domain, tmp_path)


def test_of_files_that_can_stand_for_each_other_both_are_named(tmp_path):
    MAL_2020.write(tmp_path)
    (tmp_path / "animelist.csv").unlink()
    with pytest.raises(
        DataError,
        match=r"wants anime\.csv, animelist\.csv or rating_complete\.csv "
        r"\(missing here: animelist\.csv or rating_complete\.csv\)",
    ):
        load("anime", tmp_path)


def test_a_domain_that_no_package_ships_is_refused_with_where_to_get_it():
    with pytest.raises(DataError, match="No package ships anime ratings") as caught:
        load("anime")
    for reader in all_readers():
        if isinstance(reader, FolderReader) and reader.domain == "anime":
            assert f"{reader.name}, {reader.url}" in str(caught.value)


def test_a_folder_of_another_domain_is_refused_with_its_domain(tmp_path):
    KAGGLE.write(tmp_path)
    with pytest.raises(DataError, match=r"holds anime \(Anime Recommendations .* not movies; load"):
        load("movies", tmp_path)


def test_a_folder_with_two_formats_is_refused(tmp_path):
    CSV.write(tmp_path)
    ML_10M.write(tmp_path)
    with pytest.raises(DataError, match=r"several formats \(MovieLens csv .* and MovieLens dat"):
        load("movies", tmp_path)
