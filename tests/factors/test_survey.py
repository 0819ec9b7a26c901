"""A survey says about an embedding what the functions it is made of say, and survives storing."""

from dataclasses import replace

import numpy as np
import pytest

from recommender.algorithms import configure
from recommender.errors import ReleaseError
from recommender.factors.comparison import matched_factors
from recommender.factors.naming import factor_names
from recommender.factors.packing import pack, unpack_part
from recommender.factors.pictures import PICTURES
from recommender.factors.survey import PRINCIPAL, READABLE, Survey, survey
from tests.releases import helpers


@pytest.fixture(scope="module")
def world(movies):
    """The 600 best known movies, fitted twice."""
    counts = movies.ratings.counts()
    known = np.sort(np.argsort(-counts, kind="stable")[:600])
    ratings = movies.ratings.subset(np.isin(movies.ratings.items, known))
    algorithm = configure("taste-als", k=6, iterations=4)
    model, again = (algorithm.fit(ratings, seed=seed).model for seed in (0, 1))
    catalogue = movies.catalogue.assign(n_ratings=ratings.counts().astype(np.int32))
    return model, again, catalogue


@pytest.fixture(scope="module")
def found(world):
    return survey("taste-als", *world)


def test_every_title_with_ratings_has_a_place_on_every_picture(world, found):
    _, _, catalogue = world
    assert np.array_equal(found.placed, catalogue.index[catalogue["n_ratings"] > 0])
    assert [picture.name for picture in found.pictures] == list(PICTURES)
    for picture in found.pictures:
        table = found.picture(picture.name)
        assert table.shape == (len(found.placed), len(PICTURES[picture.name]))
        assert picture.faithfulness.trustworthiness > 0.6
        assert not picture.regions or picture.name.endswith("2d")
    with pytest.raises(KeyError):
        found.picture("tsne_4d")


def test_names_and_stability_are_those_of_the_turned_factors(world, found):
    model, again, catalogue = world
    principal, readable = found.bases
    assert principal.names == factor_names(model.item_factors, catalogue)
    matched = matched_factors(model, again)["correlation"].abs()
    np.testing.assert_allclose(principal.stability[matched.index], matched, atol=1e-12)
    turned = (model.item_factors @ readable.turn).astype(np.float32)
    assert readable.names == factor_names(turned, catalogue)
    assert found.basis(READABLE) is readable
    assert found.basis(PRINCIPAL) is principal


def test_the_next_survey_keeps_the_orientation(world, found):
    model, again, catalogue = world
    mirrored = replace(found, pictures=tuple(replace(p, places=-p.places) for p in found.pictures))
    later = survey("taste-als", model, again, catalogue, previous=mirrored)
    for picture in found.pictures:
        before, after = picture.places.ravel(), later.picture(picture.name).to_numpy().ravel()
        assert np.corrcoef(before, after)[0, 1] < -0.99, picture.name


def test_storing_changes_nothing(found):
    again = unpack_part(Survey, *pack(found))
    for one, other in zip(found.pictures, again.pictures, strict=True):
        assert np.array_equal(one.places, other.places)
        assert (one.name, one.faithfulness, one.regions) == (
            other.name,
            other.faithfulness,
            other.regions,
        )
    for one, other in zip(found.bases, again.bases, strict=True):
        assert one.names == other.names
        assert np.array_equal(one.turn, other.turn)


def test_a_handful_of_titles_has_no_pictures_but_names(world):
    model, again, catalogue = world
    few = catalogue.assign(n_ratings=np.where(np.arange(len(catalogue)) < 2, 3, 0).astype(np.int32))
    found = survey("taste-als", model, again, few)
    assert found.pictures == ()
    assert len(found.basis(PRINCIPAL).names) == model.item_factors.shape[1]


BROKEN = {
    "no picture is called": lambda s: replace(s.pictures[0], name="globe"),
    "has 3 coordinates": lambda s: replace(s.pictures[1], name="pca_2d"),
    "leaves its frame": lambda s: replace(s.pictures[1], places=2 * s.pictures[1].places),
    "1 names for 3 factors": lambda s: replace(s.bases[0], names=s.bases[0].names[:1]),
    "right angles": lambda s: replace(s.bases[0], turn=2 * s.bases[0].turn),
    "a stability": lambda s: replace(s.bases[0], stability=s.bases[0].stability + 1),
    "do not ascend": lambda s: replace(s, placed=s.placed[::-1].copy()),
    "the bases must be": lambda s: replace(s, bases=s.bases[::-1]),
}


@pytest.mark.parametrize("message", BROKEN)
def test_what_is_no_survey_is_refused(message):
    with pytest.raises(ValueError, match=message):
        BROKEN[message](helpers.survey())


def test_a_forged_survey_is_refused_with_the_fields_path():
    tensors, specification = pack(helpers.survey())
    tensors = {name: array.copy() for name, array in tensors.items()}
    tensors["pictures.0.places"][3, 1] = np.nan
    with pytest.raises(ReleaseError, match=r"pictures\.0\.places: holds numbers that are not"):
        unpack_part(Survey, tensors, specification)
    tensors["pictures.0.places"][3, 1] = 7
    with pytest.raises(ReleaseError, match=r"pictures\.0: umap_2d leaves its frame"):
        unpack_part(Survey, tensors, specification)
