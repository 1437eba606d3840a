"""Volunteers with names and rights, on SQLite and PostgreSQL alike."""

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import func, select

from handlers import inbox, sending
from handlers.base import Attachment, Conversation, Group, Message, Person, Policy, Quoted, Role, Turn
from handlers.errors import Refusal
from handlers.members.directory import Directory, Right, Volunteer
from handlers.mind import Mind
from handlers.outbox import PromiseKind, PromiseRow
from handlers.store import Store
from handlers.tickets.arriving import open_ticket
from handlers.tickets.asker import AskerChat
from handlers.tickets.desk import DeskChat
from handlers.tickets.jobs import jobs
from handlers.tickets.models import AskerRow, EventRow, TicketRow
from handlers.tickets.rules import Receiver, TicketRules
from handlers.tickets.triage import Triage
from handlers.tickets.words import Level, Mark, Origin, State, TicketClass, What
from handlers.times import local_day
from nlu.understanding import Intent
from tests.fakes import Intents, Nothing

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # Monday, nine in Shanghai
GROUP, DESK = Conversation.group("qq", "7"), Conversation.group("qq", "8")
CHIEFS = Conversation.group("qq", "9")
LI = Volunteer(address="qq:101", name="老李", number="007")
WANG = Volunteer(address="qq:102", name="老王")
CHIEF = Volunteer(address="qq:103", name="陈班长", rights=frozenset({Right.VOLUNTEER, Right.DUTY_CHIEF}))
ASKER = Person(channel="qq", id="201", name="小赵")
DIRECTORY = Directory(
    groups={
        GROUP: Group(conversation=GROUP, name="直通车一群", policy=Policy.PROACTIVE),
        DESK: Group(conversation=DESK, name="坐席群", role=Role.DESK),
    },
    volunteers={volunteer.address: volunteer for volunteer in (LI, WANG, CHIEF)},
    desk=DESK,
)
RULES = TicketRules(
    receivers={
        Level.UNIT: (Receiver(name="值班长", people=(Person(channel="qq", id="103", name="陈班长"),)),),
        Level.TASK_FORCE: (Receiver(name="专班", conversation=CHIEFS),),
    }
)


@dataclass
class Office:
    """The two chats on one database; what was said there last is in `heard`."""

    store: Store
    now: datetime = NOW
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    refused: bool = False
    directory: Directory = DIRECTORY
    rules: TicketRules = RULES

    def asks(self, question: str, *, by: Person = ASKER, triage: Triage | None = None) -> int:
        message = self._message(GROUP, by, question)
        with self.store.transaction() as session:
            [inbox_id] = inbox.store(session, [message], now=self.now)
            assert inbox_id is not None
            ticket = open_ticket(
                session, question=question, message=message, inbox_id=inbox_id, group=self.directory.group(GROUP), desk=DESK,
                triage=triage or Triage(ticket_class=TicketClass.COMMON, importance=Mark.C, urgency=Mark.C),
                origin=Origin.ASKED, rules=self.rules, now=self.now,
            )  # fmt: skip
            return ticket.id

    def volunteer(self, who: Volunteer | Person, text: str, *, about: int | None = None) -> str:
        """What the desk hears back, a refusal included; empty for silence."""
        person = who if isinstance(who, Person) else Person(channel="qq", id=who.address[3:], name=who.name)
        return self._says(DeskChat(self.directory, self.rules), DESK, person, text, about=about)

    def asker(
        self, text: str, *, by: Person = ASKER, about: int | None = None, intent: Intent = Intent.SMALL_TALK,
        attachments: tuple[Attachment, ...] = (),
    ) -> str:  # fmt: skip
        handler = AskerChat(self.directory, self.rules)
        return self._says(handler, GROUP, by, text, about=about, intent=intent, attachments=attachments)

    def _says(
        self, handler: DeskChat | AskerChat, where: Conversation, who: Person, text: str, *, about: int | None,
        intent: Intent = Intent.SMALL_TALK, attachments: tuple[Attachment, ...] = (),
    ) -> str:  # fmt: skip
        message = replace(self._message(where, who, text), attachments=attachments)
        mind = Mind(Intents(intent), Nothing())
        self.refused = False
        try:
            with self.store.transaction() as session:
                [inbox_id] = inbox.store(session, [message], now=self.now)
                assert inbox_id is not None
                turn = Turn(
                    message=message, inbox_id=inbox_id, group=self.directory.group(where), session=session, now=self.now,
                    thought=mind.think(text, on=local_day(self.now)), mind=mind,
                    quoted=Quoted(promise_id=0, ticket=about, caused_by=None) if about else None,
                )  # fmt: skip
                handler(turn)
                replies = select(PromiseRow).where(
                    PromiseRow.caused_by == inbox_id,
                    PromiseRow.conversation == str(where),
                    PromiseRow.kind == PromiseKind.REPLY,
                )
                return "".join(row.text for row in session.scalars(replies))
        except Refusal as refusal:
            self.refused = True
            return str(refusal)

    def deliver(self) -> None:
        """The platform takes everything that was promised."""
        with self.store.transaction() as session:
            for row in session.scalars(select(PromiseRow)).all():
                sending.taken(session, row.id, platform_id=str(row.id), now=self.now)

    def later(self, wait: timedelta) -> int:
        """Time passes and every job runs once; how much they did."""
        self.now += wait
        with self.store.transaction() as session:
            return sum(job.run(session, self.now) for job in jobs(self.rules, self.directory))

    def ticket(self, id: int) -> TicketRow:
        with self.store.transaction() as session:
            return session.get_one(TicketRow, id)

    def told(self, where: Conversation) -> list[tuple[str, list[str]]]:
        """First lines of what was promised there, and who is called."""
        with self.store.transaction() as session:
            rows = session.scalars(
                select(PromiseRow).where(PromiseRow.conversation == str(where)).order_by(PromiseRow.id)
            )
            return [(row.text.split("\n")[0], [person["name"] for person in row.mention]) for row in rows]

    def _message(self, where: Conversation, who: Person, text: str) -> Message:
        return Message(id=f"m{next(self.numbers)}", conversation=where, sender=who, text=text, sent_at=self.now)


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def test_an_answer_is_signed_with_name_and_number(office: Office) -> None:
    id = office.asks("首单怎么报备")
    assert (
        office.volunteer(LI, "先备案再报", about=id) == f"#{id} 已答复，发给了提问人。要改正请发：更正 {id} 正确的答案"
    )
    with office.store.transaction() as session:
        [answer] = session.scalars(select(PromiseRow).where(PromiseRow.kind == PromiseKind.ANSWER))
        assert (answer.ticket, answer.quote) == (id, "m1")
        assert answer.mention == [{"id": "201", "name": "小赵"}]
        assert "—— 志愿者 老李（工号 007）" in answer.text


