"""What a selection of titles has in common, and how sure that is."""

import numpy as np
import pytest
from scipy.stats import fisher_exact, hypergeom

from recommender.serving.selection import SURE, characterise
from tests.serving.releases import catalogue


def world(n: int = 400, seed: int = 0):
    """Half of the first hundred titles are horror, a tenth of the others; drama is anywhere."""
    generator = np.random.default_rng(seed)
    horror = generator.random(n) < np.where(np.arange(n) < 100, 0.5, 0.1)
    drama = generator.random(n) < 0.3
    genres = [["Horror"] * int(h) + ["Drama"] * int(d) for h, d in zip(horror, drama, strict=True)]
    counts = (1 + generator.permutation(n)).tolist()
    names = [f"T{at}" for at in range(n)]
    return catalogue(names, genres=genres, years=[1990] * n, n_ratings=counts)


def test_what_is_more_frequent_than_by_chance_is_found_and_nothing_else():
    found = characterise(world(), np.arange(50, 100))
    sure = found.words[found.words["holds"]]
    assert sure["word"].tolist() == ["horror"]
    assert sure["group"].tolist() == ["genre"]
    assert found.titles == 50
    assert found.years == (1990, 1990)
    assert (sure["here"] > 0.3).all()
    assert (sure["elsewhere"] < 0.25).all()


def test_what_is_missing_is_told_as_well():
    frame = world()
    without = [at for at, genres in enumerate(frame["genres"]) if "Horror" not in genres]
    found = characterise(frame, np.array(without[:60])).words.iloc[0]
    assert (found["word"], found["here"], found["holds"]) == ("horror", 0.0, True)


def test_a_random_selection_hardly_ever_stands_out():
    frame = world()
    generator = np.random.default_rng(1)
    wrong = 0
    for _ in range(200):
        chosen = generator.choice(len(frame), 60, replace=False)
        wrong += bool(characterise(frame, chosen).words["holds"].any())
    # At most `SURE` of them in the long run; 7 of 200 would happen once in two hundred times.
    assert wrong < 7
    assert SURE == 0.01


def test_p_values_are_those_of_fisher_corrected_by_holm():
    frame = world(seed=3)
    chosen = np.arange(30)
    words = characterise(frame, chosen).words.set_index("word")
    raw = {}
    for word in words.index:
        if word.title() not in ("Horror", "Drama"):
            continue
        has = np.array([word.title() in genres for genres in frame["genres"]])
        k, n, marked = has[chosen].sum(), len(chosen), has.sum()
        low = hypergeom.cdf(k, len(frame), marked, n)
        table = [[k, n - k], [marked - k, len(frame) - n - marked + k]]
        high = fisher_exact(table, alternative="greater").pvalue
        raw[word] = min(1, 2 * min(low, high))
    smallest = min(raw, key=raw.get)
    assert words.loc[smallest, "p_value"] <= len(words) * raw[smallest] + 1e-12
    assert (words["p_value"] >= [raw.get(word, 0) - 1e-12 for word in words.index]).all()


def test_ratings_are_compared_with_the_rest():
    frame = world()
    best_known = np.argsort(-frame["n_ratings"].to_numpy())[:10]
    found = characterise(frame, best_known)
    assert found.ratings[0] > found.ratings[1]
    assert found.mean_rating == pytest.approx((3.5, 3.5))


def test_there_must_be_a_selection_and_a_rest():
    frame = world(40)
    for chosen in (np.arange(0), np.arange(40)):
        with pytest.raises(ValueError, match="cannot be compared"):
            characterise(frame, chosen)
