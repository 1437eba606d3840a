"""What counts as a command in a desk, and what is talk."""

import pytest

from handlers.tickets.commands import Command, holds_another, read_command
from handlers.tickets.grade_words import read_class, read_grade
from handlers.tickets.quoting import Quoting, read_quoting
from handlers.tickets.verbs import Verb
from handlers.tickets.words import Mark, TicketClass

TAKE_12 = Command(verb=Verb.TAKE, number=12)


@pytest.mark.parametrize(
    "text",
    [
        "接单 12", "接单12", "接单#12", "接单 ＃１２", "接单：12", "接单 12号", "接单12号。", "受理 12", "领12",
        "接单 十二号", "接单 十二", "十二号 接单", "12 接单", "#12 接单", "请受理12", "接单 工单12", "我接 12",
        "接单　１２", "我来接单 12", "认领 no.12", "接单 第12号", "接 12",
    ],
)  # fmt: skip
def test_a_ticket_is_taken_in_many_words(text: str) -> None:
    assert read_command(text) == TAKE_12


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("回复 12 可以改单", 12, "可以改单"),
        ("回复12，可以改单，不罚款。", 12, "可以改单，不罚款。"),
        ("答复 #12：①合同 ②发票", 12, "①合同 ②发票"),
        ("#12 回复 可以改单", 12, "可以改单"),
        ("回复一百零三号 可以", 103, "可以"),
        ("回复 12 3天内办结", 12, "3天内办结"),
        ("回复 12\n第一条\n第二条", 12, "第一条\n第二条"),
        ("回复12可以改单", 12, "可以改单"),
        ("回复 12", 12, ""),
    ],
)
def test_an_answer_keeps_its_words(text: str, number: int, rest: str) -> None:
    assert read_command(text) == Command(verb=Verb.ANSWER, number=number, rest=rest)


@pytest.mark.parametrize(
    "text",
    [
        "今天接单的人呢", "接单真累", "回复一下客户", "回复12条消息了", "接3个电话", "合并一下吧", "12点开会",
        "查了半天", "补充一下弹药", "分类很乱啊", "帮助他一下", "三号线停了", "12", "辛苦了", "", "看一下",
        "转办的事怎么说", "我的12号到", "我的天", "处置建议 3 条，大家看看", "提案 3 份已交办公室", "建议书 2 份已打印",
        "建议书 3 本，都盖了章", "还有哪些材料没交", "还有哪些问题", "手册超期了怎么办", "没办手册的有哪些企业", "哪些没办的记得签字",
        "还有什么问题没解决吗", "还有什么没解决的吗？", "还有哪些没办吗", "超期多少", "还有几个没了",
        "12号怎么样", "12号谁值班", "办得怎么样了", "月报发过了", "满意率挺高",
    ],
)  # fmt: skip
def test_talk_among_colleagues_is_no_command(text: str) -> None:
    assert read_command(text) is None


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("还有哪些没办，为什么？", Verb.BACKLOG),
        ("目前有多少在办", Verb.BACKLOG),
        ("还剩几个没办结的 卡在哪了", Verb.BACKLOG),
        ("哪几件超期了，什么原因", Verb.LATE),
        ("超期多少件", Verb.LATE),
        ("今天到期的有哪些", Verb.TODAY),
        ("目前还有什么问题没解决？", Verb.BACKLOG),
        ("把没办完的工单都列出来", Verb.BACKLOG),
        ("积压了多少件，为什么", Verb.BACKLOG),
        ("有没有超期的", Verb.LATE),
        ("哪些快到期了", Verb.TODAY),
        ("我手上还有哪些", Verb.MINE),
        ("我还有几件没办完", Verb.MINE),
    ],
)
def test_a_leader_asks_for_a_list_in_his_own_words(text: str, verb: Verb) -> None:
    assert read_command(text) == read_command(text, quotes_ticket=True) == Command(verb=verb, in_words=True)


@pytest.mark.parametrize(
    "text",
    ["12号谁在办", "#12 什么情况", "十二号办到哪一步了？", "为什么12号还没办", "12号办得怎么样", "看一下12号工单"],
)
def test_one_ticket_is_asked_after(text: str) -> None:
    assert read_command(text) == Command(verb=Verb.SHOW, number=12, in_words=True)


@pytest.mark.parametrize("text", ["什么情况", "这个谁在办", "办到哪了"])
def test_the_quoted_ticket_is_asked_after(text: str) -> None:
    assert read_command(text, quotes_ticket=True) == Command(verb=Verb.SHOW, in_words=True)
    assert read_command(text) is None


