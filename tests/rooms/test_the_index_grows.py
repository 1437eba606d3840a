"""The vector index small and large: the same neighbours, however it looks for them."""

import numpy as np
import pytest

from knowledge_base.encoder import Vectors
from knowledge_base.index import VectorIndex


def drawn(count: int) -> Vectors:
    """Unit vectors around a hundred places, as phrasings lie around entries."""
    lots = np.random.default_rng(1)
    places = lots.normal(size=(100, 128))
    vectors: Vectors = (places[lots.integers(0, 100, count)] + lots.normal(0, 0.3, (count, 128))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


@pytest.mark.parametrize(("exact_up_to", "skimmed_up_to"), [(8_000, 8_000), (1_000, 8_000), (1_000, 1_000)])
def test_nearly_all_true_neighbours_are_found(exact_up_to: int, skimmed_up_to: int) -> None:
    vectors = drawn(8_000)
    small = VectorIndex(vectors[:4_000], exact_up_to=exact_up_to, skimmed_up_to=skimmed_up_to)
    grown = VectorIndex(vectors, before=small, exact_up_to=exact_up_to, skimmed_up_to=skimmed_up_to)
    shared = 0
    for asked in vectors[:50]:
        cosines, found = grown.nearest(asked, 10)
        assert (np.diff(cosines) <= 0).all()
        assert cosines == pytest.approx(vectors[found] @ asked, abs=1e-6)
        shared += len(set(found.tolist()) & set(np.argsort(-(vectors @ asked))[:10].tolist()))
    assert shared / 500 >= 0.98


def test_a_vector_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="holds vectors of 128 numbers, asked with 64"):
        VectorIndex(drawn(50)).nearest(np.ones(64, np.float32), 3)
    with pytest.raises(ValueError, match="wants unit vectors"):
        VectorIndex(drawn(50) * 2)
    assert len(VectorIndex(np.zeros((0, 128), np.float32)).nearest(drawn(1)[0], 3)[0]) == 0
