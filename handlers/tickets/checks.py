"""What is looked at before an answer goes out: other people's numbers, empty promises, words that send people away, and
whether every question was touched. A colleague decides: what is found can be sent all the same, save forbidden words."""

import re
from collections.abc import Sequence
from itertools import pairwise

from handlers.tickets.refusals import NotNow
from handlers.tickets.rules import TicketRules
from nlu.masking import masked_line
from nlu.text import essence

_EMPTY = re.compile(
    r"肯定(?:能|会|可以|没问题)|一定(?:能|会)(?:放行|通过|退|批|给)|保证(?:放行|通过|能|不)|包过|绝对(?:能|没问题)|"
    r"(?:今天|明天|下午|马上)就?(?:能|会|可以)放行|不会(?:被)?(?:查验|布控)|打个招呼|走个后门|特殊照顾"
)
_AWAY = re.compile(
    r"不归我们?管|不(?:是|属于)我们?(?:的)?(?:职责|业务|事)|自己(?:去)?(?:查|看|百度|想办法)|(?:你们?|自己)再?去?[问找](?:海关|别人|别家|其他)|去问别人|问别的部门|"
    r"我也?不(?:知道|清楚)|等通知吧?$|规定就是(?:这样|规定)|没(?:有)?办法$|爱(?:办|信)不(?:办|信)"
)
_PARTS = re.compile(
    r"(?:^|[\s。；;？?！!，,])(?:\d{1,2}[.、)）]|[①-⑳]|[一二三四五六七八九十]、|第[一二三四五六七八九十]|[一二三四五]是)"
)
_STOP = frozenset("的了吗呢么吧啊呀是有在和与或也都就还要会能可以怎么什么如何多少哪个我们你们请问一下需")
MOST_CHECKED = 6  # questions


def check_forbidden(text: str, rules: TicketRules) -> None:
    """Raises NotNow for words of the operator's list."""
    if words := [word for word in rules.forbidden if word and word in text]:
        raise NotNow(f"没有发出：“{'”“'.join(words)}”不能对外说，请换个说法重发。")


def findings(text: str, questions: Sequence[str]) -> list[str]:
    """What a colleague should look at again, each as half a sentence."""
    found = []
    if promise := _EMPTY.search(text):
        found.append(f"“{promise[0]}”像是打包票，办不到就失信")
    if away := _AWAY.search(text):
        found.append(f"“{away[0]}”会让人觉得被推开，请告诉他该找谁、怎么找")
    found += [f"好像没答到“{masked_line(question, 20)}”" for question in untouched(text, questions)]
    return found


def untouched(text: str, questions: Sequence[str]) -> list[str]:
    """Which of several questions the answer shares no word with, unless it is in as many parts as there are questions."""
    if len(questions) < 2 or len(_PARTS.findall(text)) >= len(questions):
        return []
    said = _pairs(text)
    return [question for question in questions[:MOST_CHECKED] if (asked := _pairs(question)) and not asked & said]


def _pairs(text: str) -> set[str]:
    letters = [char for char in essence(text) if char not in _STOP]
    return {first + second for first, second in pairwise(letters)}
