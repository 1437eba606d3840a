"""Lines that somebody believes to have done something, though they are no command: he must hear that nothing was done."""

import re

from handlers.tickets.commands import read_misheard
from handlers.tickets.registering import SHOWN
from handlers.tickets.verbs import Verb

_NUMBER = r"(?:工单)?\s*+(?:[#＃]\s*+)?(?P<{}>\d{{1,9}})(?:\s*+号)?"
_END = r"了?[。.!！]?"
_NO_COUNT = r"(?!\s*+(?:个|份|件|票|单|箱|柜|吨|家|位|人|条|张|次|遍|点|分|天|周|月|年|日|小时))"  # 跟进 2 个客户
#: Words that other systems have, and what does it here.
_INSTEAD = {
    "结案|办结|完结|了结|结束|完成|办完|已办|已办结|已处理|关闭|关单|销单|销号":
        f"工单不用手动关：发“{Verb.ANSWER} {{n}} 答案”，提问人确认或到期后就办结；不归我们办的发“{Verb.DECLINE} {{n}} 原因”。",
    "取消|删除|作废|撤销|撤单|删单":
        f"工单删不掉：不归我们办的发“{Verb.DECLINE} {{n}} 原因”，和别的重复的发“{Verb.MERGE} {{n}} 到 另一单的号”。",
    "撤回|收回|撤回答复|收回答复|撤回回复|撤销答复":
        f"发出去的答复收不回来：要改请发“{Verb.CORRECT} {{n}} 正确的答案”，收到过的人都会收到；还没发的稿子发“{Verb.WITHDRAW} {{n}}”。",
    "暂停|暂缓|挂起|搁置|停表":
        f"要等提问人补材料请发“{Verb.ASK} {{n}} 还缺什么”，来不及请发“{Verb.EXTEND} {{n}} 3天 原因”，"
        f"一时解决不了请值班长发“{Verb.TRACK} {{n}} 每7天 原因”。",
    "恢复|重启|继续|启动":
        f"提问人一补充就恢复计时；在电话里补充的请发“{Verb.ADDED} {{n}} 补充了什么”。",
    "备注|备忘|记录|标记|记一下|跟进":
        f"没有记下来：告诉提问人办到哪一步请发“{Verb.WORD} {{n}} 办到哪一步”，现场看到的请发“{Verb.ON_SITE} {{n}} 看到什么”。",
    "催|催办|催一下|催促|加急":
        f"要督办请值班长发“{Verb.SUPERVISE} {{n}} 要求”；改紧急程度请发“{Verb.GRADE} {{n}} CA”（先重要后紧急）。",
}  # fmt: skip
_FORMS = tuple(
    (re.compile(rf"(?:把|将)?(?:{words})\s*+{_NUMBER.format('n')}(?:{_END}|{_NO_COUNT}[\s,，:：].*)", re.DOTALL), cure)
    for words, cure in _INSTEAD.items()
)
_DROPPING = re.compile(
    rf"(?:取消接单|放弃|退出|不接了?|不办了?)\s*+{_NUMBER.format('n')}{_END}"
    rf"|{_NUMBER.format('m')}\s*我?(?:不接|不办|放弃|取消接单){_END}"
)
_ALREADY_DONE = re.compile(
    rf"{_NUMBER.format('n')}\s*(?:单|工单|问题)?我?(?:已经?|都|刚才?)*(?:给他|跟他|和他|电话|微信|口头|当面|打电话|里|联系)*"
    rf"(?:说|讲|告诉他|告知|答复|回复|办|处理|解决|搞定)(?:完|好|过|掉)?{_END}"
)
_REGISTERING = re.compile(
    r"(?:帮我?|请|我要?|麻烦)?登记(?:一?下|一?[个件条])?.{0,3}(?:电话|来电|走访|活动|问题).*", re.DOTALL
)


def read_mistaken(text: str, *, quoted: int | None) -> str | None:
    """What to type instead of a line that is read as no command; None for mere talk."""
    said = text.strip()
    for form, cure in _FORMS:
        if found := form.fullmatch(said):
            return f"{cure.format(n=found['n'])}没有改动。"
    if found := _DROPPING.fullmatch(said):
        number = found["n"] or found["m"]  # whoever has taken one answers for it until somebody else takes it
        return f"接了的单要有人接手才算交出去，请发：转办 {number} 给 某某 原因（不写给谁，同事都可以接）。没有改动。"
    if _REGISTERING.fullmatch(said):
        return f"还没有登记。请照这样发：{SHOWN}"
    if misheard := read_misheard(said, quoted=quoted):  # 会复 12 可以
        word, number = misheard
        return f"“{word}”没看懂，没有发给提问人。要答复请发：回复 {number} 内容"
    return None


def read_told_as_done(text: str) -> tuple[int, str] | None:
    """1号已经电话答复了: the ticket that its handler takes for done, and what to type instead."""
    found = _ALREADY_DONE.fullmatch(text.strip())
    if found is None:
        return None
    return int(
        found["n"]
    ), f"#{found['n']} 还没有记成答复：请把答的内容发来，“{Verb.ANSWER} {found['n']} 内容”，提问人也会收到。没有改动。"
