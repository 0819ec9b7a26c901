"""The parts of a data set belong together."""

from dataclasses import replace

import numpy as np
import pytest

from recommender.errors import DataError


def test_ratings_of_another_catalogue_are_refused(movies):
    with pytest.raises(DataError, match="different item ids"):
        replace(movies, catalogue=movies.catalogue.iloc[1:])


def test_counts_of_other_ratings_are_refused(movies):
    mask = np.ones(len(movies.ratings), dtype=bool)
    mask[0] = False
    with pytest.raises(DataError, match="n_ratings are not the counts"):
        replace(movies, ratings=movies.ratings.subset(mask))


def test_what_was_dropped_is_kept_as_read_only_counts_without_zeros(movies):
    counted = replace(movies, dropped={"some reason": 3, "never happened": 0})
    assert dict(counted.dropped) == {"some reason": 3}
    with pytest.raises(TypeError):
        counted.dropped["some reason"] = 4
    with pytest.raises(TypeError):
        counted.provenance.files["f"] = "0"
