"""The map of all titles: what the browser draws it from, and what the visitor does to it.

What is heavy goes once: the facts of the titles once a release, their places once a picture, each
in a mount of its own whose data never changes. What changes is small. Colours, sizes and filters
are chosen and applied in the browser. The browser counts titles by their place in `Titles`.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zlib import compress

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.components.widgets import ATLAS
from recommender.serving.explore import Picture
from recommender.serving.served import ServedRelease

NOWHERE = 65535
"""The coordinates of a title without a place; others are 0 to 65534."""
MOST_COUNTED = 65535
"""Numbers of ratings above this are sent as this."""

_map = ATLAS.widget("atlasMap", html='<div class="atlas"></div>')
_titles = ATLAS.widget("atlasTitles")
_places = ATLAS.widget("atlasPlaces")


@dataclass(frozen=True, eq=False)
class Titles:
    """The titles of the map, and how the browser gets them.

    Attributes:
        positions: intp (n,), where they are in the catalogue.
        number: item_id -> place in `positions`.
        data: the facts as plain values.
    """

    positions: NDArray[np.intp]
    number: Mapping[int, int]
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Values:
    """Numbers of all titles to colour the map by.

    Attributes:
        name: unique among those of a map, without spaces.
        label: what the choice of colours calls them.
        low: what the lowest colour means.
        high: what the highest colour means.
        numbers: float (n_items,) in 0..1, by position in the catalogue.
    """

    name: str
    label: str
    low: str
    high: str
    numbers: NDArray[np.floating]


@dataclass(frozen=True)
class Scene:
    """What lies on the map for this visitor; titles are item ids.

    Attributes:
        open: the title whose panel is open.
        rated: the visitor's ratings.
        own: where the visitor stands, as many coordinates as the picture has.
        highlighted: titles to ring.
        selected: the titles of the selection, the best known first; None without one.
        values: what else titles can be coloured by.
        colour: name of those of `values` to colour by from now on; None to leave it as it is.
    """

    open: int | None = None
    rated: Mapping[int, float] | None = None
    own: NDArray[np.float64] | None = None
    highlighted: Sequence[int] = ()
    selected: Sequence[int] | None = None
    values: Sequence[Values] = ()
    colour: str | None = None


def atlas_map(
    release: ServedRelease,
    pictures: Sequence[Picture],
    picture: Picture,
    scene: Scene,
    *,
    on_open: Callable[[int], None],
    on_select: Callable[[list[int]], None],
    on_picture: Callable[[str], None],
) -> None:
    """Shows the map.

    Args:
        release: what serves.
        pictures: those to choose from.
        picture: the one to show.
        scene: what lies on it.
        on_open: called with the item id of a title that was tapped.
        on_select: called with the item ids of a selection.
        on_picture: called with the name of a chosen picture.

    Raises:
        ValueError: the browser sent what is no event of the map.
    """
    titles = titles_of(release)
    key = f"atlas.{release.domain}"

    def receive() -> None:
        ids = release.shelf.item_ids[titles.positions]
        event = st.session_state[key].event
        if isinstance(event, dict) and event.get("release") != release.id:
            return  # on its way while another release took over: its numbers mean other titles
        match event:
            case {"type": "open", "title": int(number)} if 0 <= number < len(ids):
                on_open(int(ids[number]))
            case {"type": "select", "titles": list(numbers)} if _numbers(numbers, len(ids)):
                on_select([int(ids[number]) for number in numbers])
            case {"type": "picture", "picture": str(name)} if name in {p.name for p in pictures}:
                on_picture(name)
            case other:
                raise ValueError(f"The browser sent {str(other)[:200]!r}: no event of the map.")

    _map(key=key, data=_plain(release, pictures, picture, scene), on_event_change=receive)


def send_atlas(release: ServedRelease, picture: Picture) -> None:
    """Sends what the map draws; a page with the map calls it once, after the map."""
    _titles(key=f"atlas.titles.{release.id}", data=titles_of(release).data)
    _places(key=f"atlas.places.{release.id}.{picture.name}", data=_coordinates(release, picture))


@lru_cache(maxsize=4)
def titles_of(release: ServedRelease) -> Titles:
    """The titles that may be shown, packed: about 20 bytes a title, most of them its name."""
    catalogue, shelf = release.catalogue, release.shelf
    shown = np.flatnonzero(shelf.offered)
    genres = sorted({genre for at in shown for genre in shelf.genres[at]})
    has = np.array([[genre in shelf.genres[at] for genre in genres] for at in shown], np.bool_)
    kinds = [name for name, _ in Counter(shelf.kinds[at] for at in shown).most_common()]
    kind = [kinds.index(shelf.kinds[at]) for at in shown]
    scale = release.scale
    mean = catalogue["mean_rating"].to_numpy(np.float64)[shown]
    along = np.where(np.isnan(mean), -1, (mean - scale.low) / (scale.high - scale.low))
    ids = shelf.item_ids[shown]
    data = {
        "release": release.id,
        "titles": _packed("\n".join(" ".join(shelf.titles[at].splitlines()) for at in shown)),
        "genres": genres,
        "masks": _packed(np.packbits(has, axis=1, bitorder="little")),
        "kinds": [name or "Unknown" for name in kinds],
        "kind": _packed(np.array(kind, np.uint8)),
        "years": _packed(shelf.years[shown].astype("<u2")),
        "ratings": _packed(np.minimum(shelf.n_ratings[shown], MOST_COUNTED).astype("<u2")),
        "mean": _packed(np.where(along < 0, 0, 1 + np.round(254 * along)).astype(np.uint8)),
        "scale": {"low": scale.low, "high": scale.high},
    }
    return Titles(shown, {int(item_id): at for at, item_id in enumerate(ids)}, data)


@lru_cache(maxsize=16)
def _coordinates(release: ServedRelease, picture: Picture) -> Mapping[str, Any]:
    places = picture.places[titles_of(release).positions]
    steps = np.round((np.clip(np.nan_to_num(places), -1, 1) + 1) * (NOWHERE - 1) / 2)
    steps[np.isnan(places).any(axis=1)] = NOWHERE
    return {
        "release": release.id,
        "picture": picture.name,
        "dimensions": picture.dimensions,
        "coordinates": _packed(steps.astype("<u2")),
    }


def _plain(
    release: ServedRelease, pictures: Sequence[Picture], picture: Picture, scene: Scene
) -> dict[str, Any]:
    titles = titles_of(release)
    number = titles.number
    rated = (scene.rated or {}).items()
    return {
        "domain": release.domain,
        "release": release.id,
        "n": len(titles.positions),
        "picture": picture.name,
        "pictures": [{"name": one.name, "label": one.label} for one in pictures],
        "regions": [
            {"text": region.text, "place": [round(at, 4) for at in region.place]}
            for region in picture.regions
        ],
        "open": None if scene.open is None else number.get(scene.open),
        "rated": [[number[item_id], rating] for item_id, rating in rated if item_id in number],
        "own": None if scene.own is None else [round(float(at), 4) for at in scene.own],
        "highlighted": [number[item_id] for item_id in scene.highlighted if item_id in number],
        "selected": None
        if scene.selected is None
        else [number[item_id] for item_id in scene.selected if item_id in number],
        "colour": None if scene.colour is None else f"values {scene.colour}",
        "values": [
            {
                "name": values.name,
                "label": values.label,
                "low": values.low,
                "high": values.high,
                "bytes": b64encode(_bytes(values.numbers[titles.positions]).tobytes()).decode(),
            }
            for values in scene.values
        ],
    }


def _numbers(found: list[object], n: int) -> bool:
    return all(isinstance(number, int) and 0 <= number < n for number in found)


def _bytes(numbers: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.round(255 * np.clip(np.nan_to_num(numbers), 0, 1)).astype(np.uint8)


def _packed(values: NDArray[Any] | str) -> str:
    plain = values.encode() if isinstance(values, str) else np.ascontiguousarray(values).tobytes()
    return b64encode(compress(plain)).decode()
