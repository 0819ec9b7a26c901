"""How well a visitor's taste is known, by the bundled releases' own evaluation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.serving import open_release
from recommender.serving.sureness import NEXT, sureness
from recommender.settings import BUNDLED_MODELS

RELEASES = {name: open_release(name, BUNDLED_MODELS) for name in ("movies", "anime")}


@given(st.sampled_from(sorted(RELEASES)), st.integers(0, 500))
def test_more_ratings_never_mean_less(domain, n):
    release = RELEASES[domain]
    found, more = (sureness(release, at, release.ranker) for at in (n, n + 1))
    assert found is not None
    assert more is not None
    assert 0 <= found.share <= found.after <= 1
    assert found.share <= more.share
    assert sureness(release, n + NEXT, release.ranker).share == found.after


@pytest.mark.parametrize("domain", sorted(RELEASES))
def test_it_is_what_was_measured(domain):
    release = RELEASES[domain]
    cells = {
        name: {c["k"]: c["ndcg@10"]["value"] for c in report["cells"] if c["shown"] == "uniform"}
        for name, report in release.evaluation["few_ratings"].items()
    }
    own, start = cells[release.ranker], max(cells["popularity"].values())
    expected = (own[5] - start) / (max(own.values()) - start)
    assert sureness(release, 5, release.ranker).share == pytest.approx(expected)
    assert sureness(release, 0, release.ranker).share == 0
    assert sureness(release, 100, release.ranker).share == 1


def test_the_words_fit_the_figures():
    release = RELEASES["movies"]
    none, few, many = (sureness(release, n, release.ranker) for n in (0, 5, 40))
    assert f"{none.after:.0%}" in none.sentence
    assert f"{few.share:.0%}" in few.sentence
    assert f"{few.after:.0%}" in few.sentence
    assert "change little" in many.sentence


def test_a_model_that_knows_no_taste_has_no_meter():
    assert sureness(RELEASES["movies"], 5, "popularity") is None
    assert sureness(RELEASES["movies"], 5, "no such model") is None
