"""The judge at work: its shipped weights, phrasings it has read, and its verdicts on a question's candidates."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from knowledge_base.judge import Alphabet, Judge, Shape, padded

SHIPPED = Path(__file__).parent / "model" / "judge"
AT_ONCE = 256  # texts read in one go; more only costs memory


class JudgeError(Exception):
    """The judge's files cannot be used; the message says which, why and the cure, in one line."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A text the judge has read: its letters' ids and what they mean where they stand."""

    ids: Tensor
    meaning: Tensor


class Bench:
    """A judge ready to sit. Safe to use from several threads: nothing in it changes."""

    def __init__(self, judge: Judge, alphabet: Alphabet, *, name: str) -> None:
        self._judge, self.alphabet, self.name = judge.eval(), alphabet, name

    @torch.inference_mode()
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
        meaning = self._judge.read(ids)
        lengths = [max(len(row), 1) for row in rows]
        return [
            Reading(ids=ids[at, :length].clone(), meaning=meaning[at, :length].half())
            for at, length in enumerate(lengths)
        ]

    @torch.inference_mode()
    def verdicts(self, question: Reading, candidates: Sequence[Reading]) -> NDArray[np.float32]:
        """The log odds, one a candidate, that it asks what the question asks."""
        ids = torch.nn.utils.rnn.pad_sequence([candidate.ids for candidate in candidates], batch_first=True)
        meaning = torch.nn.utils.rnn.pad_sequence([candidate.meaning for candidate in candidates], batch_first=True)
        asked = question.meaning[None].float()
        logits: NDArray[np.float32] = self._judge.decide(question.ids[None], asked, ids, meaning.float()).numpy()
        return logits


def open_bench(folder: Path = SHIPPED) -> Bench:
    """The judge in a folder; JudgeError when it is not there or not whole."""
    try:
        described = json.loads((folder / "judge.json").read_text(encoding="utf-8"))
        alphabet = Alphabet(letters=_numbered(described["letters"]), pairs=_numbered(described["pairs"]))
        judge = Judge(Shape(**described["shape"]))
        judge.load_state_dict({name: value.float() for name, value in load_file(folder / "judge.safetensors").items()})
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        reason = str(error).splitlines()[0]
        raise JudgeError(f"judge {folder}: cannot be loaded ({reason}); restore the folder from the release") from error
    torch.set_num_threads(1)  # questions come side by side; threads inside each would only wait for one another
    return Bench(judge, alphabet, name=_digest(folder / "judge.safetensors"))


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()[:16]


def save_bench(folder: Path, judge: Judge, alphabet: Alphabet) -> None:
    """Write what `open_bench` reads, at half precision."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(
        {name: value.half().contiguous() for name, value in judge.state_dict().items()}, folder / "judge.safetensors"
    )
    described = {"shape": asdict(judge.shape), "letters": list(alphabet.letters), "pairs": list(alphabet.pairs)}
    (folder / "judge.json").write_text(json.dumps(described, ensure_ascii=False) + "\n", encoding="utf-8")


def _numbered(known: Sequence[str]) -> dict[str, int]:
    """Ids begin after those of padding and of the unknown."""
    return {gram: at for at, gram in enumerate(known, start=2)}
