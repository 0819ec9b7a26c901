"""A visitor's taste as a picture to keep or to send: favourites and picks, each with its cover.

Drawn with Pillow in the look of the page: its colours, its two typefaces, and the covers of
`cover.py` as the cards have them. Everything is drawn at twice the size and then halved, for smooth
edges.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from pages.components.cover import HEIGHT, WIDTH, Cover, cover
from pages.components.title_cards import Card

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

SIZE = (1080, 1350)
"""Width and height in pixels: 4 to 5, which feeds show whole."""

ACROSS, PICKS = 4, 4
"""How many titles stand side by side, and how many picks there are."""

_PAPER, _PANEL, _TEXT, _QUIET, _TEAL, _STAR = (
    "#fafbf9",
    "#eef2ef",
    "#1c2625",
    "#56625f",
    "#0b6b66",
    "#a86400",
)
_FONTS = Path(__file__).parents[1] / "static" / "fonts"
_TWICE = 2
_MARGIN, _GAP = 72, 24
_STEPS = 12
_SIZES = {"short": 0.135, "medium": 0.11, "long": 0.0875}
_LINE = 1.06


@dataclass(frozen=True)
class Type:
    """A typeface at a size and weight; `latin-ext` has the letters that `latin` has not."""

    family: str
    size: float
    weight: int

    def runs(self, text: str) -> list[tuple[str, ImageFont.FreeTypeFont]]:
        """Splits a text into pieces that one file has the letters for."""
        pieces: list[tuple[str, str]] = []
        for letter in text:
            part = "latin-ext" if 0x0100 <= ord(letter) < 0x2000 else "latin"
            if pieces and pieces[-1][1] == part:
                pieces[-1] = (pieces[-1][0] + letter, part)
            else:
                pieces.append((letter, part))
        return [(piece, _font(self.family, part, self)) for piece, part in pieces]

    def width(self, text: str) -> float:
        """How wide a text is, in pixels of the picture."""
        return sum(font.getlength(piece) for piece, font in self.runs(text)) / _TWICE


@lru_cache(maxsize=64)
def _font(family: str, part: str, type_: Type) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    font = ImageFont.truetype(_FONTS / f"{family}-{part}.woff2", round(type_.size * _TWICE))
    defaults = {axis["name"]: axis["default"] for axis in font.get_variation_axes()}
    font.set_variation_by_axes(
        [type_.weight if name == b"Weight" else value for name, value in defaults.items()]
    )
    return font


def display(size: float, weight: int = 700) -> Type:
    """The typeface of headings and covers."""
    return Type("bricolage-grotesque", size, weight)


def body(size: float, weight: int = 400) -> Type:
    """The typeface of everything else."""
    return Type("figtree", size, weight)


def taste_picture(heading: str, favourites: Sequence[Card], picks: Sequence[Card]) -> bytes:
    """Draws the picture.

    Args:
        heading: what it is about: "My taste in movies".
        favourites: the visitor's, with their ratings; the first `ACROSS` are drawn.
        picks: recommendations, with predictions where there are any; the first `PICKS`.

    Returns:
        A PNG of `SIZE`.
    """
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", [side * _TWICE for side in SIZE], _PAPER)
    draw = ImageDraw.Draw(picture)
    _write(draw, (_MARGIN, 64), "Tastemap", display(34), _TEAL)
    _write(draw, (_MARGIN, 118), heading, _fitting(heading, 76), _TEXT)
    sections = [("My favourites", favourites[:ACROSS]), ("Next, says Tastemap", picks[:PICKS])]
    width = (SIZE[0] - 2 * _MARGIN - (ACROSS - 1) * _GAP) / ACROSS
    y = 256.0
    for title, cards in sections:
        if not cards:
            continue
        _write(draw, (_MARGIN, y), title, display(36, 650), _TEXT)
        y += 66
        for at, card in enumerate(cards):
            x = _MARGIN + at * (width + _GAP)
            _draw_cover(picture, draw, card, (x, y), width)
            below = y + width * HEIGHT / WIDTH + 18
            if card.rating is not None:
                _write_stars(draw, (x, below), f"{card.rating:g}")
            elif card.prediction is not None:
                _write_stars(draw, (x, below), f"about {card.prediction.rating:.1f}")
        y += width * HEIGHT / WIDTH + 96
    _write(draw, (_MARGIN, SIZE[1] - 84), "Rate a few titles and see yours.", body(28), _QUIET)
    file = BytesIO()
    picture.resize(SIZE, Image.Resampling.LANCZOS).save(file, "PNG")
    return file.getvalue()


def _fitting(text: str, size: float) -> Type:
    """The heading's typeface, smaller if the text would run over the edge."""
    room = SIZE[0] - 2 * _MARGIN
    return display(min(size, size * room / max(display(size).width(text), 1)))


