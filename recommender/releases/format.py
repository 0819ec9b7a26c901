"""A release on disk: writing a draft into a folder, and opening a folder again.

`models/<domain>/<release id>/` holds

    release.json           the manifest: what it is, and the checksum of every other file
    catalogue.parquet      the titles
    <model>.safetensors    one file a model
    atlas.parquet          a place for every title, which gives it its colour
    survey.safetensors     pictures of an embedding, names of its factors
    rank_index.safetensors what a model may put first, where the catalogue is very large
    franchises.safetensors which titles belong together, likewise
    evaluation.json        what the models are worth, as `recommender.evaluation.report` says it
    README.md              the card, for people and for the Hugging Face Hub

A release is written into a folder of another name and appears by a rename, so whatever has a
release id is whole; opening trusts nothing and checks everything again. The files are mapped into
memory, so that all processes of a machine that serve a release share the numbers of its models.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np

from recommender.data.franchise import Franchises
from recommender.data.scale import RatingScale
from recommender.errors import ReleaseError, TastemapError
from recommender.factors.contract import EXACT_UP_TO
from recommender.factors.model import Model
from recommender.factors.rank_index import RankIndex
from recommender.factors.survey import Survey
from recommender.releases import files, manifest, tables
from recommender.releases.card import card
from recommender.releases.model_file import (
    pack_model,
    pack_part,
    unpack_model,
    unpack_part,
)
from recommender.releases.release import Release, ReleaseDraft

T = TypeVar("T")


def write(draft: ReleaseDraft, parent: Path) -> Path:
    """Writes a draft as a release, and opens it before it gets its name.

    The same data, seed and parameters give the same hash in the id and the same bytes of the
    models, the catalogue and the atlas. Writing a draft a second time changes nothing.

    Args:
        draft: what the release is made of.
        parent: the models folder; `<parent>/<domain>/` is made where it is missing.

    Returns:
        The folder, `<parent>/<domain>/<release id>`.

    Raises:
        ReleaseError: the draft is not fit for a release, or the disk refuses; nothing is left over.
    """
    try:
        release_id, contents = _contents(draft)
    except TastemapError as error:
        reason = str(error).rstrip(".")
        raise ReleaseError(f"The {draft.domain} release was not written: {reason}.") from error
    home = parent / draft.domain
    try:
        _write(contents, home, home / release_id)
    except OSError as error:
        raise ReleaseError(
            f"{release_id}: it cannot be written to {home} ({error.strerror}); see that there is "
            "room and that you may write there"
        ) from error
    return home / release_id


def open_folder(folder: Path) -> Release:
    """Opens a release and checks all of it.

    Args:
        folder: of a release, of any name.

    Returns:
        The release; its arrays are read-only.

    Raises:
        ReleaseError: "<release id>: <what is wrong>; <what to do>": another schema, a missing or
            changed file, a column, tensor or number that does not belong there, ids that differ
            between the parts.
    """
    facts = manifest.read(folder)
    try:
        return _open(folder, facts)
    except TastemapError as error:
        reason = str(error).rstrip(".")
        raise ReleaseError(f"{facts['id']}: {reason}; {manifest.RESTORE}") from error


def _contents(draft: ReleaseDraft) -> tuple[str, dict[str, bytes]]:
    """Returns the release id of a draft and its files by name."""
    manifest.check_name(draft.domain, "domain")
    if draft.created.tzinfo is None:
        raise ReleaseError("the time of creation has no time zone")
    if set(draft.recipes) != set(draft.models):
        raise ReleaseError("the recipes are not those of the models; each model needs one")
    if draft.catalogue.empty:
        raise ReleaseError("the catalogue is empty")
    contents = {
        manifest.CATALOGUE: tables.pack_catalogue(draft.catalogue),
        manifest.ATLAS: tables.pack_atlas(draft.atlas),
        manifest.SURVEY: _naming(manifest.SURVEY, pack_part, draft.survey),
    }
    for name, model in draft.models.items():
        file = manifest.model_file(manifest.check_name(name, "model name"))
        contents[file] = _naming(file, pack_model, model, draft.models)
    if len(draft.catalogue) > EXACT_UP_TO:
        found = Franchises.of_catalogue(draft.catalogue)
        contents[manifest.FRANCHISES] = _naming(manifest.FRANCHISES, pack_part, found)
    if draft.index is not None:
        contents[manifest.INDEX] = _naming(manifest.INDEX, pack_part, draft.index)
    facts = manifest.of_draft(draft)
    facts["files"] = _checksums(contents)
    created = draft.created.astimezone(UTC).replace(microsecond=0)
    release_id = manifest.release_id(created, facts)
    contents[manifest.EVALUATION] = files.to_json(draft.evaluation, manifest.EVALUATION)
    contents[manifest.CARD] = card(draft, release_id).encode()
    facts |= {"id": release_id, "created": created.isoformat(), "files": _checksums(contents)}
    contents[manifest.NAME] = files.to_json(facts, manifest.NAME)
    return release_id, contents


def _write(contents: Mapping[str, bytes], home: Path, target: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    with files.unfinished(home, target.name) as folder:
        for name, data in contents.items():
            files.write(folder / name, data)
        finish(folder, target)


def finish(folder: Path, target: Path) -> Release:
    """Opens a release that lies in a folder of another name and gives it its own.

    Args:
        folder: the release, in the lock of whoever made it, beside `target`.
        target: where it belongs. A release that is there already is opened and stays.

    Returns:
        The release, opened from where it was.

    Raises:
        ReleaseError: either does not open.
        OSError: the disk refuses.
    """
    files.flush_folder(folder)
    release = open_folder(folder)
    with files.locked(target.parent):
        if target.exists():
            open_folder(target)
        else:
            folder.rename(target)
    files.flush_folder(target.parent)
    files.flush_folder(target.parent.parent)
    return release


def _checksums(contents: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    return {
        name: {"sha256": sha256(data).hexdigest(), "size": len(data)}
        for name, data in contents.items()
    }


def _open(folder: Path, facts: Mapping[str, Any]) -> Release:
    contents = {
        name: _naming(name, _verified, folder / name, entry)
        for name, entry in facts["files"].items()
    }
    scale = RatingScale(**{key: float(facts["scale"][key]) for key in manifest.SCALE})
    catalogue = _naming(manifest.CATALOGUE, tables.unpack_catalogue, contents[manifest.CATALOGUE])
    means = catalogue["mean_rating"].dropna()
    if not means.between(scale.low, scale.high).all():
        raise ReleaseError(f"{manifest.CATALOGUE}: mean ratings lie off the scale")
    atlas = _naming(manifest.ATLAS, tables.unpack_atlas, contents[manifest.ATLAS])
    item_ids = catalogue.index.to_numpy()
    if not np.array_equal(atlas.index.to_numpy(), item_ids):
        raise ReleaseError(f"{manifest.ATLAS}: its item ids are not those of the catalogue")
    models = _open_models(facts["models"], contents)
    for name, model in models.items():
        file = facts["models"][name]["file"]
        if not np.array_equal(model.item_ids, item_ids):
            raise ReleaseError(f"{file}: its item ids are not those of the catalogue")
        if model.scale != scale:
            raise ReleaseError(f"{file}: its rating scale is not that of the release")
    survey = _naming(manifest.SURVEY, unpack_part, Survey, contents[manifest.SURVEY])
    if survey.model not in models or not np.isin(survey.placed, item_ids).all():
        raise ReleaseError(
            f"{manifest.SURVEY}: it is not about the models and titles of the release"
        )
    index = None
    if manifest.INDEX in contents:
        index = _naming(manifest.INDEX, unpack_part, RankIndex, contents[manifest.INDEX])
        if index.model not in models or not index.fits(models[index.model]):
            raise ReleaseError(f"{manifest.INDEX}: it is not about a model of the release")
    franchises = None
    if manifest.FRANCHISES in contents:
        packed = contents[manifest.FRANCHISES]
        franchises = _naming(manifest.FRANCHISES, unpack_part, Franchises, packed)
        if len(franchises.first) != len(item_ids):
            raise ReleaseError(f"{manifest.FRANCHISES}: they are not those of the catalogue")
    if not models[facts["rater"]].predicts_ratings:
        raise ReleaseError(f"{manifest.NAME}: the rater {facts['rater']} predicts no ratings")
    return Release(
        id=facts["id"],
        domain=facts["domain"],
        created=datetime.fromisoformat(facts["created"]).astimezone(UTC),
        folder=folder,
        scale=scale,
        catalogue=catalogue,
        atlas=atlas,
        models=MappingProxyType(models),
        survey=survey,
        ranker=facts["ranker"],
        rater=facts["rater"],
        evaluation=_naming(
            manifest.EVALUATION, files.from_json, bytes(contents[manifest.EVALUATION])
        ),
        manifest=facts,
        index=index,
        franchises=franchises,
    )


def _open_models(
    entries: Mapping[str, Mapping[str, Any]], contents: Mapping[str, memoryview]
) -> dict[str, Model]:
    """Opens the models, one that stands in another one before it and once."""
    opened: dict[str, Model | None] = {}

    def open_model(name: str) -> Model | None:
        if name in entries and name not in opened:
            opened[name] = None  # until it is there, so that no model can hold itself
            file = entries[name]["file"]
            opened[name] = _naming(file, unpack_model, contents[file], open_model)
        return opened.get(name)

    found = {name: open_model(name) for name in entries}
    return {name: model for name, model in found.items() if model is not None}


def _verified(path: Path, entry: Mapping[str, Any]) -> memoryview:
    """Returns a file's bytes if they are those that the manifest speaks of."""
    data = files.mapped(path, limit=entry["size"])
    if len(data) < entry["size"]:
        raise ReleaseError(
            f"it has {len(data):,} bytes instead of {entry['size']:,}; it is cut off"
        )
    if sha256(data).hexdigest() != entry["sha256"]:
        raise ReleaseError("its bytes are not those that were released (SHA-256 differs)")
    return data


def _naming(file: str, work: Callable[..., T], *arguments: Any) -> T:
    """Calls `work`; an error of its gets the name of the file that it is about."""
    try:
        return work(*arguments)
    except TastemapError as error:
        raise ReleaseError(f"{file}: {error}") from error
