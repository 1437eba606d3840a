"""The trade's jargon, typos and dictated words, put as the FAQ writes them; and the words of the trade in a text."""

import re
from collections.abc import Mapping

from nlu import rasa_data
from nlu.homophones import corrector, reader
from nlu.words import any_of

# Read at import: a broken table is told at start, not at the first question.
_DATA = rasa_data.read_files(rasa_data.FOLDER / "synonyms.yml", rasa_data.FOLDER / "lookups.yml")

# Ordinary words that contain an alias, kept from being spelled out.
_ORDINARY = (
    *("修改", "更改", "涂改", "改单价", "改单证", "改单耗", "改单位", "改单据", "改单独"),
    *("合销售", "核销售", "相关", "有关", "海关", "无关", "保管员", "保管单", "保管"),
    *("分两步", "两步走", "两步路", "报官方", "报官网", "查柜台", "发检测", "订仓库", "定仓库", "仓单质押", "保税仓储"),
    *("转厂房", "转厂家", "报合同", "报合计", "内消化", "轻关税", "危包含", "汇征求", "一直退运"),
)


def spell_out(text: str) -> str:
    """A normalised text with jargon, typos and dictated words put as the FAQ writes them."""
    text = _ALIAS.sub(lambda found: _SPELLING[found[0]], _from_letters(text))
    text = _SPOKEN_DIGITS.sub(_digits, text)
    return _HOMELY.sub(lambda found: _AS_WRITTEN[found[0]], _QUESTION_HORSE.sub("吗", _correct(text)))


def topics(text: str) -> tuple[str, ...]:
    """The words of the trade in a normalised text, in order, each once."""
    return tuple(dict.fromkeys(_TOPIC.findall(text)))


def _spellings(synonyms: Mapping[str, str], lexicon: tuple[str, ...]) -> dict[str, str]:
    """Aliases and what they stand for; whole words stand for themselves, so that no alias is found inside them."""
    canonical = {word.casefold(): word.casefold() for word in (*_ORDINARY, *lexicon, *synonyms.values())}
    aliases = {alias.casefold(): word.casefold() for alias, word in synonyms.items()}
    return canonical | aliases


_LEXICON = _DATA.lookups["topic"]
_SPELLING = _spellings(_DATA.synonyms, _LEXICON)
_ALIAS = any_of(_SPELLING)
_WORDS = tuple(dict.fromkeys(_SPELLING[word.casefold()] for word in (*_LEXICON, *_DATA.synonyms)))
_TOPIC = any_of(_WORDS)
_correct = corrector(_WORDS, known=tuple(_SPELLING))
_from_letters = reader({said: word for said, word in _SPELLING.items() if said not in _ORDINARY})

_DIGIT = {**{word: str(index) for index, word in enumerate("零一二三四五六七八九")}, "〇": "0", "幺": "1", "洞": "0"}
_SPOKEN_DIGITS = re.compile(r"[零〇一二三四五六七八九幺]{4,}")  # 九八一零; shorter runs are ordinary numbers
_QUESTION_HORSE = re.compile(r"(?<=[\u4e00-\u9fff])(?<![车斑罗宝兑骑巴木赛人兵上])马(?=$|[\s?!,。])")  # 能改马

# How people ask in their own tongue; no table of the trade, for these words name nothing.
_AS_WRITTEN = {
    **dict.fromkeys(("咋办", "咋整", "咋弄", "咋搞"), "怎么办"),
    **dict.fromkeys(("啥子", "啥"), "什么"),
    "咋": "怎么",
    "几多": "多少",
}
_HOMELY = any_of(_AS_WRITTEN)


def _digits(found: re.Match[str]) -> str:
    return "".join(_DIGIT[char] for char in found[0])
