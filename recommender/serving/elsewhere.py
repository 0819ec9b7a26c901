"""Where else a title is described: addresses at other sites, by the ids of the data sets.

Item ids are the data sets' own, so MyAnimeList's and MovieLens' pages are known exactly. The data
carry no ids of IMDb, whose search for the name and the year stands in.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from recommender.serving.shelf import Shelf


@dataclass(frozen=True)
class Site:
    """A site that knows the titles of a domain.

    Attributes:
        name: what people call it.
        address: of a title's page, with {id} and {title} in it; the title is to be quoted.
    """

    name: str
    address: str


SITES: dict[str, tuple[Site, ...]] = {
    "movies": (
        Site("IMDb", "https://www.imdb.com/find/?s=tt&q={title}"),
        Site("MovieLens", "https://movielens.org/movies/{id}"),
    ),
    "anime": (Site("MyAnimeList", "https://myanimelist.net/anime/{id}"),),
}
"""The sites of each domain; a domain that is missing has none."""


def addresses(domain: str, shelf: Shelf, item_id: int) -> dict[str, str]:
    """Where a title is described.

    Args:
        domain: "movies", …
        shelf: the catalogue.
        item_id: a title of it.

    Returns:
        Name of a site -> address.
    """
    title = quote(shelf.named(shelf.position[item_id]), safe="")
    return {
        site.name: site.address.format(id=item_id, title=title) for site in SITES.get(domain, ())
    }
