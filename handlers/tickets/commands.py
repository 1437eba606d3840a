"""Reading what volunteers type: a verb, the number of a ticket, and the rest. Talk among colleagues is no command."""

import re
import unicodedata
from dataclasses import dataclass

from handlers.tickets.enquiries import read_enquiry
from handlers.tickets.grade_words import read_class, read_grade
from handlers.tickets.verbs import USAGES, WORDS, Takes, Verb
from knowledge_base.numerals import CHINESE, number_of

ALONE = (Verb.TAKE, Verb.SHOW, Verb.UNMERGE, Verb.APPROVE, Verb.GRANT, Verb.ALIKE)  # nothing follows their number
ENQUIRIES = (Verb.SHOW, Verb.CONTACT)  # an answer sends people to a window, a notice or a hotline in the same words
HOTLINES = 10_000  # 12360 and its like begin here
NUMBERS = (  # a number alone may be what they say: a code, a place in a list, stars
    Verb.ANSWER, Verb.ANSWER_PUBLIC, Verb.ON_THE_SPOT, Verb.CORRECT, Verb.ADDED, Verb.REACHED, Verb.CLASSIFY, Verb.RATED,
)  # fmt: skip
AMOUNTS = (Verb.ASK, Verb.TAKE, Verb.EXTEND)  # an answer has them before so many papers, goods, days


@dataclass(frozen=True, kw_only=True)
class Command:
    """What was typed. `number` is None when none was given, `other` is the second one of a merge, `more` those between."""

    verb: Verb
    number: int | None = None
    rest: str = ""
    other: int | None = None
    more: tuple[int, ...] = ()
    lists: bool = False  #: a second number stands beside the first: `回复 12、13 可以`
    in_words: bool = False  #: 还有哪些没办: asked, not commanded


def read_command(text: str, *, quotes_ticket: bool = False) -> Command | None:
    """The command in a line of a desk, None when it is talk. `quotes_ticket`: the line quotes something of ours about a
    ticket, so that a verb may go without a number."""
    said = _plain(text.strip())
    command = _verb_first(said, quotes_ticket=quotes_ticket) or _number_first(said)
    return command or _in_words(said, quotes_ticket=quotes_ticket)


def _in_words(said: str, *, quotes_ticket: bool) -> Command | None:
    asked = read_enquiry(said, quotes_ticket=quotes_ticket)
    return Command(verb=asked.verb, number=asked.number, rest=asked.days, in_words=True) if asked else None


def holds_another(command: Command) -> bool:
    """Whether more than one thing is asked in one message: `接单 12 13`, `回复 12、13 可以`, or an answer with a command in
    its next line or clause."""
    if command.lists or _goes_on(command):
        return True
    if command.verb in ALONE:
        return _leading_number(command.rest) is not None or read_command(command.rest) is not None
    return any(map(_is_command, _CLAUSE.split(command.rest)[1:]))


def _goes_on(command: Command) -> bool:
    """建议书 12 13, 转办 12 13 给 李老师, 延期 12 13 3天, but not 回复 12 9610."""
    if command.number is None or command.verb in NUMBERS:
        return False
    if command.verb in (Verb.HAND_OVER, Verb.ASSIGN, Verb.EXTEND) and _THEN_WORDS.match(command.rest):
        return True
    number = _leading_number(command.rest)
    return number is not None and number.plain and not number.rest


def _is_command(clause: str) -> bool:
    """Whatever reads as one, but for what ordinary answers hold: items of a list, 补充 3 份合同, 联系 3 号窗口, 查 12360."""
    command = read_command(clause)
    if command is None or command.number is None or _ITEM.match(_plain(clause.strip())) or _SPAN.match(command.rest):
        return False
    if command.verb in ENQUIRIES:
        return not command.rest and command.number < HOTLINES
    return command.verb not in AMOUNTS or not _AMOUNT.match(command.rest)


def read_misheard(text: str, *, quoted: int | None = None) -> tuple[str, int] | None:
    """会复 12 可以: the word that was typed for 回复, and the ticket that was meant; 会复 3 天内 names none."""
    found = _SOUNDS_LIKE_ANSWER.fullmatch(_plain(text.strip()))
    if found is None:
        return None
    said = _leading_number(found["rest"])
    number = said.value if said and said.rest and not _SUM.match(said.rest) else None
    if number is None and found["gap"]:  # 会复核后告诉您 is an answer
        number = quoted
    return (found["verb"], number) if number is not None else None


