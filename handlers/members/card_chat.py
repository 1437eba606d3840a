"""联系卡 kept in a desk: lines are written by one and approved by another."""

import re
from collections.abc import Callable
from datetime import date

from handlers.base import Decision, DecisionKind, Turn
from handlers.callings import without_our_name
from handlers.members import card_entries
from handlers.members.card_entries import CardEntryRow, CardRefusal
from handlers.members.contact_card import ContactCard
from handlers.members.directory import RUN_SERVICE, Directory
from handlers.speaking import reply
from handlers.times import local_day

KEYS = {"职能": "does", "业务": "does", "负责人": "head", "联系人": "head", "电话": "phone", "复核": "review_by"}
EXAMPLE = "联系卡登记 通关科 职能：报关单修改、查验 负责人：林科长 电话：0532-1234567 复核：2027-06-30"
_COMMAND = re.compile(r"\s*联系卡(登记|修改|删除|审批|列表)(?:[\s:：]+(.*))?\s*", re.DOTALL)
_FIELD = re.compile(rf"({'|'.join(KEYS)})\s*[:：]\s*")
LONGEST = {"does": 500, "head": 100, "phone": 100}
LONGEST_NAME = 100
_NUMBER = re.compile(r"[Kk]?(\d{1,9})")


class CardChat:
    """Handler for desks: 联系卡登记, 修改, 删除, 审批, 列表."""

    def __init__(self, directory: Directory, base: ContactCard) -> None:
        self._directory, self._base = directory, base
        self._verbs: dict[str, Callable[[Turn, str, str], str]] = {
            "登记": self._add, "修改": self._change, "删除": self._remove, "审批": self._approve, "列表": self._list,
        }  # fmt: skip

    def __call__(self, turn: Turn) -> Decision | None:
        found = _COMMAND.fullmatch(without_our_name(turn)) if turn.in_desk else None
        if found is None:
            return None
        volunteer = self._directory.volunteer(turn.message.sender, where=turn.group)
        if volunteer is None or not volunteer.rights & RUN_SERVICE:
            raise CardRefusal("联系卡只有登记为运营的同事能改。需要开通请联系管理员。")
        reply(turn, self._verbs[found[1]](turn, (found[2] or "").strip(), volunteer.name))
        return Decision(kind=DecisionKind.COMMAND, reason="contact_card_kept")

    def _add(self, turn: Turn, rest: str, by_name: str) -> str:
        name, fields = _read(rest, today=local_day(turn.now))
        if not name or not fields.get("does"):
            raise CardRefusal(f"请写名称和职能，例如：{EXAMPLE}")
        if any(one.name == name for one in card_entries.standing(turn.session, self._base).departments):
            raise CardRefusal(f"联系卡上已有“{name}”，没有改动。要改请发：联系卡修改 {name} 电话：……")
        return self._propose(turn, name, fields, by_name)

    def _change(self, turn: Turn, rest: str, by_name: str) -> str:
        name, fields = _read(rest, today=local_day(turn.now))
        now = card_entries.line(card_entries.standing(turn.session, self._base), name)
        if not fields:
            raise CardRefusal(f"要改什么？例如：联系卡修改 {name} 电话：0532-1234567")
        kept = {"does": now.does, "head": now.head, "phone": now.phone, "review_by": now.review_by}
        return self._propose(turn, name, kept | fields, by_name)

    def _remove(self, turn: Turn, rest: str, by_name: str) -> str:
        line = card_entries.line(card_entries.standing(turn.session, self._base), rest)
        return self._propose(turn, line.name, {"does": line.does, "gone": True}, by_name)

    def _propose(self, turn: Turn, name: str, fields: dict[str, object], by_name: str) -> str:
        by = turn.message.sender.address
        row = card_entries.propose(turn.session, name, fields, by=by, by_name=by_name, now=turn.now)
        return f"{_shown(row)}\n由另一位同事审批后生效，请他发：联系卡审批 {row.number}"

    def _approve(self, turn: Turn, rest: str, by_name: str) -> str:
        found = _NUMBER.fullmatch(rest)
        if found is None:
            raise CardRefusal("批哪一条？例如：联系卡审批 K3。发“联系卡列表”看待审批的。")
        row = card_entries.approve(turn.session, int(found[1]), by=turn.message.sender.address, now=turn.now)
        return f"{_shown(row)}\n已生效，“联系卡”里就是这样了。"

    def _list(self, turn: Turn, rest: str, by_name: str) -> str:
        card = card_entries.standing(turn.session, self._base)
        lines = [f"{one.line}{f' 复核 {one.review_by}' if one.review_by else ''}" for one in card.departments]
        waiting = [f"待审批 {_shown(row)}（{row.by_name}）" for row in card_entries.waiting(turn.session)]
        return "\n".join([*(lines or ["联系卡上还没有部门。"]), *waiting, f"登记请发：{EXAMPLE}"])


def _shown(row: CardEntryRow) -> str:
    if row.gone:
        return f"{row.number} 从联系卡上拿掉“{row.name}”"
    return f"{row.number} {row.department.line}{f'，{row.review_by} 复核' if row.review_by else ''}"


def _read(text: str, *, today: date) -> tuple[str, dict[str, object]]:
    """The name in front, and what stands behind each label. Raises CardRefusal."""
    found = list(_FIELD.finditer(text))
    ends = [*(one.start() for one in found[1:]), len(text)]
    fields: dict[str, object] = {
        KEYS[one[1]]: text[one.end() : end].strip() for one, end in zip(found, ends, strict=False)
    }
    name = (text[: found[0].start()] if found else text).strip()
    if len(name) > LONGEST_NAME or any(len(str(fields.get(key, ""))) > most for key, most in LONGEST.items()):
        raise CardRefusal("写得太长，没有改动。名称、负责人、电话各 100 字以内，职能 500 字以内。")
    if "review_by" in fields:
        fields["review_by"] = _day(str(fields["review_by"]), today)
    return name, fields


def _day(said: str, today: date) -> date:
    try:
        day = date.fromisoformat(said)
    except ValueError as problem:
        raise CardRefusal(f"看不懂复核日期“{said[:20]}”，没有改动。请写成 2027-06-30 这样。") from problem
    if day <= today:
        raise CardRefusal(f"复核日期 {day} 已经过去了，没有改动。请写以后的日期。")
    return day
