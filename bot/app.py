"""The running bot: opens everything in order, goes on until told to stop, closes in order."""

import asyncio
import logging
import os
import socket
import sys
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from socket import gethostname
from uuid import uuid4

import uvloop
from fastapi import FastAPI

from bot import posting_page, stopping, upload_page
from bot.channel_monitor import ChannelMonitor
from bot.channels.base import Channel
from bot.channels.qq import QQChannel
from bot.channels.terminal import NAME as TERMINAL
from bot.channels.terminal import Speaker, Terminal
from bot.channels.wechat import WeChatChannel
from bot.channels.wecom import WeComChannel
from bot.database import held, open_store
from bot.delivery import Delivery
from bot.dispatcher import Dispatcher
from bot.health import Report, examine
from bot.memory import loading
from bot.mind import build_mind, read_faq, understood_by
from bot.nightly import every_night
from bot.scheduler import Scheduler
from bot.settings import Settings
from bot.web import build_server, build_web, listen
from bot.wiring import Wiring, wire
from handlers.base import Conversation, Group, Policy
from handlers.handling import Clock
from handlers.knowledge.service import live, revision, take_in
from handlers.members.directory import Directory
from handlers.members.group_happenings import GroupHappenings
from handlers.mind import Mind
from handlers.store import Store
from handlers.times import utc_now
from knowledge_base.entries import Entry
from knowledge_base.instruments import Instruments

logger = logging.getLogger(__name__)

WORKERS = 2  # threads that decide: they share one interpreter, and with four of them a burst took a sixth longer
HEAR_AGAIN = 5.0  # seconds


@dataclass(frozen=True, kw_only=True)
class World:
    """The channels to serve and who is in them. `until`: what ends it, besides a signal."""

    channels: Sequence[Channel]
    directory: Directory
    until: Sequence[asyncio.Event] = ()


def world_of(settings: Settings, clock: Clock) -> World:
    """The world of config.yml: QQ, WeChat, WeCom, and a group in the terminal when somebody sits at one."""
    channels: list[Channel] = []
    until: list[asyncio.Event] = []
    directory = settings.directory()
    if settings.qq.enabled:
        token = settings.onebot_token.get_secret_value() if settings.onebot_token else None
        channels.append(QQChannel(token=token, pace=settings.qq.pace.pace(), clock=clock, dial=settings.qq.dial))
    if gateways := settings.gateways():
        channels.append(WeChatChannel(gateways, pace=settings.wechat.pace.pace(), clock=clock))
    if bots := settings.wecom_bots():
        channels.append(WeComChannel(bots, pace=settings.wecom.pace.pace(), clock=clock))
    if settings.terminal.enabled and sys.stdin.isatty():
        terminal = Terminal([Speaker(name="小王", group="社群"), Speaker(name="小李", group="社群")], clock=clock)
        channels.append(terminal)
        until.append(terminal.closed)
        community = Conversation.group(TERMINAL, "社群")
        directory = directory.with_group(Group(conversation=community, name="终端里的社群", policy=Policy.PROACTIVE))
    return World(channels=channels, directory=directory, until=until)


def run(settings: Settings, world: World | None = None) -> None:
    """Run until told to stop, or until the world ends. Raises Unusable before anything has begun."""
    with held(settings.database):
        entries, instruments = read_faq(settings.faq)
        with listen(settings.web.host, settings.web.port) as listener, closing(open_store(settings.database)) as store:
            life = _Life(settings, store, instruments, world or world_of(settings, utc_now))
            uvloop.run(life.live(entries, listener))  # its own work is a third less than asyncio's


