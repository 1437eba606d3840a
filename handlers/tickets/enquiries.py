"""What is asked of the desk's lists in plain words, as a leader asks: 还有哪些没办，为什么; 本月办了多少件; 12号谁在办."""

import re
from dataclasses import dataclass

from handlers.tickets.verbs import Verb
from knowledge_base.numerals import CHINESE, number_of


@dataclass(frozen=True, kw_only=True)
class Enquiry:
    """What is asked for, about which ticket or which days."""

    verb: Verb
    number: int | None = None
    days: str = ""


LONGEST = 40  # a longer line says more than that
_END = r"[的了呢啊呀?？。!！\s]*"
_WHEN = r"(?:现在|目前|到现在|截至?(?:现在|目前)|今天|咱们?|我们?|大家|手[上头里]|名下|群里|这边)*"
_HOW_MANY = (
    r"(?:都?还?(?:有|剩)(?:哪些|哪几[个件张]|多少[个件张]?|几[个件张]|什么(?=问题|工单|单子|件))"
    r"|(?:哪些|哪几[个件张]|多少[个件张]?|几[个件张])(?:是|还)?)"
)
_COUNTS = r"(?=都?还?[有剩]|(?:多少|几)[个件张])"  # 超期多少 may be of days
_THINGS = r"(?:工单|问题|单子?|件|事)?(?:是|还)?"
_WHY = r"(?:[,，、。\s]*(?:都是|是|分别是)?(?:为什么|为啥|什么原因|原因(?:是什么|呢)?|卡在哪[里儿]?(?:了)?|怎么回事))?"
_SHOW_ME = r"(?:[都先]?(?:列|发|报|拉|看|给我)(?:一?[下列发看]|出来|给我|我|看看)*)"


def _asked(state: str) -> re.Pattern[str]:
    asked_first = rf"{_HOW_MANY}{_THINGS}{_WHEN}{state}的?{_THINGS}"
    asked_last = rf"{state}(?:的{_THINGS}|{_COUNTS}){_HOW_MANY}"
    told_to = rf"把{state}的?{_THINGS}{_SHOW_ME}"
    return re.compile(rf"{_WHEN}(?:{asked_first}|{asked_last}|{told_to}){_WHY}{_END}")


_OPEN = r"(?:[没未](?:有)?(?:办|答复?|回复?|处理|解决|清|了?结)[完结好掉理]?|在办|挂着|开着|待办)"
_LATE = r"(?:已经?)?(?:超[期时]|逾期|过期)(?:了|没[办答回]|未[办答])?"
_TODAY = r"(?:(?:今[天日]|快|马上)(?:要?到期|该[办答]|要[办答])|临期)"
_LISTS = (
    (_asked(_OPEN), Verb.BACKLOG),
    (re.compile(rf"{_WHEN}还?积压了?(?:多少|哪些|几)[个件张]?{_THINGS}{_WHY}{_END}"), Verb.BACKLOG),
    (_asked(_LATE), Verb.LATE),
    (re.compile(rf"{_WHEN}有没有{_LATE}的?{_THINGS}{_END}"), Verb.LATE),
    (_asked(_TODAY), Verb.TODAY),
    (re.compile(rf"我(?:手[上头里]|名下){_HOW_MANY}{_THINGS}{_END}"), Verb.MINE),
)
_OWN = re.compile(r"我(?!们)")

_DONE = r"(?:[没未](?:有)?(?:办|答|回|处理|解决)(?:[完好掉复]|答复)?)"
_WHICH = rf"(?:工单)?\s*(?:\#\s*(?P<n>\d{{1,9}})|(?P<hao>\d{{1,9}}|{CHINESE})\s*号)(?:工?单|问题)?\s*"
_STANDS = (
    r"(?:现在|目前|是)*(?:谁[在来]?(?:办|跟|接|处理|负责)|[什啥]么?情况|怎么回事|卡在哪[里儿]?"
    rf"|(?:办|处理|进展)[得的]?(?:怎么样|咋样|如何)|(?:办|处理)?到哪一?步?|为[什啥]么?还?{_DONE})"
)
_OF_ONE = tuple(
    re.compile(form + _END)
    for form in (
        rf"{_WHICH}{_STANDS}",
        rf"为[什啥]么?{_WHICH}还?{_DONE}",
        rf"(?:帮我?)?[看查](?:看|一下|下|查){_WHICH}",
    )
)
_QUOTED = re.compile(rf"(?:这[个单件]?)?(?:工?单|问题)?{_STANDS}{_END}")

_DAYS = r"(?:今[天日年]|昨[天日]|[本这上]个?(?:周|星期|月)|去年|\d{1,2}月份?)"
_HANDLED = r"(?:收到?|接到?|受理|办[结完]?|处理|解决|答复|回复)"
_COUNT = rf"(?:一?共|总共|都)?{_HANDLED}了?(?:多少|几)(?:[件个张](?:问题|工单)?|问题|工单)"
_RATE = r"(?:满意|办结|确认|按时(?:办结)?|超[期时])率(?:是|有|达到)?(?:多少|怎么样|如何)"
_HOW = r"(?:工作|工单|问题)?(?:办|处理|做)[得的](?:怎么样|咋样|如何)"
_MORE = rf"(?:[,，、\s]+(?:{_COUNT}|{_RATE}|{_HOW}))*"
_FIGURES = re.compile(rf"(?:我们|咱们)?(?P<days>{_DAYS})?的?(?:{_COUNT}|{_RATE}|(?(days){_HOW}|(?!))){_MORE}{_END}")
_REPORT = re.compile(
    rf"(?:(?P<lead>[给帮]?我?[发看来要](?:一?[下份个看])?))?(?P<days>{_DAYS})?的?(?P<verb>日报|周报|月报|统计|台账){_SHOW_ME}?{_END}"
)


def read_enquiry(said: str, *, quotes_ticket: bool = False) -> Enquiry | None:
    """What is asked for; None where a line asks for anything else besides, or whether there is anything (吗)."""
    if len(said) > LONGEST:
        return None
    for form, verb in _LISTS:
        if form.fullmatch(said):
            return Enquiry(verb=Verb.MINE if verb == Verb.BACKLOG and _OWN.match(said) else verb)
    return _of_one(said, quotes_ticket=quotes_ticket) or _figures(said)


def _of_one(said: str, *, quotes_ticket: bool) -> Enquiry | None:
    found = next((match for form in _OF_ONE if (match := form.fullmatch(said))), None)
    if found is not None:
        return Enquiry(verb=Verb.SHOW, number=number_of(found["n"] or found["hao"]))
    return Enquiry(verb=Verb.SHOW) if quotes_ticket and _QUOTED.fullmatch(said) else None


def _figures(said: str) -> Enquiry | None:
    if found := _FIGURES.fullmatch(said):
        return Enquiry(verb=Verb.STATISTICS, days=found["days"] or "")
    found = _REPORT.fullmatch(said)
    if found is None or not (found["lead"] or found["days"]):
        return None
    return Enquiry(verb=Verb(found["verb"]), days=found["days"] or "")
