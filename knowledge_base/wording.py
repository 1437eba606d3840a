"""Text as the retriever sees it: one form for one wording, its overlapping n-grams, and how telling each is."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nlu.text import essence, normalise

SHIPPED = Path(__file__).parent / "model" / "weights.json"
LONGEST = 400  # characters; a question longer than this is a document


def asked(text: str) -> str:
    """What a text asks, free of courtesy and in the trade's full words; all of it where nothing else is left."""
    return essence(text) or normalise(text)


# A tariff number, a container, a bill: at least six figures. Dates have their dashes, and are left.
_NUMBER = re.compile(r"(?<![a-z0-9.-])(?!(?:19|20)\d\d-)[a-z]{0,6}\d(?:[.-]?\d){5,}+[a-z]?(?![a-z0-9])")
_FIGURES = re.compile(r"\d{6,}")


def without_numbers(text: str) -> str:
    """A normalised text without the numbers of somebody's own goods and papers; all of it where nothing else is left."""
    return " ".join(_NUMBER.sub(" ", text).split()) or text


def has_number(text: str, plain_text: str) -> bool:
    """Whether a text, whose letters are the plain one, names such a number."""
    return _FIGURES.search(plain_text) is not None and _NUMBER.search(normalise(text)) is not None


def plain(text: str) -> str:
    """The letters of a question; of a whole document its beginning and its end."""
    kept = letters(text)
    return kept if len(kept) <= LONGEST else kept[: LONGEST // 2] + kept[-LONGEST // 2 :]


def letters(text: str) -> str:
    """Letters, digits and ideographs only, NFKC and lower case: what is left when only the words count."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).lower()))


def grams(text: str, sizes: tuple[int, ...] = (1, 2)) -> list[str]:
    """Overlapping character n-grams of plain text, shorter ones first."""
    return [text[at : at + size] for size in sizes for at in range(len(text) - size + 1)]


@dataclass(frozen=True, kw_only=True)
class Weights:
    """How telling a gram is: the logarithm of how rarely questions and law texts use it, about 0 to 10."""

    of: Mapping[str, float]
    unseen: float


def open_weights(file: Path = SHIPPED) -> Weights:
    """The shipped weights, counted over law texts and questions; the same for every base."""
    described = json.loads(file.read_text(encoding="utf-8"))
    return Weights(of=described["weights"], unseen=described["unseen"])


def save_weights(file: Path, weights: Weights) -> None:
    """Write what `open_weights` reads."""
    described = {"unseen": weights.unseen, "weights": dict(weights.of)}
    file.write_text(json.dumps(described, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
