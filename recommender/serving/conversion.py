"""From the scores of another service to ratings on a domain's scale, and how to say so."""

from __future__ import annotations

import math

from recommender.data.scale import RatingScale
from recommender.serving.importers import Reading


def to_scale(score: float | None, highest: float, scale: RatingScale) -> float | None:
    """Converts a score in proportion: the best one to the best rating, then to the nearest step.

    Args:
        score: above 0 and at most `highest`, or None.
        highest: the best score of the service.
        scale: the domain's.

    Returns:
        The rating, of two that are as near the better one; None for None.
    """
    if score is None:
        return None
    steps = math.floor((score / highest * scale.high - scale.low) / scale.step + 0.5 + 1e-9)
    return scale.check(scale.low + max(0, steps) * scale.step)


def scale_sentence(reading: Reading, scale: RatingScale) -> str:
    """Says what has become of the scores, as "IMDb's 1 to 10 became 0.5 to 5: a 7 is 3.5."."""
    example = math.floor(0.7 * reading.highest + 0.5)
    became = to_scale(example, reading.highest, scale)
    span = f"{scale.low:g} to {scale.high:g}"
    if reading.highest == scale.high and "decimals" not in reading.scale:
        return f"{reading.service} rates like Tastemap, {span}: ratings stay as they are."
    return f"{reading.service}'s {reading.scale} became {span}: {example} is {became:g} here."
