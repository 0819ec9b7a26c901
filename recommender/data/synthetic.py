"""The mark of ratings that nobody gave: a file beside them, so that no release forgets it.

`recommender.synthesis` writes synthetic ratings in a published format, which its reader would take
for the published set. The mark says what they are instead; `recommender.data.load` puts that into
the provenance, and whatever is trained on them says so in its card.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from recommender.data.dataset import DataSet, Provenance
from recommender.data.files import Source
from recommender.errors import DataError

MARK = "synthetic.json"
_TEXTS = ("name", "citation", "licence", "url")
_LARGEST = 1 << 20


def provenance_of(original: Provenance, n_users: int, n_ratings: int, seed: int) -> Provenance:
    """What there is to say of synthetic ratings.

    Args:
        original: of the real set that they are like.
        n_users: how many users were made.
        n_ratings: how many ratings.
        seed: of the draws.

    Returns:
        It, without files.
    """
    return Provenance(
        name=f"Synthetic ratings, which nobody gave, like {original.name}",
        citation=f"{n_ratings:,} ratings of {n_users:,} users who do not exist, drawn by Tastemap "
        f"(seed {seed}) to measure time and memory; nothing learned from them is true of anybody. "
        f"Titles and structure are those of: {original.citation}",
        licence=f"As what they are like: {original.licence}",
        url=original.url,
        files={},
    )


def mark(folder: Path, provenance: Provenance, facts: Mapping[str, Any]) -> None:
    """Writes the mark into a folder of synthetic ratings, with further facts about them."""
    told = {name: getattr(provenance, name) for name in _TEXTS}
    (folder / MARK).write_text(
        json.dumps({**told, **facts}, indent=2, ensure_ascii=False, allow_nan=False) + "\n",
        encoding="utf-8",
    )


def as_marked(data: DataSet, source: Source) -> DataSet:
    """Puts what a mark says in place of the publisher's name, if there is one beside the ratings.

    Raises:
        DataError: the mark cannot be read.
    """
    if MARK not in source:
        return data
    with source.open(MARK) as file:
        written = file.read(_LARGEST)
    try:
        told = json.loads(written)
        texts = {name: told[name] for name in _TEXTS}
    except (ValueError, KeyError, TypeError, RecursionError):
        texts = {}
    if not texts or not all(isinstance(text, str) and text.strip() for text in texts.values()):
        raise DataError(
            f"{MARK} must be a JSON object with the texts {', '.join(_TEXTS)}; make the synthetic "
            "ratings anew with `python -m recommender data synthesise`."
        )
    return replace(data, provenance=Provenance(**texts, files=data.provenance.files))