_GAP = r"[\s:：,，、.。;；!！\-—]"
_WORD = "|".join(sorted(map(re.escape, WORDS), key=len, reverse=True))
_VERB_FIRST = re.compile(
    rf"(?:我来?|请|帮我?|我?下班了?{_GAP}*)?(?P<verb>{_WORD})(?P<gap>{_GAP}+|$)?(?P<rest>.*)", re.DOTALL | re.IGNORECASE
)
_NUMBER = re.compile(
    rf"(?P<mark>(?:(?:工单|单号|编号|no\.?|第|\#){_GAP}*)*)"
    rf"(?:(?P<digits>\d{{1,9}})(?!\d)|(?P<chinese>{CHINESE}))"
    rf"(?P<hao>\s*号(?:工?单)?)?(?P<gap>{_GAP}+|$)?",
    re.IGNORECASE,
)
_HOLDING = re.compile(r"^(?:请?把|将)\s*")
_CLAUSE = re.compile(r"[\n；;]")
_ITEM = re.compile(r"[1-9]\s*[.、]")  # 1、补充：合同
_SPAN = re.compile(r"(?:[至到~～]\s*\d+\s*)?(?:个?工作日|个月|小时|[天日](?:之|以)?内)")  # 答复 3 至 5 天内
_ONE = rf"(?:第|\#)?\s*+(?:\d{{1,9}}|{CHINESE}(?=\s*+号))(?:\s*+号)?"
_LISTED = re.compile(rf"{_GAP}*+{_ONE}\s*+[、/,和与及]\s*+{_ONE}(?!\s*+号)(?=\s|$)")  # not 和 3 号窗口
_APART = r"(?:\s*+[、/,，和与及]\s*+|\s++|(?<=号))"
_LISTED_IN_TALK = re.compile(rf"{_GAP}*+{_ONE}(?:{_APART}{_ONE})+\s*+都?(?=我)")  # 1号2号我来
_SOUNDS_LIKE_ANSWER = re.compile(rf"(?P<verb>会复|汇复|惠复|回副|回福)(?P<gap>{_GAP}+)?(?P<rest>\S.*)", re.DOTALL)
_SUM = re.compile(  # surely of money, goods or time: 本周内 after a number may well be an answer
    r"[十百千万亿%％]|[美欧日]?元|件|票(?!据)|天(?!津)|个?工作日|个月|小时"
)
_COUNTED = re.compile(r"[条个点月日年票单家位人次天小周分秒元块%％万千百亿岁组群项款章级箱件吨度期种批页份\d]")
_AMOUNT = re.compile(  # set apart from its number, a measure word may also begin another: 单证, 个人, 期限
    r"(?!个人|单[证据位]|票据|箱[单号]|批[文件]|条[件款]|项目|名称|期限|组长|分[类期]|天津|位置|日期|[年月]底|本[次票单公人])"
    r"[条个点月日年票单家位人次天小周分秒元块%％万千百亿岁组群项款章级箱件吨度期种批页份套张名封本联式遍台英尺类]"
)
_THEN_WORDS = re.compile(rf"{_ONE}\s+[给\d]")
_COPIES = re.compile(r"[份页]|[条个本](?=[，,。\s已都]|$)")  # 建议书 2 份已打印
_PERIOD = re.compile(
    r"(?:[\d\s一二三四五六七八九十年月日号到至~～/.\-今昨去本上这个周天星期当全份]|按(?:(?!按)[\u4e00-\u9fff]){1,4}+)*+"
)
_CONTINUES = re.compile(rf"\A(?:到|至|和|与|入|进|并入|并到|合并到|{_GAP})*")


@dataclass(frozen=True, kw_only=True)
class _Number:
    value: int
    plain: bool  # plainly the number of a ticket: marked, or set apart
    rest: str


def _plain(text: str) -> str:
    """Full-width digits, letters, signs and spaces made half-width, letter by letter; the punctuation stays."""
    return "".join(_half(char) for char in text)


def _half(char: str) -> str:
    if char in "＃№":
        return "#"
    half = unicodedata.normalize("NFKC", char) if char == "\u3000" or "０" <= char <= "ｚ" else char
    return half if half.isalnum() or half == " " else char


