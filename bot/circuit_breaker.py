"""Accounts that a platform seems to restrict say nothing for a while: to go on is how they are lost."""

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.channels.base import Outcome, Taken, Uncertain
from bot.pacing import Account
from handlers import outbox, pausing
from handlers.base import Conversation
from handlers.hearing import name_of
from handlers.outbox import PromiseKind
from handlers.times import clock_time

SUSPICIOUS = 2  # time-outs in a row that pause an account

PAUSED = (
    "{account} 连续两次发送超时，像是被平台限制，已暂停发送到 {until}，到时自动恢复。"
    "请看一下该账号能不能正常说话；要马上恢复请发：恢复发送"
)

logger = logging.getLogger(__name__)


class CircuitBreaker:
    """Which accounts are paused. `first`: how long the first pause is; `desk`: where it is told."""

    def __init__(self, *, first: timedelta, desk: Conversation | None) -> None:
        self._first, self._desk = first, desk
        self._suspicions: Counter[Account] = Counter()
        self._pauses: Mapping[Account, datetime] = {}

    def holds(self, account: Account, now: datetime) -> bool:
        return account in self._pauses and self._pauses[account] > now

    def suspects(self, account: Account, outcome: Outcome | timedelta) -> bool:
        """Count suspicious time-outs in a row; whether this one is one too many. After a pause one more is enough."""
        match outcome:
            case Taken():
                self._suspicions[account] = 0
            case Uncertain(suspicious=True):
                self._suspicions[account] += 1
                return self._suspicions[account] >= (1 if account in self._pauses else SUSPICIOUS)
        return False

    def pause(self, session: Session, account: Account, outcome: Outcome | timedelta, now: datetime) -> None:
        """Pause an account, longer from time to time, and tell the desk."""
        reason = outcome.reason if isinstance(outcome, Uncertain) else ""
        row = pausing.pause(session, *account, reason=reason, now=now, first=self._first)
        logger.warning("account %s of %s pauses until %s: %s", account[1], account[0], row.until, reason)
        if self._desk is not None:
            text = PAUSED.format(account=name_of(*account), until=clock_time(row.until))
            outbox.promise(session, self._desk, text, kind=PromiseKind.ALERT, now=now)

    def ease(self, session: Session, account: Account) -> None:
        """It spoke again: what was, is forgotten."""
        if account in self._pauses:
            pausing.forget(session, *account)

    def read(self, session: Session) -> None:
        """Know the pauses as they are written: other processes pause, and operators resume."""
        self._pauses = {row.key: row.until for row in pausing.pauses(session)}
