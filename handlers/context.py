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
from nlu.text import normalise, spell_out, topics
from nlu.understanding import Intent

WAITING = "waiting"  # the reason of a decision that waits for the rest of what somebody is saying
RECALLED = "recalled"  # of a line its speaker took back, and of the taking back
READ_AS = "read_as"  # in a decision's detail: the text it was made on, where that is more than the line
#: Of decisions in which we asked for words, or for other ones.
ASKED_BACK = (WAITING, Intent.WANT_PERSON, "needs_words", "in_another_language")
TALK = (Intent.SMALL_TALK, Intent.FOLLOW_UP)
HAD_AN_OUTCOME = (DecisionKind.ANSWERED, DecisionKind.OFFERED, DecisionKind.TICKET, DecisionKind.WATCHING)


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """An earlier line of the same speaker in the same conversation."""

    inbox_id: int
    text: str
    mentions_bot: bool
    entry: str | None
    ticket: int | None = None
    kind: DecisionKind = DecisionKind.SILENT
    shows: bool = False  #: a picture or a file
    offered: tuple[str, ...] = ()  #: the entries he could choose from

    @property
    def given(self) -> tuple[str, ...]:
        """The entry that answered it."""
        return () if self.entry is None else (self.entry,)


def waiting_lines(turn: Turn, *, window: timedelta) -> list[Earlier]:
    """The speaker's last lines that were held for their rest, oldest first, unbroken by anything that came to something.
    A line taken for talk counts when it names a matter of the trade: 放行了 is half a question."""
    before = takewhile(lambda line: line.kind == DecisionKind.SILENT, _spoken_before(turn, window=window))
    return [earlier(line) for line in before if _waits(line)][::-1]


def asked_back(turn: Turn, *, window: timedelta) -> list[Earlier]:
    """The speaker's last lines to us upon which we asked him to say it, oldest first: his next question is said to us."""
    lines = _spoken_before(turn, window=window)
    before = takewhile(
        lambda line: (line.ticket is None and line.reason in ASKED_BACK) or not _to_us(line, turn), lines
    )
    return [earlier(line) for line in before if _to_us(line, turn)][::-1]


def turn_before(turn: Turn, *, window: timedelta) -> Earlier | None:
    """What our answer answered, where he quotes one; else the speaker's last question here that came to something."""
    if turn.quoted is not None and turn.quoted.caused_by is not None:
        quoted = turn.session.connection().execute(_QUOTED, {"line": turn.quoted.caused_by}).first()
        if quoted is not None and quoted.kind in HAD_AN_OUTCOME:
            return earlier(quoted)
    before = (line for line in _spoken_before(turn, window=window) if line.kind in HAD_AN_OUTCOME)
    return next(map(earlier, before), None)


def take_up(turn: Turn, lines: list[Earlier]) -> None:
    """These lines are read now: nothing waits for them any more."""
    if lines:
        outbox.withdraw(turn.session, caused_by=[line.inbox_id for line in lines])


LINE = (
    *(INBOX.c.id, INBOX.c.text, INBOX.c.mentions_bot, INBOX.c.attachments),
    *(DECISIONS.c.entry, DECISIONS.c.kind, DECISIONS.c.reason, DECISIONS.c.ticket, DECISIONS.c.detail),
)
_QUOTED = select(*LINE).join(DECISIONS, DECISIONS.c.inbox_id == INBOX.c.id).where(INBOX.c.id == bindparam("line"))
# Asked for every message, so made once and not through the ORM.
_SPOKEN_BEFORE = (
    select(*LINE)
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


def earlier(line: Any) -> Earlier:
    """A row of LINE, as it was read: with what stood before it."""
    return Earlier(
        inbox_id=line.id,
        text=str(line.detail.get(READ_AS, line.text)),
        mentions_bot=line.mentions_bot,
        entry=line.entry,
        ticket=line.ticket,
        kind=line.kind,
        shows=bool(line.attachments),
        offered=tuple(line.detail.get("offered", ())),
    )


def _waits(line: Any) -> bool:
    return line.reason in (WAITING, Intent.STATEMENT) or (
        line.reason in TALK and bool(topics(spell_out(normalise(line.text))))
    )


def _to_us(line: Any, turn: Turn) -> bool:
    return bool(line.mentions_bot) or turn.message.conversation.is_private


def _spoken_before(turn: Turn, *, window: timedelta) -> Sequence[Any]:
    wanted = {
        "conversation": str(turn.message.conversation),
        "sender": turn.message.sender.address,
        "before": turn.inbox_id,
        "since": turn.message.sent_at - window,
    }
    return turn.session.connection().execute(_SPOKEN_BEFORE, wanted).all()
