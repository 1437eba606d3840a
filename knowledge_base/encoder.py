"""Sentences to unit vectors: the only file that loads SentenceTransformers, and only for models that need it."""

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge_base.pieces import PieceTable, is_table

SHIPPED = Path(__file__).parent / "model" / "encoder"

Vectors = NDArray[np.float32]


class EncoderError(Exception):
    """An encoder cannot be loaded; the message says which, why and the cure, in one line."""


class Encoder(Protocol):
    """Texts in, unit vectors out; inner products are cosines."""

    @property
    def name(self) -> str:
        """Tells this encoder from others where vectors are kept."""

    @property
    def size(self) -> int:
        """How long its vectors are."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, as rows."""


class SentenceEncoder:
    """Any model that SentenceTransformers opens."""

    def __init__(self, model: str, name: str) -> None:
        # They take seconds and hundreds of megabytes: paid only for a model that needs them.
        import torch
        from sentence_transformers import SentenceTransformer

        logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # what its retries come to, our error tells
        torch.set_num_threads(1)  # a question is a matrix too small for two cores, and the other one has work
        self._model = SentenceTransformer(model, device="cpu").float().eval()
        self.name, self.size = name, self._read(["试"]).shape[1]

    def encode(self, texts: Sequence[str]) -> Vectors:
        return self._read(texts) if texts else np.zeros((0, self.size), dtype=np.float32)

    def _read(self, texts: Sequence[str]) -> Vectors:
        found = self._model.encode(
            list(texts), batch_size=256, convert_to_numpy=True, normalize_embeddings=True, show_progress_bar=False
        )
        return np.ascontiguousarray(found, dtype=np.float32)


def open_encoder(model: Path | str | None = None) -> Encoder:
    """The shipped encoder, or the one in the folder or of the name given; EncoderError when it cannot be used."""
    wanted = SHIPPED if model is None else model
    if not _names_a_folder(wanted):
        cure = "check the name, or download it where the hub can be reached and give its folder"
        return _opened(str(wanted), str(wanted), cure=cure)
    folder = Path(wanted)
    _refuse_unusable(folder)
    return _opened(str(folder), _fingerprint(folder), cure="copy the model folder again, complete")


def _names_a_folder(model: Path | str) -> bool:
    return isinstance(model, Path) or Path(model).is_dir() or model.startswith((".", "/", "~"))


def _refuse_unusable(folder: Path) -> None:
    if not folder.is_dir():
        raise EncoderError(f"encoder {folder}: no such folder; give a SentenceTransformers folder or a model's name")
    if not (folder / "modules.json").is_file():
        raise EncoderError(f"encoder {folder}: has no modules.json; copy the model folder again, complete")


def _opened(wanted: str, name: str, *, cure: str) -> Encoder:
    try:
        return PieceTable.read(Path(wanted), name) if is_table(Path(wanted)) else SentenceEncoder(wanted, name)
    except Exception as error:  # an edge: what a broken model folder or hub raises is anything
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise EncoderError(f"encoder {wanted}: cannot be loaded ({reason}); {cure}") from error


def _fingerprint(folder: Path) -> str:
    """Changes when the model does: vectors kept for another model must not be taken for this one's."""
    weights = sorted(folder.rglob("*.safetensors")) + sorted(folder.rglob("*.bin"))
    sizes = ",".join(f"{file.stat().st_size}-{digest_of(file)}" for file in weights)
    return f"{folder.name}:{sizes}"


def digest_of(file: Path) -> str:
    """Enough of the SHA-256 of a file to tell one model from another."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()[:16]
