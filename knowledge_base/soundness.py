"""Is one entry sound, taken by itself? What is wrong and the cure, in the words an editor reads."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from knowledge_base.entries import Citation, Entry
from knowledge_base.faq_folder import INSTRUMENTS_FILE
from knowledge_base.instruments import Instruments
from nlu.masking import has_private

SOON = timedelta(days=30)
LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|\d{11,})(?![0-9A-Za-z])")
TOKEN = re.compile(r"[0-9A-Za-z京沪粤鲁苏浙津闽川渝豫鄂湘][0-9A-Za-z-]{6,}")
LONGEST_ANSWER = 400  # characters; more is a manual, not an answer in a chat
LONGEST_SENTENCE = 100  # characters up to a full stop, a semicolon or a line end

_NEGATED = re.compile(r"(?:不|不得|不能|不作|不要|别|勿|切忌|没有|无法|并非|不会|不等于)[^，。；]{0,6}$")

#: What an answer must never say, with the name of the sin and the cure.
FORBIDDEN = (
    (
        r"(?:应当?|直接|可以?|就)?归入(?:税号|税目|品目|编码)?\s*\d{4}|(?:税号|商品编码|HS编码)(?:就)?(?:是|为)\s*\d{4,}",
        "替海关作了归类认定",
        "改成办理预裁定或请主管海关认定",
    ),
    (
        r"(?:肯定|一定|必然|绝对|保证)(?:会|要|不会|不用|不)?(?:被)?(?:处罚|罚款|免罚|免予处罚|认定)|罚款?\s*\d+(?:\.\d+)?\s*万?元(?!以)",
        "替海关作了处罚认定",
        "写规定，不写结论",
    ),
    (
        r"(?:肯定|一定|必然|绝对|保证)(?:会|要|不会|不)?(?:被)?(?:查验|布控|抽中|放行)|查验率(?:大约|约|一般)?(?:是|为|在)\s*\d",
        "预告了查验或放行",
        "删去，查验由海关按规定办理",
    ),
    (
        r"百分之百|100\s*%\s*(?:通过|没问题|可以|能)|包过|包您|(?:绝对|肯定)(?:可以|能|行|没问题|没事)|保证(?:通过|办成|批准|退税|退回|当天|三天)",
        "许了空诺",
        "写条件和时限，不打包票",
    ),
)  # fmt: skip


def faults_of(entry: Entry, instruments: Instruments, today: date) -> Iterator[str]:
    """What forbids the entry to answer."""
    yield from wordless(entry)
    yield from wrong_citations(entry, instruments)
    yield from long_numbers(entry)
    yield from forbidden_phrases(entry)
    if entry.valid_until and entry.valid_until < today:
        yield f"valid_until: {entry.valid_until} 已过期，答不出去；改日期"


def wordless(entry: Entry) -> Iterator[str]:
    """Nothing to say: who asks it gets a ticket."""
    if not entry.answer:
        yield "answer: 没有答案；写上答案"


def wrong_citations(entry: Entry, instruments: Instruments) -> Iterator[str]:
    """Citations of what does not exist."""
    for citation in citations(entry):
        instrument = instruments.get(citation.source)
        if instrument is None:
            yield f"basis: {citation.source} 不在 {INSTRUMENTS_FILE} 里；在那里登记，或改正名称"
        elif isinstance(citation.article, int) and not 1 <= citation.article <= (instrument.articles or 10**4):
            yield f"basis: {citation.source} 没有第 {citation.article} 条，共 {instrument.articles} 条；改正条号"


def stale_citations(entry: Entry, instruments: Instruments, today: date) -> Iterator[str]:
    """Citations of what holds no more, or not yet."""
    for citation in citations(entry):
        instrument = instruments.get(citation.source)
        if instrument and instrument.in_force_to and instrument.in_force_to < today:
            yield f"basis: {citation.source} 到 {instrument.in_force_to} 为止有效；改引接替它的文件"
        if instrument and instrument.in_force_from and instrument.in_force_from > today:
            yield f"basis: {citation.source} 自 {instrument.in_force_from} 起才施行；改引现行文件"


def ageing(entry: Entry, today: date) -> Iterator[str]:
    """Dates that have come, or are about to."""
    if entry.valid_until and entry.valid_until < today:
        yield f"valid_until: {entry.valid_until} 已过期，不再答复；续期或停用"
    if entry.review_by and entry.review_by < today:
        yield f"review_by: {entry.review_by} 该复核了；复核后写下一次日期"
    elif entry.review_by and entry.review_by < today + SOON:
        yield f"review_by: {entry.review_by} 快到复核日；请复核"


def long_numbers(entry: Entry) -> Iterator[str]:
    """Numbers that may be somebody's."""
    for field, text in written(entry):
        if found := LONG_NUMBER.search(text):
            yield f"{field}: 有号码 {found[0][:4]}…，可能是谁的；遮住"


def private_matters(entry: Entry) -> Iterator[str]:
    """Shorter numbers the mask knows: phones, plates, containers, bills; prices are left, rules are full of them."""
    for field, text in written(entry):
        for found in TOKEN.finditer(text):
            if not LONG_NUMBER.search(found[0]) and has_private(found[0]):
                yield f"{field}: 有号码 {found[0][:4]}…，像是照抄别人的话；遮住"


def forbidden_phrases(entry: Entry) -> Iterator[str]:
    """Rulings, forecasts and empty promises."""
    for field, text in (("answer", entry.answer), ("tips", entry.tips)):
        for pattern, sin, cure in FORBIDDEN:
            for found in re.finditer(pattern, text):
                if not _NEGATED.search(text[: found.start()]):
                    yield f"{field}: “{found[0]}”{sin}；{cure}"


def hard_reading(entry: Entry) -> Iterator[str]:
    """What is too long to be read in a chat."""
    if len(entry.answer) > LONGEST_ANSWER:
        yield f"answer: {len(entry.answer)} 字，聊天里读不完；压到 {LONGEST_ANSWER} 字以内，其余放链接"
    for sentence in re.split(r"[。；;！？!?\n]", entry.answer):
        if len(sentence) > LONGEST_SENTENCE:
            yield f"answer: “{_short(sentence)}”一句 {len(sentence)} 字；拆成短句"


def citations(entry: Entry) -> Iterator[Citation]:
    return (basis for basis in entry.basis if isinstance(basis, Citation))


def written(entry: Entry) -> Iterator[tuple[str, str]]:
    """Every text of an entry under the name of its field."""
    yield from (("question", entry.question), ("answer", entry.answer), ("tips", entry.tips))
    yield from ((f"variants[{at}]", text) for at, text in enumerate(entry.variants))


def _short(text: str) -> str:
    return text if len(text) <= 16 else f"{text[:16]}…"