class _Life:
    """One life of the process."""

    def __init__(self, settings: Settings, store: Store, instruments: Instruments, world: World) -> None:
        self._settings, self._store, self._instruments, self._world = settings, store, instruments, world
        self._since, self._is_ready = utc_now(), False
        self._mind: Mind | None = None

    async def live(self, entries: list[Entry], listener: socket.socket) -> None:
        """Until a signal, or the end of the world; raises Unusable when a model is, everything closed in order."""
        stop = self._stop_on_signals()
        with ThreadPoolExecutor(WORKERS, "deciding") as deciding, ThreadPoolExecutor(1, "sending") as sending:
            channels = {channel.name: channel for channel in self._world.channels}
            delivery = Delivery(
                self._store,
                channels,
                sending,
                me=f"{gethostname()} {os.getpid()} {uuid4().hex[:8]}",
                clock=utc_now,
                rules=self._settings.delivery.rules(self._world.directory),
            )
            happenings = GroupHappenings(self._world.directory)
            dispatcher = Dispatcher(self._store, deciding, clock=utc_now, promised=delivery.wake, happened=happenings)
            left = await dispatcher.recover(), await delivery.recover()
            server = build_server(self._web())
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            hearing = [asyncio.create_task(_hear(channel, dispatcher)) for channel in self._world.channels]
            try:
                wiring = await asyncio.get_running_loop().run_in_executor(deciding, self._wire, entries)
                dispatcher.begin(wiring.handling)
                logger.info("ready; %s messages and %s sendings of an earlier life taken up again", *left)
                await self._work(wiring, delivery, sending, self._end(stop, serving))
            finally:
                logger.info("stopping: what is not finished waits in the database")
                await delivery.stop()  # before the channels go: what is being sent is still answered
                await _cancelled(*hearing)
                server.should_exit = True
                await serving
                await dispatcher.stop()  # last: until then somebody may still be heard

    async def _work(
        self, wiring: Wiring, delivery: Delivery, executor: Executor, end: Coroutine[None, None, None]
    ) -> None:
        """Deliver, look out and keep the schedule until the end."""
        desk = self._world.directory.desk
        monitor = ChannelMonitor(
            self._store, self._world.channels, executor, clock=utc_now, desk=desk, changed=delivery.wake
        )
        works = (delivery.run(), delivery.recover_always(), delivery.keep_pauses(), monitor.run())
        delivering = [asyncio.create_task(work) for work in works]
        if nightly := self._settings.backup.nightly():
            delivering.append(asyncio.create_task(every_night(self._settings.database, nightly, clock=utc_now)))
        scheduler = Scheduler(self._store, wiring.jobs, clock=utc_now, done=_from_a_thread(delivery))
        scheduler.start()
        self._is_ready = True
        try:
            await end
        finally:
            await _cancelled(*delivering)
            await asyncio.to_thread(scheduler.stop)

    async def _end(self, stop: asyncio.Event, serving: asyncio.Task[None]) -> None:
        await _first_of(serving, *(event.wait() for event in (stop, *self._world.until)))

    def _stop_on_signals(self) -> asyncio.Event:
        stop = asyncio.Event()
        for number in stopping.signals():
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        return stop

    def _web(self) -> FastAPI:
        app = build_web(self._examine)
        posting_page.attach(app, self._store)
        upload_page.attach(app, self._store, clock=utc_now)
        for channel in self._world.channels:
            if isinstance(channel, QQChannel):
                channel.attach(app)
        return app

    def _examine(self) -> Report:
        return examine(
            self._store,
            self._world.channels,
            ready=self._is_ready,
            since=self._since,
            now=utc_now(),
            understanding=understood_by(self._mind) if self._is_ready else "",
        )

    def _wire(self, entries: list[Entry]) -> Wiring:
        """The slow part: models, index, handlers. What is said meanwhile is stored and waits."""
        with self._store.transaction() as session:
            take_in(session, entries, now=utc_now())
        with self._store.reading() as session:
            current, built_from = live(session), revision(session)
        with loading():
            mind, knowledge = build_mind(self._settings, current)
        self._mind = mind
        return wire(
            self._settings,
            store=self._store,
            mind=mind,
            knowledge=knowledge,
            instruments=self._instruments,
            directory=self._world.directory,
            clock=utc_now,
            abilities={channel.name: channel.abilities for channel in self._world.channels},
            built_from=built_from,
        )


async def _hear(channel: Channel, dispatcher: Dispatcher) -> None:
    """Serve a channel; one that breaks is started anew, for a bot that is deaf must not look alive."""
    while True:
        try:
            return await channel.run(dispatcher.take, dispatcher.tell)
        except Exception:
            logger.exception("channel %s broke; starting it again", channel.name)
            await asyncio.sleep(HEAR_AGAIN)


async def _first_of(*waits: Coroutine[None, None, object] | asyncio.Task[None]) -> None:
    """Return when the first of them is done, with its fault if that ended it."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        if task.exception() is not None:
            logger.error("the bot cannot go on", exc_info=task.exception())


async def _cancelled(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _from_a_thread(delivery: Delivery) -> Callable[[], None]:
    loop = asyncio.get_running_loop()

    def wake() -> None:
        loop.call_soon_threadsafe(delivery.wake)

    return wake
