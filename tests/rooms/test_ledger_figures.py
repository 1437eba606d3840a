"""What a day's tickets add up to, on SQLite and PostgreSQL alike."""

from datetime import date, timedelta

import pytest

from handlers.ledger.breakdown import Dimension, breakdown
from handlers.ledger.density import Across, density
from handlers.ledger.figures import ages, figures
from handlers.ledger.period import Period, day, month, read_period
from handlers.ledger.telling import four, statistics
from handlers.ledger.terms import Cohort, Figures, Kept, Rate, Stock
from handlers.ledger.volunteers import loads
from handlers.tickets.triage import Triage
from handlers.tickets.words import Mark, TicketClass
from tests.office import LI, Office, a_day_of_work, added, person

MONDAY, MARCH = day(date(2026, 3, 2)), month(date(2026, 3, 2))


def figures_now(office: Office, period: Period = MARCH) -> Figures:
    with office.store.reading() as session:
        return figures(session, period, now=office.now)


def test_every_question_is_in_exactly_one_place(office: Office) -> None:
    a_day_of_work(office)
    found = figures_now(office).cohort
    assert found == Cohort(
        waiting=2, by_volunteer=1, confirmed=2, declined=1, reopened=1, once=3, rated=2, satisfied=1, unrated=2
    )  # fmt: skip
    assert (found.accepted, found.answered, found.replied) == (6, 3, 4)


def test_silence_is_assumed_and_never_counted_as_satisfied(office: Office) -> None:
    a_day_of_work(office)
    office.later(timedelta(days=8))
    found = figures_now(office).cohort
    assert (found.by_volunteer, found.assumed, found.confirmed) == (0, 1, 2)
    assert str(found.satisfied_rate) == "50.0%（1/2）"
    assert found.unrated == 2  # the bad rating is of one that waits again


def test_the_four_ways_to_end_stand_side_by_side(office: Office) -> None:
    a_day_of_work(office)
    office.later(timedelta(days=8))
    assert four(figures_now(office)) == "志愿者办结 0｜提问人确认 2｜默认办结 1｜超时 2"


def test_stock_and_increment_add_up(office: Office) -> None:
    a_day_of_work(office)
    assert figures_now(office, MONDAY).stock == Stock(before=0, opened=6, returned=1, answered=5, joined=0, after=2)
    office.now += timedelta(days=1)
    office.asks("问题 6", by=person(6))
    office.volunteer(LI, "合并 7 到 6")
    tuesday = figures_now(office, day(date(2026, 3, 3))).stock
    assert tuesday == Stock(before=2, opened=1, returned=0, answered=0, joined=1, after=2)


def test_promises_of_time_are_kept_or_late_or_still_open(office: Office) -> None:
    urgent = Triage(ticket_class=TicketClass.COMMON, importance=Mark.C, urgency=Mark.A)
    for number in range(3):
        office.asks(f"急 {number}", by=person(number), triage=urgent)  # taken by 09:30, answered by 17:30
    office.now += timedelta(minutes=10)
    office.volunteer(LI, "回复 1 可以")
    office.now += timedelta(hours=9)
    office.volunteer(LI, "回复 2 可以")
    office.asks("不急", by=person(4))
    found = figures_now(office)
    assert found.first_response == Kept(kept=1, late=2)
    assert found.resolution == Kept(kept=1, late=2)
    assert str(found.resolution.rate) == "33.3%（1/3）"


def test_a_joined_question_still_counts_for_whoever_asked_it(office: Office) -> None:
    office.asks("首单怎么报备", by=person(1))
    office.asks("首单要报备吗", by=person(2))
    office.volunteer(LI, "合并 2 到 1")
    office.volunteer(LI, "回复 1 要")
    office.asker("评价 满意", by=person(2))
    found = figures_now(office).cohort
    assert (found.accepted, found.by_volunteer, found.confirmed) == (2, 1, 1)


