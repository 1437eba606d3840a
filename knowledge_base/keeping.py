"""What was read of the phrasings, kept in a file, so that a start does not read them all again.

One file per set of models, named by their fingerprint: another encoder or judge never meets vectors that are not its own.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from knowledge_base.encoder import Vectors
from knowledge_base.judging import Reading

KEPT = Path("var/knowledge_base")


@dataclass(frozen=True, kw_only=True)
class Read:
    """All that is kept of a phrasing: it is made once, whatever entry the phrasing stands in."""

    plain: str
    vector: Vectors
    reading: Reading


def kept_file(folder: Path, fingerprint: str) -> Path:
    """Where the phrasings read by these models are kept."""
    return folder / f"{sha256(fingerprint.encode()).hexdigest()[:16]}.npz"


def keep(file: Path, reads: Mapping[str, Read]) -> None:
    """Replace the file by these phrasings, all or nothing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    texts = json.dumps([[text, read.plain] for text, read in reads.items()], ensure_ascii=False).encode()
    readings = [read.reading for read in reads.values()]
    with NamedTemporaryFile(dir=file.parent, suffix=".npz", delete=False) as written:
        np.savez(
            written,
            texts=np.frombuffer(texts, dtype=np.uint8),
            vectors=np.array([read.vector for read in reads.values()], dtype=np.float32),
            lengths=np.array([len(reading.ids) for reading in readings]),
            ids=_joined([reading.ids.astype(np.int32) for reading in readings]),
            meaning=_joined([reading.meaning for reading in readings]),
        )
    Path(written.name).replace(file)


def kept(file: Path) -> dict[str, Read]:
    """The phrasings kept in a file by their text; none where there is no such file or it is not whole."""
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
            return _reads({name: stored[name] for name in stored.files})
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}  # it is only kept to save time: what is missing is read again


def _reads(stored: Mapping[str, NDArray[Any]]) -> dict[str, Read]:
    texts = json.loads(stored["texts"].tobytes())
    ids, meaning = stored["ids"].astype(np.int64), stored["meaning"]
    ends = np.cumsum(stored["lengths"])
    parts = zip(texts, stored["vectors"], ends - stored["lengths"], ends, strict=True)
    return {
        text: Read(plain=plain, vector=vector, reading=Reading(ids=ids[start:end], meaning=meaning[start:end]))
        for (text, plain), vector, start, end in parts
    }


def _joined(pieces: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(pieces) if pieces else np.zeros((0, 1))
