"""A month of the whole service: thousands of questions in twelve groups on two platforms, thirty volunteers of mixed
diligence. What the bot's figures and ledger say is held against what the transcript made happen:
`python -m benchmarks.month [--questions 5500]`."""

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from rich.console import Console

from bot.settings import HOME
from handlers.times import SHANGHAI
from knowledge_base.faq_folder import load

FIRST_DAY = datetime(2026, 3, 1, tzinfo=SHANGHAI)
DAYS = 31
GROUPS = [f"qq:72000000{number}" for number in range(1, 8)] + [f"wechat:r{number}@chatroom" for number in range(1, 6)]
DESK = "qq:720000999"
ASKERS = 800
WATCHED = timedelta(minutes=10)  # after choices of which he takes none, the desk is told
_CARD = re.compile(r"【新工单 #(?P<number>\d+)】.*?\n来自：[^\n]* · (?P<name>\S+)", re.DOTALL)
DILIGENCE = [*[(5, 60)] * 10, *[(60, 480)] * 12, *[(1_440, 5_760)] * 6, None, None]  # minutes until a volunteer answers

KNOWN, TALK = 0.5, 0.2  # shares of questions the base knows, and of talk on top of all questions
ANSWERS = [
    "可以，先备案再申报",
    "需要先在单一窗口提交变更，当天生效",
    "按一般贸易申报，随附合同和发票",
    "不用交，按规定免税",
]
CARGO = ["再制造首单", "展会样机", "船用备件", "冷链试剂", "二手模具", "研发用料件"]
TROUBLE = ["怎么报备", "能不能转卖", "要找哪个窗口", "境外退回来怎么办", "没有原合同怎么办"]
CHATTER = ["早上好", "收到", "好的谢谢", "今天闸口堵不堵", "辛苦了", "👍"]


@dataclass(order=True)
class Event:
    """One line to be; `about` is the question whose ticket it concerns, `quotes` the event it quotes."""

    at: datetime
    order: int
    line: dict[str, Any] = field(compare=False)
    quotes: "Event | None" = field(compare=False, default=None)
    about: "Event | None" = field(compare=False, default=None)
    n: int = field(compare=False, default=0)


def month(questions: int, phrasings: Sequence[str], *, seed: int) -> list[Event]:
    """A month's events in order, numbered as the lines of a transcript."""
    chance = random.Random(seed)
    events = [event for number in range(questions) for event in _story(number, phrasings, chance)]
    events += [_talk(number, chance) for number in range(int(questions * TALK))]
    events.sort(key=lambda event: (event.at, event.order))
    for number, event in enumerate(events, 1):
        event.n = number
    return events


def transcript(events: Sequence[Event]) -> Iterator[dict[str, Any]]:
    """The lines, and at the end the days in which silence becomes an answer taken for good."""
    for event in events:
        quote = {"quote": {"n": event.quotes.n, "said": 0}} if event.quotes else {}
        yield {"at": event.at.isoformat(), **event.line, **quote}
    yield {"at": (max(event.at for event in events) + timedelta(days=12)).isoformat()}


def _story(number: int, phrasings: Sequence[str], chance: random.Random) -> Iterator[Event]:
    """A question and what becomes of it, should it become a ticket."""
    asker = chance.randrange(ASKERS)
    here = {"group": GROUPS[asker % len(GROUPS)], "sender": f"u{asker}", "name": f"企业{asker}"}
    known = chance.random() < KNOWN
    text = chance.choice(phrasings) if known else f"转人工 {chance.choice(CARGO)}{chance.choice(TROUBLE)} {number}"
    asked = Event(_moment(chance), number, {**here, "text": text, "mention": True})
    yield asked
    volunteer = chance.randrange(len(DILIGENCE))
    delay = DILIGENCE[volunteer]
    if delay is None:
        return
    answered_at = asked.at + timedelta(minutes=chance.randint(*delay), seconds=chance.randrange(60))
    yield from _taken(asked, answered_at, volunteer, chance)
    answered = _desk(answered_at, volunteer, chance.choice(ANSWERS), asked)
    yield answered
    yield from _after(asked, answered, volunteer, here, chance)


def _taken(asked: Event, answered_at: datetime, volunteer: int, chance: random.Random) -> Iterator[Event]:
    if chance.random() < 0.5:
        yield _desk(asked.at + (answered_at - asked.at) / 2, volunteer, "我来", asked)


