"""What is said next: the same of another matter, a few words more, not what was meant, and words we asked for."""

from dataclasses import replace
from pathlib import Path

from bot.settings import Settings
from handlers import sayings
from handlers.base import Policy
from handlers.tickets import letters
from tests.dialogues.groups.talk import decisions, entries, talk
from tests.fakes import Certain
from tests.world import Brain, Room, World, Worlds


def test_the_same_is_asked_of_another_matter(worlds: Worlds) -> None:
    world = worlds(settings=Settings())
    said = talk(world.group, "小王: @bot 手册能自己打印吗", "小王: 那产地证呢")
    assert decisions(said) == ["offered", "answered"]
    assert entries(said) == ["T-004"]


def test_a_few_words_to_us_go_on_with_what_was_answered(world: World) -> None:
    said = talk(world.group, "小王: @bot 手册能展期吗", "小王: @bot 要准备啥")
    assert entries(said) == ["T-001", "T-002"]


def test_a_few_words_go_on_from_what_another_member_asked_last(world: World) -> None:
    said = talk(world.group, "小王: 手册能展期吗", "小王: 好的谢谢", "小李: 要准备啥材料")
    assert entries(said) == ["T-001", "T-002"]
    world.later("20m")
    said = talk(world.group, "小王: 手册能展期吗", "小赵: 我们上周刚搬了仓库 累死了", "小李: 要准备啥材料")
    assert decisions(said)[2] != "answered"


def test_a_few_words_said_again_are_the_same_question(world: World) -> None:
    said = talk(world.group, "小王: @bot 手册能展期吗", "小王: @bot 要准备啥", "小王: @bot 要准备啥")
    assert [result["reason"] for result in said] == ["known", "known", "answered_lately"]


def test_a_matter_that_is_only_named_waits_for_what_is_asked_of_it(world: World) -> None:
    said = talk(world.group, "小王: 我们的手册", "小王: 能展期吗")
    assert decisions(said) == ["silent", "answered"]
    world.later("30m")
    assert world.desk.hears() == []


def test_a_matter_named_to_us_waits_for_what_is_asked_of_it(world: World) -> None:
    said = talk(world.group, "小王: @bot 手册", "小王: 能展期吗")
    assert (said[0]["reason"], said[1]["entry"]) == ("waiting", "T-001")
    talk(world.group, "小李: @bot 手册")
    world.later("2m")
    assert world.group.hears()[-1] == f"@小李 {sayings.SAY_IT}"


def test_what_failed_is_a_question_unless_we_had_answered_something(world: World) -> None:
    assert entries(talk(world.group, "小王: @bot 改单失败")) == ["T-003"]
    said = talk(world.group, "小李: @bot 手册能展期吗", "小李: @bot 改单失败")
    assert decisions(said) == ["answered", "ticket"]


def test_thanks_with_a_word_that_asks_in_it_ask_nothing(world: World) -> None:
    said = talk(world.group, "小王: @bot 手册能展期吗", "小王: @bot 好了 可以走了")
    assert decisions(said) == ["answered", "declined"]
    assert world.group.hears()[-1] == f"@小王 {sayings.NOT_AT_ALL}"


def test_who_was_taken_wrong_says_what_he_means_and_does_not_hear_the_same_again(world: World) -> None:
    said = talk(world.group, "小王: @bot 手册能展期吗", "小王: @bot 不是这个意思 我问的是报关单放行后能不能改")
    assert entries(said) == ["T-001", "T-003"]
    said = talk(world.group, "小李: @bot 手册能展期吗", "小李: @bot 我问的不是这个，是手册怎么注销")
    assert decisions(said)[1] != "answered"


def test_after_we_asked_for_words_the_next_question_is_to_us(worlds: Worlds) -> None:
    world = worlds(policy=Policy.MENTION_ONLY)
    talk(world.group, "小王: @bot 在吗", "小李: @bot [图片]", "小张: @bot 转人工")
    world.later("3m")
    said = talk(
        world.group, "小王: 老周晚上吃啥", "小王: 手册能展期吗", "小李: 产地证能自己打印吗", "小赵: 手册能展期吗"
    )
    assert decisions(said) == ["silent", "answered", "answered", "silent"]
    assert "手册" in world.group.hears()[-2]
    assert decisions(talk(world.group, "小李: 你那边有没有遇到")) == ["silent"]
    world.later("11m")
    assert decisions(talk(world.group, "小张: 手册能展期吗")) == ["silent"]


