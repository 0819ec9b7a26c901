import json
import os
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache
from io import BytesIO
from mmap import mmap
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import load, save

from recommender.data.franchise import Franchises
from recommender.data.scale import ANIME_SCALE, MOVIE_SCALE
from recommender.errors import ReleaseError
from recommender.factors.rank_index import RankIndex, build
from recommender.releases import Recipe, open_folder, tables, write
from recommender.releases.model_file import pack_model, pack_part
from recommender.serving.served import ServedRelease
from tests.releases import helpers

HOUSE = "house.safetensors"


def refusal(folder: Path) -> str:
    with pytest.raises(ReleaseError) as caught:
        open_folder(folder)
    return str(caught.value)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# --- writing and opening


def test_a_release_opens_as_it_was_written(folder: Path) -> None:
    draft, release = helpers.draft(), open_folder(folder)

    assert (release.id, release.domain, release.folder) == (folder.name, "movies", folder)
    assert release.created == helpers.CREATED
    assert release.scale == MOVIE_SCALE
    assert (release.ranker, release.rater) == ("house", "house")
    assert release.evaluation == helpers.EVALUATION
    pd.testing.assert_frame_equal(release.catalogue, draft.catalogue)
    pd.testing.assert_frame_equal(release.atlas, draft.atlas)
    assert list(release.models) == ["house", "plain"]
    for name, model in release.models.items():
        visitor = {1: 5.0, 10: 0.5}
        before, after = draft.models[name].fold_in(visitor), model.fold_in(visitor)
        assert np.array_equal(before.scores, after.scores)


def test_a_release_says_what_it_was_made_of(folder: Path) -> None:
    facts = open_folder(folder).manifest

    assert facts["schema"] == 3
    assert facts["data"]["licence"].startswith("Research use")
    assert facts["data"]["files"] == {"ratings.csv": "0" * 64}
    assert (facts["data"]["ratings"], facts["data"]["users"], facts["data"]["titles"]) == (
        276,
        31,
        24,
    )
    assert facts["data"]["dropped"] == {"repeated ratings": 2}
    assert facts["models"]["house"] == {
        "algorithm": "taste-als",
        "parameters": {"k": 3, "a0": 0.1},
        "summary": "Ranks what you would choose.",
        "file": HOUSE,
    }
    assert set(facts["files"]) == set(contents(folder)) - {"release.json"}


def test_the_same_draft_gives_the_same_id_and_the_same_bytes(tmp_path: Path) -> None:
    one, other = (write(helpers.draft(), tmp_path / parent) for parent in ("one", "other"))

    assert one.name == other.name
    assert contents(one) == contents(other)


def test_the_same_draft_gives_the_same_release_in_another_process(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.releases import helpers\n"
        "from recommender.releases import write; write(helpers.draft(), Path(sys.argv[1]))"
    )
    elsewhere = folder.parents[1] / "elsewhere"
    subprocess.run(
        [sys.executable, "-c", program, elsewhere],
        env=os.environ | {"PYTHONHASHSEED": "12345"},
        check=True,
    )

    assert contents(elsewhere / "movies" / folder.name) == contents(folder)


def test_the_hash_stands_for_what_was_learned_and_not_for_when_or_how_fast(tmp_path: Path) -> None:
    def digest(**changes: Any) -> str:
        return write(helpers.draft(**changes), tmp_path / "models").name[-6:]

    costs = {**helpers.EVALUATION, "cost": {"house": {"fit_seconds": 99.0, "peak_mib": 1.0}}}
    recipes = {**helpers.draft().recipes, "house": Recipe("taste-als", {"k": 4, "a0": 0.1})}
    same = digest()

    assert digest(created=helpers.CREATED + timedelta(days=1)) == same
    assert digest(created=helpers.CREATED + timedelta(days=2), evaluation=costs) == same
    different = [
        digest(seed=1),
        digest(parameters={"workers": 2}),
        digest(recipes=recipes),
        digest(models={**helpers.draft().models, "house": helpers.model(seed=1)}),
        digest(atlas=-helpers.atlas()),
        digest(n_ratings=277),
    ]
    assert len({same, *different}) == 7


