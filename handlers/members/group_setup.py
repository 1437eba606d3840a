"""What operators say in a desk about groups, gaps and pauses: 群列表, 启用群, 群设置, 停用群, 欢迎词, 置顶介绍, 断线记录, 恢复发送."""

import re
from collections.abc import Callable

from sqlalchemy import ColumnElement, func, or_, select

from handlers import hearing, outbox, pausing, sayings
from handlers.base import Decision, DecisionKind, Policy, Role, Turn
from handlers.callings import without_our_name
from handlers.errors import Refusal
from handlers.members import group_register, registry
from handlers.members.directory import RUN_GROUPS, Directory
from handlers.members.group_register import GroupRow
from handlers.outbox import Lane, PromiseKind
from handlers.speaking import reply

SHOWN = 20
POLICIES = {
    "主动": Policy.PROACTIVE, "主动回答": Policy.PROACTIVE, "只在@时": Policy.MENTION_ONLY, "@": Policy.MENTION_ONLY,
    "只在@时说话": Policy.MENTION_ONLY, "只在@时回答": Policy.MENTION_ONLY, "不理睬": Policy.OFF, "关": Policy.OFF,
    "停用": Policy.OFF,
}  # fmt: skip
ROLES = {"坐席": Role.DESK, "坐席群": Role.DESK, "社群": Role.COMMUNITY}
SAYS = {Policy.PROACTIVE: "有把握就主动回答", Policy.MENTION_ONLY: "只在 @ 时回答", Policy.OFF: "不理睬"}
HOW = "启用群 3 直通车二群（用号或群号）｜ 群设置 3 主动／只在@时／不理睬／坐席 ｜ 停用群 3 ｜ 欢迎词 3 内容（或“不要”） ｜ 置顶介绍 3"

#: Every word with an example and what it does.
USES = {
    "群列表": "群列表 直通车\n看登记过的群，可以写群名来找",
    "启用群": "启用群 3 直通车二群\n在一个群里开始工作，号见群列表，也可以写群号",
    "群设置": "群设置 3 主动\n改在群里怎么说话：主动、只在@时、不理睬；或设为 坐席、社群",
    "停用群": "停用群 3\n在一个群里不再说话",
    "欢迎词": "欢迎词 3 欢迎新朋友，有通关问题直接 @ 我\n新人进群时说什么；不要就写“不要”",
    "置顶介绍": "置顶介绍 3\n把介绍发成群公告并置顶，可以在后面写自己的内容；平台不让就请人代办",
    "断线记录": "断线记录\n最近什么时候没有听到消息，为什么",
    "恢复发送": "恢复发送\n被暂停的账号马上恢复发送",
}
_COMMAND = re.compile(rf"\s*({'|'.join(USES)})(?:[\s：:]+(.*))?\s*", re.DOTALL)


class NotForYou(Refusal):
    def __init__(self) -> None:
        super().__init__("群的设置由运营或值班长来定。需要改请告诉他们。")


class NoSuchGroup(Refusal):
    def __init__(self, said: str) -> None:
        super().__init__(f"没有找到群“{said[:40]}”。发“群列表”看都有哪些，用前面的号；新群要有人说过话才认得。")


class SayMore(Refusal):
    """Half a command; the sentence shows a whole one."""


