"""release.json: what a release says about itself, and the names that it may use.

    schema, id, domain, created        which release this is
    scale                              low, high, step, liked
    data                               name, citation, licence, url and files (name -> SHA-256) of
                                       the data set; ratings, users, titles counted; dropped, mended
    training                           seed, parameters
    models                             name -> algorithm, parameters, summary, file
    ranker, rater                      names of the default models
    files                              name -> sha256, size of every other file

Further entries are no error, so that a release may say more than its reader knows; a change of
meaning is a new schema. Schema 3 added the episodes of a title to the catalogue; a release of
schema 2 opens, with none known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recommender.errors import ReleaseError
from recommender.releases import files

if TYPE_CHECKING:
    from recommender.releases.release import ReleaseDraft

NAME = "release.json"
SCHEMA, READABLE = 3, (2, 3)
CATALOGUE, ATLAS, SURVEY, EVALUATION, CARD = (
    "catalogue.parquet",
    "atlas.parquet",
    "survey.safetensors",
    "evaluation.json",
    "README.md",
)
INDEX, FRANCHISES = "rank_index.safetensors", "franchises.safetensors"
REQUIRED = (CATALOGUE, ATLAS, SURVEY, EVALUATION, CARD)
SCALE = ("low", "high", "step", "liked")
RESTORE = "restore its folder from where it came, or train a new release"

LIMIT = 1 << 20
"""Bytes that release.json may have."""
_PATTERNS = {
    "release id": re.compile(r"\d{8}-\d{4}-[0-9a-f]{6}"),
    "domain": re.compile(r"[a-z0-9](-?[a-z0-9])*"),
    "model name": re.compile(r"[a-z0-9](-?[a-z0-9])*"),
    # Plain names: no separator, no "..", nothing hidden, nothing that a file system takes amiss.
    "file name": re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*"),
    "checksum": re.compile(r"[0-9a-f]{64}"),
    "commit": re.compile(r"[0-9a-f]{40}"),
}
_LONGEST_NAME = 100


def is_name(text: Any, what: str) -> bool:
    """Whether `text` can be such a name: a "release id", "domain" or other key of `_PATTERNS`."""
    short = isinstance(text, str) and len(text) <= _LONGEST_NAME
    return short and _PATTERNS[what].fullmatch(text) is not None


def check_name(text: Any, what: str) -> str:
    """Returns `text` if it is such a name (see `is_name`).

    Raises:
        ReleaseError: it is not.
    """
    if not is_name(text, what):
        raise ReleaseError(f"{str(text)[:_LONGEST_NAME]!r} is no {what}")
    return str(text)


class _Each:
    """Any number of entries of one shape."""

    def __init__(self, shape: Any) -> None:
        self.shape = shape


_SHAPE: dict[str, Any] = {
    "id": str,
    "domain": str,
    "created": str,
    "scale": dict.fromkeys(SCALE, float),
    "data": {
        **{"name": str, "citation": str, "licence": str, "url": str, "files": _Each(str)},
        **{"ratings": int, "users": int, "titles": int, "dropped": _Each(int)},
        "mended": _Each(int),
    },
    "training": {"seed": int, "parameters": dict},
    "models": _Each({"algorithm": str, "parameters": dict, "summary": str, "file": str}),
    "ranker": str,
    "rater": str,
    "files": _Each({"sha256": str, "size": int}),
}
_WORDS = {str: "a text", int: "a whole number", float: "a number", dict: "an object"}


def read(folder: Path) -> dict[str, Any]:
    """Reads release.json and checks that it is whole.

    Args:
        folder: of a release.

    Returns:
        The manifest: every entry there and of its type, every name a plain one, every model's and
        every required file listed.

    Raises:
        ReleaseError: "<release id or folder>: <what is wrong>; <what to do>".
    """
    called = folder.absolute().name
    try:
        data = files.read(folder / NAME, LIMIT)
    except ReleaseError as error:
        raise ReleaseError(f"{called}: {NAME}: {error}; {RESTORE}") from error
    return parse(data, called)


def parse(data: bytes, called: str) -> dict[str, Any]:
    """Reads the bytes of a release.json and checks them.

    Args:
        data: the bytes.
        called: what the release is called in errors.

    Returns:
        The manifest; see `read`.

    Raises:
        ReleaseError: "<called>: <what is wrong>; <what to do>".
    """
    try:
        manifest = files.from_json(data)
        schema = manifest.get("schema")
    except ReleaseError as error:
        raise ReleaseError(f"{called}: {NAME}: {error}; {RESTORE}") from error
    if schema not in READABLE or isinstance(schema, bool):
        mend = "update Tastemap" if isinstance(schema, int) and schema > SCHEMA else RESTORE
        raise ReleaseError(
            f"{called}: it is written in schema {schema!r}, this version of Tastemap reads "
            f"schema {' and '.join(map(str, READABLE))}; {mend}"
        )
    try:
        _check_shape(manifest, _SHAPE, "")
        _check_names(manifest)
    except ReleaseError as error:
        raise ReleaseError(f"{called}: {NAME}: {error}; {RESTORE}") from error
    return manifest


def of_draft(draft: ReleaseDraft) -> dict[str, Any]:
    """Returns the manifest of a draft but for what depends on when it is written and its files."""
    provenance = draft.provenance
    return {
        "schema": SCHEMA,
        "domain": draft.domain,
        "scale": asdict(draft.scale),
        "data": {
            "name": provenance.name,
            "citation": provenance.citation,
            "licence": provenance.licence,
            "url": provenance.url,
            "files": dict(provenance.files),
            "ratings": draft.n_ratings,
            "users": draft.n_users,
            "titles": len(draft.catalogue),
            "dropped": dict(draft.dropped),
            "mended": dict(draft.mended),
        },
        "training": {"seed": draft.seed, "parameters": dict(draft.parameters)},
        "models": {
            name: {
                "algorithm": recipe.algorithm,
                "parameters": dict(recipe.parameters),
                "summary": recipe.summary,
                "file": model_file(name),
            }
            for name, recipe in draft.recipes.items()
        },
        "ranker": draft.ranker,
        "rater": draft.rater,
    }


def release_id(created: datetime, facts: Mapping[str, Any]) -> str:
    """Returns the id of a release, "20261121-1432-ab12cd".

    Args:
        created: in UTC.
        facts: the manifest, with or without id and time.

    Returns:
        Date and time with six digits of the SHA-256 of everything that training determines: not of
        the time, not of the evaluation, whose costs differ from run to run, not of the survey,
        which is turned to the release before, not of the rank index, which another processor adds
        up otherwise, and not of the card, which repeats them.
    """
    essence = {key: value for key, value in facts.items() if key not in ("id", "created")}
    essence["files"] = {
        name: entry
        for name, entry in facts["files"].items()
        if name not in (SURVEY, EVALUATION, CARD, INDEX)
    }
    return f"{created:%Y%m%d-%H%M}-{sha256(files.to_json(essence, NAME)).hexdigest()[:6]}"


def model_file(model: str) -> str:
    """Returns the name of a model's file."""
    return f"{model}.safetensors"