def test_the_id_holds_the_moment_in_utc(tmp_path: Path) -> None:
    created = datetime(2027, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=9)))

    release = open_folder(write(helpers.draft(created=created), tmp_path))

    assert release.id.startswith("20261231-1530-")
    assert release.created == created


def test_writing_a_draft_a_second_time_changes_nothing(folder: Path) -> None:
    before = {path: path.stat() for path in folder.iterdir()}

    again = write(helpers.draft(evaluation={}), folder.parents[1])

    assert again == folder
    assert {path: path.stat() for path in folder.iterdir()} == before
    assert list(folder.parent.iterdir()) == [folder]


def test_a_broken_release_is_not_taken_for_the_one_to_write(folder: Path) -> None:
    (folder / HOUSE).unlink()

    with pytest.raises(ReleaseError, match=f"^{folder.name}: {HOUSE}: it is missing; restore"):
        write(helpers.draft(), folder.parents[1])
    assert list(folder.parent.iterdir()) == [folder]


def holed(frame: pd.DataFrame) -> pd.DataFrame:
    frame.loc[4, "x"] = np.nan
    return frame


UNFIT: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "domain that leads elsewhere": (lambda: {"domain": "../movies"}, "'../movies' is no domain"),
    "model name that leads elsewhere": (
        lambda: {
            "models": {"../house": helpers.model()},
            "recipes": {"../house": Recipe("taste-als")},
        },
        "'../house' is no model name",
    ),
    "time without zone": (
        lambda: {"created": helpers.CREATED.replace(tzinfo=None)},
        "time zone",
    ),
    "recipe missing": (lambda: {"recipes": {}}, "recipes"),
    "empty catalogue": (lambda: {"catalogue": helpers.catalogue(0)}, "catalogue is empty"),
    "catalogue without years": (
        lambda: {"catalogue": helpers.catalogue().drop(columns="year")},
        "A catalogue has the columns",
    ),
    "atlas out of bounds": (lambda: {"atlas": helpers.atlas() * 2}, "Atlas, item id 4: x is -1.09"),
    "atlas of other titles": (lambda: {"atlas": helpers.atlas(23)}, "item ids"),
    "atlas with a hole": (lambda: {"atlas": holed(helpers.atlas())}, "item id 4: x is nan"),
    "atlas in double precision": (lambda: {"atlas": helpers.atlas().astype("float64")}, "float32"),
    "model of other titles": (
        lambda: {"models": {"house": helpers.model(n_items=23), "plain": helpers.model()}},
        f"{HOUSE}: its item ids",
    ),
    "model of another scale": (
        lambda: {
            "models": {
                "house": replace(helpers.model(), scale=ANIME_SCALE),
                "plain": helpers.model(),
            }
        },
        f"{HOUSE}: its rating scale",
    ),
    "model in double precision": (
        lambda: {
            "models": {
                "house": replace(helpers.model(), item_factors=np.ones((24, 3))),
                "plain": helpers.model(),
            }
        },
        f"{HOUSE}: item_factors: must be float32",
    ),
    "unknown ranker": (lambda: {"ranker": "best"}, "the ranker 'best' is none of the models"),
    "rater without ratings": (lambda: {"rater": "plain"}, "the rater plain predicts no ratings"),
    "evaluation that is not finite": (
        lambda: {"evaluation": {"visitors": float("nan")}},
        "evaluation.json cannot be written as JSON",
    ),
    "parameters that are no JSON": (
        lambda: {"parameters": {"path": Path("data")}},
        "release.json cannot be written as JSON",
    ),
}


@pytest.mark.parametrize("what", UNFIT)
def test_a_draft_that_is_unfit_is_refused_and_leaves_nothing(what: str, tmp_path: Path) -> None:
    changes, message = UNFIT[what]

    with pytest.raises(ReleaseError, match=message):
        write(helpers.draft(**changes()), tmp_path / "models")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert list(tmp_path.glob("models/*/*")) == []


