"""Chinese chat lines made alike: cleaned, spelled out, stripped to what is asked, parted into questions."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from opencc import OpenCC

from nlu import rasa_data
from nlu.homophones import corrector
from nlu.words import any_of

LIMIT = 2_000  # characters of a text that are read; nobody asks in more
_LOOKED_AT = 8 * LIMIT  # where names are called by the hundred, the words stand behind them

# Read at import: a broken table is told at start, not at the first question.
_DATA = rasa_data.read_files(rasa_data.FOLDER / "synonyms.yml", rasa_data.FOLDER / "lookups.yml")
_TO_SIMPLIFIED = OpenCC("t2s")
_TO_SIMPLIFIED.convert("單")  # its tables are read at the first use: let that be now

# Ordinary words that contain an alias, kept from being spelled out.
_ORDINARY = (
    *("修改", "更改", "涂改", "改单价", "改单证", "改单耗", "改单位", "改单据", "改单独"),
    *("合销售", "核销售", "相关", "有关", "海关", "无关", "保管员", "保管单", "保管"),
    *("分两步", "两步走", "两步路", "报官方", "报官网", "查柜台", "发检测", "订仓库", "定仓库", "仓单质押", "保税仓储"),
    *("转厂房", "转厂家", "报合同", "报合计", "内消化", "轻关税", "危包含", "汇征求", "一直退运"),
)

_LOOKALIKES = str.maketrans("аеорсухіѕ‘’“”″′﹖﹗～", "aeopcyxis''\"\"\"'?!~")
_SEPARATORS = str.maketrans("\t\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2005\u2028\u2029", "            ")

_SPACES = re.compile(r"\s+")
_REPEATED_MARK = re.compile(r"([^\w\s/])\1+")  # not the // of an address
_REPEATED_LETTER = re.compile(r"([^\W\d])\1{3,}")


def normalise(text: str) -> str:
    """One line, simplified, half-width, lower-case, without invisible characters; at most LIMIT characters."""
    return _SPACES.sub(" ", _clean(text)).strip()


def essence(text: str) -> str:
    """What is asked and nothing else, in the trade's full words; empty when only courtesy was said."""
    return _essence(normalise(_without_mentions(text)))


def spell_out(text: str) -> str:
    """A normalised text with jargon, typos and dictated words put as the FAQ writes them."""
    text = _ALIAS.sub(lambda found: _SPELLING[found[0]], text)
    text = _SPOKEN_DIGITS.sub(_digits, text)
    return _HOMELY.sub(lambda found: _AS_WRITTEN[found[0]], _QUESTION_HORSE.sub("吗", _correct(text)))


def topics(text: str) -> tuple[str, ...]:
    """The words of the trade in a normalised text, in order, each once."""
    return tuple(dict.fromkeys(_TOPIC.findall(text)))


def asked(text: str) -> tuple[str, tuple[str, ...]]:
    """The essence of a text and the essences of its separate questions: one as a rule, none where nothing is asked.

    Parted only at a numbered list, at several question marks, or before 还有 and its like. A part that names nothing of
    the trade borrows the words of the part before it.
    """
    cleaned = _clean(_marks_parted(_without_mentions(text)))
    whole = _essence(_SPACES.sub(" ", cleaned).strip())
    pieces = _parts(cleaned) if whole else []
    parts = [part for part in map(_essence, pieces) if part] if len(pieces) > 1 else []
    if len(parts) < 2:
        return whole, (whole,) if whole else ()
    return whole, tuple(_with_subjects(parts))


def clauses(question: str) -> list[str]:
    """The clauses of a question that ask, in order; what asks nothing leads into the one after it, or ends the last."""
    parted: list[str] = []
    lead: list[str] = []
    for clause in filter(None, _CLAUSE_END.split(question)):
        lead.append(clause)
        if _ASKS.search(clause) or _WHETHER.search(clause):
            parted.append(" ".join(lead))
            lead = []
    return [*parted[:-1], " ".join((*parted[-1:], *lead))] if lead else parted


# --- cleaning -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)  # each message is read by half a dozen readers, one after the other
def _clean(text: str) -> str:
    """Everything normalise does but joining lines."""
    text = unicodedata.normalize("NFKC", _fitting(text).translate(_SEPARATORS))
    text = unicodedata.normalize("NFKC", text.casefold().translate(_LOOKALIKES))
    text = "".join(map(_plain, text)) if not text.isascii() or not text.isprintable() else text
    text = _REPEATED_MARK.sub(r"\1", _simplified(text))
    return _REPEATED_LETTER.sub(r"\1\1\1", text)[:LIMIT]


