"""A question the bot cannot answer travels to the desk, and the answer travels back to who asked."""

from tests.world import Room, World, Worlds, colleague

QUESTION = "转人工 保税再制造首单怎么报备，电话13812345678"
CARD = (
    "【新工单 #1】提问人要求人工\n"
    "问题：保税再制造首单怎么报备，电话****5678\n"
    "来自：社群 · 小王\n"
    "建议：创新 · CC（重要 C，紧急 C）\n"
    "理由：没有成例\n"
    "承诺：3月9日（周一）17:30 前答复\n"
    "引用本条直接回复即答复；或发：接单 1 / 回复 1 答案（发“帮助”看全部）"
)
ANSWER = "@小王 您的问题 #1 答复如下：\n向主管海关提交方案即可。\n—— 志愿者 老李\n没解决请回复 没解决"


def test_a_ticket_travels_to_the_desk_and_back(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    assert group.hears() == [
        "@小王 您的问题已登记为 #1，由志愿者来答，3月9日（周一）17:30 前答复您，到时会在这里叫您。\n"
        "想看办到哪一步，回复“进度”；要补充情况，引用本条直接说。"
    ]
    assert desk.hears() == [CARD]
    taken = desk.says("老李", "接单 1")
    assert (taken["decision"], taken["reason"], taken["ticket"]) == ("command", "take", 1)
    assert desk.hears() == [
        "@老李 #1 由老李办理，请在 3月9日（周一）17:30 前答复。答复：引用工单直接回复，或 回复 1 答案"
    ]
    desk.says("老李", "回复 1 向主管海关提交方案即可。")
    assert group.hears() == [ANSWER]
    assert desk.hears() == ["@老李 #1 已答复，发给了提问人。要改正请发：更正 1 正确的答案"]


def test_quoting_the_card_answers_it(group: Room, desk: Room) -> None:
    opened = group.says("小王", QUESTION)
    group.hears()
    answered = desk.says("老李", "向主管海关提交方案即可。", quotes=opened["n"])
    assert (answered["reason"], answered["ticket"]) == ("answer", 1)
    assert group.hears() == [ANSWER]


def test_quoting_the_card_takes_it_with_a_word(group: Room, desk: Room) -> None:
    opened = group.says("小王", QUESTION)
    assert desk.says("老李", "我来看看", quotes=opened["n"])["reason"] == "take"
    assert desk.says("老李", "收到", quotes=opened["n"])["decision"] == "silent"
    group.hears()
    assert desk.says("老王", "这个谁熟？", quotes=opened["n"])["reason"] == "refused"
    assert desk.hears()[-1].startswith("@老王 没有发给提问人，拿不准是不是答复。要原样发给他：回复 1 内容")
    assert group.hears() == []


def test_two_take_one_ticket_and_the_second_is_told_who_was_first(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    desk.says("老李", "接单 1")
    desk.hears()
    refused = desk.says("老王", "接单 1")
    assert (refused["reason"], refused["ticket"]) == ("refused", None)
    assert desk.hears() == ["@老王 #1 由老李在办。要换人，请他发“转办 1 原因”，或请值班长发“接手 1 原因”。"]
    desk.says("老王", "回复 1 我也来答")
    assert desk.hears()[0].startswith("@老王 #1 由老李在办。")
    assert group.hears()[1:] == []


def test_an_answer_with_somebodys_number_is_not_sent(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    group.hears()
    desk.hears()
    desk.says("老李", "回复 1 请联系王科 13912345678")
    assert desk.hears() == [
        "@老李 没有发出：内容里有号码或金额，发到群里人人可见。遮住后是：\n请联系王科 ****5678\n"
        "请改好重发；确实要公布（如办公电话），请发：确认回复 1"
    ]
    assert group.hears() == []
    desk.says("老李", "确认回复 1 请拨值班电话 0532-82955000")
    assert "0532-82955000" in group.hears()[0]


def test_an_answer_is_corrected_for_everybody_who_was_given_it(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    desk.says("老李", "回复 1 不用报备")
    desk.says("老王", "回复 1 要报备")
    desk.hears()
    group.hears()
    desk.says("老李", "更正 1 要报备")
    assert group.hears() == ["@小王 您的问题 #1 更正答复，请以这次为准：\n要报备\n—— 志愿者 老李\n没解决请回复 没解决"]
    assert desk.hears() == ["@老李 #1 已更正，新的答复发给了 1 位提问人。"]


def test_who_was_asked_to_take_one_may_decline_and_a_duty_chief_corrects_for_who_is_away(worlds: Worlds) -> None:
    world = worlds(volunteers=[colleague("老李"), colleague("老王"), colleague("老陈", chief=True)])
    card = world.group.says("小王", QUESTION)["n"]
    world.desk.says("老李", "我来", quotes=card)
    world.desk.says("老李", "转给老王，我不懂", quotes=card)
    world.desk.says("老王", "退回 1 我也不懂")
    assert world.desk.hears()[-2:] == [
        "@老李 【没接 #1】老王：我也不懂\n仍由老李负责。请别人办请发：转办 1 给 某某 原因",
        "@老王 #1 您没有接，仍由老李负责。",
    ]
    world.desk.says("老李", "回复 1 不用报备")
    world.desk.hears()
    world.desk.says("老王", "更正 1 要报备")
    assert world.desk.hears() == ["@老王 #1 是老李答复的，请他或值班长发：更正 1 正确的内容"]
    world.desk.says("老陈", "更正 1 要报备")
    assert world.desk.hears() == ["@老陈 #1 已更正，新的答复发给了 1 位提问人。"]


def test_an_answered_ticket_is_not_answered_twice(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    desk.says("老李", "回复 1 要报备")
    group.hears()
    desk.hears()
    desk.says("老王", "回复 1 不用报备")
    assert desk.hears() == ["@老王 #1 已由老李答复，没有改动。要改正或补充请发：更正 1 完整的答案"]
    assert group.hears() == []


def test_a_private_question_is_answered_in_private(world: World, desk: Room) -> None:
    private = world.private("小王")
    private.says("小王", QUESTION)
    private.hears()
    assert "来自：私聊 · 小王" in desk.hears()[0]
    desk.says("老李", "回复 1 请拨 13912345678 找我")
    assert private.hears() == ["您的问题 #1 答复如下：\n请拨 13912345678 找我\n—— 志愿者 老李\n没解决请回复 没解决"]


def test_one_answer_reaches_everybody_who_asked_the_same(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    group.says("小张", "转人工 再制造首单要报备吗")
    desk.hears()
    desk.says("老李", "合并 2 到 1")
    assert desk.hears() == ["@老李 #2 已并入 #1，1 位提问人转过去，答复时一起收到。"]
    group.hears()
    desk.says("老李", "回复 1 要报备")
    assert [line.partition(" 答复")[0] for line in group.hears()] == ["@小王 您的问题 #1", "@小张 您的问题 #2"]
    desk.says("老李", "回复 2 要报备")
    assert desk.hears()[-1] == "@老李 #2 已合并，没有改动。请改用 #1。"


def test_who_is_joined_late_gets_the_answer_at_once(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    desk.says("老李", "回复 1 要报备")
    group.says("小张", "转人工 再制造首单要报备吗")
    group.hears()
    desk.says("老李", "合并 2 到 1")
    assert group.hears() == ["@小张 您的问题 #2 答复如下：\n要报备\n—— 志愿者 老李\n没解决请回复 没解决"]


def test_one_of_several_askers_disagrees_for_himself(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    group.says("小张", "转人工 再制造首单要报备吗")
    desk.says("老李", "合并 2 到 1")
    desk.says("老李", "回复 1 要报备")
    assert group.says("小王", "已解决")["ticket"] == 1
    assert group.says("小张", "没解决 我们是旧件")["ticket"] == 2
    group.hears()
    desk.hears()
    desk.says("老李", "查看 1")
    assert desk.hears()[0].startswith("@老李 【工单 #1】已确认")
    desk.says("老李", "回复 2 旧件先办许可")
    assert group.hears() == ["@小张 您的问题 #2 答复如下：\n旧件先办许可\n—— 志愿者 老李\n没解决请回复 没解决"]


def test_missing_material_is_asked_for_and_the_clock_stands_still(world: World, group: Room, desk: Room) -> None:
    group.says("小王", "转人工 明天截关，再制造首单怎么报备")
    assert "承诺：今天 17:30 前答复" in desk.hears()[0]
    desk.says("老李", "补充 1 请发合同号和设备清单")
    asked = group.hears()[-1]
    assert asked == (
        "@小王 办理 #1 还需要您补充：\n请发合同号和设备清单\n—— 志愿者 老李\n"
        "请引用本条一次说全，或发“补充 1 内容”；收到后继续计时办理。"
    )
    world.later("1d")
    assert [line for line in desk.hears() if "超时" in line] == []
    group.says("小王", "补充 合同号 HT-1，设备两台")
    assert group.hears() == ["@小王 收到，已转给办理 #1 的志愿者。"]
    card = desk.hears()[-1]
    assert card.startswith("@老李 【#1 提问人补充】小王：合同号 HT-1，设备两台\n")
    assert "承诺：今天 17:30 前答复" in card  # the very hour, a day later
    desk.says("老李", "补充 1 麻烦再发一张发票，谢谢")
    assert desk.hears()[-1].endswith("这是第 2 次请他补充，请记得一次性告知。")
    assert group.says("小王", "今天天气不错")["decision"] == "silent"
    assert group.says("小王", "好的谢谢")["reason"] != "added"  # words of the request, and no invoice
    assert group.says("小王", "发票发你了")["reason"] == "added"  # talk by its looks, about the very thing asked for


def test_a_ticket_is_declined_with_a_reason(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    group.hears()
    desk.hears()
    desk.says("老李", "不予受理 1")
    assert desk.hears() == ["@老李 “不予受理”后面还缺内容，例如：不予受理 1 原因"]
    desk.says("老李", "不予受理 1 属于税务事项，请拨 12366")
    assert group.hears() == [
        "@小王 您的问题 #1 这里不能受理：属于税务事项，请拨 12366\n—— 志愿者 老李\n"
        "有不同意见请回复“没解决”并说明理由，也可以拨打海关热线 12360。"
    ]
    assert group.says("小王", "没解决 12366 说归海关管")["reason"] == "reopened"


def test_a_hand_over_leaves_the_first_responder_accountable_until_it_is_accepted(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    desk.says("老李", "接单 1")
    desk.hears()
    desk.says("老李", "转办 1")
    assert desk.hears() == ["@老李 “转办”后面还缺内容，例如：转办 1 原因"]
    desk.says("老李", "放弃 1")
    assert desk.hears()[0].startswith("@老李 接了的单要有人接手才算交出去，请发：转办 1 给 某某 原因")
    desk.says("老李", "转办 1 属于商检业务")
    assert desk.hears() == [
        "【转办 #1】老李：属于商检业务\n请能办的同事接手，发：接单 1（接手前仍由老李负责）\n"
        "问题：保税再制造首单怎么报备，电话****5678\n承诺：3月9日（周一）17:30 前答复",
        "@老李 #1 已请同事接手，接手前仍由您负责。",
    ]
    desk.says("老王", "接单 1")
    assert desk.hears()[0].startswith("@老王 #1 由老王办理")
    desk.says("老李", "回复 1 我来答")
    assert desk.hears()[0].startswith("@老李 #1 由老王在办。")


def test_class_grade_and_level_are_decided_by_people(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    desk.hears()
    desk.says("老李", "分类 1 海关实务")
    desk.says("老李", "定级 1 AB")
    desk.says("老李", "提级 1 要请示上级")
    assert desk.hears() == [
        "@老李 #1 海关实务 · CC（重要 C，紧急 C），请在 3月9日（周一）17:30 前答复。",
        "@老李 #1 海关实务 · AB（重要 A，紧急 B，BB+ 优先），请在 3月4日（周三）09:00 前答复。",
        "【提级 #1】老李：要请示上级\n现为“责任单位分办”。\n"
        "问题：保税再制造首单怎么报备，电话****5678\n还没有人接，发：接单 1",
        "@老李 #1 已提到“责任单位分办”。",
    ]


def test_lists_show_what_comes_first(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    group.says("小张", "转人工 明天截关，被立案处罚了，首单怎么办")
    desk.says("老李", "接单 1")
    desk.hears()
    desk.says("老李", "待办")
    assert desk.hears() == [
        "@老李 待办（2）\n"
        "★#2 AA 今天 17:30 前 待受理：明天截关，被立案处罚了，首单怎么办\n"
        "#1 CC 3月9日（周一）17:30 前 已受理（老李）：保税再制造首单怎么报备，电话****5678"
    ]
    desk.says("老李", "我的")
    assert desk.hears()[0].startswith("@老李 老李在办（1）\n#1 CC")
    desk.says("老王", "我的")
    assert desk.hears() == ["@老王 老王在办：没有未办的工单。"]


def test_every_refusal_says_what_to_type_instead(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    desk.hears()
    for said, told in {
        "接单 99": "没有找到工单 #99。发“待办”看看都有哪些号。",
        "接单": "要接单哪一单？请带上号码，例如：接单 12；或引用那张工单再发“接单”。",
        "回复 一号": "“回复”后面还缺内容，例如：回复 1 答案",
        "定级 1 高": "级别是两个字母，先重要、后紧急，各分 A、B、C。例如：定级 1 AB",
        "分类 1 其他": "类别有：高频基础、共性咨询、海关实务、创新。例如：分类 1 海关实务",
        "合并 1": "要并到哪一单？例如：合并 1 到 5",
        "合并 1 到 1": "#1 不能并到自己。请写两个号，例如：合并 1 到 2",
        "更正 1 改了": "#1 待受理，没有可以更正的答复。答复请发：回复 1 答案",
        "转办 1 太忙": "#1 还没有人接，不用转办：能办的同事直接发“接单 1”。",
    }.items():
        assert desk.says("老李", said)["reason"] == "refused"
        assert desk.hears() == [f"@老李 {told}"]
    desk.says("老李", "查看 1")
    assert "经过：\n今天 09:00 小王 登记（→创新 CC）" in desk.hears()[0]


def test_colleagues_may_talk(desk: Room) -> None:
    for line in ("今天接单的人呢", "回复一下客户", "12点开会", "收到", "接单真累"):
        assert desk.says("老李", line)["decision"] == "silent"
    assert desk.hears() == []
