"""A month of notices, events and follow-ups under the shipped configuration: hundreds of people in twelve groups on two
platforms ask and are answered, the monthly event is planned, announced, asked at, held and recorded, a notice goes out every
Monday. Played through the replay, then held against what was promised: `python -m benchmarks.following [--questions 2000]`.
"""

import argparse
import heapq
import random
import re
import sys
import time as clock
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.month import ASKERS, CARGO, DAYS, DESK, GROUPS, TROUBLE
from bot.config_file import load
from bot.mind import build_mind, read_faq
from bot.replay import Replay
from bot.settings import HOME, Settings
from bot.tables import Base
from bot.transcript import InputLine, channels_of, directory_for
from bot.wiring import Wiring, wire
from handlers.base import Policy
from handlers.events.models import EventQuestionRow, EventRow
from handlers.events.words import EventStage
from handlers.notices.models import NoticeRow, TargetRow
from handlers.notices.words import Stage, Target
from handlers.outbox import PromiseKind, PromiseRow, PromiseState
from handlers.store import Store
from handlers.tickets.models import AskerRow
from handlers.tickets.words import AskerState
from handlers.times import SHANGHAI, local_day, time_of_day

MONDAYS = (2, 9, 16, 23, 30)
COMMON, MATERIAL, RATED = 0.2, 0.1, 0.3  # shares of the questions
BEFOREHAND = 40  # questions asked before the event

Act = Callable[[], object]


def moment(day: int, at: str) -> datetime:
    """Of March 2026; later days run into April."""
    return datetime.combine(date(2026, 3, 1) + timedelta(days=day - 1), time.fromisoformat(at), SHANGHAI)


def line(at: datetime, group: str | None, sender: str, text: str) -> InputLine:
    """Of a transcript; without a sender only the clock moves."""
    if not sender:
        return InputLine(at=at)
    is_desk = group == DESK
    return InputLine(at=at, group=group, desk=is_desk, sender=sender, name=sender, text=text, mention=not is_desk)


def found(form: str, said: Sequence[str]) -> str:
    """What the bot replied in that form; what came due before stands in front of it."""
    heard = re.search(form, said[-1])
    if heard is None:
        raise AssertionError(f"{form} is not in {said}")
    return heard[1]


@dataclass
class Month:
    """Plays acts in the order of their moments; an act may add later ones."""

    wiring: Wiring
    replay: Replay
    chance: random.Random
    now: datetime
    lines: int = 0
    acts: list[tuple[datetime, int, Act]] = field(default_factory=list)

    def at(self, when: datetime, act: Act) -> None:
        heapq.heappush(self.acts, (when, len(self.acts) + self.lines, act))

    def play(self) -> None:
        while self.acts:
            when, _, act = heapq.heappop(self.acts)
            self.now = max(when, self.now + timedelta(seconds=1))
            act()
        self.now = moment(DAYS + 8, "00:00")
        self.say(None, "", "")

    def say(self, group: str | None, sender: str, text: str) -> tuple[int | None, list[str]]:
        """Somebody says a line; the ticket it became, and what the desk heard."""
        self.lines += 1
        result = self.replay.play_one(self.wiring, self.lines, line(self.now, group, sender, text))
        ticket = result["ticket"] if result["decision"] in ("ticket", "joined") else None
        return ticket, [said["text"] for said in result["said"] if said["to"] == DESK]

    def desk(self, text: str, by: str = "老李") -> list[str]:
        return self.say(DESK, by, text)[1]


def ask(month: Month, number: int) -> None:
    """One person's question, and what becomes of it."""
    chance = month.chance
    person = chance.randrange(ASKERS)
    who, group = f"u{person}", GROUPS[person % len(GROUPS)]
    ticket, _ = month.say(group, who, f"转人工 {chance.choice(CARGO)}{chance.choice(TROUBLE)} {number}")
    if ticket is None:
        return
    when = month.now + timedelta(minutes=chance.randint(5, 2_000))
    if chance.random() < COMMON:
        month.at(month.now + timedelta(minutes=3), partial(month.desk, f"分类 {ticket} 共性咨询"))
    if chance.random() < MATERIAL:
        month.at(when, partial(month.desk, f"补充 {ticket} 请补合同和发票"))
        when += timedelta(days=chance.randint(2, 6))
    month.at(when, partial(month.desk, f"回复 {ticket} 照章办理，当天生效"))
    if chance.random() < RATED:
        month.at(when + timedelta(hours=chance.randint(1, 60)), partial(month.say, group, who, f"评价 {ticket} 满意"))


