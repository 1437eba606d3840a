"""One WeCom AI bot: connected, kept connected, watched, and honest about how it is."""

import asyncio
import itertools
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from bot.channels import wecom_wire as wire
from bot.channels.backoff import Backoff, Waits
from bot.channels.base import Health, Outcome, Outgoing, Refused, State, Taken, Uncertain
from bot.channels.bounded_dict import BoundedDict
from bot.channels.foreign import Unreadable
from bot.channels.pulse import Pulse, Watch
from bot.channels.rate_limited_log import RateLimitedLog
from bot.channels.wecom_link import Gone, Link, Unanswered
from bot.channels.wecom_wire import Answer
from handlers.base import Conversation, Message
from handlers.handling import Clock

SECRET_VARIABLE = "ZHITONGCHE_WECOM_SECRET"
SERVICE = "wss://openws.work.weixin.qq.com"
REMEMBERED = 2_000  # messages that may still be replied to
LARGEST = 2**22  # bytes of one frame
JUST_GONE = Refused(reason="企业微信未连接：连接刚刚断开", absent=True)

logger = logging.getLogger(__name__)
Hear = Callable[[Message], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """`name` is what the bot is called in WeCom, for that is how people call it."""

    name: str
    bot: str
    secret: str = field(repr=False)
    secret_variable: str = SECRET_VARIABLE
    url: str = SERVICE


@dataclass(frozen=True, kw_only=True)
class Patience:
    """In seconds: how long an answer may take, and how long we leave the place to who displaced us."""

    answer: float = 10.0
    displaced: float = 60.0
    waits: Waits = field(default_factory=Waits)
    watch: Watch = field(default_factory=lambda: Watch(ask_after=10.0, answer_within=10.0))


class Bot:
    """Runs for ever; `trouble` says what is wrong with it, and the cure."""

    def __init__(self, credentials: Credentials, *, clock: Clock, patience: Patience) -> None:
        self.is_online = False
        self._credentials, self._clock, self._patience = credentials, clock, patience
        self._pulse, self._backoff = Pulse(patience.watch), Backoff(patience.waits)
        self._link: Link | None = None
        self._to_reply = BoundedDict[str, str](REMEMBERED)
        self._run, self._count = secrets.token_hex(4), itertools.count(1)
        self._log = RateLimitedLog(logger)
        self._trouble, self._state, self._since = "还没连上企业微信", State.DOWN, clock()
        self._is_displaced = False
        self._last_event: datetime | None = None
        self._last_sent: datetime | None = None

    @property
    def name(self) -> str:
        return self._credentials.name

    @property
    def trouble(self) -> str:
        return f"企业微信机器人“{self.name}”{self._trouble}" if self._trouble else ""

    def is_in(self, _: Conversation) -> bool:
        """WeCom does not tell; where it was spoken to, it is."""
        return False

    def health(self) -> Health:
        return Health(
            state=self._state,
            since=self._since,
            detail=self.trouble or f"企业微信机器人“{self.name}”在线",
            last_event=self._last_event,
            last_sent=self._last_sent,
        )

    # --- staying connected

    async def run(self, hear: Hear) -> None:
        """Connect, and connect again for as long as it takes."""
        while True:
            self._is_displaced = False
            await self._serve(hear)
            wait = self._backoff.wait()
            await asyncio.sleep(self._patience.displaced if self._is_displaced else wait)

    async def _serve(self, hear: Hear) -> None:
        """One connection until it ends, whatever ends it."""
        try:
            async with connect(
                self._credentials.url,
                compression=None,
                open_timeout=self._patience.answer,
                ping_interval=None,  # the protocol has a ping of its own, which tells more
                close_timeout=1,
                max_size=LARGEST,
            ) as socket:
                await self._use(socket, hear)
        except (OSError, WebSocketException) as error:
            self._note(f"连不上 {self._credentials.url}（{str(error) or type(error).__name__}），请检查网络")
        except Exception as error:  # the edge: one bad connection must not end the trying
            logger.exception("WeCom bot %s: its connection broke", self.name)
            self._note(f"的连接出错（{type(error).__name__}），正在重连")

    async def _use(self, socket: ClientConnection, hear: Hear) -> None:
        self._link = link = Link(socket, answer_within=self._patience.answer)
        self._pulse.felt()
        helpers = [asyncio.create_task(self._log_in(link)), asyncio.create_task(self._watch_over(link))]
        try:
            await self._listen(link, hear)
            if self.is_online:
                self._note("的连接断开了，正在重连")
        finally:
            self.is_online, self._link = False, None
            self._pulse.is_listening = False
            for helper in helpers:
                helper.cancel()
            link.ended()

    async def _log_in(self, link: Link) -> None:
        try:
            req_id = self._next("aibot_subscribe")
            answer = await link.ask(
                req_id, wire.subscribe(req_id, bot=self._credentials.bot, secret=self._credentials.secret)
            )
        except (Gone, Unanswered) as error:
            self._note(f"登录没有回应（{error}），正在重连")
            await link.socket.close()
            return
        if answer.code == 0:
            self.is_online = True
            self._backoff.connected()
            self._note("")
            return
        self._note(self._refusal(answer))
        await link.socket.close()

    def _refusal(self, answer: Answer) -> str:
        if not self._credentials.secret:
            return f"没有密钥：请设置环境变量 {self._credentials.secret_variable} 后重启"
        variable = self._credentials.secret_variable
        return f"登录被拒绝（{answer.code}），请核对 config.yml 里的 bot_id 和环境变量 {variable}"

    async def _watch_over(self, link: Link) -> None:
        await self._pulse.stops(lambda: link.send(wire.ping(self._next("ping"))))
        logger.warning("WeCom bot %s: no sign of life; connecting anew", self.name)
        self._note("没有回应，正在重连")
        link.socket.transport.abort()  # a frozen peer answers no closing handshake either

    def _note(self, trouble: str) -> None:
        """What is wrong now; "" when all is well again."""
        state = State.DOWN if trouble else State.UP
        if state != self._state:
            self._state, self._since = state, self._clock()
        if trouble != self._trouble:
            self._trouble = trouble
            logger.log(logging.WARNING if trouble else logging.INFO, "%s", self.trouble or f"“{self.name}”在线")
        self.is_online = self.is_online and not trouble

    # --- hearing

    async def _listen(self, link: Link, hear: Hear) -> None:
        self._pulse.is_listening = True
        while True:
            try:
                raw = await link.socket.recv()
            except ConnectionClosed:
                return
            self._last_event = self._clock()
            self._pulse.is_listening = False
            await self._react(link, raw, hear)
            self._pulse.felt()
            self._pulse.is_listening = True

    async def _react(self, link: Link, raw: str | bytes, hear: Hear) -> None:
        try:
            frame = wire.read(raw, name=self.name, now=self._clock())
        except Unreadable as problem:
            self._log.warning("unreadable", "WeCom bot %s: frame skipped: %s", self.name, problem)
            return
        match frame:
            case wire.Heard(message=message, req_id=req_id):
                self._remember(message.id, req_id)
                await hear(message)
            case Answer(req_id=req_id):
                link.answered(req_id, frame)
            case wire.Displaced():
                self._is_displaced = True
                self._note("被同一个机器人的另一条连接顶下来了，请停掉另一个程序")
                await link.socket.close()

    def _remember(self, message: str, req_id: str) -> None:
        if req_id:
            self._to_reply[message] = req_id

    # --- speaking

    async def say(self, out: Outgoing) -> Outcome:
        """Say it, or tell why not. The first answer to a message is a reply, which ends WeCom's "thinking" there."""
        if not self.is_online:
            return Refused(reason=self.trouble or "企业微信未连接", absent=True)
        req_id = self._to_reply.pop(out.quote, "") if out.quote else ""
        outcome: Outcome = Refused(reason="")
        if req_id:
            outcome = await self._try(req_id, wire.reply(req_id, out, stream=self._next("stream")), out)
        if isinstance(outcome, Refused):  # too late to reply, or nothing to reply to
            req_id = self._next("aibot_send_msg")
            outcome = await self._try(req_id, wire.push(req_id, out), out)
        if isinstance(outcome, Taken):
            self._last_sent = self._clock()
        return outcome

    async def _try(self, req_id: str, frame: str, out: Outgoing) -> Outcome:
        if self._link is None:
            return JUST_GONE
        try:
            return wire.outcome(await self._link.ask(req_id, frame), out)
        except Gone:
            return JUST_GONE
        except Unanswered as error:
            return Uncertain(reason=f"企业微信没有回应：{error}")

    def _next(self, what: str) -> str:
        return f"{what}_{self._run}_{next(self._count)}"
