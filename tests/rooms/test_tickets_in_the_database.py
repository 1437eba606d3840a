"""Volunteers with names and rights, on SQLite and PostgreSQL alike."""

import threading

from sqlalchemy import func, select

from handlers.base import Person
from handlers.members.directory import Volunteer
from handlers.outbox import PromiseKind, PromiseRow
from handlers.tickets.models import TicketEventRow
from handlers.tickets.triage import Triage
from handlers.tickets.words import Level, Mark, State, TicketClass, What
from tests.office import CHIEF, CHIEFS, DESK, LI, WANG, Office


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
        taken = select(func.count()).where(TicketEventRow.what == What.TAKEN)
        assert session.scalar(taken) == 1