def test_parts_add_up_to_the_whole(office: Office) -> None:
    a_day_of_work(office)
    with office.store.reading() as session:
        whole = figures(session, MARCH, now=office.now).cohort
        for dimension in Dimension:
            parts = breakdown(session, MARCH, dimension, now=office.now)
            assert added(parts) == whole, dimension
        assert [label for label, _ in breakdown(session, MARCH, Dimension.GRADE, now=office.now)] == ["CC"]
        assert [label for label, _ in breakdown(session, MARCH, Dimension.CLASS, now=office.now)] == ["共性咨询"]
        assert [label for label, _ in breakdown(session, MARCH, Dimension.PLATFORM, now=office.now)] == ["qq"]


def test_a_volunteer_has_what_he_holds_and_the_stars_he_got(office: Office) -> None:
    a_day_of_work(office)
    with office.store.reading() as session:
        li, wang = loads(session, MARCH, now=office.now)
    assert (li.name, li.taken, li.answered, li.held, li.in_time, li.timed) == ("老李", 4, 4, 1, 4, 4)
    assert (li.rated, li.mean_stars) == (2, 3.5)
    assert (wang.name, wang.taken, wang.answered, wang.mean_stars) == ("老王", 1, 0, None)


def test_density_counts_every_question_once_and_shows_quiet_days(office: Office) -> None:
    origin = Triage(ticket_class=TicketClass.BASIC, importance=Mark.C, urgency=Mark.C, topic="原产地")
    for number in range(3):
        office.asks(f"产地证 {number}", by=person(number), triage=origin)
    office.now += timedelta(days=2)
    office.asks("别的", by=person(4))
    with office.store.reading() as session:
        by_day = density(session, Period(first=date(2026, 3, 2), last=date(2026, 3, 4)), Across.TIME)
        by_class = density(session, MARCH, Across.CLASS)
    assert by_day.columns == ["3-02", "3-03", "3-04"]
    assert by_day.rows == [("原产地", [3, 0, 0]), ("未定主题", [0, 0, 1])]
    assert (by_day.total, by_day.sums) == (4, [3, 0, 1])
    assert (by_class.columns, by_class.rows) == (["高频基础", "共性咨询"], [("原产地", [3, 0]), ("未定主题", [0, 1])])


def test_the_stock_is_told_by_its_age(office: Office) -> None:
    office.asks("问题 1")
    office.now += timedelta(days=10)
    office.asks("问题 2")
    with office.store.reading() as session:
        assert dict(ages(session, now=office.now)) == {
            "1 天内": 1,
            "1–3 天": 0,
            "3–7 天": 0,
            "7–15 天": 1,
            "15 天以上": 0,
        }


def test_a_period_without_questions_has_rates_of_nothing(office: Office) -> None:
    assert "办结率 —（0 件）" in statistics(figures_now(office))
    assert str(Rate(part=5358, whole=5462)) == "98.1%（5358/5462）"


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("今天", "2026-03-02", "2026-03-02"),
        ("昨天", "2026-03-01", "2026-03-01"),
        ("上周", "2026-02-23", "2026-03-01"),
        ("本月", "2026-03-01", "2026-03-31"),
        ("上个月", "2026-02-01", "2026-02-28"),
        ("12月", "2025-12-01", "2025-12-31"),
        ("2024年2月", "2024-02-01", "2024-02-29"),
        ("去年", "2025-01-01", "2025-12-31"),
        ("2026-01-05 到 2026-01-09", "2026-01-05", "2026-01-09"),
        ("12月30日至1月2日", "2025-12-30", "2026-01-02"),
    ],
)
def test_periods_are_read_as_people_name_them(said: str, first: str, last: str) -> None:
    period = read_period(said, today=date(2026, 3, 2))
    assert period == Period(first=date.fromisoformat(first), last=date.fromisoformat(last))


@pytest.mark.parametrize("said", ["", "写好了", "13月", "2月30日", "3月5日到3月", "2026-03-05到2026-03-01"])
def test_what_is_no_period_is_none(said: str) -> None:
    assert read_period(said, today=date(2026, 3, 2)) is None
