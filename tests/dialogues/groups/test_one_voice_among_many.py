"""What one person says over several lines, and turns, while others talk; each scene is named after what it teaches."""

from tests.dialogues.groups.talk import decisions, entries, talk
from tests.world import Room, World

UNKNOWN = "进口旧的注塑机，装运前检验证书丢了怎么补"


# --- lines that belong together, and lines that do not


def test_two_people_each_split_a_question_and_neither_gets_the_others_words(group: Room) -> None:
    results = talk(
        group,
        "小王: 老师们好",
        "小李: 请教一下",
        "小王: 我们那个手册",
        "小李: 产地证",
        "小李: 能自己打印吗",
        "小王: 能展期吗",
    )
    assert entries(results) == ["T-004", "T-001"]
    heard = group.hears()
    assert [text.split()[0] for text in heard] == ["@小李", "@小王"]


def test_a_complete_question_does_not_wait_for_more(group: Room) -> None:
    assert entries(talk(group, "小王: 在吗", "小李: 吃了吗", "小王: 手册能展期吗")) == ["T-001"]


def test_a_released_declaration_is_half_a_question_and_can_it_be_changed_the_other_half(group: Room) -> None:
    results = talk(group, "小王: 报关单", "小李: 哈哈哈", "小王: 放行了", "小赵: 早", "小王: 发现填错了还能改吗")
    assert entries(results) == ["T-003"]


def test_what_one_says_too_late_is_not_joined(world: World, group: Room) -> None:
    talk(group, "小王: 我们那个手册")
    world.later("10m")
    assert talk(group, "小王: 能延吗")[0]["decision"] != "answered"


def test_greetings_all_round_are_nobodys_questions(world: World, group: Room) -> None:
    talk(group, "小王: 早上好", "小李: 早", "小赵: 大家好", "老周: 新的一周加油", "小王: 老师好", "小李: 群主好")
    world.later("1h")
    assert group.hears() == []
    assert world.desk.hears() == []


def test_what_one_tells_in_one_breath_is_one_card(world: World, group: Room, desk: Room) -> None:
    talk(group, f"小王: {UNKNOWN}？", "小李: 早", "小王: 原检验机构已经注销了还能补吗", "小王: 怎么办啊")
    world.later("11m")
    [card] = desk.hears()
    assert "装运前检验证书丢了怎么补" in card
    assert "注销" in card


def test_the_last_line_of_a_burst_is_never_lost(world: World, group: Room, desk: Room) -> None:
    talk(
        group,
        "小王: 老师好",
        "小王: 我们有台旧的注塑机",
        "小李: 有人拼柜吗",
        "小王: 装运前检验证书丢了",
        "小王: 怎么补啊",
    )
    world.later("11m")
    [card] = desk.hears()
    assert "注塑机" in card
    assert "怎么补" in card


def test_a_picture_and_what_does_this_mean_is_asked_for_in_words(group: Room) -> None:
    group.says("小王", "", attachments=["image"])
    talk(group, "小李: 下午好", "小赵: 辛苦了")
    assert talk(group, "小王: @bot 这个什么意思")[0]["reason"] == "needs_words"
    assert "一句话" in group.hears()[-1]


def test_a_picture_with_its_words_is_a_question_like_any_other(group: Room) -> None:
    group.says("小王", "", attachments=["image"])
    assert entries(talk(group, "小李: 收到", "小王: @bot 手册能展期吗")) == ["T-001"]


def test_a_wrong_word_is_put_right(world: World, group: Room, desk: Room) -> None:
    talk(group, "小王: 进口旧的注塑机，装船后检验证书丢了怎么补", "小李: 嗯嗯", "小王: 说错了，不是装船后，是装运前")
    world.later("11m")
    [card] = desk.hears()
    assert "装运前检验证书丢了怎么补" in card
    assert "装船后" not in card


def test_a_word_put_right_within_a_burst_is_read_right(group: Room) -> None:
    results = talk(group, "小王: 我们那个账册", "小李: 早", "小王: 说错了 是手册", "小王: 快到期了能展期吗")
    assert entries(results) == ["T-001"]


# --- turns


def test_a_question_without_a_subject_goes_on_from_the_turn_before(group: Room) -> None:
    results = talk(group, "小王: @bot 手册能展期吗", "小李: 中午吃啥", "小赵: 食堂", "小王: 要准备什么材料呢")
    assert entries(results) == ["T-001", "T-002"]


