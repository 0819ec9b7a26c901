"""Addresses of a title at other sites."""

from urllib.parse import parse_qs, urlsplit

import numpy as np

from recommender.serving.elsewhere import SITES, addresses
from tests.serving.releases import catalogue, factor_model, release


def test_titles_are_found_by_id_or_by_name_and_year(served):
    found = addresses("movies", served.shelf, 318)
    assert found["MovieLens"] == "https://movielens.org/movies/318"
    query = parse_qs(urlsplit(found["IMDb"]).query)
    assert query["q"] == ["The Shawshank Redemption (1994)"]


def test_no_name_breaks_out_of_an_address():
    titles = catalogue(['"><script>&q=x #1', "Åsa / 東京"])
    model = factor_model(titles.index.to_numpy(), np.array([[1.0], [2.0]]))
    shelf = release(titles, {"house": model}, "house", "house").shelf
    for position in range(2):
        item_id = int(shelf.item_ids[position])
        address = urlsplit(addresses("movies", shelf, item_id)["IMDb"])
        assert parse_qs(address.query)["q"] == [shelf.named(position)]
        assert address.fragment == ""


def test_every_site_is_reached_safely_and_an_unknown_domain_has_none(served):
    for site in (site for sites in SITES.values() for site in sites):
        assert site.address.startswith("https://")
    assert addresses("books", served.shelf, 318) == {}