def _fitting(text: str) -> str:
    """Of a text that is too long, what is read: the names it calls go first."""
    if len(text) > LIMIT and "@" in text:
        text = _MENTION.sub(" ", text[:_LOOKED_AT])
    return text[:LIMIT]


def _plain(char: str) -> str:
    if "\u4e00" <= char <= "\u9fff" or " " <= char <= "~" or char == "\n":
        return char
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    # Marks that stack on letters (keycaps, variation selectors, floods of accents), controls, surrogates, private use.
    if category[0] == "C" or category in {"Mn", "Me"}:
        return " " if char in "\r\t" else ""
    return " " if category[0] == "Z" else char


def _simplified(text: str) -> str:
    try:
        text.encode("gb2312")  # holds simplified characters only, and asking it is a hundred times quicker than OpenCC
    except UnicodeEncodeError:
        return str(_TO_SIMPLIFIED.convert(text))
    return text


# --- spelling out ---------------------------------------------------------------------------------------------------


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


# --- stripping ------------------------------------------------------------------------------------------------------

_MENTION = re.compile(
    r"@[^@\u2005\n]{1,32}\u2005|(?:^|(?<=\s))@[^@\s]{1,20}(?=\s)"
)  # WeChat ends a mention with U+2005
# An address; a file and nothing else, for a name asks nothing; [微笑], [图片].
_LINK = re.compile(r"(?:https?://|www\.)[\x21-\x7e]+|\A\s*\[文件\]\s*[^\s\[\]]{1,80}\s*\Z|\[[\u4e00-\u9fffa-z]{1,6}\]")
_COURTESY = re.compile(
    r"(?:各位|两位)?(?:海关|口岸办|关务)?(?:的)?(?:老师|领导|大神|大佬|前辈|专家|亲)们?(?:(?:们|您|你)?好|早|(?:都)?在吗|在不在)"
    r"|(?:各位|群里)的?(?:老师|领导|大神|大佬|前辈|专家|朋友|同行|大家|小伙伴|亲)们?"
    r"|(?:(?:大家|各位|上午|下午|中午|晚上|早上|你们?|您)好|大家早)(?:啊|呀)?"
    r"|(?:那个)?(?:我|我们)?(?:就是)?(?:想|要)?(?:再|先)?(?:向|跟|和)?(?:您|你|你们)?(?:请问|请教|咨询|打听|询问|问)(?:一下|下|个问题|个事|一个问题)+(?:哈|啊|呀|哦|呗|就是)?"
    r"|(?:我|我们)想(?:请教|咨询|了解|打听|知道|问问|问)(?:一下|下)?|请问|请教|问下|想问"
    r"|(?:麻烦|劳烦|求)(?:老师|各位|大家|您|你|帮忙)?(?:帮忙)?(?:解答|指点|指教|告知|看看|看一下|看下|帮忙|帮看下|帮看看|问一下|问下)(?:一下|下)?|麻烦您?(?:了)?|打扰(?:一下|了)?"
    r"|有没有(?:人|哪位|老师|谁|懂的?)(?:知道|懂|了解|清楚|遇到过|碰到过)?(?:的)?(?:吗)?|(?:有人|谁|哪位)(?:老师|大神|朋友)?(?:知道|懂|了解|清楚)(?:的)?(?:吗)?"
    r"|(?:非常|多谢|万分)?(?:感谢|谢谢)(?:了|啦|您|你|大家|各位|老师)*|多谢|先谢过|拜托(?:了|啦)?|求助|求解答?|求指教|跪求|盼复|在线等|急{2,}|挺急的?|(?:比较|非常)急"
    r"|老师们?|领导们|亲们|大神们?|大佬们?|在吗|在不在"
)
_FILLER = re.compile(
    r"(?:^|(?<=[\s,。?!;:、]))(?:那个|这个|就是说|就是|然后|嗯+|呃+|额|哦|噢|哎|诶|唉|那么|对了|是这样的?|话说|急)(?=[\u4e00-\u9fffa-z0-9\s,。]|$)"
    r"|[啊呀呃噢嘛哈哦呢嗯吼喔](?=$|[\s,。?!;~])|啊(?![a-z])|呃|嗯|的说(?=$|[\s?!])|(?:吧|呗|啦)(?=$|[\s,。?!])"
)
_ORPHAN = re.compile(r"[^\w\s?%.,:/()+\-#&*。、;!]+")  # emoji and ornaments
_EDGES = " ,.。、;:!?~-_/\\|'\"…()+*#&"


def _without_mentions(text: str) -> str:
    return _MENTION.sub(" ", _fitting(text)) if "@" in text else text


