"""Saying something back to the one who spoke."""

from datetime import datetime

from handlers import outbox
from handlers.base import Turn
from handlers.etiquette import free_at
from handlers.outbox import PromiseKind


def reply(turn: Turn, text: str, *, ticket: int | None = None) -> None:
    """Promise `text` to the speaker, in a group mentioned and quoted: at once, or when the bot may say a line again."""
    _promise(turn, text, kind=PromiseKind.REPLY, ticket=ticket, due=free_at(turn))


def reply_unless_he_goes_on(turn: Turn, text: str, *, at: datetime) -> None:
    """Promise `text` for later; `context.take_up` withdraws it when the speaker goes on."""
    _promise(turn, text, kind=PromiseKind.ASK, ticket=None, due=at)


def _promise(turn: Turn, text: str, *, kind: PromiseKind, ticket: int | None, due: datetime | None) -> None:
    message = turn.message
    outbox.promise(
        turn.session,
        message.conversation,
        text,
        kind=kind,
        now=turn.now,
        due=due,
        mention=() if message.conversation.is_private else (message.sender,),
        quote=message.id,
        caused_by=turn.inbox_id,
        ticket=ticket,
    )