def test_a_full_disk_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    # A limit on the size of files is the nearest thing to a full disk that a test can have.
    program = """
import resource, sys
from pathlib import Path
from recommender.errors import ReleaseError
from recommender.releases import write
from tests.releases import helpers
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    write(helpers.draft(), Path(sys.argv[1]))
except ReleaseError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True
    )

    assert "it cannot be written to" in done.stdout
    assert "see that there is room" in done.stdout
    assert list((tmp_path / "movies").iterdir()) == []


# --- damage that a checksum shows


def flip_a_byte(folder: Path) -> None:
    path = folder / HOUSE
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def swap_models(folder: Path) -> None:
    house, plain = folder / HOUSE, folder / "plain.safetensors"
    house.rename(folder / "kept")
    plain.rename(house)
    (folder / "kept").rename(plain)


def cut_off(name: str, left: int) -> Callable[[Path], None]:
    return lambda folder: os.truncate(folder / name, left)


def grow(folder: Path) -> None:
    with (folder / HOUSE).open("ab") as file:
        file.write(b"\0")


def pipe(folder: Path) -> None:
    (folder / HOUSE).unlink()
    os.mkfifo(folder / HOUSE)


def circle(folder: Path) -> None:
    (folder / HOUSE).unlink()
    (folder / HOUSE).symlink_to(HOUSE)


def subfolder(folder: Path) -> None:
    (folder / HOUSE).unlink()
    (folder / HOUSE).mkdir()


def text(name: str, data: str) -> Callable[[Path], int]:
    return lambda folder: (folder / name).write_text(data)


DAMAGED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a byte flipped": (flip_a_byte, rf"{HOUSE}: its bytes are not those that were released"),
    "a model cut off": (cut_off(HOUSE, 500), f"{HOUSE}: it has 500 bytes instead of 3,"),
    "a model emptied": (cut_off(HOUSE, 0), f"{HOUSE}: it has 0 bytes"),
    "a model grown": (grow, f"{HOUSE}: it has .* bytes; .* are allowed"),
    "two models swapped": (swap_models, rf"{HOUSE}: it has 1,368 bytes instead of"),
    "a file that is a pipe": (pipe, f"{HOUSE}: it is no regular file"),
    "a file that leads in circles": (
        circle,
        rf"{HOUSE}: it cannot be read \(Too many levels of symbolic links\)",
    ),
    "a file that is a folder": (subfolder, f"{HOUSE}: it is no regular file"),
    "release.json cut off": (cut_off("release.json", 300), "release.json: it is no JSON"),
    "release.json empty": (cut_off("release.json", 0), "release.json: it is no JSON"),
    "release.json an empty object": (text("release.json", "{}"), "it is written in schema None"),
    "release.json a list": (text("release.json", "[]"), "release.json: it holds no JSON object"),
    "release.json deep": (text("release.json", "[" * 100_000), "release.json: it is no JSON"),
    "release.json huge": (
        text("release.json", " " * 2**21),
        "release.json: it has 2,097,152 bytes",
    ),
    "release.json with NaN": (
        text("release.json", '{"schema": NaN}'),
        "release.json: it is no JSON",
    ),
    "release.json in no encoding": (
        lambda folder: (folder / "release.json").write_bytes(b"\xff\xfe\xfa{}"),
        "release.json: it is no JSON",
    ),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_a_damaged_release_is_refused_with_the_reason_and_the_mend(what: str, folder: Path) -> None:
    damage, message = DAMAGED[what]
    damage(folder)

    refused = refusal(folder)

    assert refused.startswith(f"{folder.name}: ")
    assert refused.endswith(f"; {helpers.MEND}")
    assert re.search(message, refused)


@pytest.mark.parametrize(
    "name",
    ["release.json", HOUSE, "catalogue.parquet", "atlas.parquet", "evaluation.json", "README.md"],
)
def test_a_missing_file_is_named(name: str, folder: Path) -> None:
    (folder / name).unlink()

    assert refusal(folder) == f"{folder.name}: {name}: it is missing; {helpers.MEND}"


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere").startswith("nowhere: release.json: it is missing; ")


def test_a_release_of_a_later_schema_asks_for_an_update(folder: Path) -> None:
    helpers.forge(folder, change=lambda facts: facts.update(schema=4))

    assert refusal(folder) == (
        f"{folder.name}: it is written in schema 4, this version of Tastemap reads schema 2 and 3; "
        "update Tastemap"
    )


def test_a_release_of_schema_2_opens_with_no_episodes_known(folder: Path) -> None:
    data = helpers.without_episodes((folder / "catalogue.parquet").read_bytes())
    helpers.forge(folder, {"catalogue.parquet": data}, lambda facts: facts.update(schema=2))

    release = open_folder(folder)

    assert release.manifest["schema"] == 2
    assert release.catalogue["episodes"].isna().all()
    assert not release.catalogue["year"].isna().all()


@cache
def pristine() -> tuple[str, dict[str, bytes]]:
    with TemporaryDirectory() as parent:
        made = write(helpers.draft(), Path(parent))
        return made.name, contents(made)


@given(data=st.data())
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_changed_byte_anywhere_goes_unnoticed(data: st.DataObject, tmp_path: Path) -> None:
    release_id, originals = pristine()
    name = data.draw(st.sampled_from(sorted(originals)))
    original = originals[name]
    position = data.draw(st.integers(0, len(original) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != original[position]))
    folder = tmp_path / release_id
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for file, content in originals.items():
        (folder / file).write_bytes(content)
    changed = original[:position] + bytes([other]) + original[position + 1 :]
    (folder / name).write_bytes(changed)

    try:
        release = open_folder(folder)
    except ReleaseError:
        return
    # What may change in release.json is white space and the seconds of the time.
    assert name == "release.json"
    before = json.loads(original)
    assert dict(release.manifest, created=None) == dict(before, created=None)


# --- damage behind a checksum that fits: whoever made it, opening trusts nothing


def entry(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Sets an entry of release.json; an ellipsis removes it."""

    def change(facts: dict[str, Any]) -> None:
        *parents, last = path.split("/")
        for key in parents:
            facts = facts[key]
        if value is ...:
            del facts[last]
        else:
            facts[last] = value

    return change