def test_joining_keeps_the_earlier_promise_and_the_higher_level(office: Office) -> None:
    urgent = Triage(ticket_class=TicketClass.COMMON, importance=Mark.C, urgency=Mark.A)
    slow, fast = office.asks("首单怎么报备"), office.asks("明天截关，首单怎么报", triage=urgent)
    office.volunteer(LI, f"提级 {fast} 拿不准")
    office.volunteer(LI, f"合并 {fast} 到 {slow}")
    assert office.ticket(slow).level == Level.UNIT
    assert "请在 今天 17:30 前答复" in office.volunteer(LI, f"接单 {slow}")


def test_two_commands_in_one_message_change_nothing(office: Office) -> None:
    first, second = office.asks("首单怎么报备"), office.asks("再制造怎么报")
    refused = "一条消息只办一件事，请分开发。没有改动。"
    assert office.volunteer(LI, f"回复 {first} 可以\n回复 {second} 不可以") == refused
    assert office.volunteer(LI, f"接单 {first} {second}") == refused
    assert [office.ticket(id).state for id in (first, second)] == [State.WAITING, State.WAITING]


def test_a_telephone_in_a_name_is_not_shown(office: Office) -> None:
    office.asks("首单怎么报备", by=Person(channel="qq", id="202", name="张三13812345678"))
    with office.store.transaction() as session:
        [card] = session.scalars(select(PromiseRow.text))
    assert "来自：直通车一群 · 张三****5678" in card


def test_strangers_in_a_desk_learn_nothing(office: Office) -> None:
    id = office.asks("首单怎么报备")
    stranger = Person(channel="qq", id="999", name="路人")
    refused = "这个操作只有登记过的志愿者能用。需要开通请联系管理员。"
    for text in (f"接单 {id}", "接单 99", "待办", f"查看 {id}"):
        assert office.volunteer(stranger, text) == refused
    assert office.volunteer(stranger, "先备案", about=id) == refused
    assert office.volunteer(stranger, "大家好") == ""
    assert office.ticket(id).state == State.WAITING


def test_a_hand_over_to_a_colleague_waits_for_him(office: Office) -> None:
    id = office.asks("首单怎么报备")
    office.volunteer(LI, f"接单 {id}")
    assert office.volunteer(LI, f"转办 {id} 给老王").startswith(f"转办要写原因，例如：转办 {id} 给老王")
    assert office.volunteer(LI, f"转办 {id} 给老王 他熟悉") == f"#{id} 已请老王接手，接手前仍由您负责。"
    assert office.volunteer(CHIEF, f"接单 {id}").startswith(f"#{id} 由老李在办。")
    assert office.ticket(id).handler == LI.address
    assert office.volunteer(WANG, f"接单 {id}").startswith(f"#{id} 由老王办理")
    ticket = office.ticket(id)
    assert (ticket.first_responder, ticket.handler, ticket.offered_to) == (LI.address, WANG.address, None)


