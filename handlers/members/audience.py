"""Who a notice is for: an expression over labels, read strictly and answered by the database.

`地区=青岛 且 非 贸易方式=加工贸易` means groups; `企业：关注=原产地` means the people of such enterprises, in private;
`企业群：关注=原产地` the groups in which people of such enterprises have asked.
A word that no group or enterprise bears is a mistake, not an empty set: nobody is left out by a slip of the pen.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken
from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, not_, or_, select, true
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import SQLCoreOperations

from handlers.errors import Refusal, meant
from handlers.members.models import ENTERPRISE, ContactRow, EnterpriseRow, GroupProfileRow, LabelRow, UnsubscriptionRow
from handlers.members.words import LabelKind, kind_called
from handlers.tickets.models import AskerRow
from handlers.tickets.papers import MemberRow

EVERYBODY = ("全部", "所有", "全体")
NAMES = ("群", "群名", "企业", "单位")
_SCOPE = re.compile(r"\s*(企业群|群|企业|私聊)\s*[:：]\s*(.*)", re.DOTALL)
EXAMPLE = "例如：贸易方式=加工贸易 且 (地区=青岛 或 关注=原产地) 且 非 信用等级=失信；要发给所有群写：全部"

Column = SQLCoreOperations[str]
Got = Callable[[int, Column], ColumnElement[bool]]
"""Whether a conversation got the notice of that number; the room of notices knows."""


class AudienceRefusal(Refusal):
    """The expression does not say who is meant; the sentence says where, and what to write."""


@dataclass(frozen=True, kw_only=True)
class Audience:
    """An expression that was read: whom it selects, and whether they are groups, people, or the groups of people."""

    text: str
    scope: str
    tree: Tree[Token] | Token


def read_audience(text: str) -> Audience:
    """The expression, or AudienceRefusal saying where it cannot be read."""
    found = _SCOPE.fullmatch(text)
    scope, rest = (found[1], found[2]) if found else ("群", text)
    if not rest.strip():
        raise AudienceRefusal(f"没有写受众。{EXAMPLE}")
    try:
        tree = _grammar().parse(rest)
    except UnexpectedInput as problem:
        raise AudienceRefusal(_where(rest, problem)) from problem
    return Audience(text=text.strip(), scope=scope, tree=tree)


def conversations(session: Session, audience: Audience, *, topic: str, got: Got) -> Select[str, str]:
    """Conversation and name of all it selects who have not unsubscribed. Raises AudienceRefusal for words nobody bears."""
    reader = _Reader(session=session, got=got)
    if audience.scope == "企业群":
        place, name = GroupProfileRow.conversation, GroupProfileRow.name
        of_them = reader.condition(audience.tree, _enterprise_subject(), AskerRow.conversation, EnterpriseRow.name)
        asked_in = select(AskerRow.conversation).join(MemberRow, MemberRow.person == AskerRow.person)
        asked_in = asked_in.join(EnterpriseRow, EnterpriseRow.name == MemberRow.enterprise).where(of_them)
        query = select(place, name).where(GroupProfileRow.left_at.is_(None), place.in_(asked_in))
    elif audience.scope in ("企业", "私聊"):
        place, name, subject = ContactRow.private, ContactRow.name, _enterprise_subject()
        query = select(place, name).join(EnterpriseRow, EnterpriseRow.id == ContactRow.enterprise_id)
        query = query.where(
            ContactRow.takes_private,
            ContactRow.confirmed_by.is_not(None),
            reader.condition(audience.tree, subject, place, EnterpriseRow.name),
        )
    else:
        place, name = GroupProfileRow.conversation, GroupProfileRow.name
        query = select(place, name).where(
            GroupProfileRow.left_at.is_(None), reader.condition(audience.tree, place, place, name)
        )
    return query.where(not_(_unsubscribed(place, topic)))


@dataclass(frozen=True, kw_only=True)
class _Reader:
    """Turns the tree into a condition, looking up every word on the way."""

    session: Session
    got: Got

    def condition(self, tree: Tree[Token] | Token, subject: Column, place: Column, name: Column) -> ColumnElement[bool]:
        parts = tree.children if isinstance(tree, Tree) else []
        match tree.data if isinstance(tree, Tree) else "":
            case "either":
                return or_(*(self.condition(part, subject, place, name) for part in parts))
            case "both":
                return and_(*(self.condition(part, subject, place, name) for part in parts))
            case "other":
                return not_(self.condition(parts[0], subject, place, name))
            case "labelled":
                return self._labelled(_word(parts[0]), _words(parts[1]), subject, place, name)
            case _:
                return self._bare(_word(parts[0]), subject)

    def _labelled(
        self, key: str, values: Sequence[str], subject: Column, place: Column, name: Column
    ) -> ColumnElement[bool]:
        if key in NAMES:
            return self._named(key, values, name)
        if key in ("收到", "没收到"):
            got = or_(*(self.got(_notice_number(value), place) for value in values))
            return got if key == "收到" else not_(got)
        kind = kind_called(key)
        if kind is None:
            known = [*(kind.label for kind in LabelKind), "群", "收到", "没收到"]
            raise AudienceRefusal(f"没有“{key}”这种标签{meant(key, known)}。可以用：{'、'.join(known)}")
        for value in values:
            self._check_known(kind, value)
        return subject.in_(select(LabelRow.subject).where(LabelRow.kind == kind, LabelRow.value.in_(values)))

    def _named(self, key: str, values: Sequence[str], name: Column) -> ColumnElement[bool]:
        for value in values:
            if not self.session.scalar(select(func.count()).where(name == value)):
                known = self.session.scalars(select(name).limit(2000)).all()
                raise AudienceRefusal(f"没有叫“{value}”的{key[:1]}{meant(value, [str(one) for one in known])}。")
        return name.in_(values)

    def _check_known(self, kind: LabelKind, value: str) -> None:
        values = self.session.scalars(select(LabelRow.value).where(LabelRow.kind == kind).distinct()).all()
        if value not in values:
            shown = f"现有：{'、'.join(values[:12])}" if values else "还没有登记过这种标签"
            raise AudienceRefusal(f"没有谁的{kind.label}是“{value}”{meant(value, values)}。{shown}")

    def _bare(self, word: str, subject: Column) -> ColumnElement[bool]:
        """A value without its kind is taken when only one kind has it."""
        if word in EVERYBODY:
            return true()
        query = select(LabelRow.kind).where(LabelRow.value == word).distinct()
        kinds = self.session.scalars(query).all()
        if not kinds:
            values = self.session.scalars(select(LabelRow.value).distinct().limit(2000)).all()
            raise AudienceRefusal(f"没有标签“{word}”{meant(word, values)}。{EXAMPLE}")
        if len(kinds) > 1:
            ways = " 还是 ".join(f"{kind.label}={word}" for kind in kinds)
            raise AudienceRefusal(f"“{word}”有几种意思，请写明：{ways}")
        return subject.in_(select(LabelRow.subject).where(LabelRow.kind == kinds[0], LabelRow.value == word))


@cache
def _grammar() -> Lark:
    return Lark(Path(__file__).with_suffix(".lark").read_text("utf-8"), parser="lalr", maybe_placeholders=False)


def _enterprise_subject() -> ColumnElement[str]:
    return literal(ENTERPRISE) + cast(EnterpriseRow.id, String)


def _unsubscribed(place: Column, topic: str) -> ColumnElement[bool]:
    topics = {"", topic}
    return place.in_(select(UnsubscriptionRow.conversation).where(UnsubscriptionRow.topic.in_(topics)))


def _word(token: Tree[Token] | Token) -> str:
    return str(token).strip('"“”')


def _words(tree: Tree[Token] | Token) -> list[str]:
    return [_word(child) for child in tree.children] if isinstance(tree, Tree) else [_word(tree)]


def _notice_number(value: str) -> int:
    number = value.lstrip("Nn通知#")
    if not number.isdecimal():
        raise AudienceRefusal(f"“收到={value}”要写通知的编号，例如：收到=N5")
    return int(number)


def _where(text: str, problem: UnexpectedInput) -> str:
    ended = isinstance(problem, UnexpectedToken) and problem.token.type == "$END"
    at = len(text) if ended or problem.pos_in_stream is None else problem.pos_in_stream
    before, after = text[:at].strip()[-12:], text[at:].strip()[:12]
    place = f"在“{before}”后面" if before else "开头"
    what = f"看不懂“{after}”" if after else "还缺内容"
    return f"受众表达式{place}{what}。{EXAMPLE}"
