"""What a classifier sees of a text: its characters, its shape with the trade's words hidden, and turns of phrase."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from math import log1p, sqrt

from nlu.entities import CUE
from nlu.rasa_data import TrainingData
from nlu.spelling import spell_out, topics
from nlu.text import normalise

Features = Mapping[str, float]
Extractor = Callable[[str], Features]

READ = 160  # characters: what a line does shows early, and an article costs no more than a line
_CUE_WEIGHT = 0.35
_SHAPE_WEIGHT = 0.8
_NUMBER = re.compile(r"\d+(?:[.,-]\d+)*")
_TOPIC_MARK, _NUMBER_MARK = "甲", "0"


def extractor(data: TrainingData) -> Extractor:
    """A function from a text to its weighted features; the same for learning and for understanding."""
    cues = [(name, re.compile("|".join(forms))) for name, forms in data.regexes.items() if name.startswith(CUE)]

    def extract(text: str) -> Features:
        plain = spell_out(normalise(text))
        plain = plain if len(plain) <= READ else f"{plain[: READ // 2]} {plain[-READ // 2 :]}"
        named = topics(plain)
        features = _weighted(_grams(f"^{plain}$", "c", (1, 2, 3)), 1.0)
        features |= _weighted(_grams(f"^{_shape(plain, named)}$", "s", (2, 3, 4)), _SHAPE_WEIGHT)
        features |= {name: _CUE_WEIGHT for name, form in cues if form.search(plain)}
        features[f"topics {min(len(named), 3)}"] = _CUE_WEIGHT
        features[f"length {min(int(log1p(len(plain)) * 2), 9)}"] = _CUE_WEIGHT
        return features

    return extract


def _shape(text: str, named: tuple[str, ...]) -> str:
    """The text with numbers and the trade's words put as one sign each: 甲怎么甲 is asked of many things."""
    for word in sorted(named, key=len, reverse=True):
        text = text.replace(word, _TOPIC_MARK)
    return _NUMBER.sub(_NUMBER_MARK, text)


def _grams(text: str, prefix: str, lengths: tuple[int, ...]) -> Iterator[str]:
    for length in lengths:
        for start in range(len(text) - length + 1):
            yield prefix + text[start : start + length]


def _weighted(grams: Iterator[str], weight: float) -> dict[str, float]:
    """Presence of each, the whole of them of one length whatever the text's."""
    counts = Counter(grams)
    if not counts:
        return {}
    share = weight / sqrt(len(counts))
    return dict.fromkeys(counts, share)
