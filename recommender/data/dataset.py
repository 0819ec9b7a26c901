"""A data set: the ratings of a domain, the catalogue they refer to, and where both come from.

What `recommender.data.load` returns and training starts from. The provenance goes into every
release that is made of it, because the licences ask for it and because a checksum is the only way
to tell later which file a model has seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd

from recommender.data import catalogue as catalogues
from recommender.data.ratings import Ratings
from recommender.errors import DataError


@dataclass(frozen=True)
class Provenance:
    """Where data comes from and what it may be used for.

    Attributes:
        name: The data set's own name ("MovieLens Latest Datasets (small)").
        citation: The reference that the publisher asks for.
        licence: The terms of use in a sentence.
        url: Where the publisher offers it.
        files: File name to SHA-256 (64 hex digits) of what was read.
    """

    name: str
    citation: str
    licence: str
    url: str
    files: Mapping[str, str]

    def __post_init__(self) -> None:
        """Freeze the mapping."""
        object.__setattr__(self, "files", MappingProxyType(dict(self.files)))


@dataclass(frozen=True, eq=False)
class DataSet:
    """Everything there is to learn from.

    Attributes:
        domain: "movies", "anime", …
        catalogue: The titles, as `recommender.data.catalogue` describes.
        ratings: The ratings; `ratings.item_ids` equals `catalogue.index`.
        provenance: Where it comes from.
        dropped: Reason to number of rows left out (at least one), as the format documents them.
        mended: Reason to number of titles kept with something made good, such as a lost title.
    """

    domain: str
    catalogue: pd.DataFrame
    ratings: Ratings
    provenance: Provenance
    dropped: Mapping[str, int] = field(default_factory=dict)
    mended: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that the parts belong together.

        Raises:
            DataError: If the catalogue is none, or not that of the ratings.
        """
        catalogues.check(self.catalogue)
        if not np.array_equal(self.catalogue.index.to_numpy(), self.ratings.item_ids):
            raise DataError("The catalogue and the ratings of a data set list different item ids.")
        if not np.array_equal(self.catalogue["n_ratings"].to_numpy(), self.ratings.counts()):
            raise DataError("The catalogue's n_ratings are not the counts of the ratings.")
        for name in ("dropped", "mended"):
            counts = {reason: n for reason, n in getattr(self, name).items() if n}
            object.__setattr__(self, name, MappingProxyType(counts))
