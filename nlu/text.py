"""Chinese chat lines made alike: cleaned, and stripped to what is asked."""

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

from nlu.spelling import spell_out

LIMIT = 2_000  # characters of a text that are read; nobody asks in more
_LOOKED_AT = 8 * LIMIT  # where names are called by the hundred, the words stand behind them

_TO_SIMPLIFIED = OpenCC("t2s")
_TO_SIMPLIFIED.convert("單")  # its tables are read at the first use: let that be now
_LOOKALIKES = str.maketrans("аеорсухіѕ‘’“”″′﹖﹗～", "aeopcyxis''\"\"\"'?!~")
_SEPARATORS = str.maketrans("\t\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2005\u2028\u2029", "            ")

SPACES = re.compile(r"\s+")
_REPEATED_MARK = re.compile(r"([^\w\s/])\1+")  # not the // of an address
_REPEATED_LETTER = re.compile(r"([^\W\d])\1{3,}")


def normalise(text: str) -> str:
    """One line, simplified, half-width, lower-case, without invisible characters; at most LIMIT characters."""
    return SPACES.sub(" ", clean(text)).strip()


def essence(text: str) -> str:
    """What is asked and nothing else, in the trade's full words; empty when only courtesy was said."""
    return essence_of_clean(normalise(without_mentions(text)))


@lru_cache(maxsize=64)  # each message is read by half a dozen readers, one after the other
def clean(text: str) -> str:
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
    r"|(?:麻烦|劳烦|求)(?:老师|各位|大家|您|你|帮忙)?(?:帮忙)?(?:解答|指点|指教|告知|看看|看一下|看下|帮忙|帮看下|帮看看|问一下|问下)(?:一下|下)?|麻烦您?(?:了)?|打扰(?:一下|下|了)?"
    r"|有没有(?:人|哪位|老师|谁|懂的?)(?:知道|懂|了解|清楚|遇到过|碰到过|指导(?:一下|下))?(?:的)?(?:吗)?|(?:有人|谁|哪位)(?:老师|大神|朋友)?(?:知道|懂|了解|清楚)(?:的)?(?:吗)?"
    r"|(?:非常|多谢|万分)?(?:感谢|谢谢)(?:了|啦|您|你|大家|各位|老师)*|多谢|先谢过|拜托(?:了|啦)?|求助|求解答?|求指教|跪求|盼复|在线等|急{2,}|挺急的?|(?:比较|非常)急"
    r"|再麻烦(?:问|请教)(?:一下|下)"
    r"|(?:你们|您|你)?(?:都)?辛苦(?:老师们?|大家|各位|您|你们?)?[了啦]|辛苦(?:老师们?|大家|各位|您)|(?:老师们?|大家|您)辛苦(?=[\s,.。:;!~])"
    r"|(?:多嘴|弱弱|冒昧|斗胆|顺嘴|随口)[地的]?(?:请教|咨询|问)(?:一[下句个]|下|句)?"
    r"|(?:我)?再(?:麻烦)?(?:请教|咨询|问)(?:您|你|老师)?一[个句](?:问题)?(?=[\s,.。:;!~]|$)"
    r"|(?:大家|各位|你们)?有没有(?:碰到|遇到|碰见|遇见)过的?(?:[吗呀啊])?(?=[\s,.。:;!?~])|不好意思(?=[\s,.。:;!~]|打扰)|(?:老师)?我?又来(?:打扰|麻烦|请教|咨询|问)?(?:大家|老师|您|你们)?了(?=[\s,.。:;!~])"
    r"|老师们?|领导们|亲们|大神们?|大佬们?|在吗|在不在"
)
_FILLER = re.compile(
    r"(?:^|(?<=[\s,。?!;:、]))(?:那个|这个|就是说|就是|然后|嗯+|呃+|额|哦|噢|哎|诶|唉|那么|对了|是这样的?|话说|急)(?=[\u4e00-\u9fffa-z0-9\s,。]|$)"
    r"|[啊呀呃噢嘛哈哦呢嗯吼喔](?=$|[\s,。?!;~])|啊(?![a-z])|呃|嗯|的说(?=$|[\s?!])|(?:吧|呗|啦)(?=$|[\s,。?!])"
)
_ORPHAN = re.compile(r"[^\w\s?%.,:/()+\-#&*。、;!]+")  # emoji and ornaments
EDGES = " ,.。、;:!?~-_/\\|'\"…()+*#&"

#: How another question begins, and what is said around it.
ALSO = r"(?:还有(?!没有|几|多少|什么|多久|必要|谁|人)|另外|其次|顺便|再(?=问|请教|咨询))"
AND_ALSO_WORDS = re.compile(
    rf"^{ALSO}(?:一个|个)?(?:问题|就是|问一下|请教一下|问下|想问|问个问题|咨询一下|问)*(?:是)?[,:\s]*"
)


def without_mentions(text: str) -> str:
    """A text as it was typed, without the names it calls."""
    return _MENTION.sub(" ", _fitting(text)) if "@" in text else text


def essence_of_clean(text: str) -> str:
    """`essence` of a text that is clean and calls nobody."""
    text = _LINK.sub(" ", text)
    # Courtesy goes before the spelling: 请问一下啊C1P leaves 啊C1P, which is a spelling of RCEP.
    text = spell_out(_COURTESY.sub(" ", text))
    text = AND_ALSO_WORDS.sub("", text.strip(EDGES))
    for _ in range(3):  # a filler may uncover another: 那个 就是 …
        text = _FILLER.sub("", _ORPHAN.sub(" ", text)).strip(EDGES)
    return SPACES.sub(" ", text).strip(EDGES)
