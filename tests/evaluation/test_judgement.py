"""A challenger may serve if it is not worse by more than chance; on what basis, it says."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from recommender.algorithms import configure
from recommender.errors import JobError
from recommender.evaluation import judgement_file
from recommender.evaluation.judgement import RANKER, RATER, judge, objections, rivals
from recommender.evaluation.report import examine, few_ratings_outcomes
from recommender.evaluation.typical import typical
from recommender.releases import Recipe, write
from recommender.releases.format import open_folder
from tests.releases import village


def released(tmp_path, **changes):
    """The village's release, with recipes that say what its models were fitted with."""
    draft = village.draft()
    recipes = {n: Recipe(a.name, asdict(a), a.summary) for n, a in village.ALGORITHMS.items()}
    return open_folder(write(replace(draft, **{"recipes": recipes, **changes}), tmp_path))


@pytest.fixture(scope="module")
def releases(tmp_path_factory):
    """The good one, and one that ranks by the biases."""
    good = released(tmp_path_factory.mktemp("good"))
    bad = released(tmp_path_factory.mktemp("bad"), ranker="bias", rater="bias")
    return good, bad


@pytest.fixture(scope="module")
def outcomes(releases):
    good, _ = releases
    asked = {"taste": village.ALGORITHMS["taste"], "bias": village.ALGORITHMS["bias"]}
    return few_ratings_outcomes(village.data(), asked | rivals(good), workers=1)


@pytest.fixture(scope="module")
def of_bad(releases, outcomes):
    good, bad = releases
    return judge(bad, good, village.data(), outcomes)


def test_the_same_recipe_is_no_worse_and_the_basis_says_why(releases, outcomes):
    good, _ = releases
    judgement = judge(good, good, village.data(), outcomes)
    assert judgement.passed
    for found in judgement.comparisons:
        assert (found.difference.value, found.difference.low, found.difference.high) == (0, 0, 0)
    assert "on the same data" in judgement.basis
    assert "Both have the same recipe" in judgement.basis
    assert all(change.new == change.gone == () for change in judgement.changes)


def test_a_worse_challenger_does_not_pass(of_bad):
    ndcg, _ = of_bad.comparisons
    assert ndcg.worse
    assert ndcg.difference.high < 0
    assert not of_bad.passed
    assert any(
        "NDCG@10" in reason and "worse than the champion's" in reason for reason in of_bad.reasons
    )


def test_the_difference_is_that_of_the_same_visitors(of_bad, outcomes):
    ndcg = of_bad.comparisons[0]
    assert ndcg.visitors == of_bad.visitors == len({o.user for o in outcomes[RANKER]})
    gap = ndcg.challenger.value - ndcg.champion.value
    assert ndcg.difference.value == pytest.approx(gap, abs=1e-12)
    paired = ndcg.difference.high - ndcg.difference.low
    assert paired < (ndcg.challenger.high - ndcg.challenger.low) * 2


def test_other_data_are_named_and_only_the_recipes_compared(releases, outcomes, tmp_path):
    good, _ = releases
    other = replace(village.draft().provenance, name="older ratings", files={"r": "0" * 64})
    before = released(tmp_path, provenance=other, n_ratings=1000)
    judgement = judge(good, before, village.data(), outcomes)
    assert "learned from other data, older ratings (1,000 ratings" in judgement.basis
    assert "compares the two recipes, not what the other data are worth" in judgement.basis


def test_a_recipe_that_cannot_be_fitted_any_more_does_not_pass(releases, outcomes):
    good, bad = releases
    judgement = judge(bad, good, village.data(), outcomes, refused="no algorithm 'magic'")
    assert not judgement.passed
    assert judgement.comparisons == ()
    assert "no algorithm 'magic'" in judgement.reasons[0]


def test_few_visitors_do_not_pass(releases, outcomes):
    good, _ = releases
    some = sorted({outcome.user for outcome in outcomes["taste"]})[:20]
    few = {n: [o for o in found if o.user in some] for n, found in outcomes.items()}
    judgement = judge(good, good, village.data(), few)
    assert [check.name for check in judgement.checks if not check.passed] == ["visitors"]