def _verb_first(said: str, *, quotes_ticket: bool) -> Command | None:
    found = _VERB_FIRST.match(said)
    if found is None:
        return None
    verb, rest, apart = WORDS[found["verb"].lower()], _to_whom(found), found["gap"] is not None
    if USAGES[verb].takes == Takes.NOTHING:
        return Command(verb=verb) if not rest else None
    if USAGES[verb].takes == Takes.WORDS:
        names_one = verb == Verb.SHIFT and rest.startswith("给")
        return Command(verb=verb, rest=rest) if ((apart or names_one) and not quotes_ticket) or not rest else None
    if USAGES[verb].takes == Takes.PERIOD:
        return Command(verb=verb, rest=rest) if _PERIOD.fullmatch(rest) else None
    if verb == Verb.MERGE:
        return _merge(rest, quotes_ticket=quotes_ticket)
    number = _leading_number(rest)
    if verb == Verb.PROPOSE and number is not None and _COPIES.match(number.rest):
        return None
    if number is not None and (number.plain or len(found["verb"]) > 1):
        return Command(verb=verb, number=number.value, rest=number.rest, lists=_lists(rest))
    return _without_number(verb, found["verb"], rest, apart=apart, quotes_ticket=quotes_ticket)


def _lists(text: str) -> bool:
    """回复 12、13 可以, but not 回复 12、3 份合同, nor 回复 12 和 3 号窗口联系."""
    found = _LISTED.match(text)
    return found is not None and not _AMOUNT.match(text[found.end() :].lstrip())


def _without_number(verb: Verb, word: str, rest: str, *, apart: bool, quotes_ticket: bool) -> Command | None:
    """Quoting a ticket, the verb alone will do; else only a bare verb is taken for half a command."""
    if quotes_ticket and (
        apart
        or _names_one(verb, rest)
        or (verb == Verb.GRADE and read_grade(rest))
        or (verb == Verb.CLASSIFY and read_class(rest))
    ):
        return Command(verb=verb, rest=rest)
    return Command(verb=verb) if not rest and len(word) > 1 and word != "我来" else None


def _number_first(said: str) -> Command | None:
    """`12 接单`, `#12 回复 可以改`, `12 并入 5`, `12、13 接单`."""
    said = _HOLDING.sub("", said)
    number, listed = _leading_number(said), _LISTED.match(said) or _LISTED_IN_TALK.match(said)
    found = _VERB_FIRST.match(said[listed.end() :].strip() if listed else number.rest) if number else None
    if number is None or found is None:
        return None
    verb, rest = WORDS[found["verb"].lower()], _to_whom(found)
    is_joined = number.plain and (
        verb in (Verb.MERGE, Verb.GRADE) or _names_one(verb, rest) or found["verb"] == "请补充"
    )
    if USAGES[verb].takes != Takes.TICKET or (found["gap"] is None and not is_joined):
        return None
    if verb == Verb.MERGE:
        return _merge(f"{listed[0] if listed else number.value} {found['rest']}", quotes_ticket=False)
    return Command(verb=verb, number=number.value, rest=rest, lists=listed is not None)


def _to_whom(found: re.Match[str]) -> str:
    """What follows the verb; 给 that is part of it belongs to the name behind it."""
    rest = found["rest"].strip()
    return f"给 {rest}" if found["verb"].endswith("给") and found["gap"] is None else rest


def _names_one(verb: Verb, rest: str) -> bool:
    """转办给老王, 指定给商检组."""
    return verb in (Verb.HAND_OVER, Verb.ASSIGN) and rest.startswith("给")


def _merge(rest: str, *, quotes_ticket: bool) -> Command | None:
    numbers = []
    while (number := _leading_number(_CONTINUES.sub("", rest, count=1))) is not None:
        numbers.append(number.value)
        rest = number.rest
    if _CONTINUES.sub("", rest, count=1):
        return None
    if len(numbers) >= 2:
        return Command(verb=Verb.MERGE, number=numbers[0], other=numbers[-1], more=tuple(numbers[1:-1]))
    if quotes_ticket and numbers:
        return Command(verb=Verb.MERGE, other=numbers[0])
    return Command(verb=Verb.MERGE, number=numbers[0] if numbers else None)


def _leading_number(text: str) -> _Number | None:
    found = _NUMBER.match(text)
    if found is None:
        return None
    rest = text[found.end() :]
    plain = bool(found["mark"] or found["hao"]) or found["gap"] is not None
    if not plain and (found["chinese"] or _COUNTED.match(rest)):
        return None  # 一下, 12条: words that only begin like a number
    value = number_of(found["digits"] or found["chinese"])
    return _Number(value=value, plain=plain, rest=rest.strip())
