"""A day in many groups: `python -m benchmarks.day [--messages 20000] [--sets c] [--json]`.

Everything goes through the replay at the shipped settings: questions of the evaluation sets, whole or in pieces, said to the bot
or to nobody, answers of colleagues, and talk made up from pools. The same day for every run. Counted is what became of
each question, what the bot said that nobody wanted, and what was missed.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console

from benchmarks.outcomes import Count
from benchmarks.speaking import Line, played, read_lines, spoke
from bot.config_file import load
from bot.settings import HOME
from bot.transcript import InputLine
from handlers.times import SHANGHAI

MORNING = datetime(2026, 3, 2, 8, 30, tzinfo=SHANGHAI)
HOURS = 10
GROUPS, PEOPLE = 40, 1_500
QUESTIONS = 0.2  # share of turns that are questions; three known to one unknown
CALLS_US = 0.3  # of the questions
IN_PIECES = 0.25
ANSWERED_BY_A_COLLEAGUE = 0.3  # of the questions nobody said to us
NEXT_LINE = timedelta(seconds=7)

WHO = ("小王", "李姐", "老周", "阿芳", "张工", "陈总", "各位", "大家", "群主", "师傅")
THING = (
    "发票",
    "箱单",
    "提单",
    "合同",
    "报关资料",
    "装箱照片",
    "车牌",
    "司机电话",
    "付款水单",
    "样品",
    "快递单号",
    "委托书",
)
TALK = (
    *("{who}早", "{who}好", "早上好{who}", "辛苦{who}了", "{who}吃饭了没", "收到", "好的", "ok", "谢谢{who}", "哈哈哈哈"),
    *("{who} {thing}发我一下", "{thing}放前台了", "{thing}我明天给你", "{who} {thing}收到没", "{thing}刚寄出去", "谁拿了我的{thing}"),
    *("今天又要加班了", "这天气真热", "堵在路上了", "食堂今天有红烧肉", "周末谁去爬山", "明天降温多穿点", "终于下班了"),
    *("又查验了 唉", "总算放行了", "今天系统好慢", "这个月单子真多", "截单日最忙", "柜子提到了", "船又晚到了", "又改单 心累"),
    *("招跟单一名 包住", "低价出{thing}专用打印机", "专业代理 价格优惠 加微信", "拼箱到欧洲 有货私聊", "[图片]", "👍", "[微笑]"),
    *("{who} 开会了", "会议室改到三楼", "我请半天假", "{who} 你那边几点下班", "快递到了下楼拿", "打印机没墨了", "+1", "是的"),
)  # fmt: skip
REPLIES = (
    "可以的 我们上次就是这么办的",
    "要提前去窗口问一下",
    "不用 系统里直接点就行",
    "打12360问问 我们是这么解决的",
    "先准备材料再说",
)
OPENINGS = ("老师们好", "请问一下", "各位老师在吗", "请教个事", "打扰一下")


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A line of the day. `line`: the question it is or completes; None is talk, `opens` the first piece of a question."""

    heard: InputLine
    line: Line | None = None
    opens: bool = False


@dataclass(kw_only=True)
class Day:
    messages: int = 0
    decisions: dict[str, int] = field(default_factory=dict)
    talk: int = 0
    unwanted: int = 0  #: lines of talk that the bot answered
    questions: dict[str, Count] = field(default_factory=dict)
    cards: int = 0  #: what the desk read
    seconds: float = 0.0

    @property
    def figures(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "unwanted_per_1000": 1000 * self.unwanted / max(self.talk, 1),
            "ms_per_message": 1000 * self.seconds / max(self.messages, 1),
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--sets", default="c", help="which of the evaluation sets")
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    day = lived(composed(read_lines(wanted.sets), wanted.messages))
    Console().print_json(json.dumps(day.figures)) if wanted.json else Console().print(day.figures)
    return 0


def composed(lines: Sequence[Line], count: int) -> list[Spoken]:
    """The day's lines in the order they are said, the same for every run."""
    chance = random.Random(20260302)
    known = [line for line in lines if line.kind == "known"]
    unknown = [line for line in lines if line.kind == "unknown"]
    said: list[Spoken] = []
    while len(said) < count:
        at = MORNING + timedelta(hours=HOURS) * len(said) / count
        said += _turn(chance, at, known, unknown)
    return sorted(said[:count], key=lambda spoken: spoken.heard.at)


def lived(said: Sequence[Spoken]) -> Day:
    """Play it and count."""
    day, began = Day(messages=len(said)), time.perf_counter()
    results = played([spoken.heard for spoken in said], load(HOME / "config.yml", {}))
    for spoken, result in zip(said, results, strict=True):
        _count(day, spoken, result)
    day.seconds = time.perf_counter() - began
    return day


def _turn(chance: random.Random, at: datetime, known: list[Line], unknown: list[Line]) -> Iterator[Spoken]:
    """What one person says in one breath, and what a colleague may answer."""
    speaks = _voice(chance, at)
    if chance.random() >= QUESTIONS:
        yield Spoken(heard=_says(speaks, _talk(chance)))
        return
    line = chance.choice(known if chance.random() < 0.75 else unknown)
    to_bot = chance.random() < CALLS_US
    if chance.random() < IN_PIECES:
        yield Spoken(heard=_says(speaks, chance.choice(OPENINGS), mention=to_bot), opens=True)
        speaks = speaks.model_copy(update={"at": at + NEXT_LINE})
    yield Spoken(heard=_says(speaks, line.text, mention=to_bot), line=line)
    if not to_bot and chance.random() < ANSWERED_BY_A_COLLEAGUE:
        answers = _voice(chance, at + 5 * NEXT_LINE).model_copy(update={"group": speaks.group})
        yield Spoken(heard=_says(answers, chance.choice(REPLIES)))


def _voice(chance: random.Random, at: datetime) -> InputLine:
    sender = f"u{chance.randrange(PEOPLE)}"
    return InputLine(at=at, group=f"g{chance.randrange(GROUPS)}", sender=sender, name=sender)


def _talk(chance: random.Random) -> str:
    return chance.choice(TALK).format(who=chance.choice(WHO), thing=chance.choice(THING))


def _says(line: InputLine, text: str, *, mention: bool = False) -> InputLine:
    return line.model_copy(update={"text": text, "mention": mention})


def _count(day: Day, spoken: Spoken, result: dict[str, Any]) -> None:
    decision = str(result["decision"])
    day.decisions[decision] = day.decisions.get(decision, 0) + 1
    day.cards += sum(word["to"] != spoken.heard.group for word in result["said"])
    if spoken.line is not None:
        way = "to the bot" if spoken.heard.mention else "overheard"
        day.questions.setdefault(f"{spoken.line.kind}, {way}", Count()).add(spoken.line.right, result)
    elif not spoken.opens:
        day.talk += 1
        day.unwanted += spoke(result)


if __name__ == "__main__":
    main()
