"""What the same person said just before: lines that wait for their rest, and the turn a follow-up belongs to."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from handlers import outbox
from handlers.base import DecisionKind, Turn
from handlers.inbox import DecisionRow, InboxRow

WAITING = "waiting"  # the reason of a decision that waits for the rest of what somebody is saying
RECALLED = "recalled"  # of a line its speaker took back, and of the taking back
HAD_AN_OUTCOME = (DecisionKind.ANSWERED, DecisionKind.OFFERED, DecisionKind.TICKET, DecisionKind.WATCHING)


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """An earlier line of the same speaker in the same conversation."""

    inbox_id: int
    text: str
    mentions_bot: bool
    entry: str | None


def waiting_lines(turn: Turn, *, window: timedelta) -> list[Earlier]:
    """The speaker's last lines that were held for their rest, oldest first, unbroken up to now."""
    lines: list[Earlier] = []
    for row, decision in _spoken_before(turn, window=window):
        if decision.reason != WAITING:
            break
        lines.insert(0, _earlier(row, decision))
    return lines


def turn_before(turn: Turn, *, window: timedelta) -> Earlier | None:
    """The speaker's last question here that came to something."""
    for row, decision in _spoken_before(turn, window=window):
        if decision.kind in HAD_AN_OUTCOME:
            return _earlier(row, decision)
    return None


def take_up(turn: Turn, lines: list[Earlier]) -> None:
    """These lines are read now: nothing waits for them any more."""
    if lines:
        outbox.withdraw(turn.session, caused_by=[line.inbox_id for line in lines])


def _spoken_before(turn: Turn, *, window: timedelta) -> list[tuple[InboxRow, DecisionRow]]:
    query = (
        select(InboxRow, DecisionRow)
        .join(DecisionRow, DecisionRow.inbox_id == InboxRow.id)
        .where(
            InboxRow.conversation == str(turn.message.conversation),
            InboxRow.sender == turn.message.sender.address,
            InboxRow.id < turn.inbox_id,
            InboxRow.sent_at >= turn.message.sent_at - window,
            DecisionRow.reason != RECALLED,
        )
        .order_by(InboxRow.id.desc())
        .limit(12)
    )
    return [(row, decision) for row, decision in turn.session.execute(query)]


def _earlier(row: InboxRow, decision: DecisionRow) -> Earlier:
    return Earlier(inbox_id=row.id, text=row.text, mentions_bot=row.mentions_bot, entry=decision.entry)