def listed_as(name: str) -> Callable[[dict[str, Any]], None]:
    """Lists a model's file under another name."""

    def change(facts: dict[str, Any]) -> None:
        facts["files"][name] = facts["files"].pop(HOUSE)
        facts["models"]["house"]["file"] = name

    return change


FORGED_FACTS: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "seed removed": (entry("training/seed", ...), "release.json: training.seed is missing"),
    "scale of texts": (entry("scale/low", "0.5"), "release.json: scale.low must be a number"),
    "seed true": (
        entry("training/seed", True),
        "release.json: training.seed must be a whole number",
    ),
    "scale enormous": (entry("scale/high", 10**400), "release.json: scale.high is too large"),
    "scale that is none": (entry("scale/low", 7), "A rating scale needs low < high"),
    "scale of another domain": (
        entry("scale", {"low": 1, "high": 10, "step": 1, "liked": 8}),
        f"{HOUSE}: its rating scale is not that of the release",
    ),
    "models a list": (entry("models", []), "release.json: models must be an object"),
    "no models": (entry("models", {}), "release.json: the ranker 'house' is none of the models"),
    "size negative": (entry(f"files/{HOUSE}/size", -1), f"{HOUSE}: it has .* bytes; -1 are"),
    "no card": (entry("files/README.md", ...), "release.json: files does not list README.md"),
    "rater unknown": (entry("rater", "x"), "release.json: the rater 'x' is none of the models"),
    "created nonsense": (entry("created", "yesterday"), "release.json: created is no date"),
    "created out of range": (
        entry("created", "0001-01-01T00:00:00+23:59"),
        "release.json: created is no date",
    ),
    "created nowhere": (entry("created", "2026-11-21T14:32:05"), "created has no time zone"),
    "id nonsense": (entry("id", "../../../etc"), r"release.json: '../../../etc' is no release id"),
    "domain nonsense": (entry("domain", "mo/vies"), "release.json: 'mo/vies' is no domain"),
    "checksum nonsense": (entry(f"files/{HOUSE}/sha256", "00"), "'00' is no checksum"),
    **{
        f"file name {name!r}": (listed_as(name), "release.json: '.*' is no file name")
        for name in (
            *("../house.safetensors", "/etc/passwd", "a/b", "a\\b", "..", ".", "", ".hidden"),
            *("house.safetensors\0", "x" * 300, "house\n", "ｈouse", "a..b", "-rf"),
        )
    },
    "model name with separator": (
        lambda facts: facts["models"].update({"a/b": facts["models"]["house"]}),
        "release.json: 'a/b' is no model name",
    ),
}


