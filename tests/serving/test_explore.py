"""What the Explore page reads off a release: pictures, similar titles, the visitor's place."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import TitleError
from recommender.serving import open_release
from recommender.serving.explore import (
    closest_half,
    factor_model,
    loadings,
    on_the_map,
    pictures,
    similar,
    visitor_place,
)
from recommender.settings import BUNDLED_MODELS

PLACES = st.lists(st.tuples(*[st.floats(-1, 1, width=32)] * 2), min_size=1, max_size=30)


@pytest.fixture(scope="module")
def bundled():
    return open_release("movies", BUNDLED_MODELS)


def test_the_pictures_of_the_survey_are_laid_out_by_position_flat_ones_first(bundled):
    found = pictures(bundled)
    assert [one.label for one in found[:4]] == ["UMAP, 2-D", "PCA, 2-D", "t-SNE, 2-D", "UMAP, 3-D"]
    first = bundled.survey.picture("umap_2d")
    at = bundled.shelf.positions(first.index)
    np.testing.assert_array_equal(found[0].places[at], first)
    assert np.isnan(np.delete(found[0].places, at, axis=0)).all()
    assert found[0].regions
    assert all(len(region.place) == 2 for region in found[0].regions)
    assert pictures(bundled) is found


def test_a_release_without_pictures_shows_its_atlas(served):
    flat, solid = pictures(served)
    assert (flat.name, flat.dimensions, solid.dimensions) == ("axes_2d", 2, 3)
    np.testing.assert_array_equal(solid.places, served.atlas[["x", "y", "z"]])


def test_only_titles_that_are_offered_and_have_a_place_are_on_the_map(bundled):
    placed = bundled.catalogue.index.isin(bundled.survey.placed)
    np.testing.assert_array_equal(on_the_map(bundled), placed & bundled.shelf.offered)
    genres = [["Hentai"], *bundled.catalogue["genres"][1:]]
    shown = replace(bundled, catalogue=bundled.catalogue.assign(genres=genres))
    assert not on_the_map(shown)[0]
    assert on_the_map(shown)[1:].sum() == on_the_map(bundled)[1:].sum()
    model = factor_model(shown)
    second = int(shown.shelf.item_ids[1])
    found = similar(shown, model, [second], n=len(shown.shelf))
    assert shown.shelf.item_ids[0] not in found["item_id"].tolist()


def test_factors_are_found_also_for_a_model_that_has_none(served):
    assert factor_model(served) is served.models["house"]
    assert factor_model(served, "orders") is served.models["orders"]
    assert factor_model(served, "popularity") is served.models["house"]


def test_similar_titles_are_those_nearest_by_cosine_and_never_those_given(served):
    model = served.models["house"]
    first, second = served.shelf.item_ids[served.shelf.by_popularity[:2]].tolist()
    found = similar(served, model, [first], n=10)
    cosines = model.unit_factors @ model.unit_factors[model.positions([first])[0]]
    assert found["similarity"].tolist() == pytest.approx(np.sort(cosines)[-11:-1][::-1].tolist())
    assert first not in found["item_id"].tolist()
    less = similar(served, model, [first], [second], 10)
    assert not {first, second} & set(less["item_id"])
    with pytest.raises(TitleError):
        similar(served, model, [-5])


def test_loadings_are_in_standard_deviations_and_named_where_the_survey_has_a_name(bundled):
    model = factor_model(bundled)
    deviations, names = loadings(bundled, model)
    some = model.unit_factors.any(axis=1)
    np.testing.assert_allclose(deviations[some].mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(deviations[some].std(axis=0), 1)
    basis = bundled.survey.basis("varimax")
    turned = model.unit_factors @ basis.turn
    assert np.corrcoef(turned[some, 3], deviations[some, 3])[0, 1] == pytest.approx(1)
    for number, (name, found) in enumerate(zip(names, basis.names, strict=True), 1):
        assert name == (found.name if found.holds else f"Factor {number}")


def test_another_model_s_factors_have_numbers(served):
    other = served.models["orders"]
    assert loadings(served, other)[1][0] == "Factor 1"


def test_a_visitor_stands_where_most_of_the_best_titles_lie_not_between_islands(served):
    famous = served.shelf.item_ids[served.shelf.by_popularity[:3]].tolist()
    visitor = served.fold_in(dict.fromkeys(famous, 5.0))
    flat, _ = pictures(served)
    best = np.argsort(-visitor.scores, kind="stable")[:30]
    places = np.full(flat.places.shape, -1, np.float32)
    places[best[:18]] = (0.5, 0.25)
    places[best[18:]] = (0.5, -0.75)
    islands = replace(flat, places=places)
    assert visitor_place(islands, visitor).tolist() == [0.5, 0.25]
    # Titles without a place say nothing.
    places = places.copy()
    places[best[:18]] = np.nan
    assert visitor_place(replace(flat, places=places), visitor).tolist() != [0.5, 0.25]


def test_a_visitor_of_whom_nothing_is_known_stands_nowhere(served):
    famous = served.shelf.item_ids[served.shelf.by_popularity[:3]].tolist()
    flat, _ = pictures(served)
    assert visitor_place(flat, served.fold_in({})) is None
    same_for_all = served.fold_in(dict.fromkeys(famous, 5.0), "popularity")
    assert visitor_place(flat, same_for_all) is None


@given(PLACES, st.tuples(*[st.integers(-4, 4)] * 2))
def test_the_closest_half_moves_with_the_places_and_lies_among_them(places, shift):
    places = np.round(np.array(places) * 64) / 64
    found = closest_half(places)
    assert (found >= places.min(axis=0) - 1e-12).all()
    assert (found <= places.max(axis=0) + 1e-12).all()
    np.testing.assert_allclose(closest_half(places + shift), found + shift, atol=1e-9)
