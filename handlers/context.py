"""What the same person said just before: lines that wait for their rest, and the turn a follow-up belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, Self

from sqlalchemy import bindparam, select

from handlers import outbox
from handlers.base import DecisionKind, Turn
from handlers.inbox import DECISIONS, INBOX
from handlers.judgement import is_nod
from nlu.spelling import spell_out, topics
from nlu.text import normalise
from nlu.understanding import Intent

WAITING = "waiting"  # the reason of a decision that waits for the rest of what somebody is saying
RECALLED = "recalled"  # of a line its speaker took back, and of the taking back
HAD = "had"  # in a decision's detail, beside READ_AS: the entries he had been given for the lines that were read
READ_AS = "read_as"  # in a decision's detail: the text it was made on, where that is more than the line
#: Of decisions in which we asked for words, or for other ones.
ASKED_BACK = (WAITING, Intent.WANT_PERSON, "needs_words", "in_another_language")
#: Of decisions upon lines that change nothing of what a group is talking about.
COURTESY = (Intent.THANKS, Intent.GREETING, Intent.SAME_HERE, "nod", "answered_lately", RECALLED)
TALK = (Intent.SMALL_TALK, Intent.FOLLOW_UP)
HAD_AN_OUTCOME = (DecisionKind.ANSWERED, DecisionKind.OFFERED, DecisionKind.TICKET, DecisionKind.WATCHING)


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """An earlier line of the same speaker in the same conversation."""

    inbox_id: int
    sent_at: datetime
    text: str
    mentions_bot: bool
    entry: str | None
    ticket: int | None = None
    kind: DecisionKind = DecisionKind.SILENT
    shows: bool = False  #: a picture or a file
    offered: tuple[str, ...] = ()  #: the entries he could choose from
    had: tuple[str, ...] = ()  #: the entries that answered the lines it goes on from
    aside: bool = False  #: sounds as if he told somebody else

    @property
    def given(self) -> tuple[str, ...]:
        """The entries that answered it, and what it goes on from."""
        return self.had if self.entry is None else (self.entry, *self.had)


@dataclass(frozen=True, kw_only=True)
class SaidBefore:
    """What the speaker of a turn said there in the last while, latest first: looked up once, for most of what may be done
    with a line depends on it."""

    turn: Turn
    lines: Sequence[Any]

    @classmethod
    def within(cls, turn: Turn, window: timedelta) -> Self:
        return cls(turn=turn, lines=_spoken_before(turn, window=window))

    def waiting(self, window: timedelta) -> list[Earlier]:
        """His last lines that were held for their rest, oldest first, unbroken by anything that came to something. A line
        taken for talk counts when it names a matter of the trade: 放行了 is half a question."""
        since = self.turn.message.sent_at - window
        before = list(takewhile(lambda line: line.kind == DecisionKind.SILENT and line.sent_at >= since, self.lines))
        held: list[Any] = []
        for line in reversed(before):  # 有效期还剩两天 tells nobody anything in the middle of his own story
            if _waits(line) or (held and line.reason == Intent.PEER_ANSWER):
                held.append(line)
        return list(map(earlier, held))

    def asked_back(self) -> list[Earlier]:
        """His last lines to us upon which we asked him to say it, oldest first: his next question is said to us."""
        to_us = [line for line in self.lines if _to_us(line, self.turn)]
        before = takewhile(lambda line: line.ticket is None and line.reason in ASKED_BACK, to_us)
        return [earlier(line) for line in before][::-1]

    def turn_before(self, window: timedelta) -> Earlier | None:
        """What our answer answered, where he quotes one; else his last question here that came to something."""
        return _answered_by_the_quoted(self.turn) or self._last_with_an_outcome(window)

    def _last_with_an_outcome(self, window: timedelta) -> Earlier | None:
        since = self.turn.message.sent_at - window
        outcomes = (line for line in self.lines if line.kind in HAD_AN_OUTCOME and line.sent_at >= since)
        return next(map(earlier, outcomes), None)


def waiting_lines(turn: Turn, *, window: timedelta) -> list[Earlier]:
    """`SaidBefore.waiting`, for who looks at nothing else."""
    return SaidBefore.within(turn, window).waiting(window)


def turn_before(turn: Turn, *, window: timedelta) -> Earlier | None:
    """`SaidBefore.turn_before`, for who looks at nothing else."""
    return SaidBefore.within(turn, window).turn_before(window)


def _answered_by_the_quoted(turn: Turn) -> Earlier | None:
    if turn.quoted is None or turn.quoted.caused_by is None:
        return None
    quoted = turn.session.connection().execute(_QUOTED, {"line": turn.quoted.caused_by}).first()
    return earlier(quoted) if quoted is not None and quoted.kind in HAD_AN_OUTCOME else None


def asked_by_another(turn: Turn, *, window: timedelta) -> Earlier | None:
    """What somebody else asked here last, when nothing was said since but courtesy: what goes on from it may be anybody's."""
    lines = _said_here(turn, since=turn.message.sent_at - window)
    last = next((line for line in lines if not _is_courtesy(line)), None)
    if last is None or last.sender == turn.message.sender.address or last.kind not in HAD_AN_OUTCOME:
        return None
    return earlier(last)


def spoken_between(turn: Turn, before: Earlier) -> bool:
    """Whether somebody else has said more than a courtesy here since that line."""
    others = (line for line in _said_here(turn, since=before.sent_at) if line.sender != turn.message.sender.address)
    return any(line.id > before.inbox_id and not _is_courtesy(line) for line in others)


def _is_courtesy(line: Any) -> bool:
    return line.reason in COURTESY or is_nod(line.text)


def _said_here(turn: Turn, *, since: datetime) -> Sequence[Any]:
    """The last few lines in the conversation, latest first."""
    wanted = {"conversation": str(turn.message.conversation), "before": turn.inbox_id, "since": since}
    return turn.session.connection().execute(_SAID_BEFORE, wanted).all()


def take_up(turn: Turn, lines: list[Earlier]) -> None:
    """These lines are read now: nothing waits for them any more."""
    if lines:
        outbox.withdraw(turn.session, caused_by=[line.inbox_id for line in lines])


LINE = (
    *(INBOX.c.id, INBOX.c.text, INBOX.c.mentions_bot, INBOX.c.attachments, INBOX.c.sent_at),
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
_SAID_BEFORE = (
    select(INBOX.c.sender, *LINE)
    .join(DECISIONS, DECISIONS.c.inbox_id == INBOX.c.id)
    .where(
        INBOX.c.conversation == bindparam("conversation"),
        INBOX.c.id < bindparam("before"),
        INBOX.c.sent_at >= bindparam("since"),
    )
    .order_by(INBOX.c.id.desc())
    .limit(6)
)


def earlier(line: Any) -> Earlier:
    """A row of LINE, as it was read: with what stood before it."""
    return Earlier(
        inbox_id=line.id,
        sent_at=line.sent_at,
        text=str(line.detail.get(READ_AS, line.text)),
        mentions_bot=line.mentions_bot,
        entry=line.entry,
        ticket=line.ticket,
        kind=line.kind,
        shows=bool(line.attachments),
        offered=tuple(line.detail.get("offered", ())),
        had=tuple(line.detail.get(HAD, ())),
        aside=line.reason == Intent.PEER_ANSWER,
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
