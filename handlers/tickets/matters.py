"""What somebody has with us: his own questions, and the answer the bot last gave him. Nobody else's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, or_, select

from handlers.base import DecisionKind, Turn
from handlers.context import READ_AS
from handlers.inbox import DecisionRow, InboxRow
from handlers.tickets.models import AskerRow, TicketRow
from handlers.tickets.rules import TicketRules
from handlers.tickets.words import AskerState, Kind


@dataclass(frozen=True, kw_only=True)
class Matters:
    """The speaker's own questions in this conversation (in private: all of his), newest first."""

    askers: Sequence[AskerRow]
    voices: frozenset[int] = frozenset()  #: tickets among them that are complaints and suggestions

    @property
    def asked_last(self) -> AskerRow | None:
        """The latest question without an answer; a complaint or a suggestion only where there is nothing else."""
        waiting = self.waiting
        questions = [asker for asker in waiting if asker.ticket_id not in self.voices]
        return (questions or waiting)[-1] if waiting else None

    @property
    def waiting(self) -> list[AskerRow]:
        """Those without an answer, the one asked first in front."""
        return [asker for asker in reversed(self.askers) if asker.state == AskerState.OPEN]

    @property
    def answered(self) -> list[AskerRow]:
        """Those with one, answered last in front."""
        had = [asker for asker in self.askers if asker.state != AskerState.OPEN]
        return sorted(had, key=answered_at, reverse=True)

    @property
    def unsettled(self) -> list[AskerRow]:
        """Those with an answer he has not said anything about."""
        return [asker for asker in self.answered if asker.state == AskerState.ANSWERED]

    @property
    def asked_to_rate(self) -> AskerRow | None:
        """The one he was asked about last, or rated before, and has not rated since it was answered."""
        asked = [
            (at, asker.id, asker) for asker in self.unsettled if (at := _spoken_of(asker)) and not _is_rated(asker)
        ]
        return max(asked, default=(None, 0, None))[-1]

    def numbered(self, number: int) -> AskerRow | None:
        return next((asker for asker in self.askers if number in (asker.home_id, asker.ticket_id)), None)

    def about(self, ticket_id: int) -> AskerRow | None:
        """His part in the ticket that something of ours was about."""
        return next((asker for asker in self.askers if ticket_id in (asker.ticket_id, asker.home_id)), None)

    def of_message(self, inbox_id: int) -> AskerRow | None:
        return next((asker for asker in self.askers if asker.inbox_id == inbox_id), None)


def _spoken_of(asker: AskerRow) -> datetime | None:
    """When his word on it was asked for, or given without that."""
    return asker.rating_asked_at or asker.rated_at


def _is_rated(asker: AskerRow) -> bool:
    """A bad word for an answer that was given again since says nothing of the new one."""
    return asker.rated_at is not None and asker.rated_at >= answered_at(asker)


def answered_at(asker: AskerRow) -> datetime:
    return asker.answered_at or asker.settled_at or asker.asked_at


# Most who speak have never asked us anything; this is looked up for every message, so made once and not through the ORM.
_ASKERS = cast(Table, AskerRow.__table__)
_HAS_ASKED = select(_ASKERS.c.id).where(_ASKERS.c.person == bindparam("person")).limit(1)


def matters_of(turn: Turn, rules: TicketRules) -> Matters:
    """Everything of the speaker's that is open, or was settled lately."""
    if turn.session.connection().execute(_HAS_ASKED, {"person": turn.message.sender.address}).first() is None:
        return Matters(askers=())
    lately = turn.now - rules.rating_window
    query = (
        select(AskerRow, TicketRow.kind)
        .join(TicketRow, TicketRow.id == AskerRow.ticket_id)
        .where(
            AskerRow.person == turn.message.sender.address,
            or_(
                AskerRow.state == AskerState.OPEN,
                AskerRow.answered_at >= lately,
                AskerRow.settled_at >= lately,
            ),
        )
    )
    if not turn.message.conversation.is_private:
        query = query.where(AskerRow.conversation == str(turn.message.conversation))
    rows = turn.session.execute(query.order_by(AskerRow.id.desc()).limit(50)).all()
    voices = frozenset(asker.ticket_id for asker, kind in rows if kind != Kind.QUESTION)
    return Matters(askers=[asker for asker, _ in rows], voices=voices)


@dataclass(frozen=True, kw_only=True)
class BotAnswer:
    """An answer the bot itself gave, and the message it answered; `asked`: what was read of it, with what stood before."""

    question: InboxRow
    asked: str
    entry: str | None
    at: datetime


def last_bot_answer(turn: Turn, rules: TicketRules) -> BotAnswer | None:
    """What the bot last answered the speaker here; of an answer he quotes, that one."""
    query = (
        select(DecisionRow, InboxRow)
        .join(InboxRow, InboxRow.id == DecisionRow.inbox_id)
        .where(
            DecisionRow.conversation == str(turn.message.conversation),
            DecisionRow.kind == DecisionKind.ANSWERED,
            DecisionRow.decided_at >= turn.now - rules.recent_answer,
        )
    )
    if turn.quoted is not None and turn.quoted.ticket is None and turn.quoted.caused_by is not None:
        query = query.where(DecisionRow.inbox_id == turn.quoted.caused_by)
    else:
        query = query.where(DecisionRow.sender == turn.message.sender.address)
    found = turn.session.execute(query.order_by(DecisionRow.id.desc()).limit(1)).first()
    if found is None:
        return None
    decision, line = found
    asked = str(decision.detail.get(READ_AS, line.text))
    return BotAnswer(question=line, asked=asked, entry=decision.entry, at=decision.decided_at)


def was_offered_since(turn: Turn, since: datetime) -> bool:
    """Whether the speaker was given numbered choices here since then."""
    query = select(DecisionRow.id).where(
        DecisionRow.conversation == str(turn.message.conversation),
        DecisionRow.sender == turn.message.sender.address,
        DecisionRow.kind == DecisionKind.OFFERED,
        DecisionRow.decided_at >= since,
    )
    return turn.session.scalar(query.limit(1)) is not None


def recent_lines(turn: Turn, rules: TicketRules) -> Sequence[InboxRow]:
    """What the speaker said here lately, last things first."""
    query = (
        select(InboxRow)
        .where(
            InboxRow.conversation == str(turn.message.conversation),
            InboxRow.sender == turn.message.sender.address,
            InboxRow.id < turn.inbox_id,
            InboxRow.sent_at >= turn.message.sent_at - rules.recent_answer,
        )
        .order_by(InboxRow.id.desc())
        .limit(5)
    )
    return turn.session.scalars(query).all()
