"""One WeChat account behind a gateway: connected, kept connected, watched, and honest about how it is."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from wechaty_grpc.wechaty.puppet import EventResponse

from bot.channels import wechat_events, wechat_messages
from bot.channels.backoff import Backoff, Waits
from bot.channels.base import Health, Outcome, Outgoing, Refused, State, Taken
from bot.channels.foreign import Unreadable
from bot.channels.pulse import Pulse, Watch
from bot.channels.quoting import id_of_words
from bot.channels.rate_limited_log import RateLimitedLog
from bot.channels.scanning import drawn
from bot.channels.wechat_gateway import Failed, Gateway, Unanswered, Unreached
from bot.channels.wechat_link import Current, Link
from bot.channels.wechat_outcomes import not_connected, not_sent
from bot.channels.wechat_queue import Hear, OrderedQueue
from bot.channels.wechat_receiver import Receiver
from handlers.base import Conversation
from handlers.files import File
from handlers.handling import Clock

UNNAMED = "微信号“{name}”的网关没说登录的是谁，认不出谁在 @ 它、哪些话是它自己说的：请升级网关，或重新登录这个号"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Patience:
    """In seconds: how long connecting and how long asking may take, how long messages may be told of and not be given, and
    how long words may still be on their way after the account is gone."""

    call: float = 12.0
    content: float = 20.0
    gone: float = 60.0
    waits: Waits = field(default_factory=Waits)
    watch: Watch = field(default_factory=Watch)


class Account:
    """Runs for ever; `trouble` says what is wrong with it, and the cure."""

    def __init__(
        self, gateway: Gateway, *, clock: Clock, patience: Patience, ours: Callable[[], Collection[str]]
    ) -> None:
        self.gateway, self.is_online, self.scan = gateway, False, ""
        self._clock, self._patience = clock, patience
        self._current, self._pulse, self._queue = Current(), Pulse(patience.watch), OrderedQueue()
        self._backoff = Backoff(patience.waits)
        self._receiver = Receiver(gateway.name, self._current, clock=clock, ours=ours, waits=patience.waits)
        self._latest: Link | None = None
        self._believed_from = 0.0  # words that come before it do not prove that the account is logged in
        self._learning: asyncio.Task[None] | None = None
        self._log = RateLimitedLog(logger)
        self._trouble, self._since = f"还没连上网关 {gateway.address}", clock()
        self._last_event: datetime | None = None
        self._last_sent: datetime | None = None

    @property
    def name(self) -> str:
        return self.gateway.name

    @property
    def id(self) -> str:
        return self._receiver.id

    @property
    def trouble(self) -> str:
        """Why it is deaf or mute, with the cure; empty when it hears and speaks."""
        trouble = self._trouble
        if not trouble and self._gives_nothing:
            trouble = f"的网关 {self.gateway.address} 报了有消息却不给内容；久不恢复请重启网关"
        return f"微信号“{self.name}”{trouble}" if trouble else ""

    @property
    def _gives_nothing(self) -> bool:
        return self._receiver.unanswered_for() > self._patience.content

    def is_in(self, place: Conversation) -> bool:
        return place.id in self._receiver.rooms

    def health(self) -> Health:
        missed = f"；有 {self._receiver.missed} 条消息网关没给内容" if self._receiver.missed else ""
        silent_since = self._clock() - timedelta(seconds=self._receiver.unanswered_for())
        return Health(
            state=State.DOWN if self.trouble else State.UP,
            since=silent_since if self._gives_nothing else self._since,
            detail=(self.trouble or f"微信号“{self.name}”在线") + missed,
            last_event=self._last_event,
            last_sent=self._last_sent,
            scan=self.scan,
            advice=UNNAMED.format(name=self.name) if self.is_online and not self.id else "",
        )

    # --- staying connected

    async def run(self, hear: Hear) -> None:
        """Serve until cancelled; `finish` afterwards."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_connected())
            tasks.create_task(self._queue.pass_on_always(hear))

    async def finish(self, hear: Hear) -> None:
        """Pass on what was told of before the stop, then hang up."""
        try:
            await self._queue.pass_on_rest(hear)
        finally:
            self._queue.dissolve()
            if self._latest is not None:
                await self._latest.close()

    async def _keep_connected(self) -> None:
        """Connect, and connect again for as long as it takes."""
        while True:
            await self._serve()
            await asyncio.sleep(self._backoff.wait())

    async def _serve(self) -> None:
        """One connection until it ends, whatever ends it."""
        self._latest = link = Link(self.gateway, timeout=self._patience.call)
        try:
            await link.start()
            self._is_connected(link)
            await self._listen(link)
            self._note(f"的网关 {self.gateway.address} 结束了连接，正在重连")
        except (Unreached, Unanswered, Failed) as error:
            self._note(not_connected(error, self.gateway))
        except Exception as error:  # the edge: one bad connection must not end the trying
            logger.exception("WeChat account %s: its connection broke", self.name)
            self._note(f"的连接出错（{type(error).__name__}），正在重连")
        # Not in a finally: when the bot stops, `finish` still needs the connection.
        self.is_online = False
        self._current.lost()
        await link.close()

    def _is_connected(self, link: Link) -> None:
        """Whether the account is logged in, the first events tell."""
        self._backoff.connected()
        self._current.found(link)
        self._believed_from = 0.0
        self._receiver.names.forget_all()
        self._note("连上了网关，正等它登录")

    async def _listen(self, link: Link) -> None:
        watching = asyncio.create_task(self._watch_over(link))
        self._pulse.felt()
        self._pulse.is_listening = True
        try:
            async for response in link.events():
                self._last_event = self._clock()
                self._pulse.is_listening = False
                await self._react(link, response)
                self._pulse.felt()
                self._pulse.is_listening = True
        finally:
            self._pulse.is_listening = False
            watching.cancel()

    async def _watch_over(self, link: Link) -> None:
        await self._pulse.stops(lambda: link.ding("alive"))
        logger.warning("WeChat account %s: its event stream is dead; connecting anew", self.name)
        await link.close()

    def _note(self, trouble: str) -> None:
        """What is wrong now; "" when all is well again."""
        if bool(trouble) != bool(self._trouble):
            self._since = self._clock()
        if trouble != self._trouble:
            self._trouble = trouble
            logger.log(logging.WARNING if trouble else logging.INFO, "%s", self.trouble or f"微信号“{self.name}”在线")

    # --- hearing

    async def _react(self, link: Link, response: EventResponse) -> None:
        try:
            event = wechat_events.event(response, self._clock())
        except Unreadable as problem:
            self._log.warning("unreadable", "WeChat account %s: event skipped: %s", self.name, problem)
            return
        match event:
            case wechat_events.Spoken(id=id):
                if not self.is_online and time.monotonic() >= self._believed_from:  # a gateway may not tell of a login
                    self._is_back()
                await self._queue.put(self._receiver.message(id))
            case wechat_events.Came() | wechat_events.Went() | wechat_events.Topic():
                self._receiver.names.forget(event.room)
                await self._queue.put(self._receiver.happening(event))
            case wechat_events.Stale(id=id):
                self._receiver.names.forget(id)
            case wechat_events.Trouble(words=words):
                self._log.warning("complaint", "WeChat account %s: its gateway complains: %s", self.name, words)
            case wechat_events.LoggedIn(id=id):
                self._receiver.id = id
                self._is_back()
                if self._learning is not None:
                    self._learning.cancel()
                self._learning = asyncio.create_task(self._receiver.learn_rooms(link))
            case wechat_events.LoggedOut(reason=reason):
                self._is_gone(f"退出了登录{f'（{reason}）' if reason else ''}，请在健康页上扫码重新登录")
            case wechat_events.Scan(is_scanned=True) if self.is_online:
                logger.debug("WeChat account %s: told late that its code was scanned", self.name)
            case wechat_events.Scan():
                self._wants_a_scan(event)

    def _is_back(self) -> None:
        self.is_online, self.scan = True, ""
        self._note("")

    def _is_gone(self, trouble: str) -> None:
        """Until a login is told, or words come that cannot have been on their way any more."""
        self.is_online, self._believed_from = False, time.monotonic() + self._patience.gone
        self._note(trouble)

    def _wants_a_scan(self, event: wechat_events.Scan) -> None:
        if event.is_scanned:
            self._is_gone("扫过码了，请在手机上确认登录")
        elif event.code:
            self._is_gone("要扫码登录，请用它的手机扫健康页上的码")
        else:
            self._is_gone("要扫码登录，网关没把码传过来，请到网关那里扫")
        if event.code not in ("", self.scan):
            logger.warning("WeChat account %s: scan this to log in: %s\n%s", self.name, event.code, drawn(event.code))
        self.scan = event.code

    # --- speaking

    async def say(self, out: Outgoing) -> Outcome:
        """Say it, or tell why not."""
        link = self._latest
        if link is None or not self.is_online:
            return Refused(reason=self.trouble or "微信未连接", absent=True)
        try:
            id = await (self._speak(link, out) if out.file is None else self._hand_over(link, out.to, out.file))
        except (Unreached, Unanswered, Failed) as error:
            return not_sent(error)
        self._last_sent = self._clock()
        return Taken(message_id=id)

    async def _speak(self, link: Link, out: Outgoing) -> str:
        """The id is that of the words, for a quote of them will carry them and no id."""
        called = () if out.to.is_private else out.mention
        people = [person for person in called if wechat_messages.may_be_mentioned(person.id)]
        names = [await self._receiver.names.of(out.to.id, person.id) or person.name or person.id for person in people]
        text = wechat_messages.words(out.text, names)
        with self._receiver.echoes.speaking() as said:
            said(await link.say(out.to.id, text, [person.id for person in people]))
        return id_of_words(out.to, text)

    async def _hand_over(self, link: Link, to: Conversation, file: File) -> str | None:
        with self._receiver.echoes.speaking() as said:
            said(id := await link.send_file(to.id, wechat_messages.box(file)))
        return id or None
