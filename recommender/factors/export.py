"""Factors to take away: CSV, Parquet, and the pair of files that the Embedding Projector loads.

A spreadsheet runs a cell that begins like a formula, and titles are what strangers wrote: in CSV
such a cell gets an apostrophe in front (OWASP, CSV injection). Parquet holds the titles as they
are. The projector (https://projector.tensorflow.org) takes vectors as tab-separated numbers without
a header and what is known of each as a table with one, in the same order.
"""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.factors.space import Space
from recommender.factors.survey import Survey

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_FACTS = ("title", "year", "kind", "genres", "n_ratings", "mean_rating")

_OF_FACTOR = (
    *("factor", "name", "share", "stability"),
    *("word", "pole", "effect", "at_pole", "overall", "p_value", "holds"),
)


def coordinates(space: Space, catalogue: pd.DataFrame, among: NDArray[np.bool_]) -> pd.DataFrame:
    """Every title with its factors.

    Args:
        space: the factors.
        catalogue: the titles.
        among: bool (n_items,), those to be exported.

    Returns:
        DataFrame with the columns item_id, title, year, kind, genres ("Drama|War"), n_ratings,
        mean_rating and factor_0, factor_1, … as float32.
    """
    columns = [f"factor_{factor}" for factor in range(len(space.names))]
    factors = pd.DataFrame(space.factors[among], columns=columns)
    return pd.concat([_facts(catalogue, among), factors], axis=1)


def places(survey: Survey, catalogue: pd.DataFrame, among: NDArray[np.bool_]) -> pd.DataFrame:
    """Every title with its place on every picture.

    Args:
        survey: what holds the pictures.
        catalogue: the titles.
        among: bool (n_items,), those to be exported.

    Returns:
        DataFrame with the columns item_id, title, year, kind, genres, n_ratings, mean_rating and
        umap_2d_x, umap_2d_y, … as float32, NaN for a title without a place.
    """
    table = _facts(catalogue, among)
    for picture in survey.pictures:
        drawn = survey.picture(picture.name).add_prefix(f"{picture.name}_")
        table = table.join(drawn, on="item_id")
    return table


def factor_list(space: Space) -> pd.DataFrame:
    """Every word proposed for a factor, and every factor without one: what there is to its name.

    Returns:
        DataFrame with the columns factor, name, share, stability (NaN if unknown), and word, pole,
        effect, at_pole, overall, p_value, holds, missing for a factor no word was proposed for.
    """
    stability = np.full(len(space.names), np.nan) if space.stability is None else space.stability
    rows: list[dict[str, object]] = []
    for name in space.names:
        about = {"factor": name.factor, "name": name.name, "share": name.share}
        about["stability"] = float(stability[name.factor])
        words = [
            {
                "word": one.word,
                "pole": "upper" if one.pole == "+" else "lower",
                "effect": one.effect,
                "at_pole": one.at_pole,
                "overall": one.overall,
                "p_value": one.p_value,
                "holds": one.holds,
            }
            for one in name.evidence
        ]
        rows += [about | word for word in words] or [about]
    return pd.DataFrame(rows, columns=list(_OF_FACTOR))


def to_csv(table: pd.DataFrame) -> bytes:
    """A table as CSV in UTF-8, no cell of which a spreadsheet takes for a formula."""
    guarded = table.copy()
    for column in guarded.columns[[not pd.api.types.is_numeric_dtype(t) for t in guarded.dtypes]]:
        cells = [f"'{cell}" if _is_formula(cell) else cell for cell in guarded[column]]
        guarded[column] = pd.Series(cells, guarded.index, dtype="object")
    # The mark at the start tells spreadsheets that it is UTF-8.
    return guarded.to_csv(index=False, float_format="%.6g", lineterminator="\r\n").encode(
        "utf-8-sig"
    )


def to_parquet(table: pd.DataFrame) -> bytes:
    """A table as a Parquet file."""
    file = BytesIO()
    table.to_parquet(file, index=False, compression="zstd")
    return file.getvalue()


def projector(
    space: Space, catalogue: pd.DataFrame, among: NDArray[np.bool_]
) -> tuple[bytes, bytes]:
    """The files for the Embedding Projector.

    Args:
        space: the factors.
        catalogue: the titles.
        among: bool (n_items,), those to be exported. Titles without factors are left out: the
            projector cannot measure an angle to them.

    Returns:
        The vectors and the metadata, TSV in UTF-8; as many rows, in the same order.
    """
    kept = among & space.factors.any(axis=1)
    vectors = ["\t".join(f"{value:.6g}" for value in row) for row in space.factors[kept].tolist()]
    facts = coordinates(space, catalogue, kept)[["title", "year", "kind", "genres", "n_ratings"]]
    rows = facts.astype("object").where(facts.notna(), "").itertuples(index=False)
    lines = ["\t".join(facts.columns)]
    lines += ["\t".join(" ".join(str(cell).split()) for cell in row) for row in rows]
    return _lines(vectors), _lines(lines)


def _facts(catalogue: pd.DataFrame, among: NDArray[np.bool_]) -> pd.DataFrame:
    facts = catalogue.loc[among, list(_FACTS)].reset_index()
    facts["genres"] = pd.array(["|".join(genres) for genres in facts["genres"]], dtype="str")
    return facts


def _is_formula(cell: object) -> bool:
    return isinstance(cell, str) and cell.startswith(_FORMULA)


def _lines(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
