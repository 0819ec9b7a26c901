"""Libraries that find the largest inner products: what `benchmarks.large_catalogue` compares.

Each writes an index of the titles' vectors to a file and opens it as well as it can, mapped into
memory where that is possible. A search names candidates, at most as many as asked for, and keeps to
a filter; libraries that know none are asked for four times as many until enough pass it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.factors.fold_in import product
from recommender.factors.model import FactorModel, Positions
from recommender.factors.rank_index import RankIndex, build
from recommender.releases import files
from recommender.releases.model_file import pack_part, unpack_part

Vectors = NDArray[np.float32]
Allowed = NDArray[np.bool_]
Search = Callable[[NDArray[np.float64], int, Allowed], Positions]

_LINKS, _EFFORT = 16, 64


@dataclass(frozen=True)
class Library:
    """A way to find them.

    Attributes:
        name: what the table calls it.
        needs: the module that it imports.
        build: writes the index of a model's vectors to a file.
        open: gives the search of the file; the vectors, too, are at hand, mapped.
    """

    name: str
    needs: str
    build: Callable[[FactorModel, Path], object]
    open: Callable[[Path, Vectors], Search]

    @property
    def there(self) -> bool:
        """Whether it is installed."""
        return find_spec(self.needs) is not None


def _exactly(path: Path, vectors: Vectors) -> Search:
    def search(query: NDArray[np.float64], n: int, allowed: Allowed) -> Positions:
        scores = np.where(allowed, product(vectors, query), -np.inf)
        return np.argpartition(scores, -n)[-n:]

    return search


def _single(path: Path, vectors: Vectors) -> Search:
    def search(query: NDArray[np.float64], n: int, allowed: Allowed) -> Positions:
        scores = np.where(allowed, vectors @ query.astype(np.float32), -np.inf)
        return np.argpartition(scores, -n)[-n:]

    return search


def _no_file(model: FactorModel, path: Path) -> None:
    path.touch()


def _build_ours(model: FactorModel, path: Path) -> None:
    path.write_bytes(pack_part(build("house", model)))


def _open_ours(path: Path, vectors: Vectors) -> Search:
    index = unpack_part(RankIndex, files.mapped(path, path.stat().st_size))

    def search(query: NDArray[np.float64], n: int, allowed: Allowed) -> Positions:
        return index.candidates(query, n // 2, allowed)  # of which it names twice as many

    return search


def _build_faiss(factory: str) -> Callable[[FactorModel, Path], None]:
    def build_faiss(model: FactorModel, path: Path) -> None:
        import faiss

        vectors = model.vectors(slice(None))
        index = faiss.index_factory(vectors.shape[1], factory, faiss.METRIC_INNER_PRODUCT)
        index.train(vectors[:: max(1, len(vectors) // 100_000)])
        index.add(vectors)
        faiss.write_index(index, str(path))

    return build_faiss


def _open_faiss(path: Path, vectors: Vectors) -> Search:
    import faiss

    faiss.omp_set_num_threads(1)
    index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    graph = isinstance(index, faiss.IndexHNSW)

    def search(query: NDArray[np.float64], n: int, allowed: Allowed) -> Positions:
        selected = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        chosen = (
            faiss.SearchParametersHNSW(sel=selected, efSearch=2 * n)
            if graph
            else faiss.SearchParameters(sel=selected)
        )
        found = index.search(query[None].astype(np.float32), n, params=chosen)[1][0]
        return found[found >= 0]

    return search


def _as_cosines(vectors: Vectors) -> Vectors:
    """Inner products as cosines, by one column more (Bachrach et al. 2014)."""
    lengths = np.linalg.norm(vectors, axis=1)
    longest = lengths.max()
    rest = np.sqrt(np.maximum(0, 1 - (lengths / longest) ** 2))
    return np.column_stack([vectors / longest, rest]).astype(np.float32)


def _build_usearch(dtype: str) -> Callable[[FactorModel, Path], None]:
    def build_usearch(model: FactorModel, path: Path) -> None:
        from usearch.index import Index

        vectors = _as_cosines(model.vectors(slice(None)))
        index = Index(
            ndim=vectors.shape[1],
            metric="cos",
            dtype=dtype,
            connectivity=_LINKS,
            expansion_add=_EFFORT,
        )
        index.add(np.arange(len(vectors)), vectors, threads=1)
        index.save(str(path))

    return build_usearch


def _open_usearch(path: Path, vectors: Vectors) -> Search:
    from usearch.index import Index

    index = Index.restore(str(path), view=True)

    def ask(query: NDArray[np.float64], n: int) -> Positions:
        index.expansion_search = 2 * n
        return index.search(np.append(query, 0).astype(np.float32), n, threads=1).keys

    return _filtered(ask, len(vectors))


def _build_hnswlib(model: FactorModel, path: Path) -> None:
    import hnswlib

    vectors = _as_cosines(model.vectors(slice(None)))
    index = hnswlib.Index("cosine", vectors.shape[1])
    index.init_index(len(vectors), M=_LINKS, ef_construction=_EFFORT)
    index.add_items(vectors, np.arange(len(vectors)), num_threads=1)
    index.save_index(str(path))


def _open_hnswlib(path: Path, vectors: Vectors) -> Search:
    import hnswlib

    index = hnswlib.Index("cosine", vectors.shape[1] + 1)
    index.load_index(str(path))

    def ask(query: NDArray[np.float64], n: int) -> Positions:
        index.set_ef(2 * n)
        return index.knn_query(np.append(query, 0), n, num_threads=1)[0][0]

    return _filtered(ask, len(vectors))


def _filtered(ask: Callable[[NDArray[np.float64], int], Positions], n_items: int) -> Search:
    def search(query: NDArray[np.float64], n: int, allowed: Allowed) -> Positions:
        asked = n
        while True:
            found = ask(query, asked).astype(np.intp)
            passed = found[allowed[found]]
            # A graph does not reach everything, and a tenth of the titles is search enough.
            if len(passed) >= n or asked >= n_items // 10:
                return passed[:n]
            asked *= 4

    return search


LIBRARIES = (
    Library("numpy, all titles, as up to the size", "numpy", _no_file, _exactly),
    Library("numpy, all titles in single precision", "numpy", _no_file, _single),
    Library("**faiss, inverted file (the rank index)**", "faiss", _build_ours, _open_ours),
    Library("faiss, all titles, a byte a column", "faiss", _build_faiss("SQ8"), _open_faiss),
    Library("faiss, HNSW, a byte a column", "faiss", _build_faiss("HNSW16,SQ8"), _open_faiss),
    Library("usearch, HNSW, half precision", "usearch", _build_usearch("f16"), _open_usearch),
    Library("usearch, HNSW, a byte a column", "usearch", _build_usearch("i8"), _open_usearch),
    Library("hnswlib", "hnswlib", _build_hnswlib, _open_hnswlib),
)
