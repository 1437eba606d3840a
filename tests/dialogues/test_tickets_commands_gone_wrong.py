"""Wrong numbers, closed tickets, half commands, two at once, odd numerals: one helpful line, nothing changed."""

import pytest
from sqlalchemy import func, select

from handlers.outbox import PromiseKind, PromiseRow
from handlers.tickets.models import AskerRow, ClockRow, TicketEventRow, TicketRow
from handlers.tickets.verbs import USAGES, Takes, Verb
from tests.world import Room, World, Worlds, colleague

PEOPLE = [*map(colleague, ("老李", "老王")), colleague("老陈", chief=True)]
QUESTION = "转人工 保税再制造首单怎么报备"


@pytest.fixture
def world(worlds: Worlds) -> World:
    """#1 waits, #2 is 老王's, #3 is confirmed."""
    world = worlds(volunteers=PEOPLE)
    for name in ("小王", "小张", "小刘"):
        world.group.says(name, f"转人工 {name}问保税再制造首单怎么报备")
    world.desk.says("老王", "接单 2")
    world.desk.says("老王", "回复 3 要报备")
    world.group.says("小刘", "评价 满意")
    world.desk.hears()
    return world


def tables(world: World) -> list[object]:
    """Everything but replies to the desk."""
    with world.store.transaction() as session:
        kept = [tuple(row) for table in (TicketRow, AskerRow, ClockRow, TicketEventRow) for row in session.execute(
            select(table.__table__).order_by(table.__table__.c.id))]  # fmt: skip
        said = session.scalar(select(func.count()).where(PromiseRow.kind != PromiseKind.REPLY))
        return [*kept, said]


@pytest.mark.parametrize("number", ["99", "九十九号", "#９９", "999999999"])
def test_a_number_nobody_has(world: World, desk: Room, number: str) -> None:
    before = tables(world)
    for verb in (verb for verb, usage in USAGES.items() if usage.takes == Takes.TICKET):
        desk.says("老陈", f"{verb} {number} {'到 5' if verb == Verb.MERGE else '某某'}")
        [told] = desk.hears()
        assert told.startswith("@老陈 没有找到工单 #"), verb
    assert tables(world) == before


def test_who_mistypes_an_answer_hears_that_nobody_was_told(world: World, desk: Room) -> None:
    card = world.group.says("小周", "转人工 首单要备案吗")["n"]
    before = tables(world)
    desk.hears()
    desk.says("老王", "会复 2 要报备")
    told = ["@老王 “会复”没看懂，没有发给提问人。要答复请发：回复 2 内容"]
    assert desk.hears() == told
    assert desk.says("老王", "会复 2 要报备", quotes=card)["reason"] == "refused"
    assert desk.hears() == told
    desk.says("老王", "汇复 要备案", quotes=card)
    assert desk.hears() == ["@老王 “汇复”没看懂，没有发给提问人。要答复请发：回复 4 内容"]
    assert "工单不用手动关" in desk.says("老王", "结案 2", quotes=card)["said"][0]["text"]
    for talk in ("回付 12 万美元的那票谁跟", "会复 3 天内到账", "会复核 2 的"):
        assert desk.says("老王", talk)["decision"] == "silent", talk
    assert tables(world) == before


def test_every_verb_says_how_it_is_typed_when_the_number_is_missing(world: World, desk: Room) -> None:
    before = tables(world)
    for verb, usage in USAGES.items():
        if usage.takes == Takes.TICKET and verb != Verb.MERGE:
            desk.says("老陈", str(verb))
            assert desk.hears() == [
                f"@老陈 要{verb}哪一单？请带上号码，例如：{usage.example(verb)}；或引用那张工单再发“{verb}”。"
            ]
    assert tables(world) == before


#: Verbs that need no more than the number.
ENOUGH = {
    Verb.TAKE, Verb.SHOW, Verb.COMMON, Verb.SINGLE, Verb.ON_THE_SPOT, Verb.WITHDRAW, Verb.APPROVE, Verb.ANSWER_PUBLIC,
    Verb.UNMERGE, Verb.ALIKE, Verb.CONTACT, Verb.GRANT,
}  # fmt: skip


