"""Corrects words of a lexicon that were typed or dictated with the wrong characters of the right sound."""

import os
import re
from collections.abc import Callable, Iterable

os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # the phrase book is 44 MB and over a second, and not looked at
from pypinyin.constants import PINYIN_DICT

_TONES = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ", "aaaaeeeeiiiioooouuuuvvvvnnnm")
_ACCENTS_ON_ITS_OWN = re.compile("[\u0300-\u036f]")


def corrector(lexicon: Iterable[str], *, known: Iterable[str] = ()) -> Callable[[str], str]:
    """A function that puts a lexicon word wherever its sound, tones aside, is written otherwise.

    Words of two characters share their sound with too many others: they are not corrected. Neither is what `known` has.
    """
    sounds = {_chinese_only(word): word for word in lexicon if len(_chinese_only(word)) == len(word) > 2}
    by_sound = {word.translate(_SOUND_OF): word for word in sounds}
    kept = frozenset(known)
    if not by_sound:
        return lambda text: text
    pattern = re.compile("|".join(map(re.escape, sorted(by_sound, key=len, reverse=True))))

    def correct(text: str) -> str:
        heard = text.translate(_SOUND_OF)
        pieces, position = [], 0
        for found in pattern.finditer(heard):
            said = text[found.start() : found.end()]
            if said not in kept and not any(word in said for word in kept if len(word) > 2):
                pieces += [text[position : found.start()], by_sound[found[0]]]
                position = found.end()
        return "".join((*pieces, text[position:])) if pieces else text

    return correct


def _chinese_only(word: str) -> str:
    return "".join(char for char in word if "\u4e00" <= char <= "\u9fff")


def _syllable(readings: str) -> str:
    """The first reading, without its tone: the commonest one."""
    return _ACCENTS_ON_ITS_OWN.sub("", readings.split(",", 1)[0].translate(_TONES))


def _sound_table() -> dict[int, int]:
    """Every common character to one private character per syllable, so that texts keep their length when heard."""
    numbers: dict[str, int] = {}
    table: dict[int, int] = {}
    for code, readings in PINYIN_DICT.items():
        if 0x4E00 <= code <= 0x9FFF:
            table[code] = 0xE000 + numbers.setdefault(_syllable(readings), len(numbers))
    return table


_SOUND_OF = _sound_table()
