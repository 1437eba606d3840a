"""The table of deadlines."""

from datetime import datetime
from itertools import product

import pytest

from handlers.tickets.rules import DEADLINES, Limit, TicketRules, TimeUnit, row
from handlers.tickets.words import Level, TicketClass
from handlers.times import SHANGHAI

RULES = TicketRules()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def done_by(ticket_class: TicketClass, grade: str, asked: str) -> datetime:
    return RULES.deadline(ticket_class, grade).done.due(at(asked), RULES.working).astimezone(SHANGHAI)


def test_what_is_in_every_handbook_is_answered_the_same_day() -> None:
    assert done_by(TicketClass.BASIC, "CC", "2026-03-02T09:10") == at("2026-03-02T17:30")


def test_a_question_after_hours_counts_from_the_next_morning() -> None:
    assert done_by(TicketClass.BASIC, "CC", "2026-03-06T18:00") == at("2026-03-09T17:30")


def test_a_question_just_before_closing_is_promised_what_can_be_kept() -> None:
    assert done_by(TicketClass.BASIC, "CC", "2026-03-02T17:20") == at("2026-03-03T09:50")


def test_what_is_urgent_is_answered_the_same_day_whatever_its_class() -> None:
    for ticket_class, importance in product(TicketClass, "ABC"):
        assert done_by(ticket_class, f"{importance}A", "2026-03-02T09:10") == at("2026-03-02T17:30")


def test_what_needs_consulting_is_answered_within_a_week() -> None:
    assert done_by(TicketClass.COMMON, "CC", "2026-03-02T09:10") == at("2026-03-09T17:30")
    assert done_by(TicketClass.INNOVATIVE, "BB", "2026-03-02T09:10") == at("2026-03-09T17:30")


def test_bb_plus_comes_sooner() -> None:
    assert done_by(TicketClass.PRACTICE, "BB", "2026-03-02T10:00") == at("2026-03-04T10:00")
    assert done_by(TicketClass.PRACTICE, "BC", "2026-03-02T10:00") == at("2026-03-09T17:30")


def test_a_holiday_longer_than_a_week_moves_the_week_to_the_first_working_day() -> None:
    assert done_by(TicketClass.COMMON, "CC", "2025-10-01T10:00") == at("2025-10-09T17:30")


def test_bb_plus_means_both_at_least_b() -> None:
    grades = [a + b for a in "ABC" for b in "ABC"]
    assert [grade for grade in grades if RULES.is_priority(grade)] == ["AA", "AB", "BA", "BB"]


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("30 working minutes", Limit(unit=TimeUnit.MINUTES, amount=30)),
        ("1 working day", Limit(unit=TimeUnit.DAYS, amount=1)),
        ("7 calendar days", Limit(unit=TimeUnit.CALENDAR_DAYS, amount=7)),
        (" same  day ", Limit(unit=TimeUnit.SAME_DAY)),
    ],
)
def test_limits_are_written_in_words(text: str, limit: Limit) -> None:
    assert Limit.parse(text) == limit
    assert Limit.parse(str(limit)) == limit


@pytest.mark.parametrize("text", ["", "soon", "2", "0 working days", "3 same day", "working days", "-1 working days"])
def test_a_limit_that_makes_no_sense_says_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="write for example: 2 working hours"):
        Limit.parse(text)


def test_a_table_with_a_hole_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="no deadline for basic AA"):
        TicketRules(deadlines=(row("1 working hour", "same day", TicketClass.COMMON),))
    assert TicketRules(deadlines=DEADLINES).deadlines == DEADLINES


def test_the_four_levels_follow_one_another() -> None:
    assert [level.label for level in Level] == ["首问自办", "责任单位分办", "工作专班督办", "领导小组决策"]
    assert Level.FIRST_ASKED.above == Level.UNIT
    assert Level.LEADING_GROUP.above is None
