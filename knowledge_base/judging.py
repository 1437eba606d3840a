"""The judge at work: its shipped networks, phrasings it has read, and its verdicts on a question's candidates.

The networks are those of `knowledge_base.learning.network`, written down for ONNX Runtime, which runs them in a fraction
of the time: a question is answered while someone waits.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as failing

from knowledge_base.alphabet import Alphabet, Ids, numbered, padded
from knowledge_base.encoder import digest_of

SHIPPED = Path(__file__).parent / "model" / "judge"
ALPHABET, READING, DECIDING = "alphabet.json", "reading.onnx", "deciding.onnx"
# What a broken file raises: ONNX Runtime's exceptions have nothing above them in common.
UNREADABLE = (
    failing.Fail,
    failing.InvalidArgument,
    failing.InvalidGraph,
    failing.InvalidProtobuf,
    failing.RuntimeException,
)
AT_ONCE = 32  # texts read in one go: more is no faster, and ONNX Runtime keeps the room it needed once for ever

Floats = NDArray[np.float32]


class JudgeError(Exception):
    """The judge's files cannot be used; the message says which, why and the cure, in one line."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A text the judge has read: its letters' ids (letters, 3) and what they mean where they stand (letters, width)."""

    ids: Ids
    meaning: NDArray[np.float16]


class ShippedJudge:
    """A judge ready to decide. Safe to use from several threads: nothing in it changes."""

    def __init__(self, alphabet: Alphabet, reading: Path, deciding: Path) -> None:
        self.alphabet, self.name = alphabet, digest_of(reading)
        self._reading, self._deciding = _session(reading), _session(deciding)

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """One reading a plain text, to be kept for as long as the text may be a candidate."""
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))  # alike lengths together waste no padding
        readings: dict[int, Reading] = {}
        for start in range(0, len(texts), AT_ONCE):
            now = order[start : start + AT_ONCE]
            readings |= zip(now, self._read([texts[at] for at in now]), strict=True)
        return [readings[at] for at in range(len(texts))]

    def _read(self, texts: Sequence[str]) -> list[Reading]:
        rows = [self.alphabet.ids(text) for text in texts]
        ids = padded(rows)
        [meaning] = self._reading.run(None, {"ids": ids})
        lengths = [max(len(row), 1) for row in rows]
        return [
            Reading(ids=ids[at, :length].copy(), meaning=meaning[at, :length].copy())
            for at, length in enumerate(lengths)
        ]

    def verdicts(self, question: Reading, candidates: Sequence[Reading]) -> Floats:
        """The log odds, one a candidate, that it asks what the question asks."""
        asked = {"left": question.ids[None], "a": question.meaning[None]}
        held = {"right": _beside([one.ids for one in candidates]), "b": _beside([one.meaning for one in candidates])}
        [odds] = self._deciding.run(None, asked | held)
        return np.asarray(odds, dtype=np.float32)


def open_judge(folder: Path = SHIPPED) -> ShippedJudge:
    """The judge in a folder; JudgeError when it is not there or not whole."""
    try:
        known = json.loads((folder / ALPHABET).read_text(encoding="utf-8"))
        alphabet = Alphabet(letters=numbered(known["letters"]), pairs=numbered(known["pairs"]))
        return ShippedJudge(alphabet, folder / READING, folder / DECIDING)
    except (OSError, ValueError, KeyError, TypeError, *UNREADABLE) as error:
        reason = str(error).splitlines()[0]
        raise JudgeError(f"judge {folder}: cannot be loaded ({reason}); restore the folder from the release") from error


def _session(file: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # Questions come side by side; threads inside each would only wait for one another.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(file.read_bytes(), options, providers=["CPUExecutionProvider"])


def _beside(pieces: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Arrays of different lengths as one, padded with nothing."""
    longest = max(len(piece) for piece in pieces)
    together = np.zeros((len(pieces), longest, pieces[0].shape[1]), dtype=pieces[0].dtype)
    for at, piece in enumerate(pieces):
        together[at, : len(piece)] = piece
    return together
