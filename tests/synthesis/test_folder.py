"""A folder of synthetic ratings is read as a published set, says what it is, and is whole or not
there."""

import json

import numpy as np
import pytest

from recommender.algorithms.contract import silent
from recommender.data.synthetic import MARK
from recommender.errors import DataError, ParameterError
from recommender.synthesis import synthesise
from tests.synthesis.conftest import N_RATINGS, N_USERS


def test_it_is_read_as_the_set_it_is_like(made, real):
    data = made[1]
    assert len(data.ratings) == N_RATINGS
    assert data.ratings.n_users == N_USERS
    assert np.array_equal(data.ratings.item_ids, real.ratings.item_ids)
    assert list(data.catalogue["title"]) == list(real.catalogue["title"])
    assert list(data.catalogue["genres"]) == list(real.catalogue["genres"])


def test_whatever_is_trained_on_it_will_say_that_nobody_gave_the_ratings(made, real):
    origin = made[1].provenance
    assert "nobody gave" in origin.name
    assert real.provenance.name in origin.name
    assert set(origin.files) == {"ratings.csv", "movies.csv"}


def test_the_figures_lie_beside_the_ratings(made):
    outcome = made[0]
    kept = json.loads((outcome.place / MARK).read_text())["figures"]
    assert [(f["name"], f["real"], f["synthetic"]) for f in kept] == [
        (f.name, f.real, f.synthetic) for f in outcome.figures
    ]


def test_the_figures_are_those_of_the_ratings_in_the_file(made):
    figures = {figure.name: figure.synthetic for figure in made[0].figures}
    ratings = made[1].ratings
    assert figures["mean rating"] == pytest.approx(ratings.values.mean(dtype=np.float64))
    assert figures["titles with ratings"] == np.count_nonzero(ratings.counts())
    assert figures["ratings a user, 90% have at most"] == np.quantile(ratings.user_counts(), 0.9)
    first = ratings.subset(ratings.users < 250).matrix().toarray() > 0
    largest = np.linalg.svd(first.astype(float), compute_uv=False)[0]
    share = largest**2 / np.count_nonzero(first)
    assert figures["choice: singular value 1"] == pytest.approx(share, rel=1e-4)


def test_a_seed_fixes_every_byte(made, real, tmp_path):
    synthesise(real, N_USERS, N_RATINGS, tmp_path / "again", rank=8, progress=silent)
    for file in ("ratings.csv", MARK):
        assert (tmp_path / "again" / file).read_bytes() == (made[0].place / file).read_bytes()


def test_a_folder_that_is_there_is_left_alone(real, tmp_path):
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(DataError, match="is there already"):
        synthesise(real, N_USERS, N_RATINGS, tmp_path / "mine", progress=silent)
    assert (tmp_path / "mine").read_text() == "mine"


@pytest.mark.parametrize(
    ("users", "ratings", "why"),
    [
        (0, 0, "every user rates at least one"),
        (100, 99, "every user rates at least one"),
        (100, 100 * 259, "ask for at least"),
    ],
)
def test_sizes_that_cannot_be_are_refused(real, tmp_path, users, ratings, why):
    with pytest.raises(ParameterError, match=why):
        synthesise(real, users, ratings, tmp_path / "out", progress=silent)
    assert not list(tmp_path.iterdir())


def test_what_fails_half_way_leaves_nothing(real, tmp_path):
    def fail(done, phrase):
        if done > 0.5:
            raise OSError(28, "No space left on device")

    with pytest.raises(DataError, match="No space left"):
        synthesise(real, 2 * N_USERS, 2 * N_RATINGS, tmp_path / "out", rank=8, progress=fail)
    assert not list(tmp_path.iterdir())
