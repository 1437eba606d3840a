"""统计、台账、密度、反复、工作量、日报、周报、月报: for those who answer for the service."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TypeVar

from handlers.ledger import recurring, telling
from handlers.ledger.breakdown import Dimension, breakdown
from handlers.ledger.density import Across, density
from handlers.ledger.digests import digest, report
from handlers.ledger.figures import ages, figures, overdue
from handlers.ledger.period import EXAMPLES, Period, month, read_period, week
from handlers.ledger.volunteers import loads
from handlers.tickets import lists
from handlers.tickets.desk_lists import listed
from handlers.tickets.desk_request import DeskRequest
from handlers.tickets.refusals import HalfACommand
from handlers.tickets.verbs import Verb
from handlers.times import local_day

_KNOWN = "|".join(dict.fromkeys(one.label for one in (*Dimension, *Across)))
_BY = re.compile(rf"按({_KNOWN}|\w{{1,4}})")
By = TypeVar("By")


def _statistics(request: DeskRequest) -> str:
    by, period = _by(request, {one.label: one for one in Dimension}), _period(request, "本月")
    if by is None:
        return telling.statistics(figures(request.session, period, now=request.now))
    return telling.parts(period.label, by, breakdown(request.session, period, by, now=request.now))


def _ledger(request: DeskRequest) -> str:
    """What is owed, the most important first, under the period's numbers."""
    session, now = request.session, request.now
    found = figures(session, _period(request, "本月"), now=now)
    page = lists.owed(session, request.rules, to=request.viewer)
    return "\n".join(
        [
            f"【台账 {found.period.label}】受理 {found.cohort.accepted} 件，办结率 {found.cohort.solved_rate}",
            telling.four(found),
            telling.aged(ages(session, now=now), overdue(session, now=now)),
            *listed(page, request),
            "完整的表格请找运营导出。",
        ]
    )


def _density(request: DeskRequest) -> str:
    across = _by(request, {one.label: one for one in Across}) or Across.TIME
    return telling.dense(density(request.session, _period(request, "本月"), across))


def _again(request: DeskRequest) -> str:
    period = _period(request, "本月")
    found = recurring.recurring(request.session, period, limit=telling.TOPICS)
    return telling.again(period.label, recurring.count(request.session, period), found)


def _loads(request: DeskRequest) -> str:
    period = _period(request, "本月")
    return telling.people(period.label, loads(request.session, period, now=request.now))


def _daily(request: DeskRequest) -> str:
    return digest(request.session, _period(request, "今天"), "日报", now=request.now)


def _weekly(request: DeskRequest) -> str:
    period = week(_period(request, "本周").first)
    return report(request.session, period, week(period.first - timedelta(days=1)), "周报", now=request.now)


def _monthly(request: DeskRequest) -> str:
    period = month(_period(request, "本月").first)
    return report(request.session, period, month(period.first - timedelta(days=1)), "月报", now=request.now)


def _by(request: DeskRequest, known: Mapping[str, By]) -> By | None:
    """What follows 按."""
    found = _BY.search(request.command.rest)
    if found is None:
        return None
    if found[1] not in known:
        raise HalfACommand(
            f"不能按“{found[1]}”分，可以按{'、'.join(known)}。例如：{request.command.verb} 按{next(iter(known))}"
        )
    return known[found[1]]


def _period(request: DeskRequest, default: str) -> Period:
    said = _BY.sub("", request.command.rest).strip() or default
    period = read_period(said, today=local_day(request.now))
    if period is None:
        raise HalfACommand(f"看不懂期间“{said}”，可以写：{EXAMPLES}。例如：{request.command.verb} {default}")
    return period


BARE: dict[Verb, Callable[[DeskRequest], str]] = {
    Verb.STATISTICS: _statistics,
    Verb.LEDGER: _ledger,
    Verb.DENSITY: _density,
    Verb.AGAIN: _again,
    Verb.LOADS: _loads,
    Verb.DAILY: _daily,
    Verb.WEEKLY: _weekly,
    Verb.MONTHLY: _monthly,
}
