"""A notice to very many groups, over channels that refuse, time out and drop, in processes that are killed.

`python -m benchmarks.notices [targets] [--calm]`: queues it, sends it while the sender is killed every few seconds up to
the end (`--calm`: never, for what a delivery costs and how long an answer waits), and counts: every target exactly one of
delivered, refused, uncertain; none said to twice; the sums agree. Meanwhile somebody is answered every second.
"""

import asyncio
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as clock_of_day
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import Session

from bot.channels.base import (
    Abilities,
    Health,
    Outcome,
    Outgoing,
    Pace,
    Refused,
    State,
    Take,
    Taken,
    Tell,
    Uncertain,
    untold,
)
from bot.database import open_store
from bot.delivery import Delivery
from handlers import outbox
from handlers.base import Conversation
from handlers.members.models import GroupProfileRow
from handlers.notices import drafting, service
from handlers.notices.feeding import Feeder
from handlers.notices.models import NoticeRow, TargetRow
from handlers.notices.rules import NoticeRules
from handlers.notices.service import Act
from handlers.notices.words import Stage, Target
from handlers.notices.writing import read_form
from handlers.outbox import PromiseKind, PromiseRow, PromiseState
from handlers.store import Store

RULES = NoticeRules(hours=(clock_of_day(0), clock_of_day(23, 59, 59)), ahead=200)
ANSWER, ANSWER_EVERY = "答复", timedelta(seconds=1)
FORM = "发通知 系统提示\n标题：压力测试\n正文：请忽略。\n受众：全部"


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Shaky:
    """A platform that takes most things and writes down, before it says so, what it took; it survives its callers."""

    name: str
    ledger: int
    refuse: float = 0.01
    lose: float = 0.005
    drop: float = 0.005
    abilities = Abilities()
    pace = Pace()

    async def run(self, take: Take, tell: Tell = untold) -> None:
        await asyncio.Event().wait()

    def account(self, to: Conversation) -> str:
        return ""

    def accounts(self) -> Collection[str]:
        return ("",)

    async def send(self, out: Outgoing) -> Outcome:
        luck = random.random()
        if luck < self.refuse:
            return Refused(reason="被禁言", permanent=True)
        if luck < self.refuse + self.drop:
            return Refused(reason="连接刚刚断开")
        await asyncio.sleep(random.random() * 0.002)
        if out.text != ANSWER:
            os.write(self.ledger, f"{out.to}\n".encode())
        if luck < self.refuse + self.drop + self.lose:
            return Uncertain(reason="超时")
        return Taken(message_id=uuid4().hex)

    def health(self) -> Health:
        return Health(state=State.UP)


@dataclass
class Somebody:
    """Is answered now and then where a part of the notice is about to be said, for there an answer could be late."""

    next: datetime

    def asks(self, session: Session) -> None:
        lying = select(func.max(PromiseRow.id)).where(PromiseRow.state == PromiseState.DUE)
        row = session.get(PromiseRow, session.scalar(lying) or 0)
        if row is not None and now() >= self.next:
            outbox.promise(session, Conversation.parse(row.conversation), ANSWER, kind=PromiseKind.ANSWER, now=now())
            self.next = now() + ANSWER_EVERY


def prepare(store: Store, targets: int) -> dict[str, float]:
    """Register the groups, and queue an approved notice to all of them; what that took."""
    with store.transaction() as session:
        for start in range(0, targets, 5_000):
            rows = [
                {"conversation": f"sim{n % 3}:group:{n}", "name": f"群{n}", "added_at": now()}
                for n in range(start, min(start + 5_000, targets))
            ]
            session.execute(insert(GroupProfileRow), rows)
    before, began = _memory(), time.perf_counter()
    with store.transaction() as session:
        author = Act(address="sim:1", name="甲", now=now())
        notice = drafting.draft(session, read_form(FORM.removeprefix("发通知 ")), author)
        notice.any_day = True
        service.submit(session, notice, RULES, author)
        service.approve(session, notice, notice.code, Act(address="sim:2", name="乙", now=now()))
    return {"queue_seconds": time.perf_counter() - began, "queue_memory_mb": _memory() - before}


def send_some(url: str, ledger: Path) -> None:
    """One life of a sender: feeds and delivers until the notice is through, or it is killed."""
    asyncio.run(_life(url, ledger))