def _write(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, type_: Type, colour: str
) -> None:
    """Writes one line; `at` is its upper left corner."""
    x, y = (coordinate * _TWICE for coordinate in at)
    # One baseline for all pieces.
    y += type_.size * _TWICE * 0.8
    for piece, font in type_.runs(text):
        draw.text((x, y), piece, font=font, fill=colour, anchor="ls")
        x += font.getlength(piece)


def _write_stars(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str) -> None:
    """A star and a number."""
    x, y = at
    radius = 15
    points = []
    for corner in range(10):
        angle = math.tau * corner / 10 - math.tau / 4
        reach = radius if corner % 2 == 0 else radius * 0.45
        points.append(
            (
                (x + radius + reach * math.cos(angle)) * _TWICE,
                (y + radius + reach * math.sin(angle)) * _TWICE,
            )
        )
    draw.polygon(points, fill=_STAR)
    _write(draw, (x + 2 * radius + 10, y + 1), text, body(28, 600), _TEXT)


def _draw_cover(
    picture: Image.Image,
    draw: ImageDraw.ImageDraw,
    card: Card,
    at: tuple[float, float],
    width: float,
) -> None:
    """A cover with its rounded corners, its title and its facts."""
    from PIL import Image, ImageDraw

    drawn = cover(card.item_id, card.place)
    wide, high = round(width * _TWICE), round(width * HEIGHT / WIDTH * _TWICE)
    paper = Image.new("RGB", (wide, high), drawn.background)
    on = ImageDraw.Draw(paper)
    outline = _points(drawn.outline)
    for level, (colour, scale) in enumerate(zip(drawn.contours, drawn.scales, strict=True)):
        turned = _placed(outline, drawn, scale, math.radians(9 * level))
        on.polygon([(x * wide / WIDTH, y * wide / WIDTH) for x, y in turned], fill=colour)
    mask = Image.new("L", (wide, high), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, wide - 1, high - 1), 16 * _TWICE, fill=255)
    picture.paste(paper, [round(coordinate * _TWICE) for coordinate in at], mask)

    x, y = at[0] + 0.08 * width, at[1] + 0.07 * width
    type_ = display(_SIZES[_length(card.title)] * width)
    lines = _lines(card.title, type_, 0.84 * width)
    room = int((width * HEIGHT / WIDTH - 0.3 * width) / (type_.size * _LINE))
    if len(lines) > room:
        lines = [*lines[: room - 1], f"{lines[room - 1]}…"]
    for line in lines:
        _write(draw, (x, y), line, type_, drawn.foreground)
        y += type_.size * _LINE
    facts = " · ".join(str(fact) for fact in (card.year, card.kind) if fact)
    foot = body(0.07 * width)
    below = at[1] + width * HEIGHT / WIDTH - 0.06 * width - foot.size * 1.1
    _write(draw, (x, below), facts, foot, drawn.foreground)


def _length(title: str) -> str:
    """How large a title may be set; as `titleLength` in cover.js."""
    longest = max(len(word) for word in re.split(r"[\s-]+", title))
    if longest > 12 or len(title) > 34:
        return "long"
    return "medium" if longest > 9 or len(title) > 18 else "short"


def _lines(text: str, type_: Type, room: float) -> list[str]:
    """Breaks a text into lines; a word that is too long for one is broken too."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if type_.width(longer) <= room:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if lines[-1] and type_.width(lines[-1] + letter) > room:
                lines.append("")
            lines[-1] += letter
    return lines


def _points(path: str) -> list[tuple[float, float]]:
    """The outline of a cover as points on its curves."""
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)]
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
    start, points = pairs[0], []
    for at in range(1, len(pairs), 3):
        one, two, end = pairs[at : at + 3]
        for step in range(_STEPS):
            t = step / _STEPS
            shares = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
            four = (start, one, two, end)
            points.append(
                tuple(
                    sum(share * point[axis] for share, point in zip(shares, four, strict=True))
                    for axis in (0, 1)
                )
            )
        start = end
    return points


def _placed(
    outline: Sequence[tuple[float, float]], drawn: Cover, scale: float, turn: float
) -> list[tuple[float, float]]:
    """The outline turned, scaled and moved to the summit."""
    x0, y0 = drawn.summit
    across, down = math.cos(turn) * scale, math.sin(turn) * scale
    return [(x0 + across * x - down * y, y0 + down * x + across * y) for x, y in outline]
