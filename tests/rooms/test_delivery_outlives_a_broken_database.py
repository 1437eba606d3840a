"""Delivery while the database does not answer in the middle of it: what was claimed is said all the same."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.channels.base import Abilities
from bot.delivery import Delivery
from handlers import files, outbox
from handlers.base import Attachment, Conversation
from handlers.outbox import PromiseKind, PromiseState
from handlers.store import Store
from tests.delivering import ONE, Scene
from tests.fakes import FakeChannel


class Fault:
    """A database that does not answer what these words or values are in, until it is mended; it fails when `gives_up` is
    set, and that is at once unless a scene clears it."""

    def __init__(self, store: Store, told_by: str) -> None:
        self._told_by, self.met, self.is_mended = told_by, 0, False
        self.is_asked, self.gives_up = Event(), Event()
        self.gives_up.set()
        event.listen(store.engine, "before_cursor_execute", self._ask)

    def _ask(self, _connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if not self.is_mended and self._told_by in f"{statement} {values}":
            self.met += 1
            self.is_asked.set()
            self.gives_up.wait(10)
            raise OperationalError(statement, values, OSError("the disk is full"))


def test_what_one_platform_claimed_is_said_when_the_claim_of_the_next_fails(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.channels["wechat"] = FakeChannel(name="wechat")
    scene.promise("答复")
    fault = Fault(scene.store, "'wechat'")
    scene.deliver()
    assert fault.met
    assert (scene.channel.texts, scene.states()) == (["答复"], [PromiseState.SENT])


def test_it_stops_though_the_claim_it_is_in_fails(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    fault = Fault(scene.store, "'qq'")
    fault.gives_up.clear()

    async def stop() -> bool:
        with ThreadPoolExecutor(2) as executor:
            running = asyncio.create_task(
                Delivery(scene.store, scene.channels, executor, me="test", clock=scene.clock).run()
            )
            await asyncio.to_thread(fault.is_asked.wait, 10)
            running.cancel()
            await asyncio.sleep(0)
            fault.gives_up.set()
            ended, _ = await asyncio.wait([running], timeout=5)
            return running in ended and running.cancelled()

    assert asyncio.run(stop())


def test_a_file_that_cannot_be_read_now_goes_later_and_holds_nobody_up(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.channel.abilities = Abilities(files=(Attachment.IMAGE,))
    to = Conversation.group("qq", "5")
    with scene.store.transaction() as session:
        row = files.keep(session, "流程.png", b"GIF89a", link="", now=scene.clock())
        shown = files.marker(row.name, row.kind)
        outbox.promise(session, to, shown, kind=PromiseKind.NOTICE, now=scene.clock(), file=row.digest)
    scene.promise("答复", ONE)
    fault = Fault(scene.store, "FROM files")
    scene.deliver()
    assert fault.met
    assert scene.channel.texts == ["答复"]
    assert scene.states() == [PromiseState.DUE, PromiseState.SENT]
    fault.is_mended = True
    scene.clock.pass_time(minutes=2)
    scene.deliver()
    assert scene.channel.texts == ["答复", shown]
    assert scene.rows()[0].attempts == 1