async def _life(url: str, ledger: Path) -> None:
    store = open_store(url)
    file = os.open(ledger, os.O_APPEND | os.O_CREAT | os.O_WRONLY)
    channels = {name: Shaky(name=name, ledger=file) for name in ("sim0", "sim1", "sim2")}
    feeder, somebody = Feeder(RULES), Somebody(now())
    with ThreadPoolExecutor(1) as executor:
        delivery = Delivery(store, channels, executor, me=f"sim {os.getpid()} {uuid4().hex[:6]}", clock=now)
        await delivery.recover()
        running = asyncio.create_task(delivery.run())
        while not await asyncio.to_thread(_fed, store, feeder, somebody):
            if running.done():
                await running
            delivery.wake()
            await asyncio.sleep(0.05)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await delivery.stop()
    store.close()


def _fed(store: Store, feeder: Feeder, somebody: Somebody) -> bool:
    """One run of the job; whether the notice is through."""
    with store.transaction() as session:
        feeder.run(session, now())
        somebody.asks(session)
        return session.scalar(select(NoticeRow.stage)) == Stage.DONE


def drive(url: str, ledger: Path, *, kill_every: float, kills: int) -> int:
    """Senders one after another, the first ones killed while they are at it; how many lives were cut short."""
    killed = 0
    while True:
        sender = subprocess.Popen([sys.executable, "-m", "benchmarks.notices", "--send", url, str(ledger)])
        if killed < kills and _at_it(sender, ledger):
            time.sleep(kill_every)
            sender.kill()
        if sender.wait() == 0:
            return killed
        if sender.returncode != -signal.SIGKILL:
            raise RuntimeError(f"the sender ended with {sender.returncode}")
        killed += 1


def _at_it(sender: "subprocess.Popen[bytes]", ledger: Path) -> bool:
    """Wait until it has said something new; False when it ended before that."""
    before = _size(ledger)
    while sender.poll() is None and _size(ledger) == before:
        time.sleep(0.02)
    return sender.returncode is None


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def account(store: Store, ledger: Path) -> dict[str, int]:
    """What became of all targets, held against what the platforms took; raises when anything does not agree."""
    taken = Counter(ledger.read_text().split())
    twice = [place for place, times in taken.items() if times > 1]
    with store.reading() as session:
        total = session.scalar(select(func.count()).select_from(TargetRow)) or 0
        states = dict(iter(session.execute(_by_state())))
        delivered = set(session.scalars(select(TargetRow.conversation).where(TargetRow.state == Target.DELIVERED)))
        refused = set(session.scalars(select(TargetRow.conversation).where(TargetRow.state == Target.REFUSED)))
    if twice or sum(states.values()) != total or set(states) - {Target.DELIVERED, Target.REFUSED, Target.UNCERTAIN}:
        raise AssertionError(f"twice: {twice[:5]}; states: {states}; targets: {total}")
    if not delivered <= set(taken) or refused & set(taken):
        raise AssertionError("delivered and not taken, or refused and taken")
    return {str(state): count for state, count in states.items()} | {"targets": total, "taken": len(taken)}


def answered(store: Store) -> dict[str, float]:
    """How many answers the platforms took at the first attempt, and the longest that one of them waited for the notice."""
    first = (PromiseRow.kind == PromiseKind.ANSWER) & (PromiseRow.attempts == 1)
    answers = select(PromiseRow.created_at, PromiseRow.sent_at).where(first)
    with store.reading() as session:
        waits = [sent - created for created, sent in session.execute(answers) if sent is not None]
    return {"answers": len(waits), "answer_seconds_at_most": max(waits, default=timedelta()).total_seconds()}


def _by_state() -> Select[Target, int]:
    return select(TargetRow.state, func.count()).group_by(TargetRow.state)


def measure(targets: int, *, kill_every: float = 5.0, kills: int = sys.maxsize) -> Mapping[str, float]:
    """The whole story on a database file of its own."""
    with TemporaryDirectory(prefix="zhitongche-notices-") as folder:
        url, ledger = f"sqlite:///{folder}/bot.db", Path(folder) / "taken"
        store = open_store(url)
        figures = prepare(store, targets)
        store.close()
        began, spent = time.perf_counter(), _cpu()
        killed = drive(url, ledger, kill_every=kill_every, kills=kills)
        cost = {"seconds": time.perf_counter() - began, "cpu_ms_a_delivery": (_cpu() - spent) / targets * 1000}
        store = open_store(url)
        counted = {**account(store, ledger), **answered(store)}
        store.close()
        return {**figures, **counted, "killed": killed, **cost}


def _cpu() -> float:
    """Of the senders, their starts included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["--send"]:
        send_some(sys.argv[2], Path(sys.argv[3]))
    else:
        targets = next((int(word) for word in sys.argv[1:] if word.isdecimal()), 200_000)
        figures = measure(targets, kills=0 if "--calm" in sys.argv else sys.maxsize)
        sys.stdout.writelines(f"{name}: {round(figure, 2)}\n" for name, figure in figures.items())
