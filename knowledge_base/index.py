"""Nearest vectors: the only file that knows FAISS."""

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge_base.encoder import Vectors

EXACT_UP_TO = 50_000  # vectors; above, a graph answers in a fraction of the time and misses almost nothing
LINKS, BUILT_WITH, SEARCHED_WITH = 32, 80, 128


class VectorIndex:
    """Unit vectors, found again by cosine; exact up to EXACT_UP_TO of them."""

    def __init__(self, vectors: Vectors) -> None:
        lengths = np.linalg.norm(vectors, axis=1) if len(vectors) else np.ones(1)
        if not np.allclose(lengths, 1, atol=1e-2):
            raise ValueError("the index wants unit vectors; an inner product is a cosine only for those")
        self._index = _chosen(vectors.shape[1], len(vectors))
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


def _chosen(size: int, count: int) -> faiss.Index:
    if count <= EXACT_UP_TO:
        return faiss.IndexFlatIP(size)
    graph = faiss.IndexHNSWFlat(size, LINKS, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = BUILT_WITH
    graph.hnsw.efSearch = SEARCHED_WITH
    return graph
