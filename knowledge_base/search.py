"""A text in, the entries that may answer it out, each with the probability that it does."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from knowledge_base.encoder import Vectors
from knowledge_base.entries import Entry
from knowledge_base.hit import Hit
from knowledge_base.keeping import KEPT, Read, keep, kept, kept_file
from knowledge_base.models import Models, open_models
from knowledge_base.snapshot import Candidate, Snapshot
from knowledge_base.wording import asked, plain, without_numbers

BY_THE_LETTER = 0.99  # the confidence in an entry that has the very text among its phrasings


class KnowledgeBase:
    """The entries of the service, searchable from many threads while they are being replaced."""

    def __init__(self, models: Models, *, known: Mapping[str, Read] | None = None) -> None:
        self.models = models
        self._replacing = Lock()
        # A model that is known by name may have changed its size since.
        self._known = {text: read for text, read in (known or {}).items() if len(read.vector) == models.encoder.size}
        self._beside: dict[str, Read] = {}
        self.read_anew = 0  #: phrasings the last `replace` had to read, for they were not known
        self._snapshot = Snapshot([], {}, models)

    @classmethod
    def open(
        cls, entries: Iterable[Entry], *, model: Path | str | None = None, kept_in: Path = KEPT
    ) -> "KnowledgeBase":
        """A base that answers from these entries, read by the shipped encoder or the one given.

        What `build` kept of the phrasings is used again; what it did not keep is read now.
        """
        models = open_models(model)
        base = cls(models, known=kept(kept_file(kept_in, models.fingerprint)))
        base.replace(entries)
        return base

    def replace(self, entries: Iterable[Entry]) -> None:
        """From now on answer from these entries; phrasings already known are not read again."""
        held = list(entries)
        with self._replacing:
            wanted = dict.fromkeys(text for entry in held for text in entry.phrasings)
            new = [text for text in wanted if text not in self._known]
            known = {text: self._known[text] for text in wanted if text in self._known} | self._reads(new)
            self._snapshot = Snapshot(held, known, self.models, before=self._snapshot)
            self._known, self.read_anew = self._snapshot.reads, len(new)

    def beside(self, entries: Iterable[Entry]) -> "KnowledgeBase":
        """A base of other entries, read by the same models."""
        other = KnowledgeBase(self.models, known=self._beside)
        other.replace(entries)
        self._beside = other._known  # asked for again, it is much the same entries
        return other

    def rivals(self, at_least: float) -> list[str]:
        """Phrasings that a phrasing of another entry comes close to, by cosine."""
        return self._snapshot.rivals(at_least)

    def vectors(self) -> Vectors:
        """The unit vectors of all phrasings, for measuring."""
        return self._snapshot.vectors

    def keep(self, folder: Path = KEPT) -> Path:
        """Keep what was read of the phrasings, for the next `open`."""
        file = kept_file(folder, self.models.fingerprint)
        keep(file, self._known)
        return file

    def _reads(self, texts: Sequence[str]) -> dict[str, Read]:
        spoken = [asked(text) for text in texts]
        letters = [plain(text) for text in spoken]
        vectors = self.models.encoder.encode(spoken)
        readings = self.models.judge.read(letters)
        parts = zip(texts, letters, vectors, readings, strict=True)
        return {text: Read(plain=plain_, vector=vector, reading=reading) for text, plain_, vector, reading in parts}

    def search(self, text: str, *, limit: int = 5) -> list[Hit]:
        """The entries that a text may ask for, most probable first. Those that do not answer now are among them: what asks for one
        that is suspended must not be taken to ask for its neighbour."""
        snapshot, question = self._snapshot, asked(text)
        bare = without_numbers(question)
        hits = self._hits(snapshot, bare)
        if bare != question and snapshot.of_numbers:  # an entry of one number is not for another
            of_numbers = [hit for hit in self._hits(snapshot, question) if hit.entry.id in snapshot.of_numbers]
            hits = [*of_numbers, *(hit for hit in hits if hit.entry.id not in snapshot.of_numbers)]
        return sorted(hits, key=lambda hit: (-hit.confidence, -hit.score, hit.entry.id))[:limit] if limit > 0 else []

    def _hits(self, snapshot: Snapshot, question: str) -> list[Hit]:
        candidates = snapshot.candidates(question)
        if not candidates:
            return []
        numbers = np.stack([candidate.numbers for candidate in candidates])
        phrasings = np.array([len(candidate.entry.phrasings) for candidate in candidates], dtype=np.float32)
        confidences = self.models.confidence.of(numbers, phrasings)
        by_the_letter = snapshot.asked_by_the_letter(plain(question))
        return [
            Hit(
                entry=found.entry,
                score=min(found.score, 1.0),
                confidence=_by_the_letter(float(confidence), found.entry.id, by_the_letter),
                matched=found.matched,
            )
            for found, confidence in zip(candidates, confidences, strict=True)
        ]

    def candidates(self, text: str) -> list[Candidate]:
        """What `search` judges by, before it becomes a confidence; for training and reports."""
        return self._snapshot.candidates(without_numbers(asked(text)))

    def entry(self, id: str) -> Entry | None:
        """The entry of that id, if there is one."""
        return self._snapshot.entries.get(id)


def _by_the_letter(confidence: float, id: str, written_for: frozenset[str]) -> float:
    """An editor wrote this very text as a way of asking for these entries: nothing is surer, whatever else looks alike."""
    if not written_for:
        return confidence
    return max(confidence, BY_THE_LETTER) if id in written_for else confidence * (1 - BY_THE_LETTER)