@pytest.mark.parametrize("what", FORGED_FACTS)
def test_a_manifest_that_is_not_whole_is_refused(what: str, folder: Path) -> None:
    change, message = FORGED_FACTS[what]
    (folder.parent / "house.safetensors").write_bytes((folder / HOUSE).read_bytes())
    helpers.forge(folder, change=change)

    with pytest.raises(ReleaseError, match=message) as caught:
        open_folder(folder)
    assert str(caught.value).endswith(f"; {helpers.MEND}")


def test_an_edited_manifest_does_not_fit_its_id(folder: Path) -> None:
    facts = helpers.facts(folder)
    facts["data"]["licence"] = "Do what you like."
    (folder / "release.json").write_text(json.dumps(facts))

    assert "release.json: its entries are not those that its id stands for" in refusal(folder)


def test_further_entries_in_a_manifest_are_no_error(folder: Path) -> None:
    helpers.forge(folder, change=lambda facts: facts.update(comment="made by hand"))

    assert open_folder(folder).manifest["comment"] == "made by hand"


def house(change: Callable[[dict[str, np.ndarray], dict[str, Any]], object]) -> bytes:
    """The house model's file with other tensors or another specification."""
    data = pack_model(helpers.model(), {})
    length = int.from_bytes(data[:8], "little")
    specification = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["tastemap"])
    tensors = {name: array.copy() for name, array in load(data).items()}
    change(tensors, specification)
    return save(tensors, {"tastemap": json.dumps(specification)})


def with_header(header: bytes, length: int | None = None) -> bytes:
    return struct.pack("<Q", len(header) if length is None else length) + header + b"\0" * 64


def one_tensor(dtype: str, shape: list[int], offsets: list[int]) -> bytes:
    header = {
        "__metadata__": {"tastemap": "{}"},
        "a": {"dtype": dtype, "shape": shape, "data_offsets": offsets},
    }
    return with_header(json.dumps(header).encode())


def parquet(frame: pd.DataFrame) -> bytes:
    sink = BytesIO()
    frame.to_parquet(sink)
    return sink.getvalue()


def another_survey(**changes: object) -> bytes:
    return pack_part(replace(helpers.survey(), **changes))


