"""From what the recommender answers to the rows of a list with bars."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pages.components.bar_list import Row
from recommender.factors.fold_in import Array
from recommender.serving.served import ServedRelease


def similarity_rows(served: ServedRelease, found: pd.DataFrame) -> list[Row]:
    """Titles with their similarity, from a table with the columns item_id and similarity."""
    return [
        title_row(served, int(item_id), f"{similarity:.2f}", float(similarity))
        for item_id, similarity in zip(found["item_id"], found["similarity"], strict=True)
    ]


def title_row(
    served: ServedRelease, item_id: int, value: str = "", share: float | None = None
) -> Row:
    """A title that the row opens, with its year."""
    shelf = served.shelf
    at = shelf.position[item_id]
    year = str(shelf.years[at]) if shelf.years[at] else ""
    return Row(shelf.titles[at], item_id, year, value, share)


def factor_rows(deviations: Array, names: Sequence[str], n: int) -> list[Row]:
    """The factors in which a title stands out most; a row's id is the number of its factor.

    Args:
        deviations: float64 (k,), a row of `recommender.serving.explore.loadings`.
        names: of the factors.
        n: how many rows.
    """
    order = np.argsort(-np.abs(deviations), kind="stable")[:n]
    most = float(np.abs(deviations).max(initial=0)) or 1.0
    return [
        Row(
            names[factor],
            id=int(factor),
            value=f"{deviations[factor]:+.1f}".replace("-", "−"),
            share=float(deviations[factor] / most),
        )
        for factor in order
    ]


def word_rows(words: pd.DataFrame, n: int) -> list[Row]:
    """Words that are sure to set a selection apart, from `Character.words`, the surest first."""
    sure = words[words["holds"]][:n]
    return [
        Row(
            row.word[:1].upper() + row.word[1:],
            value=f"{row.here:.0%}, elsewhere {row.elsewhere:.0%}",
            share=float(row.here - row.elsewhere),
        )
        for row in sure.itertuples()
    ]