def test_what_is_told_just_after_belongs_to_the_ticket(world: World) -> None:
    chat = world.private("小王")
    talk(chat, "小王: 进口旧的注塑机，装运前检验证书丢了怎么补")
    world.desk.hears()
    said = talk(chat, "小王: 机器是德国产的 2019年的", "小王: 另外我们还有一票货昨天到的")
    assert [result["reason"] for result in said] == ["added", "waiting"]
    [told] = world.desk.hears()
    assert "机器是德国产的 2019年的" in told


def test_who_asks_where_to_complain_has_not_complained(world: World) -> None:
    said = talk(world.group, "小王: @bot 怎么投诉你们", "小李: @bot 服务承诺是什么")
    assert decisions(said) == ["command", "command"]
    asked, promised = world.group.hears()
    assert letters.COMPLAIN_IN_PRIVATE in asked
    assert "件件有回音" in promised
    assert world.desk.hears() == []


def test_who_is_unhappy_with_us_or_praises_us_is_not_told_what_we_are_for(world: World) -> None:
    talk(world.group, "小王: @bot 你们机器人老是答非所问", "小李: @bot 五星好评！")
    unhappy, praise = world.group.hears()
    assert sayings.NOT_HELPED in unhappy
    assert letters.nothing_answered(waits=False) in praise


def test_anger_said_to_a_colleague_is_no_business_of_ours(group: Room) -> None:
    [asked] = talk(group, "小李: 谁打过热线")
    angry = group.says("小王", "打了 占线 烦死了", quotes=asked["n"], quotes_line=True)
    assert (angry["decision"], angry["reason"]) == ("silent", "complaint")


def test_a_number_asked_for_among_members_is_told_where_an_entry_tells_it(tmp_path: Path, brain: Brain) -> None:
    known = brain.mind.knowledge.entry("T-001")
    assert known is not None
    knowing = replace(brain, mind=replace(brain.mind, knowledge=Certain(known)))
    for mind, decision in ((knowing, "answered"), (brain, "silent")):
        (tmp_path / decision).mkdir()
        world = World(tmp_path / decision, mind)
        assert world.group.says("小王", "请问一下海关电话多少")["decision"] == decision
        world.store.close()


# --- in one breath


def test_who_was_answered_before_he_had_asked_is_not_asked_for_by_the_end_of_his_question(world: World) -> None:
    said = talk(world.group, "小王: 原产地证自助打印", "小王: 怎么打")
    assert [result["reason"] for result in said] == ["known", "answered_above"]
    said = talk(world.group, "小李: 手册展期资料", "小李: 第一次弄", "小李: 要准备啥")
    assert (said[2]["decision"], said[2]["reason"], said[2]["entry"]) == ("silent", "answered_above", "T-002")
    world.later("30m")
    assert world.desk.hears() == []


def test_who_called_us_and_was_answered_before_he_had_asked_is_shown_the_answer(world: World) -> None:
    said = talk(world.group, "小王: @bot 原产地证自助打印", "小王: @bot 怎么打")
    assert (said[1]["decision"], said[1]["reason"]) == ("answered", "answered_lately")
    assert "往上翻" in world.group.hears()[-1]


def test_who_was_answered_before_he_had_asked_may_ask_something_else(world: World) -> None:
    said = talk(world.group, "小王: 手册办展期", "小王: 要准备什么材料")
    assert entries(said) == ["T-001", "T-002"]


def test_a_piece_of_a_story_that_sounds_like_advice_is_kept_with_it(world: World) -> None:
    said = talk(world.group, "小王: 许可证", "小王: 有效期还剩两天", "小王: 船晚到一周怎么办")
    assert [result["reason"] for result in said][:2] == ["waiting", "peer_answer"]
    world.later("11m")
    assert "许可证，有效期还剩两天，船晚到一周怎么办" in world.desk.hears()[0]


# --- a while later


