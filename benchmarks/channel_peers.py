"""The counterparts of `benchmarks.channels`, in a process of their own: `python -m benchmarks.channel_peers KIND PORT`.

A line on standard input, a number and words, is said to the bot by somebody in the group of that number; the moment it
was said, on the clock that all processes of a machine share, is printed.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.channels.qq import PATH
from tests.peers.onebot import OneBotPeer, at, text
from tests.peers.wechat_gateway import BOT, WechatGateway
from tests.peers.wecom import WeComService

Speak = Callable[[int, str], Awaitable[object]]


@asynccontextmanager
async def wechat(port: int) -> AsyncIterator[Speak]:
    async with WechatGateway(port=port).up() as peer:

        async def speak(group: int, words: str) -> None:
            peer.says(f"@小通\u2005{words}", room=f"{1001 + group}@chatroom", mention_ids=[BOT])

        yield speak


@asynccontextmanager
async def wecom(port: int) -> AsyncIterator[Speak]:
    async with WeComService(port=port).up() as peer:
        yield lambda group, words: peer.says(f"@直通车 {words}", chat=f"chat{group}")


@asynccontextmanager
async def qq(port: int) -> AsyncIterator[Speak]:
    async with OneBotPeer().dialled(f"ws://127.0.0.1:{port}{PATH}") as peer:

        async def speak(group: int, words: str) -> None:
            message = [at(peer.account), text(words)]
            await peer.emit(peer.group_message(message, group=720_000_001 + group, user=10_001 + group))

        yield speak


KINDS = {"wechat": wechat, "wecom": wecom, "qq": qq}


async def main(kind: str, port: int) -> None:
    """Until standard input ends."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with KINDS[kind](port) as speak:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while line := await reader.readline():
            group, _, words = line.decode().strip().partition(" ")
            moment = time.monotonic()
            await speak(int(group), words)
            sys.stdout.write(f"{moment}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
