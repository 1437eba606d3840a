"""The picture of 联系卡 goes after its words, where the platform carries pictures."""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta

from sqlalchemy import select

from handlers import files, outbox
from handlers.base import Attachment, Turn
from handlers.members.contact_card import ContactCard
from handlers.outbox import PromiseKind, PromiseRow

NAME = "联系卡.png"
AGAIN_AFTER = timedelta(minutes=10)  # one group is shown the same picture

Draw = Callable[[ContactCard], bytes | None]
"""A card as a picture; None where this machine cannot draw it."""


class CardSending:
    """`carrying`: which kinds of files each channel carries; None is every kind."""

    def __init__(self, draw: Draw, carrying: Mapping[str, Collection[Attachment]] | None = None) -> None:
        self._draw, self._carrying = draw, carrying

    def send(self, turn: Turn, card: ContactCard) -> None:
        """Promise the picture to where it was asked for, unless it was shown there just now."""
        channel = turn.message.conversation.channel
        carried = self._carrying is None or Attachment.IMAGE in self._carrying.get(channel, ())
        content = self._draw(card) if carried and card.departments else None
        if content is None:
            return
        row = files.keep(turn.session, NAME, content, link=card.link, now=turn.now)
        if not _shown_lately(turn, row.digest):
            outbox.promise(
                turn.session, turn.message.conversation, files.marker(row.name, row.kind), kind=PromiseKind.REPLY,
                now=turn.now, caused_by=turn.inbox_id, file=row.digest,
            )  # fmt: skip


def _shown_lately(turn: Turn, digest: str) -> bool:
    query = select(PromiseRow.id).where(
        PromiseRow.conversation == str(turn.message.conversation),
        PromiseRow.created_at > turn.now - AGAIN_AFTER,
        PromiseRow.file == digest,
    )
    return turn.session.scalar(query.limit(1)) is not None
