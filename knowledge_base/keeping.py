"""What was read of the phrasings, kept in files, so that a start does not read them all again.

One set of files per set of models, named by their fingerprint: another encoder or judge never meets vectors that are not its
own. What the judge made of the phrasings is by far the most and seldom needed, so it has a file of its own that is not read
but mapped: only what is looked at takes memory.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
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
    """Replace what is kept by these phrasings, all or nothing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    texts = json.dumps([[text, read.plain] for text, read in reads.items()], ensure_ascii=False).encode()
    readings = [read.reading for read in reads.values()]
    meanings = file.parent / f"{file.stem}-{token_hex(4)}.npy"
    with TemporaryDirectory(dir=file.parent) as half:  # a disk that is full is not made fuller by what was half written
        mapped, written = Path(half) / meanings.name, Path(half) / file.name
        np.save(mapped, _joined([reading.meaning for reading in readings]))
        np.savez(
            written,
            texts=np.frombuffer(texts, dtype=np.uint8),
            vectors=np.array([read.vector for read in reads.values()], dtype=np.float32),
            lengths=np.array([len(reading.ids) for reading in readings]),
            ids=_joined([reading.ids.astype(np.int32) for reading in readings]),
            meanings=np.array(meanings.name),
        )
        mapped.replace(meanings)
        written.replace(file)
    _sweep(file, meanings)


def _sweep(file: Path, current: Path) -> None:
    """Who has an older one mapped keeps it for as long as he runs."""
    for older in file.parent.glob(f"{file.stem}-*.npy"):
        if older.name != current.name:
            older.unlink(missing_ok=True)


def kept(file: Path) -> dict[str, Read]:
    """The phrasings kept in a file by their text; none where there is no such file or it is not whole."""
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
            told = {name: stored[name] for name in stored.files}
        return _reads(told, np.asarray(np.load(file.parent / str(told["meanings"]), mmap_mode="r")))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}  # it is only kept to save time: what is missing is read again


def _reads(stored: Mapping[str, NDArray[Any]], meanings: NDArray[np.float16]) -> dict[str, Read]:
    texts = json.loads(stored["texts"].tobytes())
    ids = stored["ids"].astype(np.int64)
    ends = np.cumsum(stored["lengths"])
    if len(meanings) != len(ids):
        raise ValueError("not all meanings were kept")
    parts = zip(texts, stored["vectors"], ends - stored["lengths"], ends, strict=True)
    return {
        text: Read(plain=plain, vector=vector, reading=Reading(ids=ids[start:end], meaning=meanings[start:end]))
        for (text, plain), vector, start, end in parts
    }


def _joined(pieces: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(pieces) if pieces else np.zeros((0, 1))
