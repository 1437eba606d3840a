"""Corrects words of a lexicon that were typed or dictated with the wrong characters of the right sound, or typed as it."""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # the phrase book is 44 MB and over a second, and not looked at
from pypinyin.constants import PINYIN_DICT

_TONES = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ", "aaaaeeeeiiiioooouuuuvvvvnnnm")
_IN_LETTERS = re.compile(r"(?<![0-9a-z.@/_-])[a-z]++(?:[ '][a-z]++)*+(?![0-9.@/_-])")
_LONG_ENOUGH = 6  # letters: of fewer, too many are names and foreign words
_MOST_PIECES = 8
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


def reader(words: Mapping[str, str]) -> Callable[[str], str]:
    """A function that puts a word wherever its sound stands in letters: baoguandan, bao guan dan. `words`: the characters
    with that sound, and the word for them. A sound that several words share is left."""
    sounds: dict[str, set[str]] = defaultdict(set)
    for said, word in words.items():
        if len(_chinese_only(said)) == len(said):
            sounds["".join(_syllable(PINYIN_DICT[ord(char)]) for char in said)].add(word)
    by_sound = {sound: min(of) for sound, of in sounds.items() if len(of) == 1 and len(sound) >= _LONG_ENOUGH}
    return lambda text: _IN_LETTERS.sub(lambda found: " ".join(_heard(found[0], by_sound)), text)


def _heard(letters: str, by_sound: Mapping[str, str]) -> Iterator[str]:
    """The pieces of a run of letters, those that sound as a word put as it; the longest where several begin."""
    pieces, at = re.split(r"[ ']", letters), 0
    while at < len(pieces):
        ends = range(min(len(pieces), at + _MOST_PIECES), at, -1)
        end = next((end for end in ends if "".join(pieces[at:end]) in by_sound), None)
        yield pieces[at] if end is None else by_sound["".join(pieces[at:end])]
        at = end or at + 1


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
