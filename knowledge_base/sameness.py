"""Which of some texts asks what a new one asks: open questions are looked through as entries are, by the same models."""

from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Generic, TypeVar

import numpy as np

from knowledge_base.encoder import Vectors
from knowledge_base.entries import Entry
from knowledge_base.judging import Reading
from knowledge_base.keeping import Read
from knowledge_base.models import Models
from knowledge_base.search import BY_THE_LETTER
from knowledge_base.shelf import Shelf
from knowledge_base.wording import asked, plain

LOOKED_AT = 8  # of the nearest in meaning
REMEMBERED = 4096  # texts

T = TypeVar("T")


class Sameness:
    """Remembers what it has read, so that a new text costs one reading. Safe to use from several threads."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._spoken: _Memory[str] = _Memory(lambda texts: map(asked, texts))
        self._questions: _Memory[Entry] = _Memory(lambda texts: map(_question, texts))
        self._vectors: _Memory[Vectors] = _Memory(models.encoder.encode)
        self._readings: _Memory[Reading] = _Memory(models.bench.read)

    def closest(self, text: str, among: Sequence[str]) -> tuple[int, float] | None:
        """The place of the one that most probably asks the same, and the probability; None when none does."""
        question, spoken = asked(text), self._spoken.of(among)
        texts = list(dict.fromkeys(spoken))  # what many ask is weighed once
        if not plain(question) or not texts:
            return None
        vector, *vectors = self._vectors.of([question, *texts])
        near = np.argsort(-(np.stack(vectors) @ vector), kind="stable")[:LOOKED_AT]
        shelf = self._shelf([texts[at] for at in near])
        found = shelf.candidates(question)
        if not found:
            return None
        numbers = np.stack([candidate.numbers for candidate in found])
        confidences = self._models.confidence.of(numbers, np.ones(len(found), dtype=np.float32))
        letters = plain(question)
        sure = [
            BY_THE_LETTER if plain(one.matched) == letters else float(confidence)
            for one, confidence in zip(found, confidences, strict=True)
        ]
        best = max(range(len(found)), key=sure.__getitem__)
        return spoken.index(found[best].entry.id), sure[best]

    def _shelf(self, spoken: Sequence[str]) -> Shelf:
        letters = [plain(text) for text in spoken]
        parts = zip(spoken, letters, self._vectors.of(spoken), self._readings.of(letters), strict=True)
        reads = {text: Read(plain=letter, vector=vector, reading=reading) for text, letter, vector, reading in parts}
        return Shelf(self._questions.of(spoken), reads, self._models)


def _question(text: str) -> Entry:
    """The text as an entry of its own, known by itself."""
    return Entry.model_construct(id=text, question=text)


class _Memory(Generic[T]):
    """What was read of texts, the latest few thousand."""

    def __init__(self, read: Callable[[Sequence[str]], Iterable[T]]) -> None:
        self._read, self._known = read, dict[str, T]()
        self._reading = Lock()

    def of(self, texts: Sequence[str]) -> list[T]:
        with self._reading:
            new = [text for text in dict.fromkeys(texts) if text not in self._known]
            if new:
                self._known |= zip(new, self._read(new), strict=True)
            found = [self._known[text] for text in texts]
            for text in list(self._known)[: max(len(self._known) - REMEMBERED, 0)]:
                del self._known[text]
            return found