def test_a_few_words_said_after_the_answer_was_read_still_go_on_from_it(world: World) -> None:
    talk(world.group, "小王: 手册能展期吗")
    world.later("3m")
    assert decisions(talk(world.group, "小李: 好的", "小王: 晚了罚不罚")) == ["silent", "watching"]
    world.later("11m")
    assert "手册能展期吗，晚了罚不罚" in world.desk.hears()[0]


def test_a_few_words_said_while_others_talk_are_said_to_them(world: World) -> None:
    talk(world.group, "小王: 手册能展期吗", "小李: 我们去年也是拖到最后一天")
    world.later("3m")
    assert decisions(talk(world.group, "小王: 晚了罚不罚")) == ["silent"]


def test_a_question_that_may_be_of_its_own_is_read_by_itself_at_the_desk(world: World) -> None:
    talk(world.group, "小王: @bot 手册能展期吗")
    world.later("9m")
    assert decisions(talk(world.group, "小王: @bot 冷库没有电插头怎么办")) == ["ticket"]
    [card] = world.desk.hears()
    assert "问题：冷库没有电插头怎么办\n（他上一个问题：手册能展期吗）" in card
    [_, accepted] = world.group.hears()
    assert "也许正好有现成的" not in accepted


# --- put right within a line


def test_who_puts_himself_right_within_a_line_is_taken_at_his_last_word(group: Room) -> None:
    said = talk(group, "小王: 账册，哦不对，是手册能展期吗", "小李: 海关说单子填的不对，是什么意思")
    assert (said[0]["entry"], said[1]["entry"]) == ("T-001", None)


def test_who_puts_himself_right_still_asks(group: Room) -> None:
    [said] = talk(group, "小王: @bot 今天几点关门 不对 是几点截港")
    assert said["decision"] == "ticket"


def test_a_word_said_the_wrong_way_round_is_put_right(world: World) -> None:
    talk(world.group, "小王: 出口日本的清酒标签要不要备案", "小王: 说反了 是从日本进口")
    world.later("11m")
    [card] = world.desk.hears()
    assert "问题：进口日本的清酒标签要不要备案" in card


def test_what_he_was_given_does_not_answer_what_he_asks_after_that(world: World) -> None:
    said = talk(world.group, "小王: 手册能展期吗", "小王: 晚了罚不罚", "小王: 到期前呢")
    assert decisions(said) == ["answered", "watching", "watching"]


def test_what_becomes_of_it_goes_on_from_what_was_answered(world: World) -> None:
    talk(world.group, "小王: 手册能展期吗")
    world.later("3m")
    talk(world.group, "小王: 到期不管会怎样")
    world.later("11m")
    assert "手册能展期吗，到期不管会怎样" in world.desk.hears()[0]


# --- one card for one matter


def test_what_goes_on_from_a_watched_question_is_on_its_card(world: World) -> None:
    talk(world.group, "小王: 进口旧的注塑机，装运前检验证书丢了怎么补")
    world.later("3m")
    assert decisions(talk(world.group, "小王: 晚了罚不罚")) == ["watching"]
    world.later("20m")
    [card] = world.desk.hears()
    assert "装运前检验证书丢了怎么补，晚了罚不罚" in card


def test_who_asks_on_instead_of_choosing_has_one_ticket(worlds: Worlds) -> None:
    world = worlds(settings=Settings())
    said = talk(world.group, "小王: @bot 手册能自己打印吗", "小王: @bot 晚了罚不罚")
    assert decisions(said) == ["offered", "ticket"]
    world.later("20m")
    [card] = world.desk.hears()
    assert "手册能自己打印吗，晚了罚不罚" in card


def test_what_he_says_who_was_asked_by_name_is_the_answer(world: World) -> None:
    talk(world.group, "小王: @老周 手册你们怎么延期的", "老周: 我们找贸促会延的")
    world.later("20m")
    assert world.desk.hears() == []
    talk(world.group, "小王: @老周 手册你们怎么延期的", "小李: 我们找贸促会延的")
    world.later("20m")
    assert len(world.desk.hears()) == 1


def test_who_has_half_the_name_that_was_called_has_not_answered(world: World) -> None:
    talk(world.group, "小王: @老周明 手册你们怎么延期的", "老周: 我们找贸促会延的")
    world.later("20m")
    assert len(world.desk.hears()) == 1
