"""Two or three entries may be meant: offer them by number, and read the choice."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from handlers import sayings
from handlers.answering import Answering
from handlers.base import Decision, DecisionKind, Turn
from handlers.context import READ_AS
from handlers.intake import Intake
from handlers.judgement import MAX_CHOICES
from handlers.rules import AnsweringRules
from handlers.speaking import reply
from handlers.store import Base
from handlers.watching import settle_offered, watch_until
from knowledge_base.hit import Hit
from nlu.text import normalise

NONE_OF_THEM = 0
WHICH = "您想问的是哪一个？回复数字就行："
THIS_ONE = "您想问的是这个吗？是就回复 1；不是回复 0，转给志愿者："
LONGEST = 24  # characters: what is longer chooses nothing
_NUMBER = re.compile(r"^(?:我?选|要|是|第|问的是)*\s*([0-3一二三两零①②③])\s*(?:号|个|项|条|️?⃣|[.。、!！,，吧的呢])*$")
_NONE = re.compile(r"^(?:全?都|一个也?|哪个也?)(?:不是|不对|没有)")
_NO = re.compile(r"^(?:不是(?:的|这个)?|不对)[!！。.~]*$")
_LAST = re.compile(
    r"^(?:我?(?:问|说|要|选)的?是?)?(?:后者|(?:下面|后面|最后|末尾)(?:那|一|的那?)(?:个|条|一个)?)(?:吧|的|啊)?$"
)
_FIRST = re.compile(
    r"^(?:我?(?:问|说|要|选)的?是?)?(?:前者|(?:上面|前面|最前|开头)(?:那|的那?)(?:个|条|一个)?)(?:吧|的|啊)?$"
)
_YES = re.compile(
    r"^(?:👌|👍|✅|💯|\[(?:ok|OK|强|好的|赞)\]|对的?|是的?|就是(?:这个|它)|嗯+|没错|ok|可以|这个)+[!！。.~]*$"
)
_THAT = re.compile(
    r"^(?:我?(?:问|说|要|选|想问)的?是?)?(?P<what>.{2,16}?)(?:的)?(?:那个|那条|这个|这条|那一个|的)(?:吧|啊)?[!！。.~]*$"
)
_SIGNS = {"☝": 1, "👆": 1, "✌": 2, "🥇": 1, "🥈": 2, "🥉": 3}
_VALUES = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "①": 1, "②": 2, "③": 3}


class ChoiceRow(Base):
    """An offer made to one person; `chosen_at` closes it. Until then his question is watched, or a `ticket` already."""

    __tablename__ = "choices"
    __table_args__ = (Index("ix_choices_person", "conversation", "person", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation: Mapped[str] = mapped_column(String(200))
    person: Mapped[str] = mapped_column(String(200))
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"))
    question: Mapped[str] = mapped_column(Text)
    entries: Mapped[list[Any]]
    offered_at: Mapped[datetime]
    chosen_at: Mapped[datetime | None]
    chosen: Mapped[str | None] = mapped_column(String(64))
    watch: Mapped[int | None]
    ticket: Mapped[int | None]


# Asked for every figure and every yes, so made once.
_OPEN_OFFER = (
    select(ChoiceRow)
    .where(
        ChoiceRow.conversation == bindparam("conversation"),
        ChoiceRow.person == bindparam("person"),
        ChoiceRow.chosen_at.is_(None),
        ChoiceRow.offered_at >= bindparam("since"),
    )
    .order_by(ChoiceRow.id.desc())
    .limit(1)
)


def offer(turn: Turn, question: str, hits: Sequence[Hit], rules: AnsweringRules) -> Decision:
    """Ask which entry is meant, and remember the order they were named in. When nothing is chosen, the desk hears of it."""
    offered = [hit.entry.id for hit in hits]
    watched = watch_until(turn, question, until=turn.now + rules.turn_window, offered=offered)
    turn.session.flush()  # its number goes with the choices
    named = _numbered(turn, question, hits, watch=watched.id)
    reply(turn, f"{WHICH if len(hits) > 1 else THIS_ONE}\n{named}\n0. 都不是")
    return Decision(
        kind=DecisionKind.OFFERED,
        reason="close_call",
        confidence=hits[0].confidence,
        detail={"offered": {hit.entry.id: round(hit.confidence, 4) for hit in hits}},
    )


def offer_meanwhile(turn: Turn, question: str, hits: Sequence[Hit], rules: AnsweringRules, ticket: int) -> str:
    """What to add to a ticket's number when something we know may help already; empty when nothing does."""
    near = [hit for hit in hits[:MAX_CHOICES] if hit.confidence >= rules.near_at]
    if not near:
        return ""
    return f"\n也许正好有现成的，回复数字就能看：\n{_numbered(turn, question, near, ticket=ticket)}"


