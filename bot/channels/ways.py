"""Through which account each conversation was last heard; whoever hears it can also speak there."""

import logging
from collections import OrderedDict

from handlers.base import Conversation, Message

REMEMBERED = 10_000  # conversations

logger = logging.getLogger(__name__)


class Ways:
    """The newest word counts. A group's id is logged when it is first heard, for the operator to name it."""

    def __init__(self) -> None:
        self._ways: OrderedDict[Conversation, str] = OrderedDict()

    def heard(self, message: Message) -> None:
        place = message.conversation
        if place not in self._ways and not place.is_private:
            logger.info('heard a group for the first time since the start: "%s:%s"', place.channel, place.id)
        self._ways[place] = message.account
        self._ways.move_to_end(place)
        if len(self._ways) > REMEMBERED:
            self._ways.popitem(last=False)

    def account(self, conversation: Conversation) -> str:
        """The account's name; "" when it was not heard."""
        return self._ways.get(conversation, "")
