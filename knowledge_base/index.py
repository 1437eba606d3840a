"""Nearest vectors: the only file that knows FAISS."""

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge_base.encoder import Vectors

EXACT_UP_TO = 50_000  # vectors; above, looking in the nearest cells only takes a fraction and misses almost nothing
CELLS = 4.0  # times the square root of how many vectors there are
LOOKED_INTO = 32  # cells
TAUGHT_BY, TURNS = 40, 5  # vectors a cell, and times through them: enough to find the middles of the cells


class VectorIndex:
    """Unit vectors, found again by cosine; every one looked at up to EXACT_UP_TO of them."""

    def __init__(self, vectors: Vectors, *, exact_up_to: int = EXACT_UP_TO) -> None:
        lengths = np.linalg.norm(vectors, axis=1) if len(vectors) else np.ones(1)
        if not np.allclose(lengths, 1, atol=1e-2):
            raise ValueError("the index wants unit vectors; an inner product is a cosine only for those")
        self._index = _chosen(vectors, exact_up_to)
        self._index.add(vectors)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(self, vector: Vectors, count: int) -> tuple[Vectors, NDArray[np.int64]]:
        """The cosines and positions of the nearest vectors, nearest first."""
        if not len(self):
            return np.zeros(0, np.float32), np.zeros(0, np.int64)
        if vector.shape[-1] != self._index.d:
            raise ValueError(f"the index holds vectors of {self._index.d} numbers, asked with {vector.shape[-1]}")
        scores, positions = self._index.search(vector.reshape(1, -1), min(count, len(self)))
        found = positions[0] >= 0
        return scores[0][found], positions[0][found]


def _chosen(vectors: Vectors, exact_up_to: int) -> faiss.Index:
    """Half precision: it halves the time, which reading the vectors from memory takes, and no neighbour is lost by it."""
    count, size = vectors.shape
    half = faiss.ScalarQuantizer.QT_fp16
    if count <= exact_up_to:
        return faiss.IndexScalarQuantizer(size, half, faiss.METRIC_INNER_PRODUCT)
    cells = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(size), size, int(CELLS * count**0.5), half, faiss.METRIC_INNER_PRODUCT
    )
    cells.cp.max_points_per_centroid, cells.cp.niter = TAUGHT_BY, TURNS
    cells.train(vectors)
    cells.nprobe = LOOKED_INTO
    return cells
