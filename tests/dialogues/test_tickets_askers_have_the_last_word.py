"""Askers talk about their own questions; only they say that something is solved."""

from tests.world import Room, World

QUESTION = "转人工 保税再制造首单怎么报备"


def test_the_asker_asks_how_far_it_is(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    group.hears()
    group.says("小王", "进度")
    assert group.hears() == ["@小王 #1（保税再制造首单怎么报备）：待受理，3月9日（周一）17:30 前答复您"]
    desk.says("老李", "接单 1")
    group.says("小王", "进度 1")
    assert group.hears() == ["@小王 #1（保税再制造首单怎么报备）：已受理（老李在办），3月9日（周一）17:30 前答复您"]


def test_nobody_learns_of_other_peoples_questions(world: World, group: Room) -> None:
    world.private("小王").says("小王", QUESTION)
    assert group.says("小张", "进度")["decision"] == "silent"
    group.says("小张", "进度 1")
    group.says("小张", "进度 77", to_bot=True)
    assert group.hears() == [
        "@小张 没有找到您的问题 #1。回复“进度”可以看您自己的问题。",
        "@小张 没有找到您的问题 #77。回复“进度”可以看您自己的问题。",
    ]
    group.says("小王", "进度", to_bot=True)  # what was asked in private stays there
    assert group.hears() == ["@小王 您名下没有在办的问题。有问题请直接说；需要人工请回复“转人工”。"]


def test_who_forgot_his_number_or_needs_us_no_more_says_so_in_his_own_words(group: Room, desk: Room) -> None:
    assert group.says("小张", "单号忘了")["decision"] == "silent"
    group.says("小王", QUESTION)
    desk.hears()
    assert group.says("小王", "单号忘了")["reason"] == "progress"
    assert "#1（保税再制造首单怎么报备）" in group.hears()[-1]
    assert group.says("小王", "不用了")["decision"] == "silent"  # to a colleague, for all we know
    assert group.says("小王", "不用了 我们自己搞定了")["reason"] == "added"
    assert "我们自己搞定了" in desk.hears()[-1]
    group.says("小王", "转人工 保税研发首单怎么报备")
    group.hears()
    assert group.says("小王", "不用了", to_bot=True)["reason"] == "refused"
    assert group.hears() == ["@小王 您在等答复的有 #1、#2，请写明哪一件，例如：取消工单 1"]
    assert group.says("小王", "2号不用了")["ticket"] == 2


def test_pressing_reaches_the_desk_once_in_a_while(world: World, group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    desk.says("老李", "接单 1")
    group.hears()
    desk.hears()
    group.says("小王", "催办")
    assert group.hears() == ["@小王 已帮您催办 #1，老李正在办，3月9日（周一）17:30 前答复您。"]
    assert desk.hears() == [
        "@老李 【催办 #1】小王在等答复：保税再制造首单怎么报备\n承诺：3月9日（周一）17:30 前答复\n发：回复 1 答案"
    ]
    group.says("小王", "催一下")
    assert group.hears() == ["@小王 #1 刚催过，志愿者已经看到，3月9日（周一）17:30 前答复您，请再等等。"]
    assert desk.hears() == []
    world.later("2h")
    assert group.says("小王", "催办")["reason"] == "press"


def test_not_solved_reopens_with_the_reason(answered: World) -> None:
    group, desk = answered.group, answered.desk
    reopened = group.says("小王", "没解决，方案被退回了")
    assert (reopened["decision"], reopened["reason"], reopened["ticket"]) == ("command", "reopened", 1)
    assert group.hears() == ["@小王 抱歉没帮上忙，#1 已重新交给志愿者，3月9日（周一）17:30 前答复您。"]
    assert desk.hears() == [
        "@老李 【重开 #1】小王：方案被退回了\n问题：保税再制造首单怎么报备\n上次答复：向主管海关提交方案\n"
        "承诺：3月9日（周一）17:30 前答复\n引用本条直接回复即答复；或发：接单 1 / 回复 1 答案（发“帮助”看全部）"
    ]
    desk.says("老李", "回复 1 补正后再交")
    assert "补正后再交" in group.hears()[0]


def test_not_solved_without_a_reason_asks_for_it_and_hears_the_next_line(answered: World) -> None:
    group, desk = answered.group, answered.desk
    group.says("小王", "没解决")
    assert group.hears()[0].endswith("请再说一句哪里没解决，好让志愿者对症答复。")
    desk.hears()
    assert group.says("小王", "中午吃啥")["decision"] == "silent"
    assert group.says("小张", "方案被退回了")["decision"] != "command"
    group.says("小王", "方案被退回了")
    assert group.hears() == ["@小王 收到，已转给办理 #1 的志愿者。"]
    assert desk.hears() == ["@老李 【#1 没解决的原因】小王：方案被退回了"]


def test_what_is_said_of_an_open_ticket_reaches_its_desk(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    group.hears()
    desk.hears()
    group.says("小王", "没解决")
    assert group.hears() == [
        "@小王 #1 还在办，还没有答复，3月9日（周一）17:30 前答复您。要补充情况请发“补充 1 内容”，着急请发“催办”。"
    ]
    assert desk.hears() == []
    assert group.says("小张", "在办了吗")["decision"] == "silent"
    assert group.says("小王", "在办了吗")["reason"] == "progress"  # who waits for us asks us, and calls nobody away
    assert group.says("小王", "#3 怎么样")["decision"] != "command"  # of a gate, or a container
    assert desk.hears() == []
    assert group.says("小王", "搞定")["decision"] == "silent"
    group.says("小王", "已经解决了")
    assert desk.hears()[0].startswith("【#1 提问人补充】小王：已经解决了\n")
    assert group.asks_bot("小王", "手册能展期吗")["decision"] == "answered"
    group.says("小王", "解决了")
    assert desk.hears() == []  # what the bot has just answered, not what he waits for


def test_who_was_just_answered_may_say_that_it_is_wrong_without_naming_anybody(answered: World) -> None:
    group, desk = answered.group, answered.desk
    assert group.says("小张", "你们答错了")["decision"] == "silent"
    assert group.says("小王", "你们答错了")["reason"] == "reopened"
    assert "你们答错了" in desk.hears()[0]
    group.hears()
    assert group.says("小王", "今天能有结果吗")["reason"] == "progress"  # he waits again, and asks us


def test_the_asker_is_invited_to_rate_exactly_once(answered: World) -> None:
    group = answered.group
    answered.later("29m")
    assert group.hears() == []
    answered.later("2m")
    assert group.hears() == [
        "@小王 您的问题 #1 解决了吗？请回复：非常满意、满意、基本满意、不满意、非常不满意。没解决请回复 没解决。"
    ]
    answered.later("3d")
    assert group.hears() == [
        "@小王 您的问题 #1 还没有评价。方便的话回复 满意 或 不满意 就行，没解决请回复 没解决；不再打扰您。"
    ]
    answered.later("3d")
    assert group.hears() == []


def test_a_bare_word_rates_only_from_who_was_asked(answered: World) -> None:
    group, desk = answered.group, answered.desk
    assert group.says("小王", "还行")["decision"] != "command"  # may be said of anything
    answered.later("31m")
    group.hears()
    assert group.says("小张", "满意")["decision"] != "command"
    rated = group.says("小王", "满意")
    assert (rated["reason"], rated["ticket"]) == ("rated", 1)
    assert group.hears() == ["@小王 谢谢您的评价，#1 已办结。"]
    desk.says("老李", "查看 1")
    assert desk.hears()[0].startswith("@老李 【工单 #1】已确认")


def test_who_rated_is_not_asked_again(answered: World) -> None:
    answered.group.says("小王", "非常满意！！")  # just answered, he need not be asked
    assert answered.group.hears() == ["@小王 谢谢您的评价，#1 已办结。"]
    answered.later("10d")
    assert answered.group.hears() == []


def test_a_bad_rating_reopens_and_asks_why(answered: World) -> None:
    group, desk = answered.group, answered.desk
    group.says("小王", "评价 不满意")
    assert group.hears() == [
        "@小王 抱歉没帮上忙，#1 已重新交给志愿者，3月9日（周一）17:30 前答复您。\n"
        "请再说一句哪里没解决，好让志愿者对症答复。"
    ]
    assert desk.hears()[0].startswith("@老李 【重开 #1】小王：不满意\n")


def test_a_bad_rating_with_its_reason_asks_nothing_more(answered: World) -> None:
    answered.group.says("小王", "评价 1 没说要什么材料")
    assert answered.group.hears() == ["@小王 抱歉没帮上忙，#1 已重新交给志愿者，3月9日（周一）17:30 前答复您。"]
    assert answered.desk.hears()[0].startswith("@老李 【重开 #1】小王：非常不满意：没说要什么材料\n")


def test_rating_needs_an_answer_and_a_word(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    group.hears()
    group.says("小王", "评价 满意")
    assert group.hears()[0].startswith("@小王 #1 还在办，还没有答复")
    desk.says("老李", "回复 1 可以")
    group.hears()
    group.says("小王", "评价")
    assert group.hears() == [
        "@小王 请这样评价：评价 满意。可以选：非常满意、满意、基本满意、不满意、非常不满意（也可以回 5 到 1）。"
    ]


def test_saying_that_it_is_solved_confirms(answered: World) -> None:
    confirmed = answered.group.says("小王", "解决了")
    assert (confirmed["reason"], confirmed["ticket"]) == ("confirmed", 1)
    assert answered.group.hears() == ["@小王 好的，#1 记为已解决。有新问题随时说。"]
    answered.later("10d")
    assert answered.group.hears() == []


def test_words_to_another_member_confirm_nothing(answered: World) -> None:
    assert answered.group.says("小王", "@小张 解决了")["decision"] == "silent"
    assert answered.group.hears() == []


def test_silence_is_closed_and_not_counted_as_satisfied(answered: World) -> None:
    answered.later("8d")
    answered.group.hears()
    answered.desk.hears()
    answered.desk.says("老李", "查看 1")
    assert answered.desk.hears()[0].startswith("@老李 【工单 #1】默认办结")
    assert answered.group.says("小王", "没解决 又被退了")["reason"] == "reopened"


def test_a_person_is_fetched_for_the_question_in_the_same_line(group: Room, desk: Room) -> None:
    opened = group.says("小王", QUESTION)
    assert (opened["decision"], opened["reason"], opened["ticket"]) == ("ticket", "want_person", 1)
    assert "问题：保税再制造首单怎么报备" in desk.hears()[0]


def test_a_person_is_fetched_for_the_question_before_once(group: Room, desk: Room) -> None:
    group.asks_bot("小王", "手册能展期吗？")
    group.hears()
    opened = group.says("小王", "转人工")
    assert (opened["decision"], opened["ticket"]) == ("ticket", 1)
    assert "问题：手册能展期吗？" in desk.hears()[0]
    group.hears()
    group.says("小王", "转人工")
    assert group.hears()[0].startswith("@小王 这个问题已经登记为 #1，志愿者正在办")
    assert desk.hears() == []


def test_who_wants_a_person_and_has_asked_nothing_is_asked_for_the_question(group: Room, desk: Room) -> None:
    group.says("小王", "转人工")
    assert group.hears() == ["@小王 好的，请用一句话把问题说清楚（比如“转人工 手册到期了怎么展期”），马上转给志愿者。"]
    assert desk.hears() == []


def test_an_answer_of_the_bot_that_did_not_help_becomes_a_ticket(group: Room, desk: Room) -> None:
    assert group.asks_bot("小王", "手册能展期吗")["decision"] == "answered"
    group.hears()
    opened = group.says("小王", "没解决 手册已经过期了")
    assert (opened["decision"], opened["reason"], opened["ticket"]) == ("ticket", "not_solved", 1)
    assert "问题：手册能展期吗\n（自动答复 T-001 没解决：手册已经过期了）" in desk.hears()[0]
    desk.says("老李", "回复 1 过期不能展期，请办核销")
    group.hears()
    assert group.says("小王", "没解决")["reason"] == "reopened"


def test_a_rating_is_of_what_he_got_last(answered: World) -> None:
    group, desk = answered.group, answered.desk
    said = group.asks_bot("小王", "手册能展期吗")["n"]
    assert group.says("小王", "评价 满意", quotes=said)["ticket"] is None
    assert group.says("小王", "评价 不满意 答非所问")["ticket"] == 2
    assert "（自动答复 T-001 没解决：答非所问）" in desk.hears()[0]
    assert group.says("小王", "评价 满意")["ticket"] == 1


def test_an_old_answer_of_the_bot_is_forgotten(world: World, group: Room) -> None:
    group.asks_bot("小王", "手册能展期吗")
    group.hears()
    group.says("小王", "评价 满意")
    assert group.hears() == ["@小王 谢谢您的评价。有新问题随时说。"]
    world.later("2d")
    assert group.says("小王", "没解决")["ticket"] is None


def test_more_is_said_about_an_open_question(group: Room, desk: Room) -> None:
    opened = group.says("小王", QUESTION)
    desk.hears()
    group.hears()
    group.says("小王", "补充：我们是维修企业，电话13812345678")
    assert group.hears() == ["@小王 收到，已转给办理 #1 的志愿者。"]
    assert desk.hears()[0].startswith("【#1 提问人补充】小王：我们是维修企业，电话****5678\n")
    assert group.says("小张", "补充：我也想说")["decision"] != "command"
    assert opened["ticket"] == 1


def test_what_was_asked_for_is_no_question_though_it_looks_like_one(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    desk.says("老李", "补充 1 请把船名航次发一下")
    desk.hears()
    assert group.asks_bot("小王", "船名是 EVER GIVEN 航次 0123W")["reason"] == "added"
    assert desk.hears()[0].startswith("@老李 【#1 提问人补充】小王：船名是 EVER GIVEN 航次 0123W\n")
    for wanted in ("希望能延期三个月", "建议 退运处理"):
        desk.says("老李", "补充 1 请说明想怎么处理")
        desk.hears()
        assert group.asks_bot("小王", wanted)["reason"] == "added"
        assert desk.hears()[0].startswith(f"@老李 【#1 提问人补充】小王：{wanted}\n")
    assert group.asks_bot("小张", "评价 满意")["reason"] == "rate"
    assert group.hears()[-1] == "@小张 您这里没有等着评价的答复。有问题请直接说。"


def test_people_say_it_in_their_own_words(group: Room, desk: Room) -> None:
    group.says("小王", QUESTION)
    group.hears()
    for stranger_says in ("我那个问题怎么样了", "怎么还没人理我啊", "谢谢老师"):
        assert group.says("小张", stranger_says)["decision"] != "command"
    group.hears()
    assert group.says("小王", "我那个问题怎么样了")["reason"] == "progress"
    assert group.says("小王", "怎么还没人理我啊")["reason"] == "press"
    desk.says("老李", "回复 1 向主管海关提交方案")
    assert group.says("小王", "照做了还是报错")["reason"] == "reopened"
    desk.says("老李", "回复 1 换个浏览器")
    assert group.says("小王", "谢谢老师，我先试试")["decision"] == "silent"
    assert group.says("小王", "放了，谢谢老师")["reason"] == "confirmed"
