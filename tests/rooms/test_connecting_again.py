"""How long one waits before connecting again: nothing said meanwhile is ever told."""

import asyncio
import socket
import time
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels import qq_dialling, wecom_bot
from bot.channels.backoff import Backoff, Waits
from tests.peers.wechat_gateway import WechatGateway
from tests.scenes import scene, until
from tests.scenes_wechat import QUICK, served

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
WAITS = Waits(first=0.5, longest=10.0, steady=5.0)


class Hand:
    """A clock moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_waits_grow_to_a_bound_and_no_two_need_be_alike() -> None:
    backoff = Backoff(WAITS)
    waited = [backoff.wait() for _ in range(7)]
    for wait, longest in zip(waited, [0.5, 1, 2, 4, 8, 10, 10], strict=True):
        assert longest / 2 <= wait <= longest
    assert waited[-1] != waited[-2]


@pytest.mark.parametrize(("held", "longest"), [(4.9, 10.0), (5.1, 0.5)])
def test_a_connection_that_held_makes_them_short_again(held: float, longest: float) -> None:
    hand = Hand()
    backoff = Backoff(WAITS, now=hand)
    for _ in range(7):
        backoff.wait()
    hand.now += 12.0  # the try itself counts for nothing
    backoff.connected()
    hand.now += held
    assert longest / 2 <= backoff.wait() <= longest
    hand.now += 12.0
    assert backoff.wait() <= min(2 * longest, 10.0), "no connection this time: the former one's length is not counted"


# --- a host that takes connections and answers nothing

SOON = Waits(first=0.01, longest=10.0, steady=0.005)
SEVEN_TRIES = 0.01 * (1 + 2 + 4 + 8 + 16 + 32) / 2  # seconds that they take at the very least
SHORT = 0.02  # seconds until a try is given up: longer than what would be a steady connection


async def nobody(*_: object) -> None:
    raise AssertionError("nobody answered, and yet somebody is served")


async def qq(port: int) -> None:
    patience = qq_dialling.Patience(open=SHORT, waits=SOON)
    await qq_dialling.keep_dialling(
        f"ws://127.0.0.1:{port}", token=None, serve=nobody, trouble=lambda _: None, patience=patience
    )


async def wecom(port: int) -> None:
    credentials = wecom_bot.Credentials(name="直通车", bot="aib1", secret="s", url=f"ws://127.0.0.1:{port}")
    patience = wecom_bot.Patience(answer=SHORT, waits=SOON)
    await wecom_bot.Bot(credentials, clock=lambda: NOW, patience=patience).run(nobody)


@pytest.mark.parametrize("dial", [qq, wecom])
def test_who_swallows_every_word_is_dialled_less_and_less_often(
    dial: Callable[[int], Coroutine[Any, Any, None]],
) -> None:
    async def play() -> float:
        loop = asyncio.get_running_loop()
        with socket.create_server(("127.0.0.1", 0)) as listening, ExitStack() as taken:
            listening.setblocking(False)
            began, dialling = loop.time(), asyncio.create_task(dial(listening.getsockname()[1]))
            async with asyncio.timeout(20):
                for _ in range(7):
                    taken.enter_context((await loop.sock_accept(listening))[0])
            took = loop.time() - began
            dialling.cancel()
            await asyncio.wait([dialling])
            return took

    assert asyncio.run(play()) >= SEVEN_TRIES


@scene
async def test_a_gateway_that_answers_nothing_is_asked_less_and_less_often() -> None:
    patience = replace(QUICK, call=SHORT, waits=SOON)
    async with WechatGateway().up() as peer:
        peer.freeze()
        began = time.monotonic()
        async with served(peer, up=False, patience=patience):
            await until(lambda: peer.calls.count("Start") >= 7)
            assert time.monotonic() - began >= SEVEN_TRIES
        peer.thaw()
