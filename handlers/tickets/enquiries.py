"""What is asked of the desk's lists in plain words, as a leader asks: 还有哪些没办，为什么."""

import re

from handlers.tickets.verbs import Verb

_WHEN = r"(?:现在|目前|到现在|截至?(?:现在|目前)|今天|咱们?|我们?|大家|手[上头里]|群里|这边)*"
_HOW_MANY = r"(?:都?还?(?:有|剩)(?:哪些|哪几[个件张]|多少[个件张]?|几[个件张])|(?:哪些|哪几[个件张]|多少[个件张]?|几[个件张])(?:是|还)?)"
_COUNTS = r"(?=都?还?[有剩]|(?:多少|几)[个件张])"  # 超期多少 may be of days
_THINGS = r"(?:工单|问题|单子?|件|事)?(?:是|还)?"
_AND_WHY = r"(?:[,，、。\s]*(?:都是|是|分别是)?(?:为什么|为啥|什么原因|原因(?:是什么|呢)?|卡在哪[里儿]?(?:了)?|怎么回事))?[的了呢啊呀?？。!！\s]*"


def _asked(state: str) -> re.Pattern[str]:
    asked_first = rf"{_HOW_MANY}{_THINGS}{_WHEN}{state}的?{_THINGS}"
    asked_last = rf"{state}(?:的{_THINGS}|{_COUNTS}){_HOW_MANY}"
    return re.compile(rf"{_WHEN}(?:{asked_first}|{asked_last}){_AND_WHY}")


_OPEN = r"(?:[没未](?:有)?(?:办|答复?|回复?|处理|解决|清|了?结)[完结好掉理]?|在办|挂着|开着|待办)"
_LATE = r"(?:已经?)?(?:超[期时]|逾期|过期)(?:了|没[办答回]|未[办答])?"
_TODAY = r"(?:今[天日])(?:要?到期|该[办答]|要[办答])"
_ENQUIRIES = ((_asked(_OPEN), Verb.BACKLOG), (_asked(_LATE), Verb.LATE), (_asked(_TODAY), Verb.TODAY))


def read_enquiry(said: str) -> Verb | None:
    """The list that is asked for; None where a line asks for anything else besides, or whether there is anything (吗)."""
    return next((verb for form, verb in _ENQUIRIES if form.fullmatch(said)), None)
