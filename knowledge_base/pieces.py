"""A sentence encoder that is a table of word pieces' vectors and nothing else: a text is the mean of its pieces.

SentenceTransformers saves such a model (`StaticEmbedding`) as a tokenizer and one matrix. Read as what it is, it needs no PyTorch,
which would be nearly half of the bot's memory and of its start (decision 0017); the vectors are the same.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from tokenizers import Tokenizer

MODULES, SETTINGS, WEIGHTS, TOKENIZER = (
    "modules.json",
    "config_sentence_transformers.json",
    "model.safetensors",
    "tokenizer.json",
)
MATRIX = "embedding.weight"
READABLE = {"F16", "F32"}  # NumPy has no bfloat16

Floats = NDArray[np.float32]


def is_table(folder: Path) -> bool:
    """Whether a SentenceTransformers folder is a table of vectors, read by `PieceTable` as by SentenceTransformer."""
    if not all((folder / name).is_file() for name in (MODULES, WEIGHTS, TOKENIZER)):
        return False
    # By their names: the classes have moved from one release to the next.
    table, *others = [str(module["type"]).rpartition(".")[2] for module in json.loads((folder / MODULES).read_bytes())]
    if table != "StaticEmbedding" or set(others) - {"Normalize"} or _adds_words(folder):
        return False
    with safe_open(folder / WEIGHTS, framework="numpy") as weights:
        held = weights.keys()
        return MATRIX in held and weights.get_slice(MATRIX).get_dtype() in READABLE


def _adds_words(folder: Path) -> bool:
    """Some models want a few words of their own before every text."""
    settings = folder / SETTINGS
    return settings.is_file() and json.loads(settings.read_bytes()).get("default_prompt_name") is not None


class PieceTable:
    """An `Encoder`. Safe to use from several threads: nothing in it changes."""

    def __init__(self, pieces: Tokenizer, vectors: Floats, name: str) -> None:
        if pieces.get_vocab_size() > len(vectors):
            raise ValueError(f"{pieces.get_vocab_size()} word pieces, but only {len(vectors)} vectors")
        self._pieces, self._vectors = pieces, vectors
        self.name, self.size = name, int(vectors.shape[1])

    @classmethod
    def read(cls, folder: Path, name: str) -> Self:
        """From a folder that `is_table`; what its files raise when they are not whole is theirs."""
        pieces = Tokenizer.from_file(str(folder / TOKENIZER))
        pieces.no_padding()
        pieces.no_truncation()
        with safe_open(folder / WEIGHTS, framework="numpy") as weights:
            return cls(pieces, weights.get_tensor(MATRIX).astype(np.float32), name)

    def encode(self, texts: Sequence[str]) -> Floats:
        """One unit vector a text, as rows; a text without a known piece is all noughts."""
        sums = np.zeros((len(texts), self.size), dtype=np.float32)
        for row, text in zip(sums, texts, strict=True):
            row[:] = self._vectors[self._pieces.encode(text, add_special_tokens=False).ids].sum(axis=0)
        sums /= np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
        return sums