FORGED_FILES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "NaN factors": (
        HOUSE,
        lambda: house(lambda tensors, _: tensors["item_factors"].fill(np.nan)),
        f"{HOUSE}: item_factors: holds numbers that are not finite",
    ),
    "survey of another release": (
        "survey.safetensors",
        lambda: another_survey(model="nobody"),
        "survey.safetensors: it is not about the models and titles of the release",
    ),
    "survey of other titles": (
        "survey.safetensors",
        lambda: another_survey(placed=helpers.item_ids()[1:] + 1),
        "survey.safetensors: it is not about the models and titles of the release",
    ),
    "model of other titles": (
        HOUSE,
        lambda: house(lambda tensors, _: tensors["item_ids"].__iadd__(1)),
        f"{HOUSE}: its item ids are not those of the catalogue",
    ),
    "unknown kind of fold-in": (
        HOUSE,
        lambda: house(lambda _, spec: spec["ranker"]["fold_in"].update(kind="pickle")),
        f"{HOUSE}: ranker.fold_in: unknown kind 'pickle'",
    ),
    "empty model": (HOUSE, lambda: b"", f"{HOUSE}: its header claims 0 bytes"),
    "header longer than the file": (
        HOUSE,
        lambda: with_header(b"{}", 10_000),
        f"{HOUSE}: its header claims 10,000 bytes: it is cut off or forged",
    ),
    "header of all there is": (
        HOUSE,
        lambda: with_header(b"{}", 2**64 - 1),
        f"{HOUSE}: its header claims 18,446,744,073,709,551,615 bytes",
    ),
    "header of megabytes": (
        HOUSE,
        lambda: with_header(b"{" + b" " * 2**20 + b"}"),
        f"{HOUSE}: its header claims 1,048,578 bytes",
    ),
    "header that is no JSON": (HOUSE, lambda: with_header(b"pickle"), f"{HOUSE}: it is no JSON"),
    "header without model": (
        HOUSE,
        lambda: save({"a": np.zeros(3)}),
        f"{HOUSE}: its header says nothing about a model",
    ),
    "header deep": (HOUSE, lambda: with_header(b"[" * 90_000), f"{HOUSE}: it is no JSON"),
    "tensor past the end": (
        HOUSE,
        lambda: one_tensor("F32", [10**9], [0, 4 * 10**9]),
        f"{HOUSE}: it is no readable safetensors file",
    ),
    "tensor of negative size": (
        HOUSE,
        lambda: one_tensor("F32", [-1], [0, 64]),
        f"{HOUSE}: it is no readable safetensors file",
    ),
    "tensor of absurd size": (
        HOUSE,
        lambda: one_tensor("F32", [2**62, 2**62], [0, 64]),
        f"{HOUSE}: it is no readable safetensors file",
    ),
    "tensor of an unreadable dtype": (
        HOUSE,
        lambda: one_tensor("BF16", [32], [0, 64]),
        f"{HOUSE}: it is no readable safetensors file",
    ),
    "bytes that belong to no tensor": (
        HOUSE,
        lambda: one_tensor("F32", [8], [0, 32]),
        f"{HOUSE}: it is no readable safetensors file",
    ),
    "catalogue that is no Parquet": (
        "catalogue.parquet",
        lambda: b"PAR1" + b"\0" * 100 + b"PAR1",
        "catalogue.parquet: it is no readable Parquet file",
    ),
    "catalogue with another column type": (
        "catalogue.parquet",
        lambda: parquet(helpers.catalogue().astype({"year": "float64"}).reset_index()),
        "catalogue.parquet: its columns are not",
    ),
    "catalogue of other titles": (
        "catalogue.parquet",
        lambda: tables.pack_catalogue(helpers.catalogue(23)),
        "atlas.parquet: its item ids are not those of the catalogue",
    ),
    "catalogue with an infinite mean rating": (
        "catalogue.parquet",
        lambda: tables.pack_catalogue(helpers.catalogue().replace({"mean_rating": {4.5: np.inf}})),
        "catalogue.parquet: mean ratings lie off the scale",
    ),
    "atlas in place of the catalogue": (
        "catalogue.parquet",
        lambda: tables.pack_atlas(helpers.atlas()),
        "catalogue.parquet: its columns are not",
    ),
    "atlas of other titles": (
        "atlas.parquet",
        lambda: tables.pack_atlas(helpers.atlas().sort_index(ascending=False)),
        "atlas.parquet: its item ids are not those of the catalogue",
    ),
    "evaluation that is no JSON": (
        "evaluation.json",
        lambda: b'{"visitors": Infinity}',
        "evaluation.json: it is no JSON",
    ),
    "evaluation that is a list": (
        "evaluation.json",
        lambda: b"[]",
        "evaluation.json: it holds no JSON object",
    ),
}