class GroupSetupChat:
    """Handler for desks: sets groups up, at once in this process and within seconds in every other."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._words: dict[str, Callable[[Turn, str], str]] = {
            "群列表": self._list, "启用群": self._enable, "群设置": self._set, "停用群": self._disable,
            "欢迎词": self._welcome, "置顶介绍": self._pin, "断线记录": self._gaps, "恢复发送": self._resume,
        }  # fmt: skip

    def __call__(self, turn: Turn) -> Decision | None:
        text = without_our_name(turn)
        found = _COMMAND.fullmatch(text) if turn.in_desk else None
        if found is None:
            return None
        volunteer = self._directory.volunteer(turn.message.sender, where=turn.group)
        if volunteer is None or not volunteer.rights & RUN_GROUPS:
            raise NotForYou
        reply(turn, self._words[found[1]](turn, (found[2] or "").strip()))
        return Decision(kind=DecisionKind.COMMAND, reason="group_set_up")

    def _list(self, turn: Turn, rest: str) -> str:
        query = select(GroupRow).where(GroupRow.left_at.is_(None))
        if rest:
            places = (GroupRow.name, GroupRow.conversation)
            query = query.where(or_(*(place.contains(rest, autoescape=True) for place in places)))
        total = turn.session.scalar(select(func.count()).select_from(query.subquery())) or 0
        rows = turn.session.scalars(query.order_by(GroupRow.named_at.is_(None).desc(), GroupRow.id.desc()).limit(SHOWN))
        lines = [self._line(row) for row in rows]
        if not lines:
            return f"还没有登记的群。有人在群里说过话就会出现在这里。用法：{HOW}"
        more = [f"……共 {total} 个，要找哪个请发：群列表 群名"] if total > len(lines) else []
        return "\n".join([f"群列表（{total}）", *lines, *more, HOW])

    def _line(self, row: GroupRow) -> str:
        group = self._directory.group(row.place)
        is_set_up = row.named_at is not None or row.place in self._directory.groups
        how = "坐席群" if group.role == Role.DESK else SAYS[group.policy] if is_set_up else "还没有启用"
        return f"{row.id} {group.name if is_set_up else row.shown}（{row.conversation}）：{how}"

    def _enable(self, turn: Turn, rest: str) -> str:
        row, words = self._find(turn, rest)
        policy, name = _policy_in(words)
        if not name and not row.name and row.place not in self._directory.groups:
            raise SayMore(f"请给群起个名字，例如：启用群 {row.id} 直通车二群")
        self._set_up(turn, row, name=name or None, policy=policy or Policy.MENTION_ONLY)
        registry.take_again(turn.session, row.conversation)
        louder = f"要它主动回答请发：群设置 {row.id} 主动" if row.policy == Policy.MENTION_ONLY else ""
        return f"“{row.shown}”已启用，{SAYS[row.policy]}。{louder}".rstrip()

    def _set(self, turn: Turn, rest: str) -> str:
        row, words = self._find(turn, rest)
        policy, role = POLICIES.get(_plain(words)), ROLES.get(_plain(words))
        if policy is None and role is None:
            raise SayMore(f"怎么设置？可以写：主动、只在@时、不理睬、坐席、社群。例如：群设置 {row.id} 主动")
        self._set_up(turn, row, policy=policy, role=role)
        return f"“{row.shown}”：{'坐席群' if row.role == Role.DESK else SAYS[row.policy]}。"

    def _disable(self, turn: Turn, rest: str) -> str:
        row, _ = self._find(turn, rest)
        self._set_up(turn, row, policy=Policy.OFF)
        registry.unsubscribe(turn.session, row.conversation, "", by=turn.message.sender.address, now=turn.now)
        return f"“{row.shown}”已停用，机器人在里面不再说话，通知也不发。要恢复请发：启用群 {row.id}"

    def _welcome(self, turn: Turn, rest: str) -> str:
        row, words = self._find(turn, rest)
        if not words:
            raise SayMore(
                f"欢迎词写什么？例如：欢迎词 {row.id} 欢迎新朋友，有通关问题直接 @ 我；不要就发：欢迎词 {row.id} 不要"
            )
        row.welcome = "" if words in ("不要", "关", "无") else words
        return f"“{row.shown}”{'不再发欢迎词' if not row.welcome else '的欢迎词记下了，新人进群时说，一小时最多一次'}。"

    def _pin(self, turn: Turn, rest: str) -> str:
        """On the board of the group; where the platform does not let us, a person gets the words to copy."""
        row, words = self._find(turn, rest)
        text = words or sayings.INTRODUCTION
        outbox.promise(turn.session, row.place, text, kind=PromiseKind.PIN, now=turn.now, lane=Lane.URGENT)
        name = self._directory.group(row.place).name
        return f"正在把介绍发成“{name}”的群公告并置顶；平台不让的话，会在这里请人代办。内容：\n{text}"

    def _gaps(self, turn: Turn, rest: str) -> str:
        lines = [hearing.line(gap, now=turn.now) for gap in hearing.gaps(turn.session)]
        return "\n".join(["最近没有听到消息的时段：", *lines]) if lines else "没有断线记录。"

    def _resume(self, turn: Turn, rest: str) -> str:
        rows = pausing.resume(turn.session, now=turn.now)
        names = "、".join(hearing.name_of(row.channel, row.account) for row in rows)
        return f"{names} 已恢复发送。再超时一次会重新暂停。" if rows else "现在没有暂停发送的账号。"

    def _set_up(
        self, turn: Turn, row: GroupRow, *, name: str | None = None, policy: Policy | None = None,
        role: Role | None = None,
    ) -> None:  # fmt: skip
        configured = self._directory.groups.get(row.place)
        if row.named_at is None and configured is not None:  # the word changes one thing; the rest stays as configured
            row.name, row.policy, row.role = configured.name, configured.policy, configured.role
        group_register.set_up(
            turn.session, row, by=turn.message.sender.address, now=turn.now, name=name, policy=policy, role=role
        )
        if self._directory.group_register is not None:
            self._directory.group_register.reread(turn.session)

    def _find(self, turn: Turn, rest: str) -> tuple[GroupRow, str]:
        """The group meant by the first word, and what follows it."""
        said, _, words = rest.partition(" ")
        if not said:
            raise SayMore(f"哪个群？用法：{HOW}")
        row = self._by_number(turn, said) or self._by_name(turn, said)
        if row is None:
            raise NoSuchGroup(said)
        return row, words.strip()

    def _by_number(self, turn: Turn, said: str) -> GroupRow | None:
        """By its place in the list, or by the platform's number, with the channel before it or without."""
        number = said.lstrip("#＃")
        row = turn.session.get(GroupRow, int(number)) if number.isdecimal() and len(number) < 7 else None
        if row is not None:
            return row
        channel, _, id = said.replace("：", ":").replace(":group:", ":").rpartition(":")
        known = [place for place in self._directory.groups if place.id == id and channel in ("", place.channel)]
        if len(known) == 1:
            return group_register.row_of(turn.session, known[0], now=turn.now)
        return _one(turn, GroupRow.conversation.endswith(f"{channel}:group:{id}", autoescape=True))

    def _by_name(self, turn: Turn, said: str) -> GroupRow | None:
        known = [group.conversation for group in self._directory.groups.values() if group.name == said]
        if len(known) == 1:
            return group_register.row_of(turn.session, known[0], now=turn.now)
        return _one(turn, GroupRow.name == said)


def _one(turn: Turn, condition: ColumnElement[bool]) -> GroupRow | None:
    """The only row of that kind: where there are two, who spoke must say which."""
    rows = turn.session.scalars(select(GroupRow).where(condition).limit(2)).all()
    return rows[0] if len(rows) == 1 else None


def _plain(words: str) -> str:
    return words.replace("＠", "@").replace(" ", "").lower()


def _policy_in(words: str) -> tuple[Policy | None, str]:
    """A policy at the end of a line, and what stands before it."""
    before, _, last = words.rpartition(" ")
    policy = POLICIES.get(_plain(last))
    return policy, (before if policy else words).strip()
