"""Any sequence of verbs, roles and waiting: what must never happen does not happen."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.tables import Base
from handlers.base import Person
from handlers.outbox import PromiseKind, PromiseRow, PromiseState
from handlers.store import Store
from handlers.tickets.models import AskerRow, ClockRow, EventRow, TicketRow
from handlers.tickets.words import OPEN, AskerState, State, What
from nlu.understanding import Intent
from tests.rooms.test_tickets_in_the_database import CHIEF, LI, WANG, Office

PEOPLE = [Person(channel="qq", id=f"20{number}", name=f"企业{number}") for number in range(3)]
VERBS = [
    "接单 {n}", "回复 {n} 答案", "更正 {n} 新答案", "补充 {n} 合同", "转办 {n} 原因", "转办 {n} 给老王 原因", "接手 {n} 原因",
    "提级 {n} 原因", "定级 {n} AA", "定级 {n} CC", "分类 {n} 高频基础", "分类 {n} 创新", "不予受理 {n} 原因", "合并 {n} 到 {m}",
    "查看 {n}", "待办", "我的", "回复 {n}", "接单",
]  # fmt: skip
WISHES = [
    "进度", "催办", "没解决", "没解决 还报错", "评价 满意", "评价 1", "评价 不满意 太慢", "补充 合同号", "解决了", "满意", "没解决 {n}",
    "评价 {n} 非常满意", "催办 {n}", "补充 {n} 合同号",
]  # fmt: skip
numbers = st.integers(1, 6)


class Desk(RuleBasedStateMachine):
    @initialize()
    def opens(self) -> None:
        self.folder = TemporaryDirectory()
        self.store = Store(f"sqlite:///{Path(self.folder.name) / 'bot.db'}", durable=False)
        Base.metadata.create_all(self.store.engine)
        self.office = Office(self.store)
        self.count = 0

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @rule(who=st.sampled_from(PEOPLE))
    def asks(self, who: Person) -> None:
        self.office.asks("首单怎么报备", by=who)
        self.count += 1

    @precondition(lambda self: self.count > 0)
    @rule(who=st.sampled_from([LI, WANG, CHIEF]), verb=st.sampled_from(VERBS), n=numbers, m=numbers)
    def works(self, who: object, verb: str, n: int, m: int) -> None:
        before = self._tables()
        told = self.office.volunteer(who, verb.format(n=n, m=m))  # type: ignore[arg-type]
        assert told
        if self.office.refused:
            assert self._tables() == before, f"{verb} was refused and changed something"

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

    @invariant()
    def every_promise_is_held(self) -> None:
        with self.store.transaction() as session:
            every_asker_of_an_open_ticket_is_somebodys(session)
            no_ticket_is_closed_with_an_answer_on_its_way(session)
            somebody_is_accountable_once_it_was_taken(session)
            clocks_run_for_what_is_owed_and_for_nothing_else(session)
            each_is_invited_to_rate_once_at_most(session)
            ratings_and_states_agree(session)

    def _tables(self) -> dict[str, list[object]]:
        with self.store.transaction() as session:
            tables = [row.__table__ for row in (TicketRow, AskerRow, ClockRow, EventRow, PromiseRow)]
            return {str(table): [tuple(row) for row in session.execute(select(table))] for table in tables}


def every_asker_of_an_open_ticket_is_somebodys(session: Session) -> None:
    for asker in session.scalars(select(AskerRow)):
        ticket = session.get_one(TicketRow, asker.ticket_id)
        assert ticket.state != State.MERGED
        if asker.state == AskerState.OPEN:
            assert ticket.state in OPEN, f"{asker.name} waits for #{ticket.id}, which is {ticket.state}"


def no_ticket_is_closed_with_an_answer_on_its_way(session: Session) -> None:
    for asker in session.scalars(select(AskerRow).where(AskerRow.state == AskerState.ASSUMED)):
        row = session.get_one(PromiseRow, asker.answer_promise)
        assert row.state == PromiseState.SENT


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
        for clock in clocks:
            assert clock.due > clock.started_at
            assert clock.stopped_at is None or clock.stopped_at >= clock.started_at
            assert clock.stopped_at is None or clock.warn_at is clock.breach_at is None
            assert (clock.paused_at is not None) <= (ticket.state == State.NEEDS_MATERIAL or clock not in running)


def each_is_invited_to_rate_once_at_most(session: Session) -> None:
    invited = session.execute(
        select(EventRow.ticket_id, EventRow.after).where(EventRow.what == What.RATING_ASKED)
    ).all()
    homes = session.execute(select(AskerRow.name, AskerRow.rating_asked_at)).all()
    assert len(invited) == sum(asked is not None for _, asked in homes)


def ratings_and_states_agree(session: Session) -> None:
    for ticket in session.scalars(select(TicketRow).where(TicketRow.state == State.CONFIRMED)):
        askers = session.scalars(select(AskerRow).where(AskerRow.ticket_id == ticket.id)).all()
        assert {asker.state for asker in askers} == {AskerState.CONFIRMED}


TestDesk = Desk.TestCase
TestDesk.settings = settings(
    max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