@pytest.mark.parametrize("what", FORGED_FILES)
def test_a_forged_file_is_refused_though_its_checksum_fits(what: str, folder: Path) -> None:
    name, data, message = FORGED_FILES[what]
    helpers.forge(folder, {name: data()})

    with pytest.raises(ReleaseError, match=message) as caught:
        open_folder(folder)
    assert str(caught.value).startswith(helpers.facts(folder)["id"])
    assert str(caught.value).endswith(f"; {helpers.MEND}")
    assert len(str(caught.value)) < 1000


# --- an index of what may be put first


@pytest.fixture
def indexed(tmp_path: Path) -> Path:
    index = build("house", helpers.model())
    return write(helpers.draft(index=index), tmp_path / "models")


def test_a_release_opens_with_the_index_that_it_was_written_with(indexed: Path) -> None:
    release = open_folder(indexed)

    assert release.index is not None
    assert release.index.model == "house"
    assert len(release.index) == helpers.N_ITEMS
    # As views of the file: two processes that serve it share one copy.
    assert isinstance(helpers.owner(release.index.lists), mmap)
    assert open_folder(write(helpers.draft(), indexed.parents[2] / "other")).index is None


def test_the_hash_stands_for_the_models_and_not_for_their_index(
    indexed: Path, folder: Path
) -> None:
    assert indexed.name == folder.name


@pytest.mark.parametrize(
    "index",
    [
        build("nobody", helpers.model()),
        build("house", helpers.model(k=9)),
        build("house", helpers.model(n_items=23)),
    ],
)
def test_an_index_of_no_model_of_the_release_is_refused(index: RankIndex, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"rank_index\.safetensors: it is not about a model"):
        write(helpers.draft(index=index), tmp_path)


# --- the franchises of a very large catalogue


def test_a_large_release_opens_with_its_franchises(
    monkeypatch: pytest.MonkeyPatch, folder: Path, tmp_path: Path
) -> None:
    monkeypatch.setattr("recommender.releases.format.EXACT_UP_TO", helpers.N_ITEMS - 1)

    release = open_folder(write(helpers.draft(), tmp_path / "large"))

    assert release.franchises is not None
    found = Franchises.of_catalogue(release.catalogue)
    assert np.array_equal(release.franchises.first, found.first)
    assert isinstance(helpers.owner(release.franchises.first), mmap)
    assert ServedRelease.of(release).shelf.franchises is release.franchises
    assert open_folder(folder).franchises is None


def test_franchises_of_other_titles_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("recommender.releases.format.EXACT_UP_TO", 0)
    found = Franchises(np.arange(helpers.N_ITEMS + 1, dtype=np.int32))
    monkeypatch.setattr(Franchises, "of_catalogue", lambda catalogue: found)

    with pytest.raises(ReleaseError, match=r"franchises\.safetensors: they are not those of the"):
        write(helpers.draft(), tmp_path)


# --- what is no damage


def test_a_file_that_is_not_listed_changes_nothing(folder: Path) -> None:
    (folder / "other.safetensors").write_bytes(b"not even a model")
    (folder / ".gitattributes").write_text("*.safetensors filter=lfs")

    assert list(open_folder(folder).models) == ["house", "plain"]


def test_a_release_opens_under_any_name_and_through_links(folder: Path, tmp_path: Path) -> None:
    # This is how the Hugging Face cache lays a repository out.
    snapshot = tmp_path / "snapshots" / "0f3a"
    snapshot.mkdir(parents=True)
    for path in folder.iterdir():
        (snapshot / path.name).symlink_to(path)

    assert open_folder(snapshot).id == folder.name


def test_what_is_opened_is_shared_safely(folder: Path) -> None:
    release = open_folder(folder)

    with pytest.raises(TypeError):
        release.models["house"] = release.models["plain"]  # type: ignore[index]
    with pytest.raises(ValueError, match="read-only"):
        release.models["house"].item_ids[0] = 7
    with pytest.raises(AttributeError):
        release.ranker = "plain"  # type: ignore[misc]


# --- what it imports


def test_opening_imports_no_training_library_and_no_hub() -> None:
    program = (
        "import sys, recommender.releases\n"
        "heavy = 'faiss numba scipy sklearn surprise umap huggingface_hub streamlit'.split()\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
