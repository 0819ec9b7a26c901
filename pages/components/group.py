"""The people of a group: who they are in this tab, and how they and their list are drawn.

The address of the Together page says who is there (`recommender.serving.people`). What it cannot
hold of a very long list, this tab still knows, by the value of the address that it was made with.
"""

from base64 import b64encode
from collections.abc import Mapping
from html import escape
from math import isfinite
from pathlib import Path

import streamlit as st

from pages.components import visitor
from pages.components.cover import HEIGHT, WIDTH, cover
from recommender.serving.compact import pack
from recommender.serving.people import Person, decode_people, encode_people
from recommender.serving.served import ServedRelease
from recommender.serving.together import Agreement, Pick

COLOURS = (
    "#0f8a83",
    "#c25a3c",
    "#7a68d8",
    "#a87a12",
    "#2f80c4",
    "#b84f95",
    "#5b8c22",
    "#84736a",
)
"""One for each person; 3 to 1 on the light page and on the dark one."""

_STYLE = Path(__file__).parent / "group.css"
_KNOWN, _BEFORE = "together.known", "together.before"


def friends(served: ServedRelease) -> tuple[Person, ...]:
    """The people beside the visitor."""
    value = visitor.view(served, "together").get("with", "")
    known = st.session_state.setdefault(_KNOWN, {})
    key = (served.id, value)
    if key not in known:
        known[key] = decode_people(value, served)
    return known[key]


def shortened(served: ServedRelease) -> list[str]:
    """Names of those whose list is longer here than what the address carries of it."""
    value = visitor.view(served, "together").get("with", "")
    carried = decode_people(value, served)
    return [
        here.name
        for here, there in zip(friends(served), carried, strict=True)
        if len(there.state.rated) < len(here.state.rated)
    ]


def keep_friends(served: ServedRelease, people: tuple[Person, ...], done: str) -> None:
    """Takes other people into the group; `undo_friends` brings those back who were there."""
    before = visitor.view(served, "together").get("with")
    st.session_state.setdefault(_BEFORE, {}).setdefault(served.domain, []).append((before, done))
    mine = visitor.session(served).state
    value = encode_people(people, len(pack(mine.rated, [mine.seen])))
    st.session_state.setdefault(_KNOWN, {})[served.id, value] = people
    visitor.change_view(served, "together", {"with": value or None})


def last_done(served: ServedRelease) -> str | None:
    """What `undo_friends` would undo, as "Added Anna"; None if there is nothing."""
    steps = st.session_state.get(_BEFORE, {}).get(served.domain, [])
    return steps[-1][1] if steps else None


def undo_friends(served: ServedRelease) -> None:
    """Goes back to the people before the last change."""
    before, _ = st.session_state[_BEFORE][served.domain].pop()
    visitor.change_view(served, "together", {"with": before})


def person_line(name: str, colour: str, said: str, share: float | None = None) -> None:
    """Draws a person: colour, name, a few words and, if given, a bar of 0..1."""
    bar = (
        ""
        if share is None
        else f'<span class="bar"><span style="{_bar(share, colour)}"></span></span>'
    )
    words = f'<span class="said">{escape(said)}</span>'
    st.html(f'<div class="group-person"><p>{_who(name, colour)} {words}</p>{bar}</div>')


def picks_list(served: ServedRelease, people: Mapping[str, str], agreement: Agreement) -> None:
    """Draws the titles of a group, each with everybody's predicted rating.

    Args:
        served: what serves.
        people: name -> colour.
        agreement: the list, with the people in the same order.
    """
    rows = "".join(
        _row(served, people, pick, place) for place, pick in enumerate(agreement.picks, start=1)
    )
    st.html(f'<ol class="group-list" aria-label="For all of you">{rows}</ol>')


def send_style() -> None:
    """Sends how it all looks; the page calls it once."""
    st.html(_STYLE)


def _row(served: ServedRelease, people: Mapping[str, str], pick: Pick, place: int) -> str:
    shelf = served.shelf
    at = shelf.position[pick.item_id]
    facts = [str(shelf.years[at]) if shelf.years[at] else "", shelf.kinds[at]]
    facts.append(", ".join(shelf.genres[at][:3]))
    ratings = "".join(
        f"<li>{_who(name, colour)} {_rating(pick, who)}</li>"
        for who, (name, colour) in enumerate(people.items())
    )
    return (
        f'<li><span class="place" aria-hidden="true">{place}</span>{_cover(served, pick.item_id)}'
        f"<div><h3>{escape(shelf.titles[at])}</h3>"
        f"<p>{escape(' · '.join(filter(None, facts)))}</p><ul>{ratings}</ul></div></li>"
    )


def _rating(pick: Pick, who: int) -> str:
    if who in pick.seen_by:
        return '<span class="said">has seen it</span>'
    rank = f'<span class="said">no. {pick.ranks[who]:,}</span>'
    predicted = pick.predicted[who]
    return f"<b>{predicted:.1f}</b> {rank}" if isfinite(predicted) else rank


def _who(name: str, colour: str) -> str:
    return f'<span class="dot" style="background:{colour}"></span><span>{escape(name)}</span>'


def _bar(share: float, colour: str) -> str:
    return f"width:{share:.0%};background:{colour}"


def _cover(served: ServedRelease, item_id: int) -> str:
    """The cover without its text, which stands beside it."""
    place = tuple(served.atlas.to_numpy()[served.shelf.position[item_id]].tolist())
    drawn = cover(item_id, place)
    x, y = drawn.summit
    contours = "".join(
        f'<path d="{drawn.outline}" fill="{colour}" transform="translate({x} {y}) scale({scale})"/>'
        for colour, scale in zip(drawn.contours, drawn.scales, strict=True)
    )
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{drawn.background}"/>{contours}</svg>'
    )
    data = b64encode(picture.encode()).decode("ascii")
    return f'<img alt="" src="data:image/svg+xml;base64,{data}">'