def _check_shape(value: Any, shape: Any, path: str) -> None:
    if isinstance(shape, (dict, _Each)):
        if not isinstance(value, Mapping):
            raise ReleaseError(f"{path} must be an object")
        inner = shape if isinstance(shape, dict) else dict.fromkeys(value, shape.shape)
        for key, expected in inner.items():
            at = f"{path}.{key}".lstrip(".")
            if key not in value:
                raise ReleaseError(f"{at} is missing")
            _check_shape(value[key], expected, at)
        return
    allowed = (int, float) if shape is float else shape
    if isinstance(value, bool) or not isinstance(value, allowed):
        raise ReleaseError(f"{path} must be {_WORDS[shape]}")
    if isinstance(value, int) and value.bit_length() > 63:
        raise ReleaseError(f"{path} is too large")


def _check_names(manifest: Mapping[str, Any]) -> None:
    check_name(manifest["id"], "release id")
    check_name(manifest["domain"], "domain")
    for name, entry in manifest["files"].items():
        check_name(name, "file name")
        check_name(entry["sha256"], "checksum")
    for name, entry in manifest["models"].items():
        check_name(name, "model name")
        check_name(entry["file"], "file name")
    for name in (*REQUIRED, *(entry["file"] for entry in manifest["models"].values())):
        if name not in manifest["files"]:
            raise ReleaseError(f"files does not list {name}")
    for role in ("ranker", "rater"):
        if manifest[role] not in manifest["models"]:
            raise ReleaseError(f"the {role} {manifest[role]!r} is none of the models")
    try:
        created = datetime.fromisoformat(manifest["created"])
        if created.tzinfo is None:
            raise ReleaseError("created has no time zone")
        created = created.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ReleaseError(f"created is no date ({error})") from error
    if manifest["id"] != release_id(created, manifest):
        raise ReleaseError("its entries are not those that its id stands for")
