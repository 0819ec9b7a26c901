"""The rank index: which titles of a very large catalogue a model could put first for a visitor.

Up to `EXACT_UP_TO` titles all are scored for every visitor. Where there are more, and scores are a
product of vectors (`Model.vectors`), an inverted file names candidates (Jégou, Douze and Schmid
2011; faiss, Douze et al. 2024): the vectors are grouped by k-means and kept as one byte a column;
the groups whose middles score highest are looked through. The model then scores the candidates, so
a title may be missed but is never scored wrong. Filters hold by construction: what may not be
recommended is passed over, the fewer titles may be, the more groups are looked through, and where
few may be all of them are candidates.

The arrays are plain and checked like any model's; faiss computes on them where they lie, mapped
into memory with the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.errors import ParameterError
from recommender.factors.contract import Model, Positions
from recommender.factors.fold_in import Array, frozen

PROBED = 32
"""Groups that are looked through where every title may be recommended."""

FEW = 5_000
"""So many titles are all candidates: scoring them takes no longer than the index does."""

LEAST = 200
"""So many candidates are named at least, and twice as many as wanted: bytes mistake the order."""

_WORD = 8
"""Columns are filled up to a multiple of this, so that positions lie aligned behind codes."""

_ROUNDS, _SAMPLED = 10, 128


@dataclass(frozen=True, eq=False)
class RankIndex:
    """An inverted file over the vectors of a model.

    Attributes:
        model: the model's name in its release.
        centres: float32 (c, d), the middles of the groups; d is a multiple of 8.
        lowest: float32 (d,), of each column the least that is left without the middle.
        extent: float32 (d,), how much more the highest is; 255 steps of it are told apart.
        sizes: int64 (c,), titles in each group.
        lists: int64 (w,), one group after the other: its titles' codes, d bytes each, and then
            their positions.
    """

    model: str
    centres: NDArray[np.float32]
    lowest: NDArray[np.float32]
    extent: NDArray[np.float32]
    sizes: NDArray[np.int64]
    lists: NDArray[np.int64]

    def __post_init__(self) -> None:
        width = self.centres.shape[1]
        words = width // _WORD + 1
        # Each by itself first: the sum of what is forged may wrap.
        wrong = ((self.sizes < 0) | (self.sizes > len(self.lists))).any()
        if width % _WORD or wrong or self.sizes.sum() * words != len(self.lists):
            raise ValueError("the groups of the rank index are not as long as it says")
        seen = np.zeros(len(self), np.bool_)
        ends = np.cumsum(self.sizes * words)
        for size, end in zip(self.sizes.tolist(), ends.tolist(), strict=True):
            positions = self.lists[end - size : end]
            if size and not 0 <= positions.min() <= positions.max() < len(seen):
                raise ValueError("the rank index names titles that there are not")
            seen[positions] = True
        if not seen.all():
            raise ValueError("the rank index leaves titles out")
        for array in (self.centres, self.lowest, self.extent, self.sizes, self.lists):
            frozen(array)

    def __len__(self) -> int:
        return int(self.sizes.sum())

    def fits(self, model: Model) -> bool:
        """Whether it can be of this model: as many titles, and vectors of its width."""
        vectors = model.vectors(slice(0, 1))
        same = len(model.item_ids) == len(self)
        return same and vectors is not None and _filled(vectors).shape[1] == self.centres.shape[1]

    def candidates(self, query: Array, n: int, allowed: NDArray[np.bool_]) -> Positions:
        """Names the titles among which the n best are.

        Args:
            query: float64 (d,), a visitor's (see `Taste.query`).
            n: how many are wanted, >= 1.
            allowed: bool (n_items,), which titles may be recommended.

        Returns:
            Positions, intp, of at least n allowed titles, or of all that there are; in no order.
        """
        n, n_allowed = max(2 * n, LEAST), int(np.count_nonzero(allowed))
        if n_allowed <= max(FEW, n):
            return np.flatnonzero(allowed)
        groups = min(len(self.sizes), ceil(PROBED * len(self) / n_allowed))
        found = self._search(query, n, allowed, groups)
        if len(found) < n:
            # What may be recommended lies elsewhere than what the visitor likes.
            found = self._search(query, n, allowed, len(self.sizes))
        return found

    def _search(self, query: Array, n: int, allowed: NDArray[np.bool_], groups: int) -> Positions:
        import faiss

        bits = np.packbits(allowed, bitorder="little")
        chosen = faiss.SearchParametersIVF(sel=faiss.IDSelectorBitmap(bits), nprobe=groups)
        _, found = self._file.search(_filled(query[None].astype(np.float32)), n, params=chosen)
        return np.asarray(found[0][found[0] >= 0], np.intp)

    @cached_property
    def _file(self) -> Any:
        """The inverted file; its lists are the memory of this index."""
        import faiss

        groups, width = self.centres.shape
        middles = faiss.IndexFlatIP(width)
        middles.add(self.centres)
        file = faiss.IndexIVFScalarQuantizer(
            middles, width, groups, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        faiss.copy_array_to_vector(np.concatenate([self.lowest, self.extent]), file.sq.trained)
        lists = faiss.OnDiskInvertedLists(groups, width, "")
        lists.read_only, lists.prefetch_nthread = True, 0
        # A pointer keeps no array alive: `sizes` has a name until faiss has copied it.
        sizes, memory = self.sizes.astype(np.uint64), self.lists.view(np.uint8)
        lists.set_all_lists_sizes(faiss.swig_ptr(sizes))
        lists.ptr, lists.totsize = faiss.swig_ptr(memory), memory.nbytes
        # It would unmap, when it goes, what is not its own.
        lists.thisown = False
        file.replace_invlists(lists, False)
        file.ntotal, file.is_trained = len(self), True
        return file


def build(name: str, model: Model, seed: int = 0) -> RankIndex:
    """Builds the index of a model; on one thread, so that the same vectors give the same index.

    Args:
        name: the model's name in its release.
        model: one whose scores are a product of vectors.
        seed: of k-means.

    Raises:
        ParameterError: its scores are not.
    """
    import faiss

    given = model.vectors(slice(None))
    if given is None:
        raise ParameterError(f"{name} gives titles no vectors, so there is no index of it")
    vectors = _filled(given)
    n_items, width = vectors.shape
    groups = max(1, ceil(n_items**0.5))
    generator = np.random.default_rng(seed)
    sampled = np.sort(generator.permutation(n_items)[: groups * _SAMPLED])
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        means = faiss.Kmeans(width, groups, niter=_ROUNDS, seed=seed + 1, min_points_per_centroid=1)
        means.train(vectors[sampled])
        middles = faiss.IndexFlatL2(width)
        middles.add(means.centroids)
        file = faiss.IndexIVFScalarQuantizer(
            middles, width, groups, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_L2
        )
        file.train(vectors[sampled])
        file.add(vectors)
    finally:
        faiss.omp_set_num_threads(threads)
    lowest, extent = faiss.vector_to_array(file.sq.trained).reshape(2, width)
    sizes = [file.invlists.list_size(group) for group in range(groups)]
    lists = []
    for group, size in enumerate(sizes):
        if size:
            codes = faiss.rev_swig_ptr(file.invlists.get_codes(group), size * width)
            lists += [codes.view(np.int64), faiss.rev_swig_ptr(file.invlists.get_ids(group), size)]
    return RankIndex(
        name, means.centroids, lowest, extent, np.array(sizes, np.int64), np.concatenate(lists)
    )


def _filled(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vectors with columns of zeros behind, up to a multiple of `_WORD`."""
    return np.pad(vectors, ((0, 0), (0, -vectors.shape[1] % _WORD)))
