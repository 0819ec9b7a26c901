"""The dials do what they are set for: shares of titles, strength of tastes, the scale."""

from dataclasses import replace

import numpy as np
import pytest

from recommender.synthesis.crowd import gathered
from recommender.synthesis.drawing import blocks
from recommender.synthesis.tally import as_ratings
from recommender.synthesis.tuning import appeal, dials, strength

N_USERS = 2_000


@pytest.mark.parametrize("strong", [0.0, 1.0, 2.0])
def test_titles_get_their_share_however_strong_tastes_are(world, real, strong):
    crowd = gathered(world, N_USERS, N_USERS * 30, 0)
    drawn = as_ratings(blocks(world, crowd, dials(world, crowd, strong)), real.ratings)
    shares = drawn.counts()[world.titles] / len(drawn)
    deviation = np.sqrt(world.chance / len(drawn))
    # Four deviations of chance, and a twentieth for that draws are not quite what sums say.
    assert (np.abs(shares - world.chance) < 4 * deviation + 0.05 * world.chance).mean() > 0.97


def test_a_title_that_one_in_many_millions_chooses_has_its_share_too(world):
    chance = world.chance.copy()
    rare, other = np.argsort(chance)[:2]
    chance[rare] = 1e-10
    crowd = gathered(world, N_USERS, N_USERS * 5, 0)
    found = appeal(replace(world, chance=chance), crowd, 0.0)
    # Without tastes, and so rare that nobody has chosen it before: the weight is the share.
    assert np.exp(found[rare] - found[other]) == pytest.approx(1e-10 / chance[other], rel=0.05)


def test_the_strength_of_tastes_is_found_again(world, real):
    """Ratings drawn at a strength are taken for real ones: that strength comes out."""
    n_users = len(world.activity)
    crowd = gathered(world, n_users, int(world.activity.sum()), 9)
    known = as_ratings(blocks(world, crowd, dials(world, crowd, 1.5)), real.ratings)
    found = strength(world, known, 0, lambda done, phrase: None)
    assert found == pytest.approx(1.5, abs=0.25)
