"""Two or three entries may be meant: offer them by number, and read the choice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from handlers import sayings
from handlers.answering import Answering
from handlers.base import Decision, DecisionKind, Turn
from handlers.choice_words import NONE_OF_THEM, choose, may_choose
from handlers.context import READ_AS
from handlers.intake import Intake
from handlers.judgement import MAX_CHOICES
from handlers.rules import AnsweringRules
from handlers.several import together
from handlers.speaking import reply
from handlers.store import Base
from handlers.watching import settle_offered, watch_until
from knowledge_base.hit import Hit

WHICH = "您想问的是哪一个？回复数字就行："
THIS_ONE = "您想问的是这个吗？是就回复 1；不是回复 0，转给志愿者："


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


class Choosing:
    """Handler: a number, a word or a sign after an offer chooses."""

    def __init__(self, answering: Answering, intake: Intake, rules: AnsweringRules) -> None:
        self._answering, self._intake, self._rules = answering, intake, rules

    def __call__(self, turn: Turn) -> Decision | None:
        row = self._open_offer(turn) if may_choose(turn.message.text) else None
        places = None if row is None else choose(turn.message.text, self._questions(turn, row))
        if row is None or places is None:
            return None
        row.chosen_at = turn.now
        if row.watch is not None:
            settle_offered(turn, row.watch)
        if places == NONE_OF_THEM:
            return self._none(turn, row)
        return self._give(turn, row, [row.entries[place - 1] for place in places])

    def _give(self, turn: Turn, row: ChoiceRow, chosen: Sequence[str]) -> Decision | None:
        row.chosen = chosen[0] if len(chosen) == 1 else None  # of several, nobody knows which he had asked for
        given = [decision for id in chosen if (decision := self._answering.give_chosen(turn, id)) is not None]
        if not given:
            return None
        if row.ticket is not None:
            self._intake.helped_himself(turn, row.ticket, "、".join(chosen))
        decision = together(given)
        return replace(decision, detail={**decision.detail, READ_AS: row.question})

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
