"""QQ through OneBot v11: implementations dial us or are dialled, we hear groups and friends and answer with @ and quote."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from bot.channels import qq_wire
from bot.channels.base import Abilities, Health, Pace, State, Take, Tell, untold
from bot.channels.foreign import opaque
from bot.channels.inbound import STORE_AGAIN
from bot.channels.multi_account import MultiAccountChannel
from bot.channels.qq_accounts import Account, Accounts
from bot.channels.qq_dialling import keep_dialling
from bot.channels.qq_door import TOKEN_VARIABLE, Accepted, Door
from bot.channels.qq_link import Link, Role, Socket, Watch
from bot.channels.qq_receiver import Receiver
from handlers.base import Attachment
from handlers.handling import Clock

PATH = "/onebot/v11/ws"
WATCH = Watch()

logger = logging.getLogger(__name__)


class QQChannel(MultiAccountChannel[Account]):
    """Any number of accounts, by one endpoint that they dial and by addresses in `dial` that we dial.

    `attach` it to the web app, then `run` it.
    """

    name, title = qq_wire.NAME, "QQ "
    abilities = Abilities(pin=True, unsay=True, files=(Attachment.IMAGE,))  # documents: only some clients of OneBot v11

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
        self._connected = Accounts(clock=clock, timeout=timeout)
        super().__init__(self._connected, pace=pace, store_again=store_again)
        self._door = Door(token)
        self._token, self._dial, self._dial_trouble = token, dial, ""
        self._watch, self._since = watch, clock()
        self._receiver = Receiver(
            self._connected, self._routes, hear=self.hear, joined=self._joined, trouble=self._note_dialling, clock=clock
        )
        self._is_running = False

    def attach(self, app: Starlette) -> None:
        """Serve the endpoint on this app."""
        app.router.routes.extend(WebSocketRoute(path, self._accept) for path in (PATH, f"{PATH}/"))

    async def run(self, take: Take, tell: Tell = untold) -> None:
        """Hand over what is heard until cancelled; what was heard before that is still handed over."""
        self._is_running = True
        await self._inbound.serve(take, tell, *map(self._keep_dialling, self._dial), stopping=self._hang_up)

    async def _hang_up(self) -> None:
        self._is_running = False
        for link in self._connected.links:
            link.drop("the bot is stopping")

    # --- connections

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
        self._joined(self._connected.join(link))
        logger.info("QQ account %s connected (%s)", account or "(not named yet)", role.value)
        watcher = asyncio.create_task(self._watch_over(link))
        try:
            while (frame := await link.receive()) is not None:
                await self._receiver.read(link, frame)
        finally:
            watcher.cancel()
            link.ended("连接断开了")
            if self._connected.leave(link):
                logger.warning("QQ account %s disconnected (%s)", link.account, role.value)
            self._connected.note_states()

    async def _watch_over(self, link: Link) -> None:
        reason = await link.watched(self._watch)
        logger.warning("QQ account %s went silent (%s): closing, it will dial again", link.account, reason)
        link.drop(reason)

    def _joined(self, older: Sequence[Link]) -> None:
        """A connection is there; the older ones that it takes over from are closed."""
        for link in older:
            logger.info("QQ account %s connected anew; the older connection is closed", link.account)
            link.drop("a newer connection took over")
        self._connected.note_states()

    # --- health

    def health(self) -> Health:
        told = super().health()
        is_up = told.state == State.UP
        return replace(told, since=told.since or self._since, detail=told.detail if is_up else self.trouble())

    def trouble(self) -> str:
        """Why the bot is deaf or mute here, with the cure; empty while one account hears and speaks."""
        troubles = [account.trouble for account in self._connected]
        if "" in troubles:
            return ""
        if self._dial_trouble:
            return "；".join([self._dial_trouble, *troubles])
        if self._door.turned_away:
            cure = f"OneBot 客户端用错了令牌，已被拒绝：请核对它的 token 与 {TOKEN_VARIABLE}"
            return "；".join([cure, *troubles])
        return "；".join(troubles) or self._why_nobody_is_here()

    def _why_nobody_is_here(self) -> str:
        if self._dial:
            return "还没有连上 OneBot 客户端（NapCat 等），正在连"
        if not self._door.has_token:
            return f"没有设置 {TOKEN_VARIABLE}，谁也连不上来：请设置后重启"
        return f"还没有 OneBot 客户端（NapCat 等）连上来：请让它反向连接到 {PATH}"