def notify(month: Month, text: str) -> None:
    """A notice from its draft to its approval by a second person."""
    number = found(r"N(\d+)", month.desk(text))
    code = found(rf"审批 N{number} ([0-9a-f]{{4}})", month.desk(f"提交 N{number}"))
    month.desk(f"审批 N{number} {code}", by="老王")


def ask_beforehand(month: Month, number: int) -> None:
    person = month.chance.randrange(ASKERS)
    month.say(GROUPS[person % len(GROUPS)], f"u{person}", f"活动提问 {month.chance.choice(TROUBLE)} 第 {number} 个")


def hold(month: Month) -> None:
    """Half of what was asked beforehand is answered there, and a few questions more."""
    waiting = re.findall(r"^(\d+)\. \[会前征集·待答\]", "\n".join(month.desk("活动 A1")), re.MULTILINE)
    for number in waiting[::2]:
        month.desk(f"现场答 A1 {number} 答复：可以，先备案")
    for number in range(5):
        month.desk(f"现场问 A1 问题：归类有分歧找谁 {number} 答复：先申请预裁定 企业：企业{number}")
    month.desk("活动结束 A1 企业 40 人次 65 资料 200")


def plan(month: Month, questions: int) -> None:
    """Everything that is known beforehand."""
    hours = [8, 9, 9, 10, 10, 11, 14, 15, 15, 16, 17, 19, 21]
    for number in range(questions):
        when = moment(month.chance.randint(1, DAYS), f"{month.chance.choice(hours):02}:00")
        month.at(when + timedelta(seconds=month.chance.randrange(3_600)), partial(ask, month, number))
    for day in MONDAYS:
        text = f"发通知 风险提示\n标题：{day} 日提醒\n正文：到期前 30 天可以申请延期，{day} 日起。\n受众：全部"
        month.at(moment(day, "10:00"), partial(notify, month, text))
    month.at(moment(10, "09:00"), partial(notify, month, "活动通知 A1 受众：全部"))
    for number in range(BEFOREHAND):
        month.at(moment(10, "10:00") + timedelta(hours=3 * number), partial(ask_beforehand, month, number))
    month.at(moment(15, "15:00"), partial(notify, month, "活动提醒 A1"))
    month.at(moment(16, "16:00"), partial(hold, month))
    month.at(moment(17, "09:30"), partial(notify, month, "回放 A1 https://example.org/r"))
    month.at(moment(20, "09:00"), partial(month.desk, "办活动 走访 3月24日 10:00 标题：走访海蓝公司"))
    month.at(moment(24, "12:00"), partial(month.desk, "活动结束 A2 企业 1 人次 4 资料 3"))


def faults(session: Session, settings: Settings) -> Iterator[str]:
    """Everything that is not as it was promised."""
    yield from _nagged(session, settings)
    yield from _notices(session)
    yield from _events(session)
    for asker in session.scalars(
        select(AskerRow).where(AskerRow.state == AskerState.ANSWERED, AskerRow.rating.is_(None))
    ):
        if asker.rating_asked_at is None and asker.answered_at and asker.answered_at < moment(DAYS, "00:00"):
            yield f"asker {asker.id} was answered {asker.answered_at} and never invited"


def _nagged(session: Session, settings: Settings) -> Iterator[str]:
    policy = settings.follow_ups
    people, groups = Counter[tuple[str, date]](), Counter[tuple[str, date]]()
    for row in _follow_ups(session):
        if row.sent_at is None or not policy.hours:
            continue
        day = local_day(row.sent_at)
        people[_whose(row), day] += 1
        groups[row.conversation, day] += 1
        if not policy.hours[0] <= time_of_day(row.sent_at) < policy.hours[1]:
            yield f"promise {row.id} was said at {row.sent_at}"
    yield from (f"{who} heard {n} on {day}" for (who, day), n in people.items() if n > (policy.a_person or n))
    yield from (f"{place} heard {n} on {day}" for (place, day), n in groups.items() if n > (policy.a_group or n))
    texts = Counter((_whose(row), line) for row in _follow_ups(session) for line in row.text.splitlines())
    yield from (f"{who} was told {n} times: {text}" for (who, text), n in texts.items() if n > 1)


