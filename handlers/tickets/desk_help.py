"""帮助: every word of the desk that this volunteer may use, and how one is used."""

from collections.abc import Mapping

from handlers.members.directory import RUN_GROUPS, RUN_SERVICE, Right, Volunteer
from handlers.members.group_setup import USES
from handlers.tickets.desk_request import DeskRequest
from handlers.tickets.refusals import HalfACommand
from handlers.tickets.verbs import USAGES, WORDS, Chapter, Usage, Verb

#: Words that are not about tickets: under which heading, for whom, and what comes of them.
ELSEWHERE: tuple[tuple[str, frozenset[Right], Mapping[str, str]], ...] = (
    ("群和账号", RUN_GROUPS, USES),
    (
        "通知活动",
        RUN_SERVICE,
        {
            "通知帮助": "看怎么起草、审批和发出通知",
            "活动帮助": "看怎么办面对面、宣讲、走访和培训",
            "联系卡列表": "看联系卡上有谁，怎么登记、修改、审批",
        },
    ),
    ("知识库", frozenset({Right.EDITOR}), {"编辑帮助": "看怎么改条目、把答复收进知识库"}),
)


def help_with(request: DeskRequest) -> str:
    """What this volunteer may do; with a word behind it, how that one is used."""
    said = request.command.rest.strip("“”。. ")
    if said:
        return _usage(said, request.volunteer)
    lines = ["引用工单直接回复，就是答复提问人。也可以发（12 换成工单号，引用工单时可不写号）："]
    for chapter in Chapter:
        mine = [
            _short(verb, usage)
            for verb, usage in USAGES.items()
            if usage.chapter == chapter and usage.allows(request.volunteer)
        ]
        lines += [f"{chapter}：{'、'.join(mine)}"] if mine else []
    lines += [f"{name}：{'、'.join(uses)}" for name, rights, uses in ELSEWHERE if rights & request.volunteer.rights]
    return "\n".join([*lines, "某个词怎么用，发：帮助 转办"])


def _usage(said: str, volunteer: Volunteer) -> str:
    for _, rights, uses in ELSEWHERE:
        if said in uses and rights & volunteer.rights:
            return uses[said]
    verb = WORDS.get(said.lower())
    if verb is None or not USAGES[verb].allows(volunteer):
        raise HalfACommand(f"没有“{said}”这个词。发“帮助”看全部。")
    return f"{USAGES[verb].example(verb)}\n{USAGES[verb].does}"


def _short(verb: Verb, usage: Usage) -> str:
    return usage.example(verb) if len(usage.rest) <= 2 else str(verb)