@pytest.mark.parametrize(
    ("text", "verb", "days"),
    [
        ("本月办了多少件，满意率多少", Verb.STATISTICS, "本月"),
        ("今天收到多少问题？", Verb.STATISTICS, "今天"),
        ("上周办得怎么样", Verb.STATISTICS, "上周"),
        ("上个月的月报", Verb.MONTHLY, "上个月"),
        ("发一下日报", Verb.DAILY, ""),
    ],
)
def test_figures_are_asked_for(text: str, verb: Verb, days: str) -> None:
    assert read_command(text) == Command(verb=verb, rest=days, in_words=True)


@pytest.mark.parametrize("proposed", ["本案先放行", "个案处理", "单证齐全即放行", "3 天内放行", ""])
def test_a_proposal_may_begin_like_a_count(proposed: str) -> None:
    assert read_command(f"建议书 12 {proposed}") == Command(verb=Verb.PROPOSE, number=12, rest=proposed)


@pytest.mark.parametrize("text", ["接单", "回复", "转办", "定级", "合并", "补充", "不予受理", "查看"])
def test_a_verb_alone_is_half_a_command(text: str) -> None:
    command = read_command(text)
    assert command is not None
    assert (str(command.verb), command.number, command.rest) == (text, None, "")


@pytest.mark.parametrize(
    "text",
    ["把12号合并到5号", "合并 12 到 5", "合并12到5", "12 合并到 5", "合并 #12 #5", "合并 十二号 到 五号", "12 并入 5"],
)
def test_two_numbers_are_joined(text: str) -> None:
    assert read_command(text) == Command(verb=Verb.MERGE, number=12, other=5)


@pytest.mark.parametrize(
    "text", ["转办 12 给 老王 他懂", "12号转给老王，他懂", "把12号转给老王，他懂", "#12 转办给老王 他懂"]
)
def test_a_ticket_is_handed_over_by_name(text: str) -> None:
    command = read_command(text)
    assert command is not None
    assert (command.verb, command.number, command.rest.replace("，", " ").replace("给老", "给 老")) == (
        Verb.HAND_OVER, 12, "给 老王 他懂",
    )  # fmt: skip


def test_a_shift_ends_in_the_words_people_use() -> None:
    shift = Command(verb=Verb.SHIFT, rest="给老王")
    assert read_command("交班给老王") == read_command("下班了，交班给老王") == shift
    assert read_command("交班的事再说") is None


def test_several_are_joined_at_once() -> None:
    joined = Command(verb=Verb.MERGE, number=12, more=(13,), other=5)
    assert read_command("合并 12 13 到 5") == read_command("12、13 并入 5") == joined


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("接单", Command(verb=Verb.TAKE)),
        ("提级 拿不准", Command(verb=Verb.RAISE, rest="拿不准")),
        ("定级AB", Command(verb=Verb.GRADE, rest="AB")),
        ("分类 海关实务", Command(verb=Verb.CLASSIFY, rest="海关实务")),
        ("合并到 5", Command(verb=Verb.MERGE, other=5)),
        ("补充：合同和发票", Command(verb=Verb.ASK, rest="合同和发票")),
        ("转给老王，他懂", Command(verb=Verb.HAND_OVER, rest="给 老王，他懂")),
        ("转办给老王 他懂", Command(verb=Verb.HAND_OVER, rest="给老王 他懂")),
    ],
)
def test_quoting_a_card_the_verb_needs_no_number(text: str, command: Command) -> None:
    assert read_command(text, quotes_ticket=True) == command


@pytest.mark.parametrize(
    "text",
    ["补充材料后可以改单", "答复时限是三天", "分类不同，税率不同", "可以", "受理后 3 天办结", "还有哪些材料没交"],
)
def test_quoting_a_card_an_answer_may_begin_like_a_verb(text: str) -> None:
    assert read_command(text, quotes_ticket=True) is None


