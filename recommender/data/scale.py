"""The rating scale of a domain: which numbers are ratings, and which of them mean "liked".

Every rating in Tastemap, from a file, a visitor or a test, is checked against one of these values;
the scale travels with the ratings and with a release, so no other module knows that movies go
from half a star to five. MovieLens and MyAnimeList document the two scales; the "liked" marks are
those of the few-ratings protocol (4 of 5, 8 of 10).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recommender.errors import RatingError

# In steps. float32 holds halves and whole numbers exactly, but a file may say 3.9999999.
_SLACK = 1e-6


@dataclass(frozen=True)
class RatingScale:
    """The numbers `low`, `low + step`, …, `high`; from `liked` on a title counts as liked.

    Attributes:
        low: Lowest rating.
        high: Highest rating.
        step: Distance of two neighbouring ratings; `high - low` is a multiple of it.
        liked: Lowest rating that counts as "liked"; itself on the scale.
    """

    low: float
    high: float
    step: float
    liked: float

    def __post_init__(self) -> None:
        """Refuse a scale that is none.

        Raises:
            RatingError: If the numbers are not finite, not increasing, or do not fit the step.
        """
        numbers = (self.low, self.high, self.step, self.liked)
        if not all(math.isfinite(number) for number in numbers):
            raise RatingError(f"A rating scale needs finite numbers, not {numbers}.")
        if self.step <= 0 or self.high <= self.low:
            raise RatingError(
                f"A rating scale needs low < high and step > 0, not low {self.low:g}, "
                f"high {self.high:g}, step {self.step:g}."
            )
        if not self.contains([self.high, self.liked]).all():
            raise RatingError(
                f"high {self.high:g} and liked {self.liked:g} must lie on the scale that starts at "
                f"{self.low:g} and goes by {self.step:g}."
            )

    @property
    def values(self) -> tuple[float, ...]:
        """Every allowed rating, ascending."""
        steps = round((self.high - self.low) / self.step)
        return tuple(self.low + index * self.step for index in range(steps + 1))

    def steps(self, ratings: ArrayLike) -> NDArray[np.int64]:
        """Count the steps from `low` to each rating, int64: its position in `values`."""
        return np.rint((np.asarray(ratings, np.float64) - self.low) / self.step).astype(np.int64)

    @property
    def middle(self) -> float:
        """The middle of the scale; a rating above it speaks for a title."""
        return (self.low + self.high) / 2

    def __str__(self) -> str:
        """Return "0.5 to 5 by 0.5"."""
        return f"{self.low:g} to {self.high:g} by {self.step:g}"

    def check(self, rating: float) -> float:
        """Return `rating` as a float on the scale.

        Args:
            rating: A number (numpy numbers too); text and truth values are no ratings.

        Returns:
            The allowed value that `rating` is.

        Raises:
            RatingError: If it is not a number, or none of `values`; the message names those.
        """
        if isinstance(rating, (bool, np.bool_)) or not isinstance(
            rating, (int, float, np.integer, np.floating)
        ):
            raise RatingError(
                f"The rating {rating!r} is not a number; give one of {self._allowed()}."
            )
        number = float(rating)
        if not self.contains([number])[0]:
            raise RatingError(
                f"The rating {number:g} is not on the scale; give one of {self._allowed()}."
            )
        return self.low + round((number - self.low) / self.step) * self.step

    def contains(self, ratings: ArrayLike) -> NDArray[np.bool_]:
        """Say for each number whether it is on the scale.

        Args:
            ratings: Numbers, any shape.

        Returns:
            bool, same shape; False for NaN and infinities.
        """
        numbers = np.asarray(ratings, dtype=np.float64)
        slack = _SLACK * self.step
        within = (numbers > self.low - slack) & (numbers < self.high + slack)
        steps = (np.where(within, numbers, self.low) - self.low) / self.step
        result: NDArray[np.bool_] = within & (np.abs(steps - np.round(steps)) < _SLACK)
        return result

    def clip(self, ratings: ArrayLike) -> NDArray[np.float64]:
        """Bring predicted ratings into the scale's range, without rounding them to a step.

        Args:
            ratings: Numbers, any shape.

        Returns:
            float64, same shape, within [low, high]; NaN stays NaN.
        """
        return np.clip(np.asarray(ratings, dtype=np.float64), self.low, self.high)

    def _allowed(self) -> str:
        return ", ".join(f"{value:g}" for value in self.values)


MOVIE_SCALE = RatingScale(low=0.5, high=5.0, step=0.5, liked=4.0)
ANIME_SCALE = RatingScale(low=1.0, high=10.0, step=1.0, liked=8.0)
