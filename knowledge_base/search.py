"""A text in, the entries that may answer it out, each with the probability that it does."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from knowledge_base.encoder import SHIPPED, Encoder, Vectors, open_encoder
from knowledge_base.entries import Entry
from knowledge_base.hit import Hit
from knowledge_base.index import VectorIndex
from knowledge_base.judging import Bench, open_bench
from knowledge_base.keeping import KEPT, Read, keep, kept, kept_file
from knowledge_base.lexical import Heard, LexicalIndex, ranges
from knowledge_base.ranking import Confidence, Evidence, Whole, features, open_confidence
from knowledge_base.saying import Asked
from knowledge_base.wording import Weights, asked, open_weights, plain

FOUND_BY_EACH = 8  # entries that the encoder and that the letters may each put forward
NEAREST = 48  # phrasings looked at to find those entries
JUDGED = 8  # phrasings that get the second look, at most
ENTRIES_JUDGED = 5  # … and the entries they belong to
TOLD = 2.0  # how much the share told of by the whole entry counts at the first look
RIVALS_AT_ONCE = 512  # phrasings held against all others in one go
BY_THE_LETTER = 0.99  # the confidence in an entry that has the very text among its phrasings
PLAUSIBLE = 0.50  # below this hardly a candidate was ever right, and the second look is saved


@dataclass(frozen=True, kw_only=True)
class Models:
    """What was learned, loaded once and shared by every base."""

    encoder: Encoder
    bench: Bench
    weights: Weights
    confidence: Confidence

    @property
    def fingerprint(self) -> str:
        """Tells which models read a phrasing."""
        return f"{self.encoder.name} {self.bench.name}"


def open_models(model: Path | str | None = None) -> Models:
    """The shipped models; with another encoder where one is given, and the confidence calibrated for that one."""
    encoder = open_encoder(model)
    if model is None or Path(model).resolve() == SHIPPED:
        confidence = open_confidence()  # named or not, it is the shipped one
    else:
        confidence = open_confidence(calibration_file(model), made_by=f"calibrate --model {model}")
    return Models(encoder=encoder, bench=open_bench(), weights=open_weights(), confidence=confidence)


def calibration_file(model: Path | str) -> Path:
    """Where the confidence of an encoder of one's own is: in its folder, or beside what is kept of one known by name."""
    if Path(model).is_dir():
        return Path(model) / "confidence.json"
    return KEPT / f"{str(model).replace('/', '--')}.confidence.json"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An entry, the numbers that speak for it, and its closest phrasing."""

    entry: Entry
    numbers: NDArray[np.float32]
    score: float
    matched: str


class Shelf:
    """Entries as they were at one moment, ready to be searched. Never changes."""

    def __init__(self, entries: Sequence[Entry], phrasings: Mapping[str, Read], models: Models) -> None:
        self.entries = {entry.id: entry for entry in entries}
        self._entries, self._models = list(entries), models
        rows = [(at, text) for at, entry in enumerate(entries) for text in entry.phrasings]
        self._owner = np.array([at for at, _ in rows], dtype=np.int64)
        self._text = [text for _, text in rows]
        self._read = [phrasings[text] for text in self._text]
        by_letter: dict[str, set[str]] = {}
        for at, read in zip(self._owner, self._read, strict=True):
            by_letter.setdefault(read.plain, set()).add(entries[at].id)
        self._by_letter = {text: frozenset(ids) for text, ids in by_letter.items()}
        self._first = np.searchsorted(self._owner, np.arange(len(entries) + 1))
        size = models.encoder.size
        self.vectors: Vectors = np.array([read.vector for read in self._read], dtype=np.float32).reshape(-1, size)
        self._index = VectorIndex(self.vectors)
        self._lexical = LexicalIndex(
            [[phrasings[text].plain for text in entry.phrasings] for entry in entries],
            weights=models.weights.of,
            unseen=models.weights.unseen,
        )

    def candidates(self, text: str) -> list[Candidate]:
        """The entries worth a thought, in no order, with what speaks for them; none for a text that asks nothing."""
        wanted = plain(text)
        if not wanted or not self._entries:
            return []
        vector = self._models.encoder.encode([text])[0]
        heard = self._lexical.hear(wanted)
        found = self._found(heard, vector)
        return self._weighed(wanted, heard, vector, found) if len(found) else []

    def asked_by_the_letter(self, wanted: str) -> frozenset[str]:
        """The ids of the entries that have this plain text among their phrasings; more than one, and none is sure."""
        return self._by_letter.get(wanted, frozenset())

    def rivals(self, at_least: float) -> list[str]:
        """Phrasings that a phrasing of another entry comes close to."""
        close: list[str] = []
        for start in range(0, len(self._text), RIVALS_AT_ONCE):
            rows = slice(start, start + RIVALS_AT_ONCE)
            cosines = self.vectors[rows] @ self.vectors.T
            cosines[self._owner[rows][:, None] == self._owner[None, :]] = -1
            close.extend(
                text for text, best in zip(self._text[rows], cosines.max(axis=1), strict=True) if best >= at_least
            )
        return close

    def _found(self, heard: Heard, vector: Vectors) -> NDArray[np.int64]:
        _, near = self._index.nearest(vector, NEAREST)
        dense = list(dict.fromkeys(self._owner[near].tolist()))
        lexical = self._lexical.best(heard, FOUND_BY_EACH).tolist()
        return np.array(sorted({*dense[:FOUND_BY_EACH], *lexical}), dtype=np.int64)

    def _rows(self, found: NDArray[np.int64]) -> NDArray[np.int64]:
        starts = self._first[found]
        return ranges(starts, self._first[found + 1] - starts)

    def _weighed(self, wanted: str, heard: Heard, vector: Vectors, found: NDArray[np.int64]) -> list[Candidate]:
        rows = self._rows(found)
        overlap = self._lexical.compare(heard, rows)
        cosines = self.vectors[rows] @ vector
        told = dict(zip(found.tolist(), self._lexical.told(heard, found).tolist(), strict=True))
        first_look = cosines + overlap.likeness
        if float(first_look.max()) < PLAUSIBLE:
            return []
        chosen = self._chosen(found, first_look, told)
        [question] = self._models.bench.read([wanted])
        verdicts = self._models.bench.verdicts(question, [self._read[rows[at]].reading for at in chosen])
        codes = _codes(wanted)
        by_entry: dict[int, list[tuple[Evidence, int]]] = {}
        for at, verdict in zip(chosen, verdicts, strict=True):
            row = int(rows[at])
            evidence = Evidence(
                verdict=float(verdict),
                cosine=float(cosines[at]),
                likeness=float(overlap.likeness[at]),
                asked=float(overlap.asked[at]),
                said=float(overlap.said[at]),
                unasked=float(overlap.unasked[at]),
                unsaid=float(overlap.unsaid[at]),
                codes=float(len(codes ^ _codes(self._read[row].plain))),
            )
            by_entry.setdefault(int(self._owner[row]), []).append((evidence, row))
        held = Asked(wanted, self._models.weights)
        wholes = {at: held.of(self._phrased(at), self._entries[at].answer, told=told[at]) for at in by_entry}
        return [self._candidate(at, pieces, wanted, wholes[at]) for at, pieces in by_entry.items()]

    def _phrased(self, at: int) -> list[str]:
        return [read.plain for read in self._read[self._first[at] : self._first[at + 1]]]

    def _chosen(
        self, found: NDArray[np.int64], first_look: NDArray[np.float32], told: Mapping[int, float]
    ) -> list[int]:
        """The closest phrasings of the entries that look best, two of each while there is room."""
        sizes = self._first[found + 1] - self._first[found]
        ends = np.cumsum(sizes)
        best = np.maximum.reduceat(first_look, ends - sizes) + TOLD * np.array([told[at] for at in found.tolist()])
        firsts, seconds = [], []
        for entry in np.argsort(-best, kind="stable")[:ENTRIES_JUDGED]:
            start = int(ends[entry] - sizes[entry])
            closest = np.argsort(-first_look[start : ends[entry]], kind="stable")[:2] + start
            firsts.append(int(closest[0]))
            seconds += closest[1:].tolist()
        return (firsts + seconds)[:JUDGED]

    def _candidate(self, at: int, pieces: list[tuple[Evidence, int]], wanted: str, whole: Whole) -> Candidate:
        closest = max(pieces, key=lambda piece: (self._read[piece[1]].plain == wanted, piece[0].verdict))
        return Candidate(
            entry=self._entries[at],
            numbers=features([piece for piece, _ in pieces], whole, length=len(wanted)),
            score=max(piece.cosine for piece, _ in pieces),
            matched=self._text[closest[1]],
        )


_CODE = re.compile(r"[a-z]*\d+[a-z\d]*|[a-z]{2,}")


def _codes(text: str) -> frozenset[str]:
    return frozenset(_CODE.findall(text))


def _by_the_letter(confidence: float, id: str, written_for: frozenset[str]) -> float:
    """An editor wrote this very text as a way of asking for these entries: nothing is surer, whatever else looks alike."""
    if not written_for:
        return confidence
    return max(confidence, BY_THE_LETTER) if id in written_for else confidence * (1 - BY_THE_LETTER)


class KnowledgeBase:
    """The entries of the service, searchable from many threads while they are being replaced."""

    def __init__(self, models: Models, *, known: Mapping[str, Read] | None = None) -> None:
        self.models = models
        self._replacing = Lock()
        # A model that is known by name may have changed its size since.
        self._known = {text: read for text, read in (known or {}).items() if len(read.vector) == models.encoder.size}
        self._beside: dict[str, Read] = {}
        self.read_anew = 0  #: phrasings the last `replace` had to read, for they were not known
        self._shelf = Shelf([], {}, models)

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
            self._shelf = Shelf(held, known, self.models)
            self._known, self.read_anew = known, len(new)

    def beside(self, entries: Iterable[Entry]) -> "KnowledgeBase":
        """A base of other entries, read by the same models."""
        other = KnowledgeBase(self.models, known=self._beside)
        other.replace(entries)
        self._beside = other._known  # asked for again, it is much the same entries
        return other

    def rivals(self, at_least: float) -> list[str]:
        """Phrasings that a phrasing of another entry comes close to, by cosine."""
        return self._shelf.rivals(at_least)

    def vectors(self) -> Vectors:
        """The unit vectors of all phrasings, for measuring."""
        return self._shelf.vectors

    def keep(self, folder: Path = KEPT) -> Path:
        """Keep what was read of the phrasings, for the next `open`."""
        file = kept_file(folder, self.models.fingerprint)
        keep(file, self._known)
        return file

    def _reads(self, texts: Sequence[str]) -> dict[str, Read]:
        spoken = [asked(text) for text in texts]
        letters = [plain(text) for text in spoken]
        vectors = self.models.encoder.encode(spoken)
        readings = self.models.bench.read(letters)
        parts = zip(texts, letters, vectors, readings, strict=True)
        return {text: Read(plain=plain_, vector=vector, reading=reading) for text, plain_, vector, reading in parts}

    def search(self, text: str, *, limit: int = 5, on: date | None = None) -> list[Hit]:
        """The entries that may answer a text, most probable first; with a day, only those that answer on it."""
        shelf, question = self._shelf, asked(text)
        candidates = shelf.candidates(question)
        if not candidates or limit < 1:
            return []
        numbers = np.stack([candidate.numbers for candidate in candidates])
        phrasings = np.array([len(candidate.entry.phrasings) for candidate in candidates], dtype=np.float32)
        confidences = self.models.confidence.of(numbers, phrasings)
        by_the_letter = shelf.asked_by_the_letter(plain(question))
        hits = [
            Hit(
                entry=found.entry,
                score=min(found.score, 1.0),
                confidence=_by_the_letter(float(confidence), found.entry.id, by_the_letter),
                matched=found.matched,
            )
            for found, confidence in zip(candidates, confidences, strict=True)
            # Only now: what asks for an entry that is suspended must not be taken to ask for its neighbour.
            if on is None or found.entry.answers_on(on)
        ]
        return sorted(hits, key=lambda hit: (-hit.confidence, -hit.score, hit.entry.id))[:limit]

    def candidates(self, text: str) -> list[Candidate]:
        """What `search` judges by, before it becomes a confidence; for training and reports."""
        return self._shelf.candidates(asked(text))

    def entry(self, id: str) -> Entry | None:
        """The entry of that id, if there is one."""
        return self._shelf.entries.get(id)
