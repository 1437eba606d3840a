"""Somebody who pours messages out harms nobody: past a limit his lines are stored and not thought about."""

import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from handlers.base import Message

REMEMBERED = 20_000  # people; the ones who have been quiet longest are forgotten first


@dataclass(frozen=True, kw_only=True)
class FloodLimit:
    """More than so many messages of one person within so long are a flood; he is told once in a while."""

    messages: int = 15
    within: timedelta = timedelta(seconds=10)
    told_every: timedelta = timedelta(minutes=10)


class Flood(StrEnum):
    NO = "no"
    TELL = "tell"  #: it has just begun: he is told
    GOES_ON = "goes_on"


@dataclass
class _Speaker:
    recent: deque[datetime]
    told: datetime | None = None


@dataclass
class FloodControl:
    """Counts what each person says, anywhere; safe from several threads. Kept in memory only: whoever still pours after
    a restart is noticed again within seconds, and each of several processes counts what it decides itself, so that
    with them the limit is that much wider."""

    limit: FloodLimit = field(default_factory=FloodLimit)
    _speakers: OrderedDict[str, _Speaker] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def judge(self, message: Message) -> Flood:
        """Count the message, and say whether it is one too many."""
        with self._lock:
            speaker = self._speaker(message.sender.address)
            speaker.recent.append(message.sent_at)
            if not self._is_too_much(speaker):
                return Flood.NO
            if speaker.told is not None and message.sent_at - speaker.told < self.limit.told_every:
                return Flood.GOES_ON
            speaker.told = message.sent_at
            return Flood.TELL

    def _speaker(self, address: str) -> _Speaker:
        speaker = self._speakers.setdefault(address, _Speaker(deque(maxlen=self.limit.messages + 1)))
        self._speakers.move_to_end(address)
        if len(self._speakers) > REMEMBERED:
            self._speakers.popitem(last=False)
        return speaker

    def _is_too_much(self, speaker: _Speaker) -> bool:
        full = len(speaker.recent) > self.limit.messages
        # His groups are read side by side, so what he said comes in no order.
        return full and max(speaker.recent) - min(speaker.recent) <= self.limit.within
