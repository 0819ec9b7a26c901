"""Covers for titles, which have no artwork: coloured contour lines, as on a map.

A cover is a function of the title's place in the atlas, so neighbours look alike wherever they are
drawn: the first coordinate runs through the hues, the second makes the paper lighter or darker, the
third shifts both a little, and the summit of the contours lies on the cover where the title lies in
the atlas. The item id only bends the contours, so two titles at one place are still two covers.
Colours are made in OKLCH (Ottosson 2020, https://bottosson.github.io/posts/oklab), where an equal
step looks equally large, and brought into sRGB by lowering the chroma. The text on a cover has a
contrast of at least 4.5 (WCAG 2.2 AA) with the paper and with every contour.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

Place = tuple[float, float, float]
"""A title's place in the atlas: three coordinates in [-1, 1]; others are moved to the border."""

FOREGROUND = "#fffdf7"
CONTRAST = 4.5
WIDTH, HEIGHT = 100, 140
"""The drawing's extent; the units of a cover's outline and summit."""

_HUES = (142.0, 228.0, 415.0)
"""Degrees at the one end, the middle and the other end: green, teal, blue, plum, rose, ochre."""
_CONTOURS = (1.75, 1.25, 0.8, 0.4)
_LIGHTEST = 0.545
"""OKLab lightness of the innermost contour at most: lighter fails the contrast for some hue."""


@dataclass(frozen=True)
class Cover:
    """How to draw a title's cover; what a widget needs, in plain values.

    Attributes:
        background: Colour of the paper, "#rrggbb".
        foreground: Colour of the text on it.
        contours: Colours of the contours, the outermost first.
        scales: How large each contour is drawn, times the outline.
        outline: An SVG path around (0, 0), about 40 units in radius.
        summit: Where the contours' centre lies in a drawing of WIDTH x HEIGHT.
    """

    background: str
    foreground: str
    contours: tuple[str, ...]
    scales: tuple[float, ...]
    outline: str
    summit: tuple[int, int]


def cover_colours(place: Place) -> tuple[str, str]:
    """The paper and text colour of the title at a place in the atlas, as "#rrggbb".

    Raises:
        ValueError: A coordinate is not a number.
    """
    lightness, chroma, hue = _paper(_inside(place))
    return _srgb(lightness, chroma, hue), FOREGROUND


@lru_cache(maxsize=4096)
def cover(item_id: int, place: Place) -> Cover:
    """The cover of a title.

    Raises:
        ValueError: A coordinate is not a number.
    """
    place = _inside(place)
    lightness, chroma, hue = _paper(place)
    rise = (_LIGHTEST - lightness) / len(_CONTOURS)
    contours = tuple(
        _srgb(lightness + rise * level, chroma + 0.006 * level, hue + 6 * level)
        for level in range(1, len(_CONTOURS) + 1)
    )
    x, y, _ = place
    return Cover(
        background=_srgb(lightness, chroma, hue),
        foreground=FOREGROUND,
        contours=contours,
        scales=_CONTOURS,
        outline=_outline(item_id, place),
        summit=(round(WIDTH * (0.5 + 0.36 * x)), round(HEIGHT * (0.66 + 0.22 * y))),
    )


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two "#rrggbb" colours, 1 to 21, as WCAG 2.2 defines it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _inside(place: Place) -> Place:
    if not all(map(math.isfinite, place)):
        raise ValueError(f"A place in the atlas is three numbers in [-1, 1], not {place}.")
    x, y, z = (min(1.0, max(-1.0, float(coordinate))) for coordinate in place)
    return x, y, z


def _paper(place: Place) -> tuple[float, float, float]:
    """Lightness, chroma and hue in degrees; smooth in the place, so that neighbours look alike."""
    x, y, z = place
    first, middle, last = _HUES
    along = min(1.0, max(-1.0, 0.85 * x + 0.45 * y + 0.1 * z))
    # Most titles lie near the middle: give the middle more of the hues.
    along *= 1.5 - along**2 / 2
    hue = middle + along * (last - middle if along > 0 else middle - first)
    return 0.41 + 0.03 * y - 0.02 * z, 0.1 + 0.02 * z, hue


def _outline(item_id: int, place: Place) -> str:
    """A closed wavy line around the origin; its bends turn with the place and the item id."""
    bend = (item_id * 2654435761 % 2**32) / 2**32
    phases = (2 * place[0] + 1.1 * bend, 2 * place[1] + 2.3 * bend, 2 * place[2] + 0.7 * bend)
    waves = tuple(zip((2, 3, 5), (0.16, 0.10, 0.05), phases, strict=True))
    points = []
    for step in range(10):
        angle = math.tau * step / 10
        radius = 40 * (1 + sum(size * math.cos(n * angle + phase) for n, size, phase in waves))
        points.append((radius * math.cos(angle), radius * math.sin(angle)))
    # Catmull-Rom through the points, written as cubic Béziers.
    path = f"M{points[0][0]:.0f} {points[0][1]:.0f}"
    for i, (x, y) in enumerate(points):
        (before_x, before_y), (x1, y1) = points[i - 1], points[(i + 1) % 10]
        after_x, after_y = points[(i + 2) % 10]
        path += (
            f"C{x + (x1 - before_x) / 6:.0f} {y + (y1 - before_y) / 6:.0f}"
            f" {x1 - (after_x - x) / 6:.0f} {y1 - (after_y - y) / 6:.0f} {x1:.0f} {y1:.0f}"
        )
    return path + "Z"


def _srgb(lightness: float, chroma: float, hue: float) -> str:
    """OKLCH (hue in degrees) as "#rrggbb", with the chroma lowered until the colour exists."""
    a, b = math.cos(math.radians(hue)), math.sin(math.radians(hue))
    while True:
        channels = _linear_rgb(lightness, chroma * a, chroma * b)
        if chroma < 1e-3 or all(0 <= channel <= 1 for channel in channels):
            break
        chroma *= 0.98
    return "#" + "".join(f"{round(255 * _companded(channel)):02x}" for channel in channels)


def _linear_rgb(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _companded(channel: float) -> float:
    channel = min(1.0, max(0.0, channel))
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
