"""The parts of the bot in this process, where each commit can be seen: from stored message to committed promise."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.crowd import Line
from benchmarks.figures import Spread, spread
from bot.app import WORKERS
from bot.channels.base import Abilities, Health, Outcome, Outgoing, Pace, State, Take, Taken, Tell, untold
from bot.config_file import load
from bot.database import open_store
from bot.delivery import Delivery
from bot.dispatcher import Dispatcher
from bot.mind import build_mind, read_faq
from bot.wiring import wire
from handlers.base import Conversation, Message, Person

Tick = Callable[[int], None]


class Sink:
    """A platform that takes everything at once."""

    name = "qq"
    abilities = Abilities()
    pace = Pace()

    async def run(self, take: Take, tell: Tell = untold) -> None:
        await asyncio.Event().wait()

    async def send(self, out: Outgoing) -> Outcome:
        return Taken()

    def account(self, to: Conversation) -> str:
        return ""

    def accounts(self) -> Collection[str]:
        return ("",)

    def health(self) -> Health:
        return Health(state=State.UP)


class Watched(Dispatcher):
    """The dispatcher, with the moment each message was committed."""

    committed: dict[str, float]

    async def _decide(self, inbox_id: int, message: Message) -> None:
        await super()._decide(inbox_id, message)
        self.committed[message.id] = time.perf_counter()


def utc_now() -> datetime:
    return datetime.now(UTC)


async def committing(config: Path, lines: Iterator[Line], *, count: int, rate: float, tick: Tick) -> Spread:
    """Milliseconds from stored to committed, messages coming at a steady rate; the first second is not counted."""
    settings = load(config)
    entries, instruments = read_faq(settings.faq)
    store = open_store(settings.database)
    mind, knowledge = build_mind(settings, entries)
    wiring = wire(
        settings,
        store=store,
        mind=mind,
        knowledge=knowledge,
        instruments=instruments,
        directory=settings.directory(),
        clock=utc_now,
    )
    with ThreadPoolExecutor(WORKERS) as deciding, ThreadPoolExecutor(1) as sending:
        delivery = Delivery(store, {Sink.name: Sink()}, sending, me="benchmark", clock=utc_now)
        dispatcher = Watched(store, deciding, clock=utc_now, promised=delivery.wake)
        dispatcher.committed = {}
        dispatcher.begin(wiring.handling)
        stored = await _feed(dispatcher, delivery, lines, count=count, rate=rate, tick=tick)
    store.close()
    durations = [(dispatcher.committed[id] - moment) * 1000 for id, moment in stored.items()]
    return spread(durations[int(rate) :])


async def _feed(
    dispatcher: Dispatcher,
    delivery: Delivery,
    lines: Iterator[Line],
    *,
    count: int,
    rate: float,
    tick: Tick,
) -> dict[str, float]:
    """When each message was stored, once all are decided."""
    sending = asyncio.create_task(delivery.run())
    stored: dict[str, float] = {}

    async def take(message: Message) -> None:
        await dispatcher.take(message)
        stored[message.id] = time.perf_counter()

    began, taking = time.perf_counter(), []
    for number in range(count):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        taking.append(asyncio.create_task(take(_message(number, next(lines)))))
        tick(number + 1)
    await asyncio.gather(*taking)
    await dispatcher.idle()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await delivery.stop()
    return stored


def _message(number: int, line: Line) -> Message:
    return Message(
        id=str(number),
        conversation=Conversation.group(Sink.name, str(line.group)),
        sender=Person(channel=Sink.name, id=str(line.speaker), name=f"用户{line.speaker}"),
        text=line.text,
        sent_at=utc_now(),
        mentions_bot=line.to_bot,
    )
