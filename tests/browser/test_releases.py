"""Models folders in every bad state: a sentence, no traceback, and the app goes on."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from recommender.releases import write
from recommender.releases.aliases import Aliases
from recommender.releases.aliases import write as write_aliases
from recommender.serving import ServedRelease
from tests.browser.conftest import Visit
from tests.browser.server import Server
from tests.releases.helpers import draft, forge

Start = Callable[[Path], Server]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


@pytest.fixture
def whole(models: Path, release: ServedRelease) -> Path:
    """A copy of the bundled release, named by no alias yet."""
    return Path(shutil.copytree(release.folder, models / "movies" / release.id))


def contents(models: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in models.rglob("*") if path.is_file()}


def damage(file: Path) -> None:
    """Flips one bit in the middle."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def test_a_missing_and_an_empty_models_folder_are_said_until_there_is_a_release(
    models: Path, start: Start, visit: Visit, release: ServedRelease
):
    visitor = visit(None, start(models))
    visitor.page.goto("/")
    visitor.says("no release", "make train")
    models.rmdir()
    visitor.page.reload()
    visitor.says("TASTEMAP_MODELS", "no folder")
    shutil.copytree(release.folder.parent, models / "movies")
    visitor.arrive()
    expect(visitor.page.get_by_role("alert")).to_have_count(0)


def test_a_damaged_champion_is_stood_in_for_by_the_previous_release(
    models: Path, whole: Path, start: Start, visit: Visit
):
    champion = write(draft(), models)
    damage(champion / "house.safetensors")
    write_aliases(models / "movies", Aliases(champion.name, whole.name))
    before = contents(models)
    visitor = visit("/", start(models))
    visitor.says(champion.name, "house.safetensors", f"{whole.name} serves instead")
    title = visitor.titles(visitor.asked)[0]
    visitor.rate(visitor.asked, title, 4)
    visitor.says(f"{whole.name} serves instead")
    assert contents(models) == before


def test_with_nothing_to_stand_in_the_reason_and_the_mend_are_said_until_it_is_mended(
    models: Path, whole: Path, start: Start, visit: Visit, release: ServedRelease
):
    write_aliases(models / "movies", Aliases(whole.name, None))
    manifest = (whole / "release.json").read_text()
    forge(whole, change=lambda facts: facts.update(schema=99))
    visitor = visit(None, start(models))
    visitor.page.goto("/")
    visitor.says("schema 99", "train")
    assert json.loads((whole / "release.json").read_text())["schema"] == 99
    (whole / "release.json").write_text(manifest)
    catalogue = (whole / "catalogue.parquet").read_bytes()
    (whole / "catalogue.parquet").write_bytes(catalogue[:-100])
    visitor.page.goto("/about")
    visitor.says("catalogue.parquet", "cut off", "train")
    (whole / "catalogue.parquet").write_bytes(catalogue)
    visitor.arrive()
    expect(visitor.page.get_by_role("alert")).to_have_count(0)
