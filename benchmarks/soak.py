"""Minutes under fire: `python -m benchmarks.soak [--minutes 10] [--every 4]`. A fault every few seconds, and the sums must agree.

The real process with a OneBot peer. What was said is stored and decided exactly once; every promise ends sent, uncertain,
withdrawn or refused for a reason; and the platform has each sent one, and none more often than once and its marked copy.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.whole import TOKEN, config_for
from handlers.outbox import PromiseState
from handlers.store import Store
from tests.peers.bot_process import Bot, free_port
from tests.peers.onebot import failed
from tests.test_nothing_lost import Books, Platform, conversations, until

FAQ = Path(__file__).parents[1] / "tests" / "faq"
FAULT_LASTS = 2.0  # seconds, at most
KILLS_RARER = 3  # than each other fault, for a bot that is only ever starting meets no other


@dataclass
class Fire:
    """What goes wrong, and how often each did."""

    bot: Bot
    platform: Platform
    chance: random.Random
    faults: Counter[str] = field(default_factory=Counter)

    async def strike(self) -> None:
        """One fault, whichever."""
        ways: Sequence[Callable[[], Awaitable[None]]] = [
            self.hang_up, self.say_nothing, self.refuse, self.time_out, self.log_out, self.garbage,
        ] * KILLS_RARER + [self.kill]  # fmt: skip
        way = self.chance.choice(ways)
        self.faults[way.__name__] += 1
        await way()

    async def hang_up(self) -> None:
        if self.platform.is_connected:
            await self.platform.peer.hang_up()

    async def say_nothing(self) -> None:
        """Frozen: what is asked is never answered, then the connection goes."""
        self.platform.peer.answering = lambda call: None
        await asyncio.sleep(self.chance.uniform(0.5, FAULT_LASTS))
        await self.hang_up()
        self.platform.peer.answering = None

    async def refuse(self) -> None:
        await self._answering(failed(1200, "发送失败：EventChecker Failed"))

    async def time_out(self) -> None:
        await self._answering(failed(1200, "Timeout: NTEvent serviceAndMethod:sendMsg"))

    async def log_out(self) -> None:
        await self.be(online=False)
        await asyncio.sleep(self.chance.uniform(0.5, FAULT_LASTS))
        await self.be(online=True)

    async def garbage(self) -> None:
        for frame in ("{", b"\xff", "[]", json.dumps({"post_type": "message"}), "[" * 10_000):
            if self.platform.is_connected:
                await self.platform.peer.emit_raw(frame)

    async def kill(self) -> None:
        await self.bot.killed()
        await self.bot.start()

    async def _answering(self, answer: dict[str, object]) -> None:
        peer = self.platform.peer
        peer.answering = lambda call: answer if call["action"].startswith("send_") else peer.usual(call)
        await asyncio.sleep(self.chance.uniform(0.2, FAULT_LASTS / 2))
        peer.answering = None

    async def be(self, *, online: bool) -> None:
        self.platform.peer.online = online
        if self.platform.is_connected:
            await self.platform.peer.heartbeat(interval=3600, online=online)


async def soak(seconds: float, every: float, folder: Path) -> tuple[dict[str, object], bool]:
    """The sums, and whether they agree."""
    port, chance = free_port(), random.Random(7)
    bot = Bot(config=soft(config_for(folder, FAQ, port=port)), log=folder / "bot.log", token=TOKEN)
    platform = Platform(f"ws://127.0.0.1:{port}/onebot/v11/ws")
    platform.peer.token = TOKEN
    books, fire = Books(Store(f"sqlite:///{folder}/bot.db")), Fire(bot, platform, chance)
    words = conversations(seed=11, count=10**9)
    async with platform.dialling():
        await bot.start()
        await until(lambda: platform.is_connected, bot=bot)
        end, next_fault = time.monotonic() + seconds, time.monotonic() + every
        while time.monotonic() < end:
            await platform.say(*next(words))
            await asyncio.sleep(chance.expovariate(10))
            if time.monotonic() >= next_fault:
                await fire.strike()
                next_fault = time.monotonic() + every * chance.uniform(0.5, 1.5)
        await fire.be(online=True)
        await until(lambda: platform.is_connected and books.is_settled(len(platform.said)), bot=bot)
        await bot.stopped()
    return sums(books, platform, fire)


def soft(config: Path) -> Path:
    """No flood limit in the way, and a pause that ends before the soak does."""
    text = config.read_text("utf-8")
    config.write_text(f"{text}\ndelivery: {{pause: 3s}}\n", "utf-8")
    return config


def sums(books: Books, platform: Platform, fire: Fire) -> tuple[dict[str, object], bool]:
    inbox, decisions, promises = books.inbox(), books.decisions(), books.promises()
    states = Counter(row.state for row in promises)
    sent, resent = states[PromiseState.SENT], sum(row.resent for row in promises)
    delivered, uncertain = len(platform.peer.sent), states[PromiseState.UNCERTAIN]
    settled = {PromiseState.SENT, PromiseState.UNCERTAIN, PromiseState.FAILED}
    agree = (
        len(platform.said) == len(inbox) == len(decisions)
        and {row.inbox_id for row in decisions} == {row.id for row in inbox}
        and set(states) <= settled
        and all(row.reason for row in promises if row.state != PromiseState.SENT)
        and sent <= delivered <= sent + resent + uncertain
    )
    told: dict[str, object] = {
        "said": len(platform.said), "in": len(inbox), "decided": len(decisions), "promised": len(promises),
        "sent": sent, "delivered": delivered, "said again": resent, "uncertain": uncertain,
        "refused": states[PromiseState.FAILED], "faults": dict(fire.faults), "agree": agree,
    }  # fmt: skip
    return told, agree


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--every", type=float, default=4, help="seconds between faults, about")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zhitongche-soak-") as folder:
        told, agree = asyncio.run(soak(arguments.minutes * 60, arguments.every, Path(folder)))
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.exit(0 if agree else 1)


if __name__ == "__main__":
    main()