@pytest.mark.parametrize(
    ("text", "another"),
    [
        ("接单 12 13", True),
        ("接单 12、接单 13", True),
        ("回复 12 可以\n回复 13 不可以", True),
        ("回复 12 可以\n第二，要盖章", False),
        ("接单 12 马上看", False),
        ("回复 12 回复时限是三天", False),
        ("回复 12 可以；接单 13", True),
        ("回复 12、13 可以", True),
        ("回复 十二号和十三号 可以", True),
        ("回复 12 和 13 可以", True),
        ("回复 12、13 单证齐全即可", True),
        ("回复 12、13 位编码都要", False),
        ("12、13 接单", True),
        ("#12、#13 回复 可以", True),
        ("建议书 12 13", True),
        ("共性 12、13", True),
        ("延期 12、13 3天", True),
        ("延期 12 13 3天 等批复", True),
        ("转办 12 13 给 李老师", True),
        ("转办 12 3 组 他们懂", False),
        ("延期 12 2026-12-25 等批复", False),
        ("延期 12 3 天 等批复", False),
        ("完成节点 12 1", False),
        ("统计 2026", False),
        ("回复 12 9610", False),
        ("回复 12 9610 出口可以走", False),
        ("回复 12 和 3 号窗口联系即可", False),
        ("回复 12 与 3 号口岸联系", False),
        ("回复 12、20 英尺柜可以", False),
        ("回复 12 和 2 名同事来", False),
        ("回复 12 及 2 号公告", False),
        ("回复 12 请备好：\n补充 3 份合同；查 12360", False),
        ("回复 12 可以\n13 接单", True),
        ("回复 12 可以\n13 回复 不可以", True),
        ("回复 12 可以；#13 转办 给 李老师 他懂", True),
        ("回复 12 可以\n请转办 13 给 李老师", True),
        ("回复 12 可以\n回 13 不可以", True),
        ("回复 12 可以；接 13", True),
        ("回复 12 可以\n回复 13 单证齐全即可", True),
        ("回复 12 可以\n回复 13 个人不行", True),
        ("回复 12 可以；回复 13 期限是三天", True),
        ("回复 12 可以\n转办 13 组长 原因", True),
        ("回复 12 可以\n补充 13 单证和发票", True),
        ("回复 12 可以\n延期 13 3天 等批复", True),
        ("回复 12 可以\n查看 13", True),
        ("回复 12 请先办；补充 2 套单证\n补充 3 张发票", False),
        ("回复 12 请先办；查询 12360 热线；联系 12360", False),
        ("回复 12 请先办\n请联系 3 号窗口；看 3 号公告", False),
        ("回复 12 请先办；答复 3 至 5 天内给出\n延期 3 天即可", False),
        ("回复 12 请先办：\n1、补充：合同\n2. 联系：货代", False),
    ],
)
def test_a_message_holds_one_command(text: str, *, another: bool) -> None:
    command = read_command(text)
    assert command is not None
    assert holds_another(command) is another


@pytest.mark.parametrize("text", ["AB", "ab", "A B", "a/b", "重要A 紧急B", "A级B级"])
def test_grades_are_read(text: str) -> None:
    assert read_grade(text) == (Mark.A, Mark.B)


@pytest.mark.parametrize("text", ["", "A", "AD", "ABC", "高"])
def test_what_is_no_grade_is_not_read_as_one(text: str) -> None:
    assert read_grade(text) is None


def test_classes_are_read_by_name_part_and_place() -> None:
    assert [read_class(text) for text in ("海关实务", "实务", "3", "三类")] == [TicketClass.PRACTICE] * 4
    assert [read_class(text) for text in ("高频基础", "共性咨询问题", "创新性问题")] == [
        TicketClass.BASIC,
        TicketClass.COMMON,
        TicketClass.INNOVATIVE,
    ]
    assert read_class("其他") is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("可以，走单一窗口修撤单。", Quoting.ANSWER),
        ("不用交", Quoting.ANSWER),
        ("好的，已经查到，今天放行", Quoting.ANSWER),
        ("我来", Quoting.TAKE),
        ("我看一下", Quoting.TAKE),
        ("收到", Quoting.TALK),
        ("👍", Quoting.TALK),
        ("这个谁懂", Quoting.UNSURE),
        ("@老张 你看看", Quoting.UNSURE),
        ("您的报关单是哪天报的？", Quoting.UNSURE),
        ("已经回了", Quoting.UNSURE),
        ("和12号是一个问题", Quoting.UNSURE),
        ("请提供合同和发票", Quoting.UNSURE),
        ("让他补合同", Quoting.UNSURE),
        ("这个归税收组", Quoting.UNSURE),
        ("我不熟，交给老王吧", Quoting.UNSURE),
        ("请到窗口办理", Quoting.ANSWER),
        ("已联系船公司，明天可以提货", Quoting.ANSWER),
        ("请补缴税款后再申请", Quoting.ANSWER),
    ],
)
def test_what_is_said_under_a_card(text: str, meant: Quoting) -> None:
    assert read_quoting(text) == meant
