"""Addresses as people can read them."""

from collections.abc import Mapping

from recommender.serving.compact import unpack
from recommender.serving.session import PLACES


def readable(address: Mapping[str, str]) -> dict[str, str]:
    """An address with its lists of titles as old addresses had them: `ratings=1-5_3-3.5`."""
    read = dict(address)
    if "taste" in read:
        rated, lists = unpack(read.pop("taste"))
        written = {"ratings": "_".join(f"{item_id}-{rating:g}" for item_id, rating in rated)}
        for place, ids in zip(PLACES, lists, strict=False):
            written[place] = "_".join(map(str, ids))
        read |= {name: value for name, value in written.items() if value}
    return read
