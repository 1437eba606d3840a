"""What the protocol of Wechaty gateways takes by itself: the exchanges of a message heard and one said, and nothing more.

No names, no echoes known, no connection watched or healed: what `bot/channels/wechat.py` takes beyond it is what that adds.
"""

import json
from collections.abc import Collection
from datetime import UTC, datetime

from grpc import aio
from wechaty_grpc.wechaty import puppet

from bot.channels.base import Abilities, Health, Outcome, Outgoing, Pace, State, Take, Taken, Tell, untold
from bot.channels.wechat_events import EventType
from handlers.base import Conversation, Message, Person
from tests.peers.wechat_gateway import BOT

NAME = "grpc"
SERVICE = "/wechaty.Puppet/"


class BareGrpc:
    """A channel in name only; the counterpart must stay up."""

    name, abilities, pace = NAME, Abilities(), Pace()

    def __init__(self, port: int, token: str) -> None:
        self._channel = aio.insecure_channel(f"127.0.0.1:{port}")
        self._metadata = (("authorization", f"Wechaty {token}"),)
        self._state = State.DOWN

    async def run(self, take: Take, tell: Tell = untold) -> None:
        async with self._channel:
            await self._ask("Start", bytes(puppet.StartRequest()))
            listening: aio.UnaryStreamMultiCallable[bytes, bytes] = self._channel.unary_stream(f"{SERVICE}Event")
            self._state = State.UP
            async for data in listening(bytes(puppet.EventRequest()), metadata=self._metadata):
                event = puppet.EventResponse().parse(data)
                if event.type == EventType.MESSAGE:
                    await self._heard(json.loads(event.payload)["messageId"], take)

    async def _heard(self, id: str, take: Take) -> None:
        told = await self._ask("MessagePayload", bytes(puppet.MessagePayloadRequest(id=id)))
        said = puppet.MessagePayloadResponse().parse(told)
        if said.from_id == BOT:  # our own words, told of as everybody's are
            return
        message = Message(
            id=id,
            conversation=Conversation.group(NAME, said.room_id),
            sender=Person(channel=NAME, id=said.from_id),
            text=said.text.partition("\u2005")[2],
            sent_at=datetime.now(UTC),
            mentions_bot=True,
        )
        await take(message)

    async def send(self, out: Outgoing) -> Outcome:
        called = [person.id for person in out.mention]
        words = puppet.MessageSendTextRequest(conversation_id=out.to.id, text=out.text, mentonal_ids=called)
        told = await self._ask("MessageSendText", bytes(words))
        return Taken(message_id=puppet.MessageSendTextResponse().parse(told).id)

    def account(self, to: Conversation) -> str:
        return ""

    def accounts(self) -> Collection[str]:
        return ("",)

    def health(self) -> Health:
        return Health(state=self._state)

    async def _ask(self, method: str, request: bytes) -> bytes:
        calling: aio.UnaryUnaryMultiCallable[bytes, bytes] = self._channel.unary_unary(f"{SERVICE}{method}")
        return await calling(request, metadata=self._metadata, wait_for_ready=True)