def _after(
    asked: Event, answered: Event, volunteer: int, here: dict[str, Any], chance: random.Random
) -> Iterator[Event]:
    """What the asker thinks of the answer."""
    fate, at = chance.random(), answered.at + timedelta(minutes=chance.randint(1, 2_000))
    if fate < 0.35:
        rating = chance.choice(["非常满意", "满意", "基本满意"])
        yield Event(at, asked.order, {**here, "text": rating}, quotes=answered, about=asked)
    elif fate < 0.45:
        said = chance.choice(["没解决 系统还是报错", "评价 不满意 没说清楚"])
        yield Event(at, asked.order, {**here, "text": said}, quotes=answered, about=asked)
        yield _desk(
            at + timedelta(minutes=chance.randint(5, 600)), volunteer, f"{chance.choice(ANSWERS)}，已核实", asked
        )


def _desk(at: datetime, volunteer: int, text: str, asked: Event) -> Event:
    who = {"group": DESK, "desk": True, "sender": f"v{volunteer}", "name": f"志愿者{volunteer}"}
    return Event(at, asked.order, {**who, "text": text}, quotes=asked, about=asked)


def _talk(number: int, chance: random.Random) -> Event:
    asker = chance.randrange(ASKERS)
    here = {"group": GROUPS[asker % len(GROUPS)], "sender": f"u{asker}", "name": f"企业{asker}"}
    return Event(_moment(chance), 10**7 + number, {**here, "text": chance.choice(CHATTER)})


def _moment(chance: random.Random) -> datetime:
    """Mostly in working hours, sometimes in the evening, to the second."""
    hour = chance.choice([9, 9, 10, 10, 11, 13, 14, 14, 15, 16, 16, 17, 19, 21])
    return FIRST_DAY + timedelta(days=chance.randrange(DAYS), hours=hour, seconds=chance.randrange(3600))


@dataclass
class Told:
    """One ticket as the transcript and the bot's decisions tell it."""

    number: int
    opened: datetime
    asker: str
    group: str
    state: str = "待受理"
    handler: str | None = None
    answered: datetime | None = None
    answers: list[str] = field(default_factory=list)
    rating: str | None = None
    reopened: int = 0


def told(events: Sequence[Event], results: Sequence[dict[str, Any]]) -> dict[int, Told]:
    """Every ticket, made up from what was said and decided, line by line; the database is not looked at."""
    tickets: dict[int, Told] = {}
    asked: dict[str, Event] = {}  # what each said last
    for event, result in zip(events, results, strict=False):
        number = result["ticket"]
        for raised, name in _raised(result):
            if raised == number:  # the question of this line, or one part of it
                tickets[raised] = Told(raised, event.at, name, event.line["group"])
            else:  # of one that was offered choices and took none
                tickets[raised] = Told(raised, asked[name].at + WATCHED, name, asked[name].line["group"])
        asked[event.line["name"]] = event
        commands = number in tickets and result["decision"] == "command"
        if commands and not _waits(tickets[number], result):
            _happened(tickets[number], event, result["reason"])
    for ticket in tickets.values():
        if ticket.state == "已答复":
            ticket.state = "默认办结"
    return tickets


def _waits(ticket: Told, result: dict[str, Any]) -> bool:
    """Whether an answer is kept for a colleague's second look, which nobody here gives: the asker hears nothing."""
    return result["reason"] == "answer" and not any(said["to"] == ticket.group for said in result["said"])


def _raised(result: dict[str, Any]) -> list[tuple[int, str]]:
    """The tickets whose cards the desk was shown at that line, and who asked."""
    cards = (said["text"] for said in result["said"] if said["to"] == DESK)
    found = (_CARD.match(card) for card in cards)
    return [(int(card["number"]), card["name"]) for card in found if card]


def _happened(ticket: Told, event: Event, reason: str) -> None:
    text = event.line["text"]
    if reason in ("take", "answer"):
        ticket.handler = event.line["name"]
    if reason == "take" and ticket.state == "待受理":
        ticket.state = "已受理"
    elif reason == "answer":
        ticket.state, ticket.answered = "已答复", event.at
        ticket.answers.append(text)
    elif reason == "rated" and "不满意" not in text:
        ticket.state, ticket.rating = "已确认", text.removeprefix("评价 ")
    elif reason == "confirmed":  # thanks, said soon after the answer
        ticket.state = "已确认"
    elif reason in ("rated", "reopened"):
        ticket.state, ticket.reopened = "重开", ticket.reopened + 1
        ticket.rating = "不满意" if "不满意" in text else ticket.rating


