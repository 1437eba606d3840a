"""What several of our accounts hear in one place counts once."""

from bot.channels.bounded_dict import BoundedDict
from bot.channels.inbound import Incoming
from handlers.base import Message

REMEMBERED = 10_000  # words, and other things that happened


class Deduplicator:
    """Remembers which of our accounts heard something first."""

    def __init__(self) -> None:
        self._first = BoundedDict[int, str](REMEMBERED)

    def is_duplicate(self, heard: Incoming, account: str) -> bool:
        """Whether another of our accounts has already passed this on. Platforms give ids by account, so words, sender and
        time tell; what is said in private is said to one of us."""
        if isinstance(heard, Message) and heard.conversation.is_private:
            return False
        about = _words(heard) if isinstance(heard, Message) else heard
        # A hash: ten thousand of them must not hold ten thousand long messages.
        key = hash(about)
        self._first[key] = first = self._first.get(key, account)
        return first != account


def _words(message: Message) -> tuple[object, ...]:
    return (message.conversation, message.sender.id, message.sent_at, message.text, message.attachments)