def test_only_a_duty_chief_takes_a_ticket_from_somebody(office: Office) -> None:
    id = office.asks("首单怎么报备")
    office.volunteer(LI, f"接单 {id}")
    assert office.volunteer(WANG, f"接手 {id} 我来") == (
        f"“接手”要由值班长来；也可以请在办的同事发“转办 {id} 给 您的名字 原因”。没有改动。"
    )
    assert office.volunteer(CHIEF, f"接手 {id}") == f"“接手”后面还缺内容，例如：接手 {id} 原因"
    assert office.volunteer(CHIEF, f"接手 {id} 老李请假").startswith(f"#{id} 改由陈班长办理")
    assert "接手" in office.volunteer(CHIEF, "帮助")
    assert "接手" not in office.volunteer(WANG, "帮助")


def test_each_level_has_its_receivers(office: Office) -> None:
    id = office.asks("首单怎么报备")
    assert office.volunteer(LI, f"提级 {id} 拿不准") == f"#{id} 已提到“责任单位分办”。"
    assert office.volunteer(LI, f"提级 {id} 拿不准") == f"#{id} 已提到“工作专班督办”。"
    assert office.told(DESK)[1] == (f"【提级 #{id}】老李：拿不准", ["陈班长"])
    assert office.told(CHIEFS) == [(f"【提级 #{id}】老李：拿不准", [])]
    assert office.volunteer(LI, f"提级 {id} 拿不准") == f"#{id} 已提到“领导小组决策”。"
    assert office.volunteer(LI, f"提级 {id} 拿不准") == f"#{id} 已在最高一级“领导小组决策”。"


