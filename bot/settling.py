"""What becomes of a promise, by what became of its sending."""

import random
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.channels.base import Outcome, Refused, Taken, Uncertain
from handlers import outbox, sending
from handlers.base import Conversation
from handlers.hearing import name_of
from handlers.members.directory import Directory
from handlers.outbox import PromiseKind, PromiseRow

GIVE_UP_AFTER = 8  # attempts that were refused for the time being
BACKOFF_LONGEST = timedelta(minutes=10)
RESEND_AFTER = timedelta(seconds=5)
NOBODY_THERE_AGAIN = timedelta(seconds=5), timedelta(minutes=1)  # at first, and after a while

UNDELIVERED = "没有送到{where}：{reason}。请换个办法告诉对方。原话：{text}"
PIN_BY_HAND = "“{where}”的介绍自动置顶{how}。请群主或管理员长按复制下一条，发成群公告并置顶。"
OWED = (PromiseKind.REPLY, PromiseKind.ANSWER, PromiseKind.ASK)  # words somebody waits for


def settle(
    session: Session,
    row: PromiseRow,
    outcome: Outcome | timedelta,
    *,
    now: datetime,
    directory: Directory | None = None,
) -> None:
    """Write down what came of sending a promise; a span of time means that it was not sent and waits so long.
    `directory`: whose desk hears of what was not delivered, where to being told by name."""
    match outcome:
        case timedelta():
            sending.postpone(session, row, due=now + outcome, reason="said a moment ago")
        case Taken(message_id=platform_id):
            sending.taken(session, row.id, platform_id=platform_id, now=now)
        case Refused(reason=reason, permanent=True):
            _give_up(session, row, reason, now=now, directory=directory)
        case Refused(reason=reason, absent=True):
            sending.postpone(session, row, due=now + _soon(now - row.created_at), reason=reason)
        case Refused(reason=reason) if row.attempts >= GIVE_UP_AFTER:
            _give_up(session, row, f"试了 {row.attempts} 次：{reason}", now=now, directory=directory)
        case Refused(reason=reason):
            sending.again(session, row.id, due=now + backoff(row.attempts), reason=reason)
        case Uncertain(reason=reason):
            sending.uncertain(session, row, due=now + RESEND_AFTER, reason=reason)
            if row.kind == PromiseKind.PIN and directory is not None:
                _hand_over(session, row, f"不知道成了没有（{reason}），请看一眼", now=now, directory=directory)


def _give_up(session: Session, row: PromiseRow, reason: str, *, now: datetime, directory: Directory | None) -> None:
    """It will not be said; where somebody waits for it, the desk must know."""
    sending.refused(session, row.id, reason=reason)
    if directory is None:
        return
    if row.kind == PromiseKind.PIN:
        _hand_over(session, row, f"没有成（{reason}）", now=now, directory=directory)
    elif row.kind in OWED:
        _tell_of_it(session, row, reason, now=now, directory=directory)


def _tell_of_it(session: Session, row: PromiseRow, reason: str, *, now: datetime, directory: Directory) -> None:
    to = Conversation.parse(row.conversation)
    desk = directory.desk
    if desk is None or desk == to:
        return
    names = "、".join(person["name"] for person in row.mention)
    # Nobody is named in private: there the address is all that tells who it was.
    place = f"{name_of(to.channel, to.id)} 的私聊" if to.is_private else directory.group(to).name
    where = f" {names}（{place}）" if names else f"“{place}”"
    text = UNDELIVERED.format(where=where, reason=reason, text=row.text)
    outbox.promise(session, desk, text, kind=PromiseKind.ALERT, now=now, ticket=row.ticket)


def _hand_over(session: Session, row: PromiseRow, how: str, *, now: datetime, directory: Directory) -> None:
    """A person puts up what the bot could not: the words to be copied stand in a message of their own."""
    if directory.desk is None:
        return
    where = directory.group(Conversation.parse(row.conversation)).name
    for text in (PIN_BY_HAND.format(where=where, how=how), row.text):
        outbox.promise(session, directory.desk, text, kind=PromiseKind.ALERT, now=now)


def backoff(attempts: int) -> timedelta:
    """2, 4, 8 … seconds with jitter, at most ten minutes."""
    seconds = min(2.0**attempts, BACKOFF_LONGEST.total_seconds())
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))


def _soon(waited: timedelta) -> timedelta:
    """When to look again whether anybody is there: the longer it has waited, the longer it can."""
    first, longest = NOBODY_THERE_AGAIN
    return min(max(waited / 4, first), longest)
