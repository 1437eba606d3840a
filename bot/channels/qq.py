"""QQ through OneBot v11: implementations dial us, we hear groups and friends and answer with @ and quote."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from bot.channels import qq_wire
from bot.channels.base import (
    Abilities,
    Happening,
    Health,
    Outcome,
    Outgoing,
    Pace,
    Parted,
    Refused,
    Renamed,
    State,
    Take,
    Taken,
    Tell,
    Uncertain,
    untold,
)
from bot.channels.foreign import opaque
from bot.channels.hearing import STORE_AGAIN, Hearing
from bot.channels.qq_accounts import Account, Accounts, Way
from bot.channels.qq_dialling import keep_dialling
from bot.channels.qq_door import TOKEN_VARIABLE, Accepted, Door
from bot.channels.qq_link import Gone, Link, Role, Socket, Unanswered, Watch
from bot.channels.qq_wire import Answer, Frame, Happened, Heard, Sign, Unreadable
from bot.channels.seldom import Seldom
from handlers.base import Conversation, Message

PATH = "/onebot/v11/ws"
STOP_WITHIN = 10.0  # seconds to store what was heard before the stop
WATCH = Watch()

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


class QQChannel:
    """Any number of accounts, by one endpoint that they dial and by addresses in `dial` that we dial.

    `attach` it to the web app, then `run` it.
    """

    name = qq_wire.NAME
    abilities = Abilities(unsay=True)

    def __init__(
        self,
        *,
        token: str | None,
        pace: Pace,
        timeout: float = 15.0,
        clock: Clock,
        dial: Sequence[str] = (),
        watch: Watch = WATCH,
        store_again: float = STORE_AGAIN,
    ) -> None:
        self.pace = pace
        self._door = Door(token)
        self._token, self._dial, self._dial_trouble = token, dial, ""
        self._timeout, self._watch = timeout, watch
        self._clock = clock
        self._accounts = Accounts()
        self._is_running = False
        self._seldom = Seldom(logger)
        self._hearing = Hearing(self._seldom, store_again=store_again)
        self._state, self._since = State.DOWN, clock()
        self._last_event: datetime | None = None
        self._last_sent: datetime | None = None

    def attach(self, app: Starlette) -> None:
        """Serve the endpoint on this app."""
        app.router.routes.extend(WebSocketRoute(path, self._accept) for path in (PATH, f"{PATH}/"))

    # --- hearing

    async def run(self, take: Take, tell: Tell = untold) -> None:
        """Hand over what is heard until cancelled; what was heard before that is still handed over."""
        self._is_running = True
        try:
            async with asyncio.TaskGroup() as tasks:
                for url in self._dial:
                    tasks.create_task(self._keep_dialling(url))
                tasks.create_task(self._hearing.hand_over_always(take, tell))
        finally:
            self._is_running = False
            for link in self._accounts.links:
                link.drop("the bot is stopping")
            async with asyncio.timeout(STOP_WITHIN):
                await self._hearing.hand_over(take, tell)

    async def _keep_dialling(self, url: str) -> None:
        await keep_dialling(url, token=self._token, serve=self._serve, trouble=self._note_dialling)

    def _note_dialling(self, trouble: str) -> None:
        self._dial_trouble = trouble

    async def _accept(self, websocket: WebSocket) -> None:
        refusal = self._door.refusal(websocket)
        if refusal is None and not self._is_running:
            refusal = PlainTextResponse("not ready yet", status_code=503)
        if refusal is not None:
            await websocket.send_denial_response(refusal)
            return
        await websocket.accept()
        account = opaque(websocket.headers.get("x-self-id")) or ""
        await self._serve(Accepted(websocket), account, Role.named(websocket.headers.get("x-client-role", "")))

    async def _serve(self, socket: Socket, account: str = "", role: Role = Role.UNIVERSAL) -> None:
        """Listen on one connection until it ends, whoever ends it."""
        link = Link(socket, account=account, role=role)
        self._replace(self._accounts.join(link))
        logger.info("QQ account %s connected (%s)", account or "(not named yet)", role.value)
        watcher = asyncio.create_task(self._watch_over(link))
        try:
            while (frame := await link.receive()) is not None:
                await self._read(link, frame)
        finally:
            watcher.cancel()
            link.ended("连接断开了")
            if self._accounts.leave(link):
                logger.warning("QQ account %s disconnected (%s)", link.account, role.value)
            self._note_state()

    async def _watch_over(self, link: Link) -> None:
        reason = await link.watched(self._watch)
        logger.warning("QQ account %s went silent (%s): closing, it will dial again", link.account, reason)
        link.drop(reason)

    def _replace(self, older: list[Link]) -> None:
        for link in older:
            logger.info("QQ account %s connected anew; the older connection is closed", link.account)
            link.drop("a newer connection took over")
        self._note_state()

    async def _read(self, link: Link, raw: str | bytes) -> None:
        try:
            frame = qq_wire.read(raw, account=link.account, ours=self._accounts.ids, now=self._clock())
        except Unreadable as problem:
            self._seldom.warning("unreadable", "frame from QQ account %s skipped: %s", link.account, problem)
            return
        if isinstance(frame, Answer):
            self._answered(link, frame)
            if link.interval is None:  # no heartbeat will tell: its answers are all we have
                self._accounts.of(link).heard = self._clock()
            return
        self._last_event = self._accounts.of(link).heard = self._clock()
        link.felt(frame.interval if isinstance(frame, Sign) else None)
        self._name(link, frame)
        await self._react(link, frame)

    def _name(self, link: Link, frame: Frame) -> None:
        """A connection without X-Self-ID is named by its first event."""
        itself = frame.itself if isinstance(frame, Sign | Heard | Happened) else None
        if not link.account and itself:
            self._replace(self._accounts.rename(link, itself))

    async def _react(self, link: Link, frame: Frame) -> None:
        match frame:
            case Sign(online=bool(online), reason=reason):
                self._set_online(link, online=online, reason=reason)
            case Happened(what=what):
                await self._happened(link, what)
            case Heard(message=message):
                self._set_online(link, online=True)
                await self._heard(frame, message)

    async def _happened(self, link: Link, what: Happening) -> None:
        """Several of our accounts may hear of it: it is told once, and a group is left when the last of them leaves."""
        if isinstance(what, Parted) and what.itself:
            ours = [person.id for person in what.people if person.id in self._accounts.ids]
            if self._accounts.left(what.group, ours[0] if ours else link.account):
                return
        if not self._accounts.is_second_telling(what, link.account):
            await self._hearing.put(what)

    async def _heard(self, frame: Heard, message: Message) -> None:
        is_second = self._accounts.is_second_hearing(message)
        way = Way(account=message.account, through=frame.through)
        self._accounts.saw(message.conversation, way, is_newest=not is_second)
        if is_second:
            return
        if frame.group_name and self._accounts.is_new_name(message.conversation, frame.group_name):
            await self._hearing.put(Renamed(group=message.conversation, name=frame.group_name, at=message.sent_at))
        await self._hearing.put(message)

    def _answered(self, link: Link, answer: Answer) -> None:
        if answer.is_token_wrong and not answer.echo:
            self._seldom.warning("token", "a OneBot implementation does not take our token: %s", answer.words)
            self._note_dialling("OneBot 客户端不认我们的令牌，请核对两边的 token")
            return
        if answer.online is not None:
            self._set_online(link, online=answer.online)
        if not link.answered(answer):
            self._seldom.warning("late", "QQ account %s answered too late or unasked: %s", link.account, answer.status)

    def _set_online(self, link: Link, *, online: bool, reason: str = "") -> None:
        account = self._accounts.of(link)
        self._dial_trouble = "" if online else self._dial_trouble
        if account.online != online:
            logger.warning("QQ account %s is %s %s", account.id, "online again" if online else "offline", reason)
            account.online, account.reason = online, reason
            self._note_state()

    # --- speaking

    async def send(self, out: Outgoing) -> Outcome:
        """Send through the account that is in the conversation; never raises for what QQ or the network did."""
        if self._hearing.is_full:
            return Refused(
                reason="QQ 收到的消息太多，正在赶上", absent=True
            )  # answers would wait behind them and look lost
        outcome: Outcome = Refused(reason=f"QQ 未连接：{self._trouble()}", absent=True)
        is_certain = self._accounts.all_speak  # else the one who is in that conversation may be the one who is away
        for way in self._accounts.ways(out.to):
            outcome = await self._say(out, way)
            if not isinstance(outcome, Refused):
                break
            is_certain = is_certain and outcome.permanent
        if isinstance(outcome, Refused) and outcome.permanent and not is_certain:
            return replace(outcome, permanent=False, absent=True)
        return outcome

    async def _say(self, out: Outgoing, way: Way) -> Outcome:
        outcome = await self._ask(out, way)
        if out.quote is not None and isinstance(outcome, Refused) and not outcome.absent:
            # The quoted message may be gone; the answer matters more than the quote.
            outcome = await self._ask(replace(out, quote=None), way)
        if isinstance(outcome, Taken):
            self._last_sent = self._accounts.account(way.account).spoke = self._clock()
        return outcome

    async def _ask(self, out: Outgoing, way: Way) -> Outcome:
        link = self._accounts.speaker(way)
        if link is None:
            return Refused(reason=f"QQ 未连接：{self._trouble()}", absent=True)
        action, params = qq_wire.action(out, through=way.through)
        try:
            read = qq_wire.outcome if out.unsays is None else qq_wire.outcome_of_unsaying
            return read(await link.ask(action, params, within=self._timeout))
        except Gone:
            return Refused(reason="QQ 未连接：连接刚刚断开", absent=True)
        except Unanswered as unanswered:
            # It heard and answered other things meanwhile: so looks an account that is being restricted.
            return Uncertain(reason=f"QQ 客户端没有回应：{unanswered}", suspicious=unanswered.lively)

    def account(self, to: Conversation) -> str:
        ways = self._accounts.ways(to)
        return ways[0].account if ways else ""

    # --- health

    def health(self) -> Health:
        return Health(
            state=self._state,
            since=self._since,
            detail=self._trouble() or "；".join(_told(account) for account in self._accounts),
            last_event=self._last_event,
            last_sent=self._last_sent,
            accounts={account.id: account.health for account in self._accounts if account.id},
        )

    def _note_state(self) -> None:
        for account in self._accounts:
            account.note_state(self._clock())
        state = State.DOWN if self._trouble() else State.UP
        if state != self._state:
            self._state, self._since = state, self._clock()

    def _trouble(self) -> str:
        """Why the bot is deaf or mute here, with the cure; empty while one account hears and speaks."""
        troubles = [account.trouble for account in self._accounts]
        if "" in troubles:
            return ""
        if self._dial_trouble:
            return "；".join([self._dial_trouble, *troubles])
        if not self._door.has_token:
            return f"没有设置 {TOKEN_VARIABLE}，谁也连不上来：请设置后重启"
        if self._door.turned_away:
            return "OneBot 客户端用错了令牌，已被拒绝：" + "；".join(
                [f"请核对它的 token 与 {TOKEN_VARIABLE}", *troubles]
            )
        return "；".join(troubles) or f"还没有 OneBot 客户端（NapCat 等）连上来：请让它反向连接到 {PATH}"


def _told(account: Account) -> str:
    return account.trouble or account.advice or f"账号 {account.id} 在线"
