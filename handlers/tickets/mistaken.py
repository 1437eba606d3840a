"""Lines that somebody believes to have done something, though they are no command: he must hear that nothing was done."""

import re

from handlers.tickets.commands import read_misheard
from handlers.tickets.registering import SHOWN

_NUMBER = r"(?:工单)?\s*[#＃]?\s*(?P<{}>\d{{1,9}})\s*号?"
_END = r"了?[。.!！]?"
_CLOSING = re.compile(rf"(?:结案|办结|完结|关闭|关单|销单)\s*{_NUMBER.format('n')}{_END}")
_DROPPING = re.compile(
    rf"(?:取消接单|放弃|退出|不接了?|不办了?)\s*{_NUMBER.format('n')}{_END}"
    rf"|{_NUMBER.format('m')}\s*我?(?:不接|不办|放弃|取消接单){_END}"
)
_REGISTERING = re.compile(
    r"(?:帮我?|请|我要?|麻烦)?登记(?:一?下|一?[个件条])?.{0,3}(?:电话|来电|走访|活动|问题).*", re.DOTALL
)


def read_mistaken(text: str, *, quoted: int | None) -> str | None:
    """What to type instead of a line that is read as no command; None for mere talk."""
    said = text.strip()
    if found := _CLOSING.fullmatch(said):
        return (
            f"工单不用手动关：发“回复 {found['n']} 答案”，提问人确认或到期后就办结；"
            f"不归我们办的发“不予受理 {found['n']} 原因”。没有改动。"
        )
    if found := _DROPPING.fullmatch(said):
        number = found["n"] or found["m"]  # whoever has taken one answers for it until somebody else takes it
        return f"接了的单要有人接手才算交出去，请发：转办 {number} 给 某某 原因（不写给谁，同事都可以接）。没有改动。"
    if _REGISTERING.fullmatch(said):
        return f"还没有登记。请照这样发：{SHOWN}"
    if misheard := read_misheard(said, quoted=quoted):  # 会复 12 可以
        word, number = misheard
        return f"“{word}”没看懂，没有发给提问人。要答复请发：回复 {number} 内容"
    return None
