"""Sentences to unit vectors: the only file that knows SentenceTransformers."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

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
    """An encoder from a SentenceTransformers folder or, where a model hub can be reached, by name."""

    def __init__(self, model: Any, name: str) -> None:
        self._model = model
        self._one = _quickly(model)
        self.name = name
        self.size = len(self.encode(["试"])[0])

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.size), dtype=np.float32)
        if len(texts) == 1 and self._one:
            found = self._one(texts[0])
            return found[None] / max(float(np.linalg.norm(found)), 1e-12)
        found = self._model.encode(
            list(texts), batch_size=256, convert_to_numpy=True, normalize_embeddings=True, show_progress_bar=False
        )
        return np.ascontiguousarray(found, dtype=np.float32)


def _quickly(model: Any) -> Callable[[str], Vectors] | None:
    """The same as `encode` of one text without what it does for batches, which costs a question ten times its own time."""
    if model.default_prompt_name is not None:
        return None
    return _mean_of_pieces(model) or _one_at_a_time(model)


def _mean_of_pieces(model: Any) -> Callable[[str], Vectors] | None:
    """For models that are a table of word pieces' vectors and nothing else: a look into the table."""
    table, *others = model
    # By their names: the classes have moved from one release to the next.
    if type(table).__name__ != "StaticEmbedding" or any(type(other).__name__ != "Normalize" for other in others):
        return None
    pieces, vectors = table.tokenizer, table.embedding.weight.detach().numpy()

    def one(text: str) -> Vectors:
        ids = pieces.encode(text, add_special_tokens=False).ids
        mean: Vectors = vectors[ids].sum(axis=0) / max(len(ids), 1)
        return mean

    return one


def _one_at_a_time(model: Any) -> Callable[[str], Vectors]:
    def one(text: str) -> Vectors:
        with torch.inference_mode():
            vector: Vectors = model(model.preprocess([text]))["sentence_embedding"][0].numpy()
        return vector

    return one


def open_encoder(model: Path | str | None = None) -> SentenceEncoder:
    """The shipped encoder, or the one in the folder or of the name given; EncoderError when it cannot be used."""
    wanted = SHIPPED if model is None else model
    folder = Path(wanted)
    if _names_a_folder(wanted):
        _refuse_unusable(folder)
        return SentenceEncoder(_loaded(str(folder), cure="copy the model folder again, complete"), _fingerprint(folder))
    cure = "check the name, or download it where the hub can be reached and give its folder"
    return SentenceEncoder(_loaded(str(wanted), cure=cure), str(wanted))


def _names_a_folder(model: Path | str) -> bool:
    return isinstance(model, Path) or Path(model).is_dir() or model.startswith((".", "/", "~"))


def _refuse_unusable(folder: Path) -> None:
    if not folder.is_dir():
        raise EncoderError(f"encoder {folder}: no such folder; give a SentenceTransformers folder or a model's name")
    if not (folder / "modules.json").is_file():
        raise EncoderError(f"encoder {folder}: has no modules.json; copy the model folder again, complete")


def _loaded(wanted: str, *, cure: str) -> Any:
    from sentence_transformers import SentenceTransformer  # costs seconds: paid only where an encoder is opened

    try:
        model = SentenceTransformer(wanted, device="cpu").float().eval()
        model.encode(["试"], show_progress_bar=False)
    except Exception as error:  # an edge: what a broken model folder or hub raises is anything
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise EncoderError(f"encoder {wanted}: cannot be loaded ({reason}); {cure}") from error
    return model


def _fingerprint(folder: Path) -> str:
    """Changes when the model does: vectors kept for another model must not be taken for this one's."""
    weights = sorted(folder.rglob("*.safetensors")) + sorted(folder.rglob("*.bin"))
    sizes = ",".join(f"{file.stat().st_size}-{_digest(file)}" for file in weights)
    return f"{folder.name}:{sizes}"


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()[:16]
