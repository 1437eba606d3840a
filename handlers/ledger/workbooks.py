"""The workbooks that leaders get: the ledger with its figures, and the density table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.ledger import question_list
from handlers.ledger.breakdown import Dimension, breakdowns
from handlers.ledger.density import Across, Table, density
from handlers.ledger.figures import figures
from handlers.ledger.period import Period
from handlers.ledger.recurring import Again, recurring
from handlers.ledger.telling import MEANINGS, advice, figure_lines
from handlers.ledger.terms import Figures
from handlers.ledger.volunteers import Load, loads
from handlers.tickets.rules import TicketRules
from handlers.times import full_time
from knowledge_base.workbooks import Column, Format, Sheet, Value
from nlu.masking import mask

Tick = Callable[[int], object]
TOLD_EVERY = 500  # rows; a bar that moves at every row costs as much as the row
PART = Format.NUMBER
MOST_AGAIN = 1000  # questions that came again


def ledger(session: Session, period: Period, rules: TicketRules, *, now: datetime, tick: Tick) -> list[Sheet]:
    """问题清单台账, what it adds up to, by what, and by whom; `tick` hears how many tickets more are written."""
    columns = question_list.ledger(rules, question_list.names(session))
    return [
        Sheet(
            title="问题清单台账",
            columns=[told.column for told in columns],
            rows=_ticking(question_list.rows(session, period, columns), tick),
            count=question_list.count(session, period),
        ),
        _summary(figures(session, period, now=now), now),
        _broken_down(session, period, now),
        _volunteers(loads(session, period, now=now)),
        _recurring(recurring(session, period, limit=MOST_AGAIN)),
    ]


def densities(session: Session, period: Period, across: Sequence[Across]) -> list[Sheet]:
    """密度分布表, a sheet for each way of looking at it."""
    return [_density(density(session, period, one)) for one in across]


def _ticking(rows: Iterable[Sequence[Value]], tick: Tick) -> Iterator[Sequence[Value]]:
    for count, row in enumerate(rows, 1):
        yield row
        if count % TOLD_EVERY == 0:
            tick(TOLD_EVERY)


def _summary(found: Figures, now: datetime) -> Sheet:
    lines: list[Sequence[Value]] = [("期间", found.period.label, ""), ("统计时间", full_time(now), "")]
    lines += [(name, _countable(value), MEANINGS.get(name, "")) for name, value in figure_lines(found)]
    columns = [
        Column(title="指标", width=18),
        Column(title="数值", width=24, format=PART),
        Column(title="口径", width=70, format=Format.LONG),
    ]
    return Sheet(title="汇总", columns=columns, rows=lines, count=len(lines))


def _countable(said: str) -> Value:
    """A count as a number, for Excel to add up; a rate with its denominator stays as it is said."""
    return int(said) if said.isdecimal() else said


def _broken_down(session: Session, period: Period, now: datetime) -> Sheet:
    names = ("受理", "在办", "志愿者办结", "提问人确认", "默认办结", "不予受理", "在办超时", "已评价", "满意")
    rows = [
        (dimension.label, label, part.accepted, part.waiting, part.by_volunteer, part.confirmed, part.assumed,
         part.declined, part.overdue, part.rated, part.satisfied)
        for dimension, parts in breakdowns(session, period, list(Dimension), now=now).items()
        for label, part in parts
    ]  # fmt: skip
    columns = [Column(title="按", width=10), Column(title="分项", width=24)]
    columns += [Column(title=name, width=11, format=PART) for name in names]
    return Sheet(title="分项", columns=columns, rows=rows, count=len(rows))


def _volunteers(found: Sequence[Load]) -> Sheet:
    columns = [Column(title="志愿者", width=16)] + [
        Column(title=name, width=11, format=PART)
        for name in ("在办", "在办超时", "接单", "答复", "有时限的答复", "按时", "被评价", "星级", "表扬")
    ]
    rows = [
        (load.name, load.held, load.overdue, load.taken, load.answered, load.timed, load.in_time, load.rated,
         round(load.mean_stars, 2) if load.mean_stars is not None else None, load.praised)
        for load in found
    ]  # fmt: skip
    return Sheet(title="志愿者", columns=columns, rows=rows, count=len(rows))


def _recurring(found: Sequence[Again]) -> Sheet:
    columns = [
        Column(title="首次编号", width=9, format=PART), Column(title="主题", width=18),
        Column(title="问题", width=50, format=Format.LONG), Column(title="条目", width=14),
    ] + [Column(title=name, width=9, format=PART) for name in ("又问次数", "社群数", "重开", "差评")]  # fmt: skip
    rows = [
        (one.number, one.topic, mask(one.question), one.entry, one.times, one.communities, one.reopened, one.bad,
         "、".join(f"#{number}" for number in one.last), advice(one))
        for one in found
    ]  # fmt: skip
    columns += [Column(title="最近几件", width=20), Column(title="建议", width=30)]
    return Sheet(title="反复问题", columns=columns, rows=rows, count=len(rows))


def _density(table: Table) -> Sheet:
    columns = [Column(title="主题", width=30), Column(title="合计", width=9, format=PART)]
    columns += [Column(title=name, width=10, format=PART) for name in table.columns]
    rows: list[Sequence[Value]] = [(topic, sum(counts), *counts) for topic, counts in table.rows]
    total: Sequence[Value] = ("合计", table.total, *table.sums)
    return Sheet(title=f"主题×{table.across.label}", columns=columns, rows=[*rows, total], count=len(rows), below=1)