def test_of_many_who_take_one_ticket_one_wins(office: Office) -> None:
    id = office.asks("首单怎么报备")
    answers: dict[str, str] = {}
    start = threading.Barrier(2)

    def take(who: Volunteer) -> None:
        start.wait()
        answers[who.name] = office.volunteer(who, f"接单 {id}")

    threads = [threading.Thread(target=take, args=(who,)) for who in (LI, WANG)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = office.ticket(id).handler_name
    loser = {"老李": "老王", "老王": "老李"}[winner or ""]
    assert answers[winner or ""].startswith(f"#{id} 由{winner}办理")
    assert answers[loser].startswith(f"#{id} 由{winner}在办。")
    with office.store.transaction() as session:
        taken = select(func.count()).where(EventRow.what == What.TAKEN)
        assert session.scalar(taken) == 1


def test_two_schedulers_do_not_ask_for_a_rating_twice(office: Office) -> None:
    for number in range(5):
        office.asks(f"问题 {number}", by=Person(channel="qq", id=f"30{number}", name=f"企业{number}"))
    for id in range(1, 6):
        office.volunteer(LI, f"回复 {id} 可以")
    office.deliver()
    office.now += timedelta(minutes=31)
    start = threading.Barrier(2)
    done: list[int] = []

    def run() -> None:
        start.wait()
        with office.store.transaction() as session:
            done.append(sum(job.run(session, office.now) for job in jobs(RULES, DIRECTORY)))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with office.store.transaction() as session:
        invited = session.scalars(select(PromiseRow.mention).where(PromiseRow.kind == PromiseKind.FOLLOW_UP)).all()
    assert sorted(mention[0]["name"] for mention in invited) == [f"企业{number}" for number in range(5)]
    assert sum(done) == 15  # five invitations, and ten clocks that stopped


def test_an_answer_still_on_its_way_is_not_asked_about(office: Office) -> None:
    id = office.asks("首单怎么报备")
    office.volunteer(LI, f"回复 {id} 可以")
    assert office.later(timedelta()) == 2  # its two clocks have stopped and are measured
    assert office.later(timedelta(hours=2)) == 0
    office.deliver()
    assert office.later(timedelta(minutes=29)) == 0
    assert office.later(timedelta(minutes=2)) == 1


def test_every_job_knows_when_it_is_next_wanted(office: Office) -> None:
    by_name = {job.name: job for job in jobs(RULES, DIRECTORY)}

    def next_due() -> dict[str, datetime | None]:
        with office.store.transaction() as session:
            return {name: job.next_due(session) for name, job in by_name.items()}

    assert set(next_due().values()) == {None}
    id = office.asks("首单怎么报备")  # 4 working hours to be taken, 7 calendar days to be answered
    due = next_due()
    assert due["ticket_warnings"] == datetime(2026, 3, 2, 5, 30, tzinfo=UTC)
    assert due["ticket_breaches"] == datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
    office.volunteer(LI, f"补充 {id} 合同")
    assert next_due()["ticket_material"] == NOW + RULES.material_wait
    office.volunteer(LI, f"回复 {id} 可以")
    office.deliver()
    due = next_due()
    assert due["ticket_ratings"] == NOW + RULES.rating_after
    assert due["ticket_silence"] == NOW + RULES.auto_close
    assert (due["ticket_warnings"], due["ticket_breaches"], due["ticket_material"]) == (None, None, None)


def test_the_next_line_of_who_was_asked_for_material_is_that(office: Office) -> None:
    id = office.asks("首单怎么报备")
    office.volunteer(LI, f"补充 {id} 请发合同")
    assert office.asker("合同 HT-1", by=Person(channel="qq", id="555", name="别人"), intent=Intent.STATEMENT) == ""
    assert office.asker("谢谢", intent=Intent.THANKS) == ""
    assert office.asker("手册怎么展期", intent=Intent.QUESTION) == ""
    assert office.ticket(id).state == State.NEEDS_MATERIAL
    assert office.asker("合同 HT-1", intent=Intent.STATEMENT) == f"收到，已转给办理 #{id} 的志愿者。"
    assert office.ticket(id).state == State.HANDLING
    assert office.asker("今天真冷", intent=Intent.STATEMENT) == ""


def test_a_picture_is_material_too(office: Office) -> None:
    id = office.asks("首单怎么报备")
    office.volunteer(LI, f"补充 {id} 请发合同照片")
    assert office.asker("", attachments=(Attachment.IMAGE,)) == f"收到，已转给办理 #{id} 的志愿者。"
    with office.store.transaction() as session:
        added = session.scalars(select(EventRow.why).where(EventRow.what == What.ADDED)).all()
    assert added == ["（附图片，请到原群查看）"]


def test_quoting_what_the_bot_said_is_about_that_ticket(office: Office) -> None:
    id = office.asks("首单怎么报备")
    assert office.asker("我们是维修企业", about=id, intent=Intent.STATEMENT) == f"收到，已转给办理 #{id} 的志愿者。"
    assert office.asker("好的", about=id) == ""
    office.volunteer(LI, f"回复 {id} 先备案")
    assert "已重新交给志愿者" in office.asker("那备案要多久", about=id, intent=Intent.FOLLOW_UP)
    assert office.ticket(id).state == State.REOPENED
    office.volunteer(LI, f"回复 {id} 三天")
    assert office.asker("满意", about=id) == f"谢谢您的评价，#{id} 已办结。"


def test_thanks_confirm_only_a_volunteers_answer_of_late(office: Office) -> None:
    id = office.asks("首单怎么报备")
    assert office.asker("谢谢老师", intent=Intent.THANKS) == ""
    office.volunteer(LI, f"回复 {id} 先备案")
    assert office.asker("谢谢老师，我先试试", intent=Intent.THANKS) == ""
    office.now += timedelta(days=2)
    assert office.asker("谢谢老师", intent=Intent.THANKS) == ""
    assert office.asker("谢谢老师", intent=Intent.THANKS, about=id) == f"好的，#{id} 记为已解决。有新问题随时说。"


def test_other_words_mean_the_same_to_who_has_a_matter_with_us(office: Office) -> None:
    stranger = Person(channel="qq", id="555", name="别人")
    id = office.asks("首单怎么报备")
    assert office.asker("我那事办到哪了", intent=Intent.STATUS).startswith(f"#{id}（首单怎么报备）：待受理")
    assert office.asker("怎么还没人理我", intent=Intent.PRESS).startswith(f"已帮您催办 #{id}")
    for intent in (Intent.STATUS, Intent.PRESS, Intent.NOT_SOLVED, Intent.THANKS, Intent.RATING, Intent.WANT_PERSON):
        assert office.asker("怎么样了", by=stranger, intent=intent) == ""
    office.volunteer(LI, f"回复 {id} 先备案")
    assert office.asker("照做了还是不行", intent=Intent.NOT_SOLVED).startswith(f"抱歉没帮上忙，#{id}")


def test_what_two_askers_say_stays_with_each(office: Office) -> None:
    other = Person(channel="qq", id="202", name="小钱")
    first, second = office.asks("首单怎么报备"), office.asks("再制造首单怎么报", by=other)
    office.volunteer(LI, f"合并 {second} 到 {first}")
    office.volunteer(LI, f"回复 {first} 先备案")
    office.asker("评价 满意", by=other)
    with office.store.transaction() as session:
        rows = session.scalars(select(AskerRow).order_by(AskerRow.id)).all()
        assert [(row.name, row.ticket_id, row.home_id, row.rating and row.rating.label) for row in rows] == [
            ("小赵", first, first, None),
            ("小钱", first, second, "满意"),
        ]
    assert office.ticket(first).state == State.ANSWERED
    office.asker("评价 非常满意")
    assert office.ticket(first).state == State.CONFIRMED
