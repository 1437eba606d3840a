"""What a volunteer means who quotes a card and types no verb: mostly the answer, sometimes not."""

import re
from enum import StrEnum


class Quoting(StrEnum):
    ANSWER = "answer"  #: words for the asker
    TAKE = "take"  #: I see to it
    TALK = "talk"  #: a nod among colleagues
    UNSURE = "unsure"  #: perhaps a word to colleagues, perhaps a question back to the asker


_END = r"[\s。.！!~～，,啊呀吧了哈]*"
_TAKE = re.compile(
    rf"(?:我来?(?:接|看|办|处理|答|回|跟|问|查|研究)?(?:看看|看|一?下|这个|单)*|马上(?:看|办|处理|回)?|稍等|在看|这[个单]我来?接?){_END}"
)
_TALK = re.compile(
    rf"(?:收到|好|好的|好嘞|嗯+|ok|okay|知道|明白|辛苦|谢谢|多谢|赞|[👌👍🙏🌹💪\s]++){_END}", re.IGNORECASE
)
_COLLEAGUES = re.compile(r"^\s*@|谁(?:来|接|能|会|懂|知道|在|有空|熟)|各位|大家|同事们|哪位|帮忙看")
_ASIDES = re.compile(
    r"^(?:这[个件单]?)?(?:先|就|还是)?(?:[转交派]给|让\S{1,3}来)"
    r"|^这[个件单]?(?:应该|好像)?(?:归|属于|是)\S{1,8}(?:组|科|处)"
    r"|[问回给让请叫找跟]一?下?他|告诉他|联系他|我也?(?:不[懂会熟]|不了解)"
    r"|[和跟与同]\s*[#＃]?\s*\d{1,9}\s*号?.{0,4}(?:一样|重复|一个|同一|类似|相同)"
    rf"|^我?(?:已经?)?(?:回复?|答复?|处理|告知)(?:过|了|完){_END}$|^重复了?{_END}$|^(?:等一?下|晚点|回头|待会儿?)"
    r"|^(?:请|麻烦)(?:您|你|企业)?(?:再|先)?(?:补充|提供)"
)
_SHORT = 30  # what is longer is an answer, whatever words are in it
_ASKS_BACK = re.compile(r"[?？]\s*$|(?:吗|呢|么)[。\s]*$")


def read_quoting(text: str) -> Quoting:
    """How to take a line that quotes a ticket's card."""
    said = text.strip()
    if _TAKE.fullmatch(said):
        return Quoting.TAKE
    if _TALK.fullmatch(said):
        return Quoting.TALK
    if len(said) <= _SHORT and _ASIDES.search(said):
        return Quoting.UNSURE
    if _COLLEAGUES.search(said) or _ASKS_BACK.search(said):
        return Quoting.UNSURE
    return Quoting.ANSWER