def test_every_verb_says_what_is_missing_behind_the_number(world: World, desk: Room) -> None:
    before = tables(world)
    for verb, usage in USAGES.items():
        if usage.takes == Takes.TICKET and usage.rest and verb not in ENOUGH:
            assert desk.says("老陈", f"{verb} 1")["reason"] == "refused", verb
            [told] = desk.hears()
            assert "例如：" in told or "还缺" in told or "没有" in told, told
    assert tables(world) == before


def test_nobody_works_on_a_colleagues_ticket(world: World, desk: Room) -> None:
    before = tables(world)
    for said in ("接单 2", "回复 2 我来", "补充 2 合同", "不予受理 2 不归", "转办 2 太忙", "延期 2 3天 等批复", "进展 2 在办",
                 "合并 2 到 1", "联系 2", "当场清 2 可以"):  # fmt: skip
        desk.says("老李", said)
        [told] = desk.hears()
        assert told == "@老李 #2 由老王在办。要换人，请他发“转办 2 原因”，或请值班长发“接手 2 原因”。", said
    assert tables(world) == before


def test_a_closed_ticket_stays_closed(world: World, desk: Room) -> None:
    before = tables(world)
    for said in ("接单 3", "回复 3 再答", "补充 3 合同", "提级 3 原因", "定级 3 AA", "会商 3 议题", "牵头 3 商检组",
                 "节点 3 3月10日 方案", "延期 3 3天 原因", "进展 3 在办", "退回 3 原因", "转办 3 原因"):  # fmt: skip
        desk.says("老王", said)
        [told] = desk.hears()
        assert told.startswith(("@老王 #3 已确认，没有改动。要改正或补充请发：更正 3", "@老王 没有“商检组”这个单位")), (
            told
        )
    assert tables(world) == before


def test_two_commands_in_a_line(world: World, desk: Room) -> None:
    before = tables(world)
    for said in ("接单 1 3", "接单 1、接单 3", "1号3号我来", "回复 1 可以\n回复 2 不可以", "当场清 1 可以\n接单 2", "同意延期 1 2",
                 "回复 1 可以；接单 2", "回复 1、2 可以"):  # fmt: skip
        desk.says("老陈", said)
        assert desk.hears() == ["@老陈 一条消息只办一件事，请分开发。没有改动。"], said
    assert tables(world) == before


@pytest.mark.parametrize(
    "said", ["属性＃１ 难度Ａ", "一号 属性 难度A", "属性 第１号：难度a", "#１ 属性 难度A", "属性 一 难度A"]
)
def test_numerals_of_every_kind_mean_the_ticket(desk: Room, said: str) -> None:
    desk.says("老李", said)
    assert desk.hears() == ["@老李 #1 难度 A。"]


def test_quoting_something_else_is_talk_and_a_verb_under_it_is_asked_about(world: World, desk: Room) -> None:
    before = tables(world)
    line = desk.says("老王", "今天食堂吃啥")
    assert desk.says("老李", "面条", quotes=line["n"], quotes_line=True)["decision"] == "silent"
    assert desk.says("老李", "接单", quotes=line["n"], quotes_line=True)["reason"] == "refused"
    assert desk.hears() == ["@老李 要接单哪一单？请带上号码，例如：接单 12；或引用那张工单再发“接单”。"]
    assert tables(world) == before


def test_a_quote_and_a_number_that_name_two_tickets_are_asked_about(world: World, desk: Room) -> None:
    card = world.group.says("小周", "转人工 首单要备案吗")["n"]
    before = tables(world)
    desk.hears()
    desk.says("老王", "回复 2 要备案", quotes=card)
    assert desk.hears() == ["@老王 您引用的是 #4，写的是 2 号，没有发出。答复 #4 请去掉号码，答复 #2 请不要引用。"]
    assert tables(world) == before


