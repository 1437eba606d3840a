"""What simple methods would find, to be beaten: TF-IDF and BM25 over characters."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge_base.entries import Entry
from knowledge_base.evaluation import LOOKED_AT, Found, Searcher


def baselines(entries: Sequence[Entry]) -> dict[str, Searcher]:
    """Searchers by their name: TF-IDF takes the best variant of an entry, BM25 all its variants as one document."""
    return {"tfidf": _tfidf(entries), "bm25": _bm25(entries)}


def _tfidf(entries: Sequence[Entry]) -> Searcher:
    from sklearn.feature_extraction.text import TfidfVectorizer

    owners = np.array([at for at, entry in enumerate(entries) for _ in entry.phrasings])
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
    matrix = vectorizer.fit_transform([text for entry in entries for text in entry.phrasings])

    def search(text: str) -> Found:
        scores = (matrix @ vectorizer.transform([text]).T).toarray().ravel()
        best = np.zeros(len(entries))
        np.maximum.at(best, owners, scores)
        return _top(entries, best)

    return search


def _bm25(entries: Sequence[Entry]) -> Searcher:
    import bm25s

    model = bm25s.BM25()
    documents = [[text[at : at + 2] for text in entry.phrasings for at in range(len(text) - 1)] for entry in entries]
    model.index(documents, show_progress=False)

    def search(text: str) -> Found:
        pieces = [text[at : at + 2] for at in range(len(text) - 1)]
        scores = model.get_scores(pieces) if pieces else np.zeros(len(entries))
        return _top(entries, scores / (scores.max() + 10.0))  # squeezed below 1: raw BM25 knows no scale

    return search


def _top(entries: Sequence[Entry], scores: NDArray[np.floating[Any]]) -> Found:
    best = np.argsort(-scores, kind="stable")[:LOOKED_AT]
    return [(entries[at].id, float(scores[at])) for at in best if scores[at] > 0]
