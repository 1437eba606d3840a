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
    rf"(?:收到|好|好的|好嘞|嗯+|ok|okay|知道|明白|辛苦|谢谢|多谢|赞|[👌👍🙏🌹💪\s]+){_END}", re.IGNORECASE
)
_COLLEAGUES = re.compile(r"^\s*@|谁(?:来|接|能|会|懂|知道|在|有空|熟)|各位|大家|同事们|哪位|帮忙看")
_ASKS_BACK = re.compile(r"[?？]\s*$|(?:吗|呢|么)[。\s]*$")


def read_quoting(text: str) -> Quoting:
    """How to take a line that quotes a ticket's card."""
    said = text.strip()
    if _TAKE.fullmatch(said):
        return Quoting.TAKE
    if _TALK.fullmatch(said):
        return Quoting.TALK
    if _COLLEAGUES.search(said) or _ASKS_BACK.search(said):
        return Quoting.UNSURE
    return Quoting.ANSWER
