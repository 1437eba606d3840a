"""What the same person said just before: lines that wait for their rest, and the turn a follow-up belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import bindparam, select

from handlers import outbox
from handlers.base import DecisionKind, Turn
from handlers.inbox import DECISIONS, INBOX

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
    before = takewhile(lambda line: line.reason == WAITING, _spoken_before(turn, window=window))
    return [_earlier(line) for line in before][::-1]


def turn_before(turn: Turn, *, window: timedelta) -> Earlier | None:
    """The speaker's last question here that came to something."""
    before = (line for line in _spoken_before(turn, window=window) if line.kind in HAD_AN_OUTCOME)
    return next(map(_earlier, before), None)


def take_up(turn: Turn, lines: list[Earlier]) -> None:
    """These lines are read now: nothing waits for them any more."""
    if lines:
        outbox.withdraw(turn.session, caused_by=[line.inbox_id for line in lines])


# Asked for every message, so made once and not through the ORM.
_SPOKEN_BEFORE = (
    select(INBOX.c.id, INBOX.c.text, INBOX.c.mentions_bot, DECISIONS.c.entry, DECISIONS.c.kind, DECISIONS.c.reason)
    .join(DECISIONS, DECISIONS.c.inbox_id == INBOX.c.id)
    .where(
        INBOX.c.conversation == bindparam("conversation"),
        INBOX.c.sender == bindparam("sender"),
        INBOX.c.id < bindparam("before"),
        INBOX.c.sent_at >= bindparam("since"),
        DECISIONS.c.reason != RECALLED,
    )
    .order_by(INBOX.c.id.desc())
    .limit(12)
)


def _spoken_before(turn: Turn, *, window: timedelta) -> Sequence[Any]:
    wanted = {
        "conversation": str(turn.message.conversation),
        "sender": turn.message.sender.address,
        "before": turn.inbox_id,
        "since": turn.message.sent_at - window,
    }
    return turn.session.connection().execute(_SPOKEN_BEFORE, wanted).all()


def _earlier(line: Any) -> Earlier:
    return Earlier(inbox_id=line.id, text=line.text, mentions_bot=line.mentions_bot, entry=line.entry)
