"""Which of some texts asks what a new one asks: open questions are looked through as entries are, by the same models."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from threading import Lock
from typing import Generic, TypeVar

import numpy as np

from knowledge_base.encoder import Vectors
from knowledge_base.entries import Entry
from knowledge_base.judging import Reading
from knowledge_base.keeping import Read
from knowledge_base.models import Models
from knowledge_base.search import BY_THE_LETTER
from knowledge_base.snapshot import Snapshot
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
        self._readings: _Memory[Reading] = _Memory(models.judge.read)

    def closest(self, text: str, *among: Sequence[str]) -> list[tuple[int, float] | None]:
        """In each of these lists the place of the text that most probably asks the same, and the probability; None when
        none does. All are looked through at once, which costs little more than one."""
        question, spoken = asked(text), [self._spoken.of(texts) for texts in among]
        if not plain(question):
            return [None] * len(among)
        near = (self._near(question, texts, LOOKED_AT // len(among)) for texts in spoken)
        sure = self._sure(question, list(dict.fromkeys(chain.from_iterable(near))))
        return [_best(sure, texts) for texts in spoken]

    def _near(self, question: str, spoken: Sequence[str], count: int) -> list[str]:
        """The nearest in meaning."""
        texts = list(dict.fromkeys(spoken))  # what many ask is weighed once
        vector, *vectors = self._vectors.of([question, *texts])
        cosines = np.stack(vectors) @ vector if vectors else vector[:0]
        return [texts[at] for at in np.argsort(-cosines, kind="stable")[:count]]

    def _sure(self, question: str, texts: Sequence[str]) -> dict[str, float]:
        """How probably each asks the same, of those worth a thought."""
        found, letters = self._snapshot(texts).candidates(question), plain(question)
        if not found:
            return {}
        numbers = np.stack([candidate.numbers for candidate in found])
        confidences = self._models.confidence.of(numbers, np.ones(len(found), dtype=np.float32))
        return {
            one.entry.id: BY_THE_LETTER if plain(one.matched) == letters else float(confidence)
            for one, confidence in zip(found, confidences, strict=True)
        }

    def _snapshot(self, spoken: Sequence[str]) -> Snapshot:
        letters = [plain(text) for text in spoken]
        parts = zip(spoken, letters, self._vectors.of(spoken), self._readings.of(letters), strict=True)
        reads = {text: Read(plain=letter, vector=vector, reading=reading) for text, letter, vector, reading in parts}
        return Snapshot(self._questions.of(spoken), reads, self._models)


def _best(sure: Mapping[str, float], spoken: Sequence[str]) -> tuple[int, float] | None:
    """Where the surest of them stands first, and how sure it is."""
    here = [text for text in sure if text in spoken]
    best = max(here, key=sure.__getitem__, default=None)
    return None if best is None else (spoken.index(best), sure[best])


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