def _follow_ups(session: Session) -> Sequence[PromiseRow]:
    said = PromiseRow.purpose.is_not(None), PromiseRow.state == PromiseState.SENT
    return session.scalars(select(PromiseRow).where(*said)).all()


def _whose(row: PromiseRow) -> str:
    return f"{row.channel}:{row.mention[0]['id']}" if row.mention else row.conversation


def _notices(session: Session) -> Iterator[str]:
    for notice in session.scalars(select(NoticeRow)):
        targets = session.scalars(select(TargetRow).where(TargetRow.notice_id == notice.id)).all()
        if notice.stage != Stage.DONE or {one.state for one in targets} != {Target.DELIVERED}:
            yield f"{notice.number} is {notice.stage}: {Counter(one.state for one in targets)}"
        [text] = {text for parts in notice.parts.values() for text in parts}
        said = select(PromiseRow.conversation).where(PromiseRow.kind == PromiseKind.NOTICE, PromiseRow.text == text)
        if sorted(session.scalars(said)) != sorted(one.conversation for one in targets):
            yield f"{notice.number} was not said to each of its {len(targets)} targets once"


def _events(session: Session) -> Iterator[str]:
    planned = select(EventRow).where(EventRow.stage == EventStage.PLANNED, EventRow.starts_at < moment(DAYS, "00:00"))
    yield from (f"{row.number} was never held" for row in session.scalars(planned))
    left = EventQuestionRow.answer.is_(None), EventQuestionRow.ticket_id.is_(None)
    yield from (f"nobody answers {one.text}" for one in session.scalars(select(EventQuestionRow).where(*left)))


def figures(session: Session) -> Iterator[tuple[str, int]]:
    """What happened, counted."""
    for name, counted in (
        ("askers", select(func.count()).select_from(AskerRow)),
        ("notices", select(func.count()).select_from(NoticeRow)),
        ("deliveries of notices", select(func.count()).select_from(TargetRow)),
        ("events", select(func.count()).select_from(EventRow)),
        ("questions at events", select(func.count()).select_from(EventQuestionRow)),
    ):
        yield name, session.scalar(counted) or 0
    kinds = Counter(row.purpose for row in _follow_ups(session))
    yield from ((f"follow-ups: {kind}", count) for kind, count in sorted(kinds.items(), key=str))


def play(questions: int, folder: Path, *, seed: int) -> int:
    """The month on a database of its own; how many promises were broken."""
    settings, began = load(HOME / "config.yml", {}), clock.perf_counter()
    entries, instruments = read_faq(settings.faq)
    mind, knowledge = build_mind(settings, entries)
    store = Store(f"sqlite:///{folder}/month.db", durable=False)
    Base.metadata.create_all(store.engine)
    lines = [line(moment(1, "00:00"), group, "老李", "早") for group in (*GROUPS, DESK)]
    replay = Replay(store, channels=channels_of(lines))
    wiring = wire(
        settings, store=store, mind=mind, knowledge=knowledge, instruments=instruments, clock=replay.clock,
        directory=directory_for(lines, settings.directory(), policy=Policy.MENTION_ONLY),
    )  # fmt: skip
    month = Month(wiring, replay, random.Random(seed), moment(1, "00:00"))
    plan(month, questions)
    month.play()
    with store.reading() as session:
        broken = list(faults(session, settings))
        told = [*figures(session), ("lines", month.lines), ("seconds", int(clock.perf_counter() - began))]
    sys.stdout.writelines(f"{name}: {count}\n" for name, count in [*told, ("broken promises", len(broken))])
    sys.stdout.writelines(f"{fault}\n" for fault in broken[:20])
    store.close()
    return len(broken)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with TemporaryDirectory(prefix="zhitongche-following-") as folder:
        sys.exit(1 if play(chosen.questions, Path(folder), seed=chosen.seed) else 0)
