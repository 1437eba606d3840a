"""What askers say and what time does to their tickets, on SQLite and PostgreSQL alike."""

import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from handlers.base import Attachment, Person
from handlers.outbox import PromiseKind, PromiseRow
from handlers.tickets.jobs import jobs
from handlers.tickets.models import AskerRow, TicketEventRow
from handlers.tickets.words import State, What
from nlu.understanding import Intent
from tests.office import DIRECTORY, LI, NOW, RULES, Office


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
        added = session.scalars(select(TicketEventRow.why).where(TicketEventRow.what == What.ADDED)).all()
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
