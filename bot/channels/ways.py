"""Which of our accounts are in which conversation; whoever hears it can also speak there."""

import logging
from collections.abc import Sequence

from bot.channels.lately import Lately
from handlers.base import Conversation, Message

REMEMBERED = 10_000  # conversations

logger = logging.getLogger(__name__)


class Ways:
    """The newest word counts. A group's id is logged when it is first heard, for the operator to name it."""

    def __init__(self) -> None:
        self._ways = Lately[Conversation, list[str]](REMEMBERED)

    def heard(self, message: Message, *, is_second: bool = False) -> None:
        """An account heard this; who was first with it is to answer it."""
        place, account = message.conversation, message.account
        if place not in self._ways and not place.is_private:
            logger.info('heard a group for the first time since the start: "%s:%s"', place.channel, place.id)
        others = [other for other in self._ways.get(place, ()) if other != account]
        self._ways[place] = [*others, account] if is_second else [account, *others]

    def left(self, place: Conversation, account: str) -> bool:
        """An account is in a group no more; whether another of ours still is."""
        rest = [other for other in self._ways.pop(place, ()) if other != account]
        if rest:
            self._ways[place] = rest
        return bool(rest)

    def of(self, place: Conversation) -> Sequence[str]:
        """The accounts that heard it, the newest first."""
        return self._ways.get(place, ())