def test_ranges_that_do_not_hold_do_not_pass(releases, outcomes):
    good, _ = releases
    narrow = {n: [replace(o, within=0.5) for o in found] for n, found in outcomes.items()}
    judgement = judge(good, good, village.data(), narrow)
    assert [check.name for check in judgement.checks if not check.passed] == ["ranges"]
    assert "50.0 % of the ratings" in judgement.reasons[0]


def test_without_a_champion_there_is_nothing_to_compare(releases, outcomes):
    good, _ = releases
    judgement = judge(good, None, village.data(), outcomes)
    assert judgement.passed
    assert (judgement.champion, judgement.comparisons, judgement.changes) == (None, (), ())


def test_rivals_cost_nothing_where_they_are_among_the_algorithms(releases):
    good, _ = releases
    algorithms = {"taste": village.ALGORITHMS["taste"], "mine": configure("popularity")}
    examined = examine(village.data(), algorithms, rivals=rivals(good), workers=1)
    assert set(examined.outcomes) == {"taste", "mine", RANKER, RATER}
    assert examined.outcomes[RANKER] is examined.outcomes["taste"]
    assert set(examined.report["few_ratings"]) == {"taste", "mine"}


def test_who_promotes_against_the_judgement_has_to_say_why(of_bad):
    champion = of_bad.champion
    assert objections(of_bad, champion) == of_bad.reasons
    assert objections(None, champion) == ("It has not been judged beside the champion.",)
    assert objections(None, None) == ()
    passing = replace(of_bad, checks=of_bad.checks[:1])
    assert objections(passing, champion) == ()
    (said,) = objections(passing, "20261125-1330-ab12cd")
    assert "meanwhile 20261125-1330-ab12cd serves" in said


# --- ten typical people


def test_the_ten_are_the_same_each_time_and_stand_for_everybody():
    people, shares, likes = typical(village.data())
    again, same_shares, same_likes = typical(village.data())
    assert np.array_equal(people, again)
    assert (shares, likes) == (same_shares, same_likes)
    assert len(set(people.tolist())) == 10
    assert sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)


def test_their_lists_hold_no_title_that_they_have_shown(of_bad):
    assert len(of_bad.changes) == 10
    for change in of_bad.changes:
        rated = {title.item_id for title, _ in change.rated}
        assert len(rated) == len(change.champion) == len(change.challenger) == 10
        assert not rated & {t.item_id for t in (*change.champion, *change.challenger)}
        assert len(change.shared) + len(change.new) == 10 == len(change.shared) + len(change.gone)
        assert set(change.new) <= set(change.challenger)
        assert not set(change.gone) & set(change.challenger)


# --- on disk


def test_a_judgement_survives_the_file(of_bad, tmp_path):
    judgement_file.write(of_bad, tmp_path / "j.json")
    assert judgement_file.read(tmp_path / "j.json") == of_bad
    assert [path.name for path in tmp_path.iterdir()] == ["j.json"]


def test_no_file_is_no_judgement(tmp_path):
    assert judgement_file.read(tmp_path / "none.json") is None


@pytest.mark.parametrize(
    "change",
    [
        {"passed": True},
        {"checks": []},
        {"visitors": "many"},
        {"visitors": True},
        {"judged": "2026-11-25T13:30:00"},
        {"judged": 5},
        {"comparisons": [{"figure": "NDCG@10"}]},
        {"changes": 3},
        {"champion": 7},
    ],
)
def test_a_judgement_that_was_tampered_with_is_refused(of_bad, tmp_path, change):
    value = judgement_file.to_json(of_bad) | change
    (tmp_path / "j.json").write_text(json.dumps(value))
    with pytest.raises(JobError, match="judge the release again"):
        judgement_file.read(tmp_path / "j.json")


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"domain": NaN}', "[" * 100_000])
def test_what_is_no_judgement_is_refused(tmp_path, text):
    (tmp_path / "j.json").write_text(text)
    with pytest.raises(JobError):
        judgement_file.read(tmp_path / "j.json")
