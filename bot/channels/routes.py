"""Which of our accounts are in which conversation; whoever hears it can also speak there."""

import logging
from collections.abc import Sequence

from bot.channels.bounded_dict import BoundedDict
from handlers.base import Conversation, Message

REMEMBERED = 10_000  # conversations

logger = logging.getLogger(__name__)


class Routes:
    """The newest word counts. A group's id is logged when it is first heard, for the operator to name it."""

    def __init__(self) -> None:
        self._accounts = BoundedDict[Conversation, list[str]](REMEMBERED)

    def heard(self, message: Message, *, is_duplicate: bool = False) -> None:
        """An account heard this; who was first with it is to answer it."""
        place, account = message.conversation, message.account
        if place not in self._accounts and not place.is_private:
            logger.info('heard a group for the first time since the start: "%s:%s"', place.channel, place.id)
        others = [other for other in self._accounts.get(place, ()) if other != account]
        self._accounts[place] = [*others, account] if is_duplicate else [account, *others]

    def left(self, place: Conversation, account: str) -> bool:
        """An account is in a group no more; whether another of ours still is."""
        rest = [other for other in self._accounts.pop(place, ()) if other != account]
        if rest:
            self._accounts[place] = rest
        return bool(rest)

    def of(self, place: Conversation) -> Sequence[str]:
        """The accounts that heard it, the newest first."""
        return self._accounts.get(place, ())