def differences(tickets: dict[int, Told], workbook: Path) -> list[str]:
    """What the ledger and the summary say otherwise."""
    book = load_workbook(workbook, read_only=True)
    rows = book["问题清单台账"].iter_rows(values_only=True)
    titles = list(next(rows))
    ledger: dict[int, dict[Any, Any]] = {int(str(row[0])): dict(zip(titles, row, strict=True)) for row in rows}
    found = [f"#{number} only on one side" for number in ledger.keys() ^ tickets.keys()]
    for number in ledger.keys() & tickets.keys():
        found += _row_differences(tickets[number], ledger[number])
    summary = {row[0]: row[1] for row in book["汇总"].iter_rows(values_only=True)}
    return [*found, *_summary_differences(tickets, summary)]


def _row_differences(ticket: Told, row: dict[Any, Any]) -> Iterator[str]:
    expected = {
        "状态": ticket.state, "提问人": ticket.asker, "办理人": ticket.handler, "登记时间": _minute(ticket.opened),
        "答复时间": _minute(ticket.answered), "答复": ticket.answers[-1] if ticket.answers else None,
        "评价": ticket.rating, "重开次数": ticket.reopened, "平台": ticket.group.partition(":")[0],
    }  # fmt: skip
    for title, value in expected.items():
        there = _minute(row[title].replace(tzinfo=SHANGHAI)) if isinstance(row[title], datetime) else row[title]
        if there != value:
            yield f"#{ticket.number} {title}: the ledger says {there!r}, the transcript {value!r}"


def _summary_differences(tickets: dict[int, Told], summary: dict[Any, Any]) -> Iterator[str]:
    states = Counter(ticket.state for ticket in tickets.values())
    owed = sum(states[state] for state in ("待受理", "已受理", "重开"))
    expected = {
        "受理": len(tickets), "在办": owed, "志愿者办结": 0, "提问人确认": states["已确认"], "默认办结": states["默认办结"],
        "期初存量": 0, "新增": len(tickets), "期末存量": owed, "不予受理": 0,
    }  # fmt: skip
    for name, value in expected.items():
        if summary[name] != value:
            yield f"{name}: the summary says {summary[name]}, the transcript {value}"


def _minute(moment: datetime | None) -> str | None:
    """Excel keeps moments to a tenth of a second, and ours are whole ones."""
    return f"{moment.astimezone(SHANGHAI) + timedelta(seconds=0.5):%m-%d %H:%M}" if moment else None


def play(lines: Sequence[dict[str, Any]], folder: Path, *, faq: Path) -> list[dict[str, Any]]:
    """The results of a replay as a user runs it; the ledger lies in the folder afterwards."""
    file, config = folder / "month.jsonl", folder / "config.yml"
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    config.write_text(f"database: sqlite:///{folder}/month.db\nfaq: {faq.resolve()}\n", "utf-8")
    said = _bot("replay", file, "--json", "--config", config, "--keep", folder / "month.db")
    _bot("export", "ledger", folder / "ledger.xlsx", "--period", "2026-03-01 到 2026-12-31", "--config", config)
    return [json.loads(line) for line in said.splitlines()]


def _bot(*arguments: str | Path) -> str:
    command = [sys.executable, "-m", "bot", *map(str, arguments)]
    return subprocess.run(command, cwd=HOME, check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--questions", type=int, default=5_500)
    options.add_argument("--faq", type=Path, default=HOME / "faq_data")
    options.add_argument("--seed", type=int, default=20260302)
    options.add_argument("--keep", type=Path, help="a folder for transcript, database and ledger")
    chosen, console = options.parse_args(), Console()
    phrasings = [phrase for entry in load(chosen.faq) for phrase in entry.phrasings]
    events = month(chosen.questions, phrasings, seed=chosen.seed)
    lines = list(transcript(events))
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        begun = time.monotonic()
        results = play(lines, folder, faq=chosen.faq)
        seconds = time.monotonic() - begun
        tickets = told(events, results)
        found = differences(tickets, folder / "ledger.xlsx")
    console.print(f"{chosen.questions} questions, {len(lines)} lines, {seconds:.0f} s; {len(tickets)} tickets")
    console.print(dict(Counter(result["decision"] for result in results)))
    console.print(dict(Counter(ticket.state for ticket in tickets.values())))
    console.print(*(found[:30] or ["the ledger and its figures are what the transcript says"]), sep="\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