def test_strangers_learn_nothing_from_any_verb(world: World, desk: Room) -> None:
    before = tables(world)
    for verb, usage in USAGES.items():
        desk.says("路人", usage.example(verb, 1))
        assert desk.hears() == ["@路人 这个操作只有登记过的志愿者能用。需要开通请联系管理员。"], verb
    assert desk.says("路人", "还有哪些没办")["decision"] == "silent"
    assert tables(world) == before


def test_volunteers_hear_of_every_chiefs_verb_that_it_is_not_theirs(world: World, desk: Room) -> None:
    before = tables(world)
    for verb, usage in USAGES.items():
        if usage.rights:
            desk.says("老李", usage.example(verb, 1))
            [told] = desk.hears()
            assert told.startswith(f"@老李 “{verb}”要由值班长来"), told
    assert tables(world) == before


def test_an_askers_number_that_is_not_his_tells_him_nothing(world: World, group: Room) -> None:
    before = tables(world)
    group.hears()
    for said in ("进度 2", "催办 2", "没解决 2", "评价 2 满意", "追评 2 满意", "表扬 2 好"):
        group.asks_bot("小王", said)
        told = group.hears()
        assert told == ["@小王 没有找到您的问题 #2。回复“进度”可以看您自己的问题。"], said
    assert tables(world) == before


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("完成 2", "回复 2 答案"),
        ("取消 #2", "不予受理 2 原因"),
        ("撤回答复 2", "更正 2 正确的答案"),
        ("暂停 2 等港务回电", "延期 2 3天 原因"),
        ("恢复2号", "补齐 2 补充了什么"),
        ("备注 2 打过电话了", "进展 2 办到哪一步"),
        ("催一下 2", "督办 2 要求"),
    ],
)
def test_words_of_other_systems_are_told_what_does_it_here(world: World, desk: Room, said: str, instead: str) -> None:
    before = tables(world)
    desk.says("老王", said)
    [told] = desk.hears()
    assert f"发“{instead}”" in told
    assert told.endswith("没有改动。")
    assert tables(world) == before


def test_what_its_handler_takes_for_done_is_not_and_others_may_talk(world: World, desk: Room) -> None:
    desk.says("老王", "接单 2")
    desk.hears()
    for said in ("2号已经电话答复了", "#2 办完了", "2 已处理"):
        desk.says("老王", said)
        assert desk.hears() == [
            "@老王 #2 还没有记成答复：请把答的内容发来，“回复 2 内容”，提问人也会收到。没有改动。"
        ], said
    for said in ("5号办完了", "2号已经电话答复了吗"):
        desk.says("老王", said)
    desk.says("老李", "2号办完了")
    assert desk.hears() == []


def test_colleagues_who_count_things_are_left_alone(desk: Room) -> None:
    for said in ("跟进 2 个客户", "完成 2 票了", "继续 2 天", "记录 2 份"):
        desk.says("老王", said)
    assert desk.hears() == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("合并 2 到", "要并到哪一单？例如：合并 2 到 5"),
        (
            "结案 2",
            "工单不用手动关：发“回复 2 答案”，提问人确认或到期后就办结；不归我们办的发“不予受理 2 原因”。没有改动。",
        ),
        ("转办 2 给", "“给”后面还缺姓名或组名，例如：转办 12 给 李老师 属于商检业务"),
        ("转办 2 给 张三 他熟", "没有找到“张三”，请写登记过的姓名、工号或组名。没有改动。"),
        ("延期 2 到3月1日 忙不过来", "3月1日（周日）17:30 已经过了，请写以后的日子。"),
        ("节点 2 3月1日 交方案", "2026-03-01 已经过了，请写以后的日子。"),
        (
            "转入 文号：转字1号 期限：2月27日 企业：某公司 问题：手册怎么延",
            "期限 2026-02-27 已经过了，请写以后的日子。",
        ),
    ],
)
def test_days_gone_by_and_people_nobody_knows(world: World, desk: Room, said: str, told: str) -> None:
    before = tables(world)
    desk.says("老王", said)
    assert desk.hears() == [f"@老王 {told}"]
    assert tables(world) == before
