"""Finds what a text names: numbers by their shape, ports and matters by their words."""

import re
import unicodedata
from collections.abc import Callable, Iterator

from nlu.rasa_data import TrainingData
from nlu.text import LIMIT
from nlu.understanding import Entity
from nlu.words import any_of

Finder = Callable[[str], tuple[Entity, ...]]
CUE = "cue "  # regexes so named are signs for the classifier, not entities


def finder(data: TrainingData) -> Finder:
    """A function that finds entities, in order; where two overlap the longer one stands, then the one listed first."""
    shapes = [
        (kind, re.compile("|".join(patterns), re.IGNORECASE))
        for kind, patterns in data.regexes.items()
        if not kind.startswith(CUE)
    ]
    aliases = {alias.casefold(): word for alias, word in data.synonyms.items()}
    words = [(kind, _words(listed, aliases)) for kind, listed in data.lookups.items()]

    def found(text: str) -> Iterator[Entity]:
        plain = _plain(text)
        small = _small(plain)
        for kind, pattern in (*shapes, *words):
            for match in pattern.finditer(small):
                value = aliases.get(match[0], plain[match.start() : match.end()])
                yield Entity(kind=kind, value=value, start=match.start(), end=match.end())

    return lambda text: _apart(found(text[:LIMIT]))


def _words(listed: tuple[str, ...], aliases: dict[str, str]) -> re.Pattern[str]:
    targets = {word.casefold() for word in listed}
    also = (alias for alias, word in aliases.items() if word.casefold() in targets)
    return any_of((*map(str.casefold, listed), *also))


def _plain(text: str) -> str:
    """Full-width letters and foreign digits made plain, and no character moved."""
    return text if unicodedata.is_normalized("NFKC", text) else "".join(map(_plain_char, text))


def _plain_char(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 else char


def _small(text: str) -> str:
    """Lower-case, unless that would move characters."""
    small = text.lower()
    return small if len(small) == len(text) else text


def _apart(entities: Iterator[Entity]) -> tuple[Entity, ...]:
    chosen: list[Entity] = []
    for entity in sorted(entities, key=lambda entity: entity.start - entity.end):
        if all(entity.end <= other.start or other.end <= entity.start for other in chosen):
            chosen.append(entity)
    return tuple(sorted(chosen, key=lambda entity: entity.start))
