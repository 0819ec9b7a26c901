from mmap import mmap
from pathlib import Path
from shutil import rmtree

import numpy as np
import pytest

from recommender.errors import ReleaseError
from recommender.releases import files, open_folder
from tests.releases.helpers import owner


def test_a_mapped_file_has_the_bytes_of_the_file_and_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"words")

    data = files.mapped(path, limit=5)

    assert bytes(data) == b"words"
    assert isinstance(data.obj, mmap)
    with pytest.raises(TypeError, match="read-only"):
        data[0] = 0


def test_a_mapped_file_may_be_empty_but_not_missing_or_too_large(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with pytest.raises(ReleaseError, match="it is missing"):
        files.mapped(path, limit=4)
    path.write_bytes(b"")
    assert bytes(files.mapped(path, limit=4)) == b""
    path.write_bytes(b"words")
    with pytest.raises(ReleaseError, match="it has 5 bytes; 4 are allowed"):
        files.mapped(path, limit=4)


def test_the_numbers_of_an_open_release_are_those_of_its_files_and_no_copy(folder: Path) -> None:
    house = open_folder(folder).models["house"]

    mapped = owner(house.item_factors)  # type: ignore[attr-defined]
    assert isinstance(mapped, mmap)
    assert mapped[:] == (folder / "house.safetensors").read_bytes()


def test_a_release_answers_after_its_folder_is_gone(folder: Path) -> None:
    house = open_folder(folder).models["house"]
    before = house.fold_in({1: 5.0}).scores

    rmtree(folder)

    assert np.array_equal(house.fold_in({1: 5.0}).scores, before)
