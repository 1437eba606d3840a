"""How scenes of delivery are played: promises in a real database file, said to fake platforms."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import select

from bot.channels.base import Outcome, Pace
from bot.delivery import RULES, Delivery, Rules
from bot.tables import Base
from handlers import outbox
from handlers.base import Conversation, Group, Person
from handlers.members.directory import Directory
from handlers.outbox import Lane, PromiseKind, PromiseRow, PromiseState
from handlers.store import Store
from tests import scenes
from tests.fakes import FakeChannel, FakeClock

ONE, TWO, DESK = (Conversation.group("qq", id) for id in ("1", "2", "9"))
DIRECTORY = Directory(groups={TWO: Group(conversation=TWO, name="社群")}, desk=DESK)


class Scene:
    """A delivery over fake platforms, most often one, and a real database file."""

    def __init__(
        self, folder: Path, *outcomes: Outcome | Exception, pace: Pace | None = None, rules: Rules = RULES
    ) -> None:
        self.clock, self.rules = FakeClock(), rules
        self.store = Store(f"sqlite:///{folder}/delivery.db", durable=False)
        Base.metadata.create_all(self.store.engine)
        self.channel = FakeChannel(pace=pace or Pace())
        self.channel.outcomes.extend(outcomes)
        self.channels = {"qq": self.channel}

    def promise(
        self, text: str, to: Conversation = ONE, kind: PromiseKind = PromiseKind.REPLY, *, lane: Lane | None = None
    ) -> None:
        asker = Person(channel="qq", id="7", name="王工")
        with self.store.transaction() as session:
            outbox.promise(session, to, text, kind=kind, now=self.clock(), mention=[asker], quote="q", lane=lane)

    def rows(self) -> list[PromiseRow]:
        with self.store.reading() as session:
            return list(session.scalars(select(PromiseRow).order_by(PromiseRow.id)))

    def states(self) -> list[PromiseState]:
        return [row.state for row in self.rows()]

    def deliver(self, until: Callable[[], bool] | None = None) -> None:
        """Let delivery run until nothing is due any more (or until something is so)."""
        asyncio.run(self._deliver(until or self._nothing_due))

    def _nothing_due(self) -> bool:
        def waits(row: PromiseRow) -> bool:
            return row.state == PromiseState.DUE and (row.due is None or row.due <= self.clock())

        return not any(row.state == PromiseState.SENDING or waits(row) for row in self.rows())

    async def _deliver(self, until: Callable[[], bool]) -> None:
        with ThreadPoolExecutor(2) as executor:
            delivery = Delivery(self.store, self.channels, executor, me="test", clock=self.clock, rules=self.rules)
            await delivery.recover()
            keeping, running = asyncio.create_task(delivery.keep_pauses()), asyncio.create_task(delivery.run())
            async with asyncio.timeout(20):
                await scenes.until(until)
            await delivery.stop()
            for task in (running, keeping):
                task.cancel()
            await asyncio.gather(running, keeping, return_exceptions=True)
            await delivery.stop()
