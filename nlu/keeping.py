"""What was learned, kept between starts: named by all it was learned from, so that nothing stale is ever found."""

import json
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from nlu.classifier import Classifier, Vocabulary

CODE = Path(__file__).parent
Learned = tuple[Vocabulary, tuple[Classifier, ...]]


def kept_file(cache: Path, data: Path) -> Path:
    """Where what is learned from this folder by this code is kept."""
    digest = sha256()
    for file in sorted((*data.glob("*.yml"), *CODE.glob("*.py"))):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return cache / f"nlu-{digest.hexdigest()[:24]}.npz"


def keep(file: Path, known: Vocabulary, classifiers: Iterable[Classifier]) -> None:
    """Write it whole or not at all; a disk that refuses only costs the next start its seconds."""
    arrays: dict[str, NDArray[Any]] = {"features": _as_bytes(list(known.row_of))}
    for number, classifier in enumerate(classifiers):
        arrays[f"labels{number}"] = _as_bytes(classifier.labels)
        arrays[f"weights{number}"], arrays[f"bias{number}"] = classifier.weights, classifier.bias
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=file.parent) as half:
            part = Path(half) / file.name
            np.savez(part, allow_pickle=False, **arrays)
            part.replace(file)


def kept(file: Path) -> Learned | None:
    """What was kept, or None where nothing usable is."""
    try:
        with np.load(file, allow_pickle=False) as arrays:
            rows = {name: row for row, name in enumerate(_from_bytes(arrays["features"]))}
            count = sum(name.startswith("labels") for name in arrays)
            classifiers = tuple(
                Classifier(
                    labels=tuple(_from_bytes(arrays[f"labels{number}"])),
                    weights=arrays[f"weights{number}"],
                    bias=arrays[f"bias{number}"],
                )
                for number in range(count)
            )
            return Vocabulary(row_of=rows), classifiers
    except (OSError, KeyError, ValueError, EOFError, BadZipFile):
        return None


def _as_bytes(words: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(list(words)).encode(), dtype=np.uint8)


def _from_bytes(array: NDArray[np.uint8]) -> list[str]:
    words: list[str] = json.loads(array.tobytes())
    return words
