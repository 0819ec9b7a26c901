"""Fitting together gives what fitting alone gives, and does nothing twice."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recommender.algorithms import configure
from recommender.algorithms.blend import Blend
from recommender.algorithms.contract import Algorithm, parameter
from recommender.algorithms.ensemble import Ensemble, fit_together, related
from recommender.algorithms.popularity import Popularity
from recommender.factors.blend import BlendModel
from tests.algorithms.inspection import visitors
from tests.algorithms.worlds import village


@dataclass(frozen=True)
class Counted(Popularity):
    """Popularity that counts how often it is fitted."""

    fits: ClassVar[list] = []
    number: int = parameter(0, 0, 9, "tells equal ones from others")

    def fit(self, ratings, **settings):
        self.fits.append(self.number)
        return super().fit(ratings, **settings)


@dataclass(frozen=True)
class Chorus(Ensemble):
    """Several counted ones in unison."""

    name: ClassVar[str] = "chorus"
    summary: ClassVar[str] = "Sings."
    voices: ClassVar[tuple[Algorithm, ...]] = ()

    @property
    def members(self):
        return self.voices

    def combine(self, models):
        return BlendModel(tuple(models), (1.0,) * len(models))


class Duet(Chorus):
    voices = (Counted(number=1), Counted(number=2))


class Round(Chorus):
    voices = (Duet(), Counted(number=2))


def test_equal_algorithms_and_members_are_fitted_once():
    Counted.fits.clear()
    fits = fit_together({"round": Round(), "duet": Duet(), "one": Counted(number=1)}, village())
    assert sorted(Counted.fits) == [1, 2]
    duet, second = fits["round"].model.members
    assert duet.members[0] is fits["one"].model
    assert duet.members[1] is second is fits["duet"].model.members[1]


def test_together_gives_the_same_as_alone():
    small = Blend(k=3, rank=5)
    chosen = {"blend": small, "taste": small.members[0], "bias": configure("bias")}
    together = fit_together(chosen, village(), seed=3)
    for name, algorithm in chosen.items():
        alone = algorithm.fit(village(), seed=3).model
        for visitor in visitors(village()):
            np.testing.assert_array_equal(
                together[name].model.fold_in(visitor).scores, alone.fold_in(visitor).scores
            )


def test_progress_goes_from_nothing_to_everything_and_names_the_algorithm():
    told = []
    small = Blend(k=3, rank=5)
    fit_together({"blend": small}, village(), progress=lambda *said: told.append(said))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert told[-1][1] == "few-shot-linear: done"


def test_groups_have_nothing_to_fit_in_common():
    one, two, other = Counted(number=1), Counted(number=2), Counted(number=3)
    chosen = {"one": one, "other": other, "two": two, "duet": Duet(), "again": Counted(number=3)}
    assert related(chosen) == [
        {"one": one, "two": two, "duet": Duet()},
        {"other": other, "again": other},
    ]