def _essence(text: str) -> str:
    text = _LINK.sub(" ", text)
    # Courtesy goes before the spelling: 请问一下啊C1P leaves 啊C1P, which is a spelling of RCEP.
    text = spell_out(_COURTESY.sub(" ", text))
    text = _AND_ALSO_WORDS.sub("", text.strip(_EDGES))
    for _ in range(3):  # a filler may uncover another: 那个 就是 …
        text = _FILLER.sub("", _ORPHAN.sub(" ", text)).strip(_EDGES)
    return _SPACES.sub(" ", text).strip(_EDGES)


# --- parting --------------------------------------------------------------------------------------------------------

_NUMBER_MARK = re.compile(r"(?:^|(?<=[^\d.a-z]))\(?([1-9])(?:[、)]|[.,:](?!\d)|(?=\s[\u4e00-\u9fff]))\s*")
_SIGN_MARK = re.compile(
    r"([①-⑨⑴-⑼❶-❾➀-➈]|[1-9](?=\ufe0f?\u20e3)|(?:^|(?<=[\s，,。；;：:？?！!]))[一二三四五六七八九](?=、))(?:\ufe0f?\u20e3|、)?"
)
_ALSO = r"(?:还有(?!没有|几|多少|什么|多久|必要|谁|人)|另外|其次|顺便|再(?=问|请教|咨询))"
_AND_ALSO = re.compile(rf"(?:^|[\s,。?!;]+)(?={_ALSO}[^的])")
_AND_ALSO_WORDS = re.compile(
    rf"^{_ALSO}(?:一个|个)?(?:问题|就是|问一下|请教一下|问下|想问|问个问题|咨询一下|问)*(?:是)?[,:\s]*"
)
_ASKS = re.compile(
    r"[吗呢?几哪谁怎啥]|什么|多少|多久|如何|是否|能不能|要不要|行不|可不可|是不是|会不会|有没有|区别|还是|为何|算不"
)
_WHETHER = re.compile(r"[不没]$")  # 收费不
_QUESTION_END = re.compile(r"\?+")
_CLAUSE_END = re.compile(r"[\s,;。]+")
_SMALL = 4  # characters: 哪个快 is not asked alone


def _marks_parted(text: str) -> str:
    """①查验 ②收费 and 一、查验 二、收费 as 1、查验 2、收费: cleaning leaves of a sign a bare figure, which counts nothing."""
    if len(_SIGN_MARK.findall(text)) < 2:
        return text
    return _SIGN_MARK.sub(lambda found: f" {unicodedata.numeric(found[1]):.0f}、", text)


def _parts(cleaned: str) -> list[str]:
    numbered = _numbered(cleaned)
    if numbered:
        return [_line(part) for part in numbered]
    ends_asked = [f"{chunk}?" for chunk in _QUESTION_END.split(cleaned)[:-1]] + _QUESTION_END.split(cleaned)[-1:]
    pieces = [_line(piece) for chunk in ends_asked for piece in _AND_ALSO.split(chunk)]
    return [_AND_ALSO_WORDS.sub("", piece) for piece in _joined(pieces)]


def _line(text: str) -> str:
    return _SPACES.sub(" ", text).strip(_EDGES.replace("?", ""))


def _numbered(cleaned: str) -> list[str]:
    """The items of a list that counts 1, 2, …; what stands before it belongs to every item and is left to the first."""
    marks, wanted = [], 1
    for found in _NUMBER_MARK.finditer(cleaned):
        if int(found[1]) == wanted:
            marks.append(found)
            wanted += 1
    if len(marks) < 2:
        return []
    ends = [mark.start() for mark in marks[1:]] + [len(cleaned)]
    items = [cleaned[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
    items[0] = f"{cleaned[: marks[0].start()]} {items[0]}"
    return items


def _joined(pieces: list[str]) -> list[str]:
    """A piece too small to be asked alone goes to the one before; so does what follows a piece that asks nothing."""
    joined: list[str] = []
    for piece in filter(None, pieces):
        small = len(piece.rstrip("?")) <= _SMALL and not topics(piece)
        if joined and (small or not _ASKS.search(joined[-1])):
            joined[-1] = f"{joined[-1].rstrip('?')} {piece}"
        else:
            joined.append(piece)
    return joined


def _with_subjects(parts: list[str]) -> list[str]:
    subjects: tuple[str, ...] = ()
    whole: list[str] = []
    for part in parts:
        own = topics(part)
        whole.append(part if own or not subjects else " ".join((*subjects[:2], part)))
        subjects = own or subjects
    return whole
