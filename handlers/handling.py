"""One stored message, one transaction: think, let the handlers decide, record it with everything promised."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from handlers import inbox, outbox
from handlers.base import Decision, DecisionKind, Group, Handler, Message, Policy, Role, Turn, silent
from handlers.errors import Refusal
from handlers.inbox import InboxRow
from handlers.judgement import ASKING
from handlers.members.directory import Directory
from handlers.mind import Mind, Thought
from handlers.outbox import PromiseKind
from handlers.speaking import reply
from handlers.store import Store
from handlers.times import local_day

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
NOT_HANDLED = "有一条消息机器人没能处理，请人工看一下：{group}，{name}，{when}。"


class Handling:
    """Decides stored messages; safe from several threads."""

    def __init__(
        self, store: Store, mind: Mind, directory: Directory, handlers: Sequence[Handler], *, clock: Clock
    ) -> None:
        self._store, self._mind, self._directory = store, mind, directory
        self._handlers, self._clock = handlers, clock

    def handle(self, inbox_id: int, message: Message) -> Decision | None:
        """Decide one stored message; None when it was decided before or another process is at it."""
        started = time.perf_counter()
        group = self._directory.group(message.conversation)
        now = self._clock()
        if _deaf_to(group):
            return self._commit(inbox_id, started, lambda session: silent("group_off"))
        thought = self._mind.think(message.text, on=local_day(now))
        if _will_be_looked_up(message, thought):
            thought.hits  # noqa: B018  now, while no transaction is open: no lock waits for a model

        def turn(session: Session) -> Turn:
            return self._turn(session, inbox_id, message, group, thought, now)

        try:
            return self._commit(inbox_id, started, lambda session: self._ask_handlers(turn(session)))
        except Refusal as refusal:
            sentence = str(refusal)  # nothing the handler did stands; only the sentence is said
            return self._commit(inbox_id, started, lambda session: _refuse(turn(session), sentence))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            # A fault of ours in one message must not stop the conversation, nor hide the message from people.
            logger.exception("message %s of %s was not handled", message.id, message.conversation)
            return self._commit(inbox_id, started, lambda session: self._give_up(turn(session)))

    def _commit(self, inbox_id: int, started: float, decide: Callable[[Session], Decision]) -> Decision | None:
        with self._store.transaction() as session:
            row = inbox.claim(session, inbox_id)
            if row is None:
                return None
            decision = decide(session)
            elapsed = (time.perf_counter() - started) * 1000
            inbox.decide(session, row, decision, duration_ms=elapsed, now=self._clock())
            return decision

    def _turn(
        self, session: Session, inbox_id: int, message: Message, group: Group, thought: Thought, now: datetime
    ) -> Turn:
        quoted = message.quotes and outbox.quoted(session, message.conversation, message.quotes)
        return Turn(
            message=message,
            inbox_id=inbox_id,
            group=group,
            thought=thought,
            mind=self._mind,
            session=session,
            now=now,
            quoted=quoted or None,
        )

    def _ask_handlers(self, turn: Turn) -> Decision:
        for handler in self._handlers:
            decision = handler(turn)
            if decision is not None:
                return decision
        return silent("not_for_us")

    def _give_up(self, turn: Turn) -> Decision:
        desk = self._directory.desk_for(turn.message.conversation)
        if desk is not None and not turn.in_desk:
            text = NOT_HANDLED.format(group=turn.group.name, name=turn.message.sender.name, when=turn.message.sent_at)
            outbox.promise(turn.session, desk, text, kind=PromiseKind.ALERT, now=turn.now, caused_by=turn.inbox_id)
        return silent("error")


def _deaf_to(group: Group) -> bool:
    return group.role == Role.COMMUNITY and group.policy == Policy.OFF


def _will_be_looked_up(message: Message, thought: Thought) -> bool:
    return message.mentions_bot or message.conversation.is_private or thought.understanding.probability(*ASKING) >= 0.5


def _refuse(turn: Turn, sentence: str) -> Decision:
    reply(turn, sentence)
    return Decision(kind=DecisionKind.COMMAND, reason="refused")


def pending(store: Store) -> list[tuple[int, Message]]:
    """What was stored and not decided, in the order it was said: work left by a process that died."""
    with store.transaction() as session:
        ids = [id for id, _ in inbox.unhandled(session)]
        return [(id, inbox.message_of(session.get_one(InboxRow, id))) for id in ids]
