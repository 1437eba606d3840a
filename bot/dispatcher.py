"""Messages in, decisions out: stored first, then one at a time in each conversation, conversations side by side."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.group_commit import GroupCommit
from handlers import inbox, outbox
from handlers.base import Conversation, Message, Person
from handlers.handling import Clock, Handling, Prepared, pending
from handlers.happenings import Happening, Recalled
from handlers.store import Store, is_away

logger = logging.getLogger(__name__)

RETRY_SECONDS = 2.0  # when the database does not answer

Happened = Callable[[Session, Happening, datetime], None]


def unheeded(session: Session, happening: Happening, now: datetime) -> None:
    """For who makes nothing of it."""


class Dispatcher:
    """Keeps the order inside a conversation. `promised` is called after a commit that leaves something to be said."""

    def __init__(
        self,
        store: Store,
        executor: Executor,
        *,
        clock: Clock,
        promised: Callable[[], None],
        happened: Happened = unheeded,
    ) -> None:
        self._store, self._executor = store, executor
        self._clock, self._promised, self._happened = clock, promised, happened
        self._handling: Handling | None = None
        self._begun = asyncio.Event()
        self._commits = GroupCommit(store, executor)
        self._queues: dict[Conversation, deque[tuple[int, Message]]] = {}
        self._workers: set[asyncio.Task[None]] = set()

    def begin(self, handling: Handling) -> None:
        """Start deciding; what was lined up before has waited for this."""
        self._handling = handling
        self._begun.set()

    async def take(self, message: Message) -> None:
        """Store the message and line it up; returning means it cannot be lost any more. A repeat is dropped."""
        now = self._clock()
        [inbox_id] = await self._commits.do(lambda session: inbox.store(session, [message], now=now))
        if inbox_id is None:
            logger.debug("message %s of %s was here before", message.id, message.conversation)
            return
        self._line_up(inbox_id, message)

    async def tell(self, happening: Happening) -> None:
        """Something happened besides words. A recall goes the way of messages, for it must not overtake its message."""
        if isinstance(happening, Recalled):
            await self.take(_taking_back(happening))
            return
        now = self._clock()
        try:
            await self._do(lambda session: self._happened(session, happening, now))
        except Exception as fault:
            if is_away(fault):
                raise  # whoever told us tells us again
            logger.exception("nothing was made of %s", happening)

    async def recover(self) -> int:
        """Line up what a process that died had stored and not decided, before anything new is taken; how many."""
        left = await asyncio.get_running_loop().run_in_executor(self._executor, pending, self._store)
        for inbox_id, message in left:
            self._line_up(inbox_id, message)
        return len(left)

    async def idle(self) -> None:
        """Return when everything lined up so far is decided."""
        while self._workers:
            await asyncio.wait(self._workers)

    async def stop(self) -> None:
        """Finish what is being decided; the rest waits in the database."""
        for queue in self._queues.values():
            queue.clear()
        if self._begun.is_set():
            await self.idle()

    def _line_up(self, inbox_id: int, message: Message) -> None:
        queue = self._queues.get(message.conversation)
        if queue is not None:
            queue.append((inbox_id, message))
            return
        self._queues[message.conversation] = deque([(inbox_id, message)])
        worker = asyncio.create_task(self._work(message.conversation))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def _work(self, conversation: Conversation) -> None:
        queue = self._queues[conversation]
        while queue:
            inbox_id, message = queue.popleft()
            await self._decide(inbox_id, message)
        del self._queues[conversation]

    async def _decide(self, inbox_id: int, message: Message) -> None:
        """Decide one message; while the database does not answer, wait with it rather than pass it over."""
        await self._begun.wait()
        assert self._handling is not None
        handling, loop = self._handling, asyncio.get_running_loop()
        while True:
            try:
                prepared = await loop.run_in_executor(self._executor, handling.prepare, inbox_id, message)
                return await self._commit(handling, prepared)
            except SQLAlchemyError:
                logger.exception("message %s waits: the database does not answer", message.id)
                await asyncio.sleep(RETRY_SECONDS)

    async def _commit(self, handling: Handling, prepared: Prepared) -> None:
        """Decisions of several conversations share a commit; one that is refused is alone with its refusal."""
        try:
            await self._do(lambda session: handling.decide(session, prepared))
        except Exception as fault:  # the edge: one message must not stop those behind it
            if is_away(fault):
                raise
            error = fault  # the name in the except clause is gone when the lambda runs
            await self._do(lambda session: handling.decide_after(session, prepared, error))

    async def _do(self, work: Callable[[Session], object]) -> None:
        def worked(session: Session) -> bool:
            work(session)
            return outbox.has_promised(session)

        # Most of what is said in a group is nothing to us: looking through the outbox each time costs more than deciding.
        if await self._commits.do(worked):
            self._promised()


def _taking_back(happening: Recalled) -> Message:
    """A message that says nothing: somebody took back the one of that id."""
    channel = happening.conversation.channel
    return Message(
        id=f"recall-{happening.message_id}"[:200],
        conversation=happening.conversation,
        sender=Person(channel=channel, id=""),
        text="",
        sent_at=happening.at,
        recalls=happening.message_id,
    )