def _numbered(
    turn: Turn, question: str, hits: Sequence[Hit], *, watch: int | None = None, ticket: int | None = None
) -> str:
    row = ChoiceRow(
        conversation=str(turn.message.conversation),
        person=turn.message.sender.address,
        inbox_id=turn.inbox_id,
        question=question,
        entries=[hit.entry.id for hit in hits],
        offered_at=turn.now,
        watch=watch,
        ticket=ticket,
    )
    turn.session.add(row)
    return "\n".join(f"{number}. {hit.entry.question}" for number, hit in enumerate(hits, 1))


def read_choice(text: str) -> int | None:
    """The number that was chosen, 0 for none of them, None when the text chooses nothing."""
    said = normalise(text).strip()
    if _NONE.match(said):
        return NONE_OF_THEM
    if said in _SIGNS:
        return _SIGNS[said]
    found = _NUMBER.match(said)
    if found is None:
        return None
    digit = found.group(1)
    return _VALUES[digit] if digit in _VALUES else int(digit)


def may_choose(text: str) -> bool:
    """Whether a text may choose something that was offered; most texts cannot."""
    said = normalise(text).strip()
    forms = (_LAST, _FIRST, _YES, _NO, _THAT)
    return len(said) <= LONGEST and (read_choice(text) is not None or any(form.match(said) for form in forms))


def choose(text: str, offered: Sequence[str]) -> int | None:
    """The place among the offered questions that a text means, 0 for none of them; None when it is not plain."""
    said, number = normalise(text).strip(), read_choice(text)
    if number is not None:
        return number if number <= len(offered) else None
    if _FIRST.match(said) or (len(offered) == 1 and _YES.match(said)):
        return 1
    if len(offered) == 1 and _NO.match(said):
        return NONE_OF_THEM
    if _LAST.match(said):
        return len(offered)
    named = _THAT.match(said)
    return _named(named["what"], offered) if named else None


def _named(what: str, offered: Sequence[str]) -> int | None:
    """The only offered question that shares letter pairs with the words."""
    pairs = {what[at : at + 2] for at in range(len(what) - 1)}
    shared = [sum(pair in normalise(question) for pair in pairs) for question in offered]
    best = max(shared, default=0)
    return shared.index(best) + 1 if best and shared.count(best) == 1 else None


class Choosing:
    """Handler: a number, a word or a sign after an offer chooses."""

    def __init__(self, answering: Answering, intake: Intake, rules: AnsweringRules) -> None:
        self._answering, self._intake, self._rules = answering, intake, rules

    def __call__(self, turn: Turn) -> Decision | None:
        row = self._open_offer(turn) if may_choose(turn.message.text) else None
        number = None if row is None else choose(turn.message.text, self._questions(turn, row))
        if row is None or number is None:
            return None
        row.chosen_at = turn.now
        if row.watch is not None:
            settle_offered(turn, row.watch)
        if number == NONE_OF_THEM:
            return self._none(turn, row)
        row.chosen = row.entries[number - 1]
        given = self._answering.give_chosen(turn, row.entries[number - 1])
        if given is None:
            return None
        if row.ticket is not None:
            self._intake.helped_himself(turn, row.ticket, row.entries[number - 1])
        return replace(given, detail={**given.detail, READ_AS: row.question})

    def _none(self, turn: Turn, row: ChoiceRow) -> Decision:
        if row.ticket is None:
            return self._intake.open(turn, row.question, reason="none_of_the_choices")
        reply(turn, sayings.STILL_WITH_US, ticket=row.ticket)
        return Decision(kind=DecisionKind.COMMAND, reason="none_of_the_choices", ticket=row.ticket)

    def _questions(self, turn: Turn, row: ChoiceRow) -> list[str]:
        entries = [turn.mind.knowledge.entry(id) for id in row.entries]
        return [entry.question if entry else "" for entry in entries]

    def _open_offer(self, turn: Turn) -> ChoiceRow | None:
        wanted = {
            "conversation": str(turn.message.conversation),
            "person": turn.message.sender.address,
            "since": turn.now - self._rules.turn_window,
        }
        return turn.session.scalars(_OPEN_OFFER, wanted).first()
