"""Any sequence of verbs, roles and waiting: what must never happen does not happen."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.tables import Base
from handlers.base import Person
from handlers.ledger.breakdown import Dimension, breakdown
from handlers.ledger.figures import figures
from handlers.ledger.period import Period
from handlers.members.directory import Right, Volunteer
from handlers.outbox import PromiseKind, PromiseRow, PromiseState
from handlers.store import Store
from handlers.tickets.clock import WorkingTime
from handlers.tickets.models import AskerRow, ClockRow, SupervisionRow, TicketEventRow, TicketRow
from handlers.tickets.recounting import recounting
from handlers.tickets.routing import Routing, Unit
from handlers.tickets.verbs import USAGES, Takes, Verb
from handlers.tickets.words import OPEN, AskerState, ClockKind, State, What
from handlers.times import local_day
from nlu.understanding import Intent
from tests.office import CHIEF, DIRECTORY, LI, RULES, WANG, Office, added

PEOPLE = [Person(channel="qq", id=f"20{number}", name=f"企业{number}") for number in range(3)]
LEADER = Volunteer(address="qq:104", name="李老师", rights=frozenset({Right.LEADER}))
OPERATOR = Volunteer(address="qq:105", name="王老师", rights=frozenset({Right.OPERATOR}))
TEAM = [LI, WANG, CHIEF, LEADER, OPERATOR]
STRANGER = Person(channel="qq", id="999", name="路人")
UNITS = tuple(Unit(name=name, people=(Person.at(LI.address),)) for name in ("商检组", "卫检组", "食品组"))
OFFICE = replace(RULES, routing=Routing(units=UNITS))
HOUSE = replace(DIRECTORY, volunteers={one.address: one for one in TEAM})

MORE = [
    "转办 {n} 给老王 原因", "转办 {n} 给商检组 原因", "定级 {n} AA", "定级 {n} CC", "分类 {n} 创新", "合并 {n} 到 {m}", "回复 {n}", "接单",
    "确认回复 {n}", "延期 {n} 20天 等批复", "指定 {n} 给老王 原因", "更正 {n} 新答案", "督办 {n} 快办",
]  # fmt: skip
WISHES = [
    "进度", "催办", "没解决", "没解决 还报错", "评价 满意", "评价 1", "评价 不满意 太慢", "补充 合同号", "解决了", "满意", "没解决 {n}",
    "评价 {n} 非常满意", "催办 {n}", "补充 {n} 合同号", "投诉 老李态度不好", "建议 开个专窗",
]  # fmt: skip
numbers = st.integers(1, 6)
verbs = st.sampled_from([*Verb, None, None, None])


class Desk(RuleBasedStateMachine):
    @initialize()
    def opens(self) -> None:
        self.folder = TemporaryDirectory()
        self.store = Store(f"sqlite:///{Path(self.folder.name) / 'bot.db'}", durable=False)
        Base.metadata.create_all(self.store.engine)
        self.office = Office(self.store, directory=HOUSE, rules=OFFICE)
        self.office.later(timedelta())
        self.count = 0
        self.told: list[int] = []

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @rule(who=st.sampled_from(PEOPLE))
    def asks(self, who: Person) -> None:
        self.office.asks("首单怎么报备", by=who)
        self.count += 1

    @precondition(lambda self: self.count > 0)
    @rule(who=st.sampled_from(TEAM), verb=verbs, other=st.sampled_from(MORE), n=numbers, m=numbers)
    def works(self, who: Volunteer, verb: Verb | None, other: str, n: int, m: int) -> None:
        before = self._tables()
        text = USAGES[verb].example(verb, n) if verb else other.format(n=n, m=m)
        told = self.office.volunteer(who, text)
        assert told, f"{who.name} heard nothing to {text}"
        if verb is not None and not USAGES[verb].allows(who):
            assert self.office.refused, f"{who.name} may not {text}"
        if self.office.refused:
            assert self._tables() == before, f"{text} was refused and changed something"
        elif verb is not None and USAGES[verb].takes == Takes.PERIOD:
            assert self._tables() | {"outbox": []} == before | {"outbox": []}, f"{text} changed something"

    @precondition(lambda self: self.count > 0)
    @rule(who=st.sampled_from([STRANGER, *PEOPLE]), verb=st.sampled_from(list(Verb)), n=numbers)
    def stranger_works(self, who: Person, verb: Verb, n: int) -> None:
        before = self._tables()
        told = self.office.volunteer(who, USAGES[verb].example(verb, n))
        assert told == "这个操作只有登记过的志愿者能用。需要开通请联系管理员。"
        assert self._tables() == before

    @precondition(lambda self: self.count > 0)
    @rule(who=st.sampled_from(PEOPLE), wish=st.sampled_from(WISHES), n=numbers)
    def wishes(self, who: Person, wish: str, n: int) -> None:
        self.office.asker(wish.format(n=n), by=who, intent=Intent.STATEMENT)

    @rule(hours=st.integers(1, 200), delivered=st.booleans())
    def waits(self, hours: int, *, delivered: bool) -> None:
        if delivered:
            self.office.deliver()
        self.office.later(timedelta(hours=hours))
        assert self.office.later(timedelta()) == 0, "a job did something twice"

    @precondition(lambda self: self.count > 0)
    @rule()
    def loses_an_answer(self) -> None:
        with self.store.transaction() as session:
            on_its_way = (PromiseRow.kind == PromiseKind.ANSWER) & (PromiseRow.state == PromiseState.DUE)
            session.execute(update(PromiseRow).where(on_its_way).values(state=PromiseState.FAILED))
        self.office.later(timedelta())

    @rule()
    def changes_the_calendar_and_back(self) -> None:
        tomorrow = local_day(self.office.now) + timedelta(days=1)
        before = self._dues()
        self.office.rules = replace(OFFICE, working=WorkingTime(days_off=frozenset({tomorrow})))
        self._restarts()
        self.office.rules = OFFICE
        self._restarts()
        assert self._dues() == before

    def _restarts(self) -> None:
        with self.store.transaction() as session:
            for job in recounting(self.office.rules, HOUSE):
                job.run(session, self.office.now)

    @invariant()
    def every_promise_is_held(self) -> None:
        with self.store.transaction() as session:
            every_asker_of_an_open_ticket_is_somebodys(session)
            no_ticket_is_closed_with_an_answer_on_its_way(session)
            whoever_was_answered_has_an_answer(session)
            somebody_is_accountable_once_it_was_taken(session)
            clocks_run_for_what_is_owed_and_for_nothing_else(session)
            each_is_invited_to_rate_once_at_most(session)
            ratings_and_states_agree(session)
            one_supervision_at_a_time(session)
            figures_add_up(session, self.office)
            self._nothing_that_happened_is_forgotten(session)

    def _nothing_that_happened_is_forgotten(self, session: Session) -> None:
        rows = session.execute(select(TicketEventRow.__table__).order_by(TicketEventRow.id)).all()
        told = [hash(tuple(row)) for row in rows]
        assert told[: len(self.told)] == self.told
        self.told = told

    def _dues(self) -> list[Any]:
        with self.store.reading() as session:
            return [tuple(row) for row in session.execute(select(ClockRow.id, ClockRow.due).order_by(ClockRow.id))]

    def _tables(self) -> dict[str, list[object]]:
        with self.store.transaction() as session:
            tables = [
                row.__table__ for row in (TicketRow, AskerRow, ClockRow, TicketEventRow, PromiseRow, SupervisionRow)
            ]
            return {str(table): [tuple(row) for row in session.execute(select(table))] for table in tables}


def every_asker_of_an_open_ticket_is_somebodys(session: Session) -> None:
    for asker in session.scalars(select(AskerRow)):
        ticket = session.get_one(TicketRow, asker.ticket_id)
        assert ticket.state != State.MERGED
        if asker.state == AskerState.OPEN:
            assert ticket.state in OPEN, f"{asker.name} waits for #{ticket.id}, which is {ticket.state}"


def no_ticket_is_closed_with_an_answer_on_its_way(session: Session) -> None:
    for asker in session.scalars(select(AskerRow).where(AskerRow.state == AskerState.ASSUMED)):
        if not asker.by_hand:
            row = session.get_one(PromiseRow, asker.answer_promise)
            assert row.state == PromiseState.SENT


def whoever_was_answered_has_an_answer(session: Session) -> None:
    answered = (AskerState.ANSWERED, AskerState.CONFIRMED, AskerState.ASSUMED)
    for asker in session.scalars(select(AskerRow).where(AskerRow.state.in_(answered))):
        if asker.by_hand:
            assert asker.told_at is not None
        else:
            row = session.get_one(PromiseRow, asker.answer_promise)
            assert row.kind == PromiseKind.ANSWER
            assert (session.get_one(TicketRow, asker.ticket_id).answer or "") in row.text


def somebody_is_accountable_once_it_was_taken(session: Session) -> None:
    for ticket in session.scalars(select(TicketRow)):
        taken = ticket.first_responder is not None
        assert (ticket.handler is not None) == taken
        assert taken or ticket.state in (State.WAITING, State.MERGED)


def clocks_run_for_what_is_owed_and_for_nothing_else(session: Session) -> None:
    for ticket in session.scalars(select(TicketRow)):
        clocks = session.scalars(select(ClockRow).where(ClockRow.ticket_id == ticket.id)).all()
        running = [clock for clock in clocks if clock.stopped_at is None]
        kinds = [clock.kind for clock in running]
        assert len(kinds) == len(set(kinds)), f"#{ticket.id} has two clocks of a kind"
        assert bool(running) == (ticket.state in OPEN)
        assert (ClockKind.RESOLUTION in kinds) == (ticket.state in OPEN)
        for clock in clocks:
            a_clock_is_never_negative(clock)
            assert (clock.paused_at is not None) <= (ticket.state == State.NEEDS_MATERIAL or clock not in running)


def a_clock_is_never_negative(clock: ClockRow) -> None:
    assert clock.due > clock.started_at
    assert clock.stopped_at is None or clock.stopped_at >= clock.started_at
    assert clock.stopped_at is None or clock.warn_at is clock.breach_at is None
    if clock.spare_minutes is not None and clock.stopped_at is not None:
        assert (clock.spare_minutes >= 0) >= (clock.stopped_at <= clock.due)
    moments = [moment for pause in clock.pauses for moment in pause]
    assert all(early <= late for early, late in pairwise(moments)), "it stood still twice at once"


def each_is_invited_to_rate_once_at_most(session: Session) -> None:
    invited = session.execute(
        select(TicketEventRow.ticket_id, TicketEventRow.after).where(TicketEventRow.what == What.RATING_ASKED)
    ).all()
    homes = session.execute(select(AskerRow.name, AskerRow.rating_asked_at)).all()
    assert len(invited) == sum(asked is not None for _, asked in homes)


def ratings_and_states_agree(session: Session) -> None:
    for ticket in session.scalars(select(TicketRow).where(TicketRow.state == State.CONFIRMED)):
        askers = session.scalars(select(AskerRow).where(AskerRow.ticket_id == ticket.id)).all()
        assert {asker.state for asker in askers} == {AskerState.CONFIRMED}


def one_supervision_at_a_time(session: Session) -> None:
    on = Counter(session.scalars(select(SupervisionRow.ticket_id).where(SupervisionRow.ended_at.is_(None))))
    assert all(count == 1 for count in on.values())
    for row in session.scalars(select(SupervisionRow)):
        assert (row.ended_at is None) == (row.remind_at is not None)


def figures_add_up(session: Session, office: Office) -> None:
    ever = Period(first=date(2026, 1, 1), last=local_day(office.now))
    found = figures(session, ever, now=office.now)
    states = session.scalars(select(AskerRow.state)).all()
    assert found.cohort.accepted == len(states)
    assert found.cohort.waiting == states.count(AskerState.OPEN)
    assert found.cohort.confirmed == states.count(AskerState.CONFIRMED)
    assert found.cohort.assumed == states.count(AskerState.ASSUMED)
    owed = [ticket for ticket in session.scalars(select(TicketRow)) if ticket.state in OPEN]
    assert found.stock.after == len(owed)
    assert found.stock.before == 0
    assert min(found.stock.returned, found.stock.answered, found.stock.joined) >= 0
    by_class = breakdown(session, ever, Dimension.CLASS, now=office.now)
    assert added(by_class) == found.cohort


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=8, stateful_step_count=16, suppress_health_check=list(HealthCheck))
