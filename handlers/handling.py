"""One stored message, one transaction: let the handlers decide, record it with everything promised."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers import inbox, outbox, sayings
from handlers.base import Decision, DecisionKind, Group, Handler, LineLimit, Message, Policy, Role, Turn, silent
from handlers.errors import Refusal
from handlers.flood import Flood, FloodControl
from handlers.for_us import ASKING, WORTH_A_SEARCH
from handlers.inbox import InboxRow
from handlers.members.directory import Directory
from handlers.mind import Mind, Thought
from handlers.modes import Modes, wishes_quiet
from handlers.outbox import PromiseKind
from handlers.speaking import reply
from handlers.store import Store, is_away
from handlers.times import clock_time, local_day

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
NOT_HANDLED = "有一条消息机器人没能处理，请人工看一下：{group}，{name}，{when}。"


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A message understood, ready to be decided; `thought` is None where we do not listen, or to a flood."""

    inbox_id: int
    message: Message
    group: Group
    thought: Thought | None
    flood: Flood
    fault: Exception | None
    now: datetime
    started: float


class Handling:
    """Decides stored messages, in three parts so that many decisions may share one commit; safe from several threads."""

    def __init__(
        self,
        store: Store,
        mind: Mind,
        directory: Directory,
        handlers: Sequence[Handler],
        *,
        clock: Clock,
        modes: Modes | None = None,
        floods: FloodControl | None = None,
        limit: LineLimit | None = None,
    ) -> None:
        self._store, self._mind, self._directory = store, mind, directory
        self._handlers, self._clock = handlers, clock
        self._modes, self._floods, self._limit = modes or Modes(), floods, limit or LineLimit()

    def handle(self, inbox_id: int, message: Message) -> Decision | None:
        """All of it at once; None when it was decided before or another process is at it."""
        prepared = self.prepare(inbox_id, message)
        try:
            with self._store.transaction() as session:
                return self.decide(session, prepared)
        except Exception as fault:  # the edge: one message must not stop those behind it
            if is_away(fault):
                raise  # nothing was decided, and it can be tried again
            with self._store.transaction() as session:
                return self.decide_after(session, prepared, fault)

    def prepare(self, inbox_id: int, message: Message) -> Prepared:
        """Think while no transaction is open, so that no lock waits for a model."""
        group, now, started = self._group(message), self._clock(), time.perf_counter()
        flood = self._flood(message, group)
        deaf = (_deaf_to(group) and not wishes_quiet(message)) or flood != Flood.NO
        thought, fault = None, None
        try:
            thought = None if deaf else self._think(message, group, now)
        except Exception as error:  # noqa: BLE001  a model that breaks must not make the bot deaf
            fault = error
        return Prepared(
            inbox_id=inbox_id, message=message, group=group, thought=thought, flood=flood, fault=fault, now=now,
            started=started,
        )  # fmt: skip

    def decide(self, session: Session, prepared: Prepared) -> Decision | None:
        """Claim, ask the handlers, record. When it raises anything but a fault of the database, the caller rolls back and
        calls `decide_after`."""
        if prepared.fault is not None:
            return self.decide_after(session, prepared, prepared.fault)
        if prepared.thought is None:
            return self._record(session, prepared, lambda: self._unheard(session, prepared))
        turn = self._turn(session, prepared, prepared.thought)
        return self._record(session, prepared, lambda: self._ask_handlers(turn))

    def decide_after(self, session: Session, prepared: Prepared, fault: Exception) -> Decision | None:
        """Nothing the handlers did stands: say the refusal, or tell the desk of a fault of ours."""
        if isinstance(fault, Refusal) and prepared.thought is not None:
            turn = self._turn(session, prepared, prepared.thought)
            return self._record(session, prepared, lambda: _refuse(turn, str(fault)))
        message = prepared.message
        logger.error("message %s of %s was not handled", message.id, message.conversation, exc_info=fault)
        return self._record(session, prepared, lambda: self._give_up(session, prepared))

    def _group(self, message: Message) -> Group:
        return self._modes.apply(self._directory.group(message.conversation))

    def _flood(self, message: Message, group: Group) -> Flood:
        """Volunteers at work may be quick."""
        return Flood.NO if self._floods is None or group.role == Role.DESK else self._floods.judge(message)

    def _unheard(self, session: Session, prepared: Prepared) -> Decision:
        """Nobody listens there, or he pours: then he is told, once."""
        if prepared.flood == Flood.NO or _deaf_to(prepared.group):
            return silent("group_off")
        message = prepared.message
        if prepared.flood == Flood.TELL:
            mention = () if message.conversation.is_private else (message.sender,)
            outbox.promise(
                session, message.conversation, sayings.FLOOD, kind=PromiseKind.REPLY, now=prepared.now, mention=mention,
                caused_by=prepared.inbox_id,
            )  # fmt: skip
        return silent("flood")

    def _think(self, message: Message, group: Group, now: datetime) -> Thought:
        thought = self._mind.think(message.text, on=local_day(now))
        if _will_be_looked_up(message, group, thought):
            thought.hits  # noqa: B018  found once, kept in the thought
        return thought

    def _record(self, session: Session, prepared: Prepared, decide: Callable[[], Decision]) -> Decision | None:
        if not inbox.claim(session, prepared.inbox_id, now=prepared.now):
            return None
        self._directory.see(session, prepared.message.conversation, now=prepared.now)
        decision = decide()
        elapsed = (time.perf_counter() - prepared.started) * 1000
        inbox.decide(session, prepared.inbox_id, prepared.message, decision, duration_ms=elapsed, now=self._clock())
        return decision

    def _turn(self, session: Session, prepared: Prepared, thought: Thought) -> Turn:
        message = prepared.message
        quoted = message.quotes and outbox.quoted(session, message.conversation, message.quotes)
        return Turn(
            message=message,
            inbox_id=prepared.inbox_id,
            group=prepared.group,
            thought=thought,
            mind=self._mind,
            session=session,
            now=prepared.now,
            quoted=quoted or None,
            limit=self._limit,
        )

    def _ask_handlers(self, turn: Turn) -> Decision:
        for handler in self._handlers:
            decision = handler(turn)
            if decision is not None:
                return decision
        return silent("not_for_us")

    def _give_up(self, session: Session, prepared: Prepared) -> Decision:
        message, group = prepared.message, prepared.group
        desk = self._directory.desk
        if desk is not None and group.role != Role.DESK:
            text = NOT_HANDLED.format(group=group.name, name=message.sender.name, when=clock_time(message.sent_at))
            outbox.promise(session, desk, text, kind=PromiseKind.ALERT, now=prepared.now, caused_by=prepared.inbox_id)
        return silent("error")


def _deaf_to(group: Group) -> bool:
    return group.role == Role.COMMUNITY and group.policy == Policy.OFF


def _will_be_looked_up(message: Message, group: Group, thought: Thought) -> bool:
    """Best before a transaction is open. Where only calls are answered, nobody asks what was found of another line."""
    if message.mentions_bot or message.conversation.is_private:
        return True
    may_be_for_us = group.policy == Policy.PROACTIVE or message.quotes is not None
    return may_be_for_us and thought.understanding.probability(*ASKING) >= WORTH_A_SEARCH


def _refuse(turn: Turn, sentence: str) -> Decision:
    reply(turn, sentence)
    return Decision(kind=DecisionKind.COMMAND, reason="refused")


def pending(store: Store) -> list[tuple[int, Message]]:
    """What was stored and not decided, in the order it was said: work left by a process that died."""
    with store.reading() as session:
        ids = [id for id, _ in inbox.unhandled(session)]
        return [(id, inbox.message_of(session.get_one(InboxRow, id))) for id in ids]