def test_one_persons_turn_is_not_anothers(group: Room) -> None:
    results = talk(group, "小王: @bot 手册能展期吗", "小李: 那超过一年呢")
    assert entries(results) == ["T-001"]
    assert results[1]["said"] == []


def test_after_an_answer_to_his_call_what_he_asks_next_is_to_us_as_well(group: Room) -> None:
    results = talk(group, "小王: @bot 手册能展期吗", "小李: 早", "小王: 那要是已经过期三个月的呢")
    assert results[-1]["decision"] == "ticket"


def test_same_here_joins_the_ticket_and_both_get_the_answer(group: Room, desk: Room) -> None:
    talk(group, f"小王: @bot {UNKNOWN}", "小李: 哈哈")
    assert talk(group, "小赵: 我们也是，同问")[0]["decision"] == "joined"
    desk.says("陈老师", "回复 1 请联系原检验机构补发")
    told = [text for text in group.hears() if "请联系原检验机构补发" in text]
    assert {text.split()[0] for text in told} == {"@小王", "@小赵"}


def test_same_here_after_an_answer_needs_no_second_one(group: Room) -> None:
    results = talk(group, "小王: 手册能展期吗", "小李: 和楼上一样", "小赵: 同问")
    assert decisions(results) == ["answered", "silent", "silent"]
    assert len(group.hears()) == 1


def test_me_too_is_said_to_what_was_said_last(group: Room) -> None:
    asked = "小王: @bot 进口牛皮的定点存放加工厂怎么申请"
    said = talk(group, asked, "小赵: 今天堵了三个小时 烦死", "小李: 我也是")
    assert [result["decision"] for result in said] == ["ticket", "silent", "silent"]
    assert talk(group, "小李: 楼上牛皮的问题我也想问，同问")[0]["decision"] == "joined"


def test_same_here_to_us_is_pointed_to_the_answer(group: Room) -> None:
    talk(group, "小王: 手册能展期吗")
    group.hears()
    talk(group, "小李: @bot 和楼上一样的问题")
    [heard] = group.hears()
    assert heard.startswith("@小李")
    assert "编号 T-001" in heard


def test_two_who_wait_for_the_same_are_one_card_and_one_answer(world: World, group: Room, desk: Room) -> None:
    talk(group, f"小王: {UNKNOWN}？", "小李: 和楼上一样", "小赵: 今天好热")
    world.later("12m")
    desk.says("陈老师", "回复 1 请联系原检验机构补发")
    told = [text for text in group.hears() if "请联系原检验机构补发" in text]
    assert {text.split()[0] for text in told} == {"@小王", "@小李"}


def test_same_here_when_nobody_asked_is_talk(group: Room) -> None:
    assert talk(group, "小王: 早", "小李: 我也是")[1]["decision"] == "silent"
    assert group.hears() == []


def test_a_bare_matter_is_met_with_its_likeliest_questions_and_a_word_chooses(group: Room) -> None:
    offered, _, chosen = talk(group, "小王: @bot 手册展期", "小李: 早", "小王: 材料那个")
    assert offered["decision"] == "offered"
    assert chosen["entry"] == "T-002"


def test_somebody_elses_number_chooses_nothing(group: Room) -> None:
    results = talk(group, "小王: @bot 原产地证书", "小李: 2")
    assert results[1]["decision"] == "silent"


def test_several_questions_in_one_message_are_answered_one_by_one_among_other_talk(group: Room) -> None:
    talk(group, "小李: 早", "小王: @bot 1、产地证能自己打印吗 2、手册能展期吗 3、多久不申报要交滞报金", "小赵: 辛苦了")
    assert [heard.split("编号 ")[1][:5] for heard in group.hears()] == ["T-004", "T-001", "T-005"]


def test_questions_parted_by_a_space_are_answered_one_by_one_when_each_is_known(group: Room) -> None:
    said = talk(group, "小王: 产地证能自己打印吗 手册能展期不；要交什么材料")
    assert said[0]["decision"] == "answered"
    assert [heard.split("编号 ")[1][:5] for heard in group.hears()] == ["T-004", "T-001", "T-002"]
    talk(group, "小李: @bot 手册能展期吗 产地证能自己打印吗")
    assert [heard.split("编号 ")[1][:5] for heard in group.hears()] == ["T-001", "T-004"]
