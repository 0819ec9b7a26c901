"""The rank index names candidates: whatever is asked, allowed ones, and hardly ever misses one."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.data.scale import MOVIE_SCALE
from recommender.errors import ParameterError, ReleaseError
from recommender.factors import contract, rank_index
from recommender.factors.blend import BlendModel
from recommender.factors.fold_in import RidgeFoldIn
from recommender.factors.item_item import ItemItemModel, NeighbourWeights, ReducedWeights
from recommender.factors.model import FactorModel, Readout
from recommender.factors.packing import pack, unpack_part
from recommender.factors.rank_index import RankIndex, build
from tests.factors.made import factor_model, normal

N = 6000


@cache
def made() -> tuple[np.ndarray, RankIndex]:
    """Vectors of thirty kinds of titles, few of them long, and their index."""
    kinds = normal(30, 12)[np.random.default_rng(1).integers(0, 30, N)]
    lengths = np.random.default_rng(2).pareto(2, (N, 1))
    model = factor_model((kinds + 0.4 * normal(N, 12, seed=3)) * lengths)
    return model.vectors(slice(None)), build("house", model)


def queries(n):
    """Of visitors who like a title or two."""
    vectors, _ = made()
    return vectors[np.random.default_rng(4).integers(0, N, (n, 2))].sum(axis=1, dtype=np.float64)


def recall(allowed, of=40):
    vectors, index = made()
    found = []
    for query in queries(of):
        scores = np.where(allowed, vectors @ query, -np.inf)
        best = np.argsort(-scores)[:20]
        found.append(np.isin(best, index.candidates(query, 20, allowed)).mean())
    return np.mean(found)


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """A small index would name everything."""
    monkeypatch.setattr(rank_index, "FEW", 50)
    monkeypatch.setattr(rank_index, "PROBED", 16)


@given(
    seed=st.integers(0, 2**32 - 1),
    share=st.sampled_from([0.0, 0.001, 0.01, 0.1, 0.5, 1.0]),
    n=st.integers(1, 1000),
)
@settings(max_examples=40, deadline=None)
def test_candidates_are_allowed_different_and_enough(seed, share, n):
    _, index = made()
    allowed = np.random.default_rng(seed).uniform(size=N) < share
    found = index.candidates(queries(1)[0], n, allowed)
    assert found.dtype == np.intp
    assert allowed[found].all()
    assert len(np.unique(found)) == len(found) >= min(n, allowed.sum())


def test_the_best_titles_are_among_the_candidates():
    assert recall(np.ones(N, bool)) > 0.97


@pytest.mark.parametrize("share", [0.5, 0.1, 0.02])
def test_they_are_with_a_filter_too(share):
    assert recall(np.random.default_rng(5).uniform(size=N) < share) > 0.97


def test_they_are_if_what_is_allowed_is_what_the_visitor_likes_least():
    vectors, index = made()
    query = queries(1)[0]
    scores = vectors @ query
    allowed = scores < np.quantile(scores, 0.2)
    best = np.argsort(np.where(allowed, -scores, np.inf))[:20]
    assert np.isin(best, index.candidates(query, 20, allowed)).mean() >= 0.9


def test_a_blend_has_an_index_too_and_no_member_scores_all_titles(monkeypatch):
    monkeypatch.setattr(contract, "EXACT_UP_TO", 0)
    vectors, _ = made()
    giving, taking = normal(2, 600, 5, seed=6).astype(np.float16)
    ids, everything = 10 * np.arange(600), np.arange(600, dtype=np.int32)
    intercept = np.abs(normal(600, seed=7)).astype(np.float32)
    pairs = ItemItemModel(
        ids, MOVIE_SCALE, intercept, everything, ReducedWeights(giving, taking), 0.0
    )
    plain = Readout(intercept, RidgeFoldIn.isotropic(vectors.shape[1] - 2, 3.0, 5.0))
    factors = FactorModel(ids, MOVIE_SCALE, vectors[:600, 2:].copy(), plain)
    blend = BlendModel((factors, pairs), (0.8, 0.2))
    index, allowed, shares = build("blend", blend), np.ones(600, bool), []
    for rated in range(20):
        taste = blend.fold_in({10 * rated: 5.0, 10 * rated + 10: 1.0})
        found = index.candidates(taste.query, 100, allowed)
        listed = found[np.argsort(-taste.scores_of(found))[:20]]
        assert not any("scores" in vars(member) for member in taste.members)
        shares.append(np.isin(np.argsort(-taste.scores)[:20], listed).mean())
    assert np.mean(shares) > 0.9


def test_where_few_are_allowed_all_are_candidates():
    _, index = made()
    allowed = np.zeros(N, bool)
    allowed[::150] = True
    assert index.candidates(queries(1)[0], 5, allowed).tolist() == list(range(0, N, 150))


def test_the_same_vectors_give_the_same_index():
    vectors, index = made()
    again = build("house", factor_model(vectors[:, 2:]))
    for name in ("centres", "lowest", "extent", "sizes", "lists"):
        assert getattr(again, name).tobytes() == getattr(index, name).tobytes()


def test_many_threads_find_what_one_finds():
    _, index = made()
    allowed = np.ones(N, bool)

    def find(query):
        return sorted(index.candidates(query, 20, allowed).tolist())

    asked = list(queries(40))
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(find, asked)) == list(map(find, asked))


def test_an_index_is_of_a_model_with_as_many_titles_and_as_wide_vectors():
    vectors, index = made()
    assert index.fits(factor_model(vectors[:, 2:]))
    assert not index.fits(factor_model(vectors[1:, 2:]))
    assert not index.fits(factor_model(np.hstack([vectors, vectors])))


def test_a_model_without_vectors_has_no_index():
    pairs = ItemItemModel(
        np.arange(3),
        MOVIE_SCALE,
        np.zeros(3, np.float32),
        np.arange(3, dtype=np.int32),
        NeighbourWeights(np.zeros((3, 1), np.int32), np.zeros((3, 1), np.float16)),
        0.0,
    )
    with pytest.raises(ParameterError, match="house gives titles no vectors"):
        build("house", pairs)


def test_an_index_is_the_same_after_packing():
    _, index = made()
    tensors, specification = pack(index)
    again = unpack_part(RankIndex, tensors, json.loads(json.dumps(specification)))
    everything = np.ones(N, bool)
    for query in queries(5):
        one, other = (made_.candidates(query, 20, everything) for made_ in (index, again))
        assert one.tolist() == other.tolist()


def changed(name, at, value):
    _, index = made()
    array = getattr(index, name).copy()
    array[at] = value
    return {name: array}


def two_groups(*sizes):
    _, index = made()
    return {"sizes": np.array([*sizes, *index.sizes[2:]], np.int64)}


def wrapped():
    """Eight groups so long that in 64 bits they seem as long as there are words."""
    width = made()[1].centres.shape[1]
    sizes = np.full(8, (1 << 61) + N // 8, np.int64)
    assert N % 8 == 0
    lists = np.zeros(N * (width // 8 + 1), np.int64)
    return {"sizes": sizes, "lists": lists, "centres": np.zeros((8, width), np.float32)}


WRONG = {
    "a title that there is not": (lambda: changed("lists", -1, N), "titles that there are not"),
    "a title before the first": (lambda: changed("lists", -1, -1), "titles that there are not"),
    "a title twice": (
        lambda: changed("lists", -1, made()[1].lists[-2]),
        "leaves titles out",
    ),
    "a group too long": (lambda: changed("sizes", 0, 10**6), "not as long as it says"),
    "groups whose sum wraps": (lambda: wrapped(), "not as long as it says"),
    "a group of less than none": (
        lambda: two_groups(-1, made()[1].sizes[:2].sum() + 1),
        "not as long as it says",
    ),
    "groups that end elsewhere": (
        lambda: two_groups(made()[1].sizes[:2].sum(), 0),
        "titles that there are not|leaves titles out",
    ),
    "columns that do not fill a word": (
        lambda: {
            name: np.ascontiguousarray(getattr(made()[1], name)[..., :-1])
            for name in ("centres", "lowest", "extent")
        },
        "not as long as it says",
    ),
    "a middle that is nowhere": (lambda: changed("centres", (0, 0), np.nan), "not finite"),
}


@pytest.mark.parametrize("what", WRONG)
def test_an_index_that_is_not_whole_is_refused(what):
    changes, message = WRONG[what]
    _, index = made()
    tensors, specification = pack(index)
    tensors |= changes()
    for name, array in tensors.items():
        specification[name]["shape"] = list(array.shape)
    with pytest.raises(ReleaseError, match=message):
        unpack_part(RankIndex, tensors, specification)


def test_an_index_cannot_be_changed():
    _, index = made()
    with pytest.raises(ValueError, match="read-only"):
        index.lists[0] = 0
    assert replace(index, model="other").model == "other"
