"""Nearest vectors: the only file that knows FAISS.

Of many vectors a short form is skimmed, and the best of that are looked at in full. Reading the vectors from memory is what
takes the time, and the short form is a sixteenth of them.
"""

import faiss
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from knowledge_base.encoder import Vectors

EXACT_UP_TO = 2_000  # vectors; so few are as quickly looked at in full
SKIMMED_UP_TO = 200_000  # above, even skimming all takes longer than looking into the nearest cells only
LOOKED_AGAIN = 8  # times as many as are wanted: what the short form blurs is among them
TOLD_TOGETHER = 2  # numbers of a vector that four bits tell of
SHORTENED_FROM = 128  # numbers a vector: shorter ones would be blurred too much
CELLS = 4.0  # times the square root of how many vectors there are
LOOKED_INTO = 32  # cells
CELL_TAUGHT_BY, CELL_TURNS = 40, 5  # vectors a cell, and times through them: enough to find the middles of the cells
TOLD_TAUGHT_BY, TOLD_TURNS = 64, 10  # the same for what four bits can tell


class VectorIndex:
    """Unit vectors, found again by cosine. They are not copied, and must not change."""

    def __init__(
        self,
        vectors: Vectors,
        *,
        before: "VectorIndex | None" = None,
        exact_up_to: int = EXACT_UP_TO,
        skimmed_up_to: int = SKIMMED_UP_TO,
    ) -> None:
        """`before`: an index of nearly the same vectors; how to shorten them has been learned from those."""
        lengths = np.linalg.norm(vectors, axis=1) if len(vectors) else np.ones(1)
        if not np.allclose(lengths, 1, atol=1e-2):
            raise ValueError("the index wants unit vectors; an inner product is a cosine only for those")
        taught = before._index if before is not None else None
        self._vectors = vectors
        self._index: faiss.Index = _chosen(vectors, taught, exact_up_to, skimmed_up_to)
        self._index.add(vectors)

    def __len__(self) -> int:
        return len(self._vectors)

    def nearest(self, vector: Vectors, count: int) -> tuple[Vectors, NDArray[np.int64]]:
        """The cosines and positions of the nearest vectors, nearest first."""
        if not len(self):
            return np.zeros(0, np.float32), np.zeros(0, np.int64)
        if vector.shape[-1] != self._index.d:
            raise ValueError(f"the index holds vectors of {self._index.d} numbers, asked with {vector.shape[-1]}")
        _, positions = self._index.search(vector.reshape(1, -1), min(count * LOOKED_AGAIN, len(self)))
        found = positions[0][positions[0] >= 0]
        cosines = self._vectors[found] @ vector
        best = np.argsort(-cosines, kind="stable")[:count]
        return cosines[best], found[best]


def _chosen(vectors: Vectors, taught: faiss.Index | None, exact_up_to: int, skimmed_up_to: int) -> faiss.Index:
    """What takes the least time for so many."""
    count, size = vectors.shape
    if count <= exact_up_to:
        return faiss.IndexFlatIP(size)  # the plain one starts no threads for one question
    if count <= skimmed_up_to and size >= SHORTENED_FROM and size % TOLD_TOGETHER == 0:
        return _short(vectors, taught)
    return _cells(vectors)


def _short(vectors: Vectors, taught: faiss.Index | None) -> faiss.Index:
    size = vectors.shape[1]
    if isinstance(taught, faiss.IndexPQFastScan) and taught.d == size:
        again = faiss.clone_index(taught)
        again.reset()
        return again
    short = faiss.IndexPQFastScan(size, size // TOLD_TOGETHER, 4, faiss.METRIC_INNER_PRODUCT)
    short.pq.cp.max_points_per_centroid, short.pq.cp.niter = TOLD_TAUGHT_BY, TOLD_TURNS
    # In work as small as this, threads do little but wait for one another.
    with threadpool_limits(1, user_api="openmp"):
        short.train(vectors)
    return short


def _cells(vectors: Vectors) -> faiss.Index:
    count, size = vectors.shape
    half = faiss.ScalarQuantizer.QT_fp16  # it halves the time, and no neighbour is lost by it
    cells = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(size), size, int(CELLS * count**0.5), half, faiss.METRIC_INNER_PRODUCT
    )
    cells.cp.max_points_per_centroid, cells.cp.niter = CELL_TAUGHT_BY, CELL_TURNS
    cells.train(vectors)
    cells.nprobe = LOOKED_INTO
    return cells
