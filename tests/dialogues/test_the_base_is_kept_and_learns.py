"""Editors keep the base true in the chat, and the day's answers become entries that answer the next asker."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.mind import read_faq
from bot.settings import Settings
from handlers.knowledge.service import take_in
from handlers.mind import Mind
from tests.conftest import FAQ
from tests.world import SCENES, Brain, Room, World

ASKED = "转人工 老师好，我们公司保税再制造首单怎么报备？电话13812345678"
ASKED_AGAIN = "转人工 保税再制造首单怎么报备"
ANSWER = "先向主管海关提交再制造方案，海关评估后可以开展首单。"


@dataclass
class Kept:
    """A world whose entries stand in the database, so that they can be changed."""

    world: World

    @property
    def group(self) -> Room:
        return self.world.group

    @property
    def desk(self) -> Room:
        return self.world.desk

    def told(self, name: str, text: str) -> str:
        """What an editor hears back."""
        self.desk.hears()
        self.desk.says(name, text)
        [said] = [line for line in self.desk.hears() if line.startswith(f"@{name} ")]
        return said.removeprefix(f"@{name} ")


@pytest.fixture
def kept(tmp_path: Path, brain: Brain) -> Iterator[Kept]:
    entries, instruments = read_faq(FAQ)
    knowledge = brain.knowledge.beside(entries)  # one of its own: others must not see the changes
    mind = Mind(nlu=brain.mind.nlu, knowledge=knowledge)
    editors = Settings.model_validate({"knowledge": {"editors": "replay:坐席群"}}).knowledge
    settings = SCENES.model_copy(update={"knowledge": editors})
    world = World(tmp_path, Brain(mind=mind, knowledge=knowledge, instruments=instruments), settings=settings)
    with world.store.transaction() as session:
        take_in(session, entries, now=world.now)
    world.later("1s")
    world.desk.hears()
    yield Kept(world)
    world.store.close()


def test_a_ticket_becomes_an_entry_and_answers_the_next_asker_in_another_group(kept: Kept) -> None:
    kept.group.says("小王", ASKED)
    kept.desk.says("老李", f"确认回复 1 {ANSWER}")
    kept.world.later("1m")
    assert "【新草稿】1 份，来自工单答复，请编辑审：\n看稿 1：企业保税再制造首单怎么报备？" in kept.desk.hears()
    page = kept.told("老王", "看稿 1")
    assert f"答案：{ANSWER}" in page
    assert "支持：1 张工单（#1 已答复）" in page
    assert "138" not in page
    assert kept.told("老李", "审定 1") == "草稿 1 是您写的或改过的，要请另一位编辑审定：审定 1"
    assert kept.told("老王", "审定 1") == "XZ-001 第 1 版已生效，几秒内各处都按它答。"
    answered = kept.world.room("二群").says("小赵", "保税再制造首单怎么报备？")
    assert (answered["decision"], answered["entry"]) == ("answered", "XZ-001")
    assert ANSWER in kept.world.room("二群").hears()[0]


def test_the_same_ticket_again_supports_the_draft_it_made(kept: Kept) -> None:
    for number, (name, question) in enumerate([("小王", ASKED), ("小李", ASKED_AGAIN)], start=1):
        kept.world.room(f"{number}群").says(name, question)
        kept.desk.says("老李", f"确认回复 {number} {ANSWER}")
        kept.world.later("1m")
    assert "支持：2 张工单（#1 已答复、#2 已答复）" in kept.told("老王", "看稿 1")
    assert kept.told("老王", "草稿") == "待审草稿（1），看稿 号码：\n1 XZ-001 企业保税再制造首单怎么报备？（2 张工单）"


def test_a_draft_that_asks_what_an_entry_answers_becomes_a_way_of_asking_it(kept: Kept) -> None:
    kept.group.says("小王", ASKED)
    kept.desk.says("老李", f"确认回复 1 {ANSWER}")
    assert kept.told("老李", "入库 1").startswith("【草稿 1】新条目 XZ-001")
    assert kept.told("老王", "作问法 1 T-003") == "草稿 1 的问法收进了 T-003，答案没有动。"
    kept.world.later("1s")
    assert kept.world.room("二群").says("小赵", "企业保税再制造首单怎么报备？")["entry"] == "T-003"


def test_a_suspended_entry_goes_silent_at_once_and_answers_again_when_resumed(kept: Kept) -> None:
    assert kept.group.says("小王", "手册能展期吗")["entry"] == "T-001"
    assert kept.told("老王", "停用 T-001 政策有变") == (
        "T-001 已停用，几秒内各处都不再用它答。最近 30 天有 1 人收到过旧的答复，要通知他们请发：更正通知 T-001"
    )
    assert kept.world.room("二群").says("小赵", "手册能展期吗")["entry"] is None
    assert kept.told("老王", "停用 T-001 再来一次").startswith("T-001 已经停用了（政策有变）。")
    assert kept.told("老李", "启用 T-001 已核对") == "T-001 已启用，几秒内又会用它答。"
    assert kept.world.room("三群").says("小钱", "手册能展期吗")["entry"] == "T-001"
    assert kept.told("老李", "版本 T-001").splitlines()[1:] == [
        "第 1 版 3月2日 09:00 faq_data：from the folder（在用）",
        "第 2 版 3月2日 09:00 老王（replay:老王）：政策有变（停用）",
        "第 3 版 3月2日 09:00 老李（replay:老李）：已核对（在用）",
    ]


def test_a_correction_reaches_exactly_those_who_were_given_the_old_version(kept: Kept) -> None:
    kept.group.says("小王", "手册能展期吗")
    kept.group.says("小李", "报关单填错了能改吗")
    kept.world.room("二群").says("小赵", "手册能展期吗")
    kept.world.private("小孙").says("小孙", "手册能展期吗")
    assert "要请另一位编辑审定" in kept.told("老李", "修改 T-001 答案：可以，到期前三十日提出。")
    approved = kept.told("老王", "审定 1")
    assert approved == (
        "T-001 第 2 版已生效，几秒内各处都按它答。最近 30 天有 3 人收到过旧的答复，要通知他们请发：更正通知 T-001"
    )
    kept.world.room("三群").says("小钱", "手册能展期吗")  # is given the new version
    for room in ("社群", "二群", "三群", "小孙"):
        kept.world.room(room).hears()
    draft = kept.told("老王", "更正通知 T-001")
    assert draft.startswith("【更正 1】T-001 第 2 版，收到过旧版的 3 人（3 处）：小王；小赵；小孙")
    assert kept.group.hears() == [], "nothing goes out before a person says so"
    assert kept.told("老王", "发更正 1") == "更正 1 发给了 3 人。"
    [said] = kept.group.hears()
    assert said.startswith("@小王 【更正】您问过的这个问题，答复有更新，请以这次为准。")
    assert "可以，到期前三十日提出。" in said
    assert kept.world.room("二群").hears()[0].startswith("@小赵 【更正】")
    assert kept.world.private("小孙").hears()[0].startswith("【更正】")
    assert kept.world.room("三群").hears() == []
    assert kept.told("老王", "更正通知 T-001").startswith("最近 30 天没有人收到过 T-001 的旧版，不用通知。")
    assert kept.told("老王", "发更正 1") == "没有待办的更正 1。发“更正稿”看都有哪些号。"


def test_an_unsound_draft_is_not_approved(kept: Kept) -> None:
    kept.told("老李", "修改 T-001 答案：肯定能批，保证通过，联系 13912345678\n依据：[关税法]第999条")
    assert kept.told("老王", "审定 1").splitlines() == [
        "草稿 1 还不能审定：",
        "· basis: 关税法 不在 instruments.yml 里；在那里登记，或改正名称",
        "· answer: 有号码 1391…，可能是谁的；遮住",
        "· answer: “肯定能”许了空诺；写条件和时限，不打包票",
        "· answer: “保证通过”许了空诺；写条件和时限，不打包票",
        "改好再审：改稿 1 答案：…",
    ]
    kept.told("老李", "改稿 1 答案：可以。到期前提出。\n依据：海关法第二十四条")
    assert kept.told("老王", "审定 1").startswith("T-001 第 2 版已生效")


def test_an_entry_that_changed_meanwhile_is_not_overwritten(kept: Kept) -> None:
    kept.told("老李", "修改 T-001 答案：可以。到期前提出。")
    kept.told("老李", "修改 T-001 提示：早点办。")
    kept.told("老王", "审定 1")
    assert kept.told("老王", "审定 2").startswith("T-001 在起草之后又改过（现在是第 2 版）。请先退稿再重新起草：退稿 2")
    assert kept.told("老王", "退稿 2 条目已更新") == "草稿 2 已退，原因记下了。"
    assert kept.told("老王", "草稿") == "没有待审的草稿。"


def test_two_entries_become_one(kept: Kept) -> None:
    assert "审定后 T-002 停用" in kept.told("老李", "合并条目 T-002 到 T-001")
    assert kept.told("老王", "审定 1").startswith("T-001 第 2 版已生效，几秒内各处都按它答。T-002 已停用。")
    assert kept.group.says("小王", "展期要什么材料")["entry"] == "T-001"


def test_a_question_its_asker_confirmed_is_proposed_as_a_phrasing(kept: Kept) -> None:
    asked = kept.group.says("小王", "请问一下产地证自己能不能打印呀")
    assert asked["entry"] == "T-004"
    kept.group.says("小王", "谢谢，明白了")
    kept.world.later("1h")
    assert kept.told("老李", "入库 9") == "没有找到工单 #9。发“待办”看看都有哪些号。"
    listed = kept.told("老李", "问法")
    assert listed == "提问人确认过的问法（1），收问法 或 弃问法 号码：\n1 T-004 ← 产地证自己能不能打印呀？"
    assert kept.told("老李", "收问法 1") == "收下 1 种问法，几秒内就认得。"
    assert kept.told("老李", "问法") == "没有待收的问法。"
    assert "问法" not in kept.told("老李", "条目 T-004")
    assert kept.told("老李", "收问法 1") == "没有待办的问法 1。发“问法”看都有哪些号。"


def test_what_expires_is_laid_before_the_editors(kept: Kept) -> None:
    kept.told("老李", "修改 T-005 失效日期：2026-03-03\n复核日期：2027-01-01")
    kept.told("老王", "审定 1")
    kept.world.later("3d")
    cards = [card for card in kept.desk.hears() if card.startswith("【待复核】")]
    assert cards[-1].splitlines()[:2] == ["【待复核】1 条", "T-005 已过期，不再答复（2026-03-03）"]
    assert kept.world.room("二群").says("小赵", "滞报金几天开始算")["entry"] is None
    assert "T-005 已过期" in kept.told("老李", "待复核")
    kept.told("老李", "修改 T-005 失效日期：2027-03-03")
    kept.told("老王", "审定 2")
    kept.world.later("1d")
    assert "T-005" not in kept.told("老李", "待复核")
    kept.group.asks_bot("小王", "转人工 首单怎么报备")
    kept.desk.hears()
    kept.world.later("1d")
    assert any("超时" in card for card in kept.desk.hears())


def test_who_is_no_editor_changes_nothing_and_talk_stays_talk(kept: Kept) -> None:
    assert kept.desk.says("老李", "修改 一下这个说法吧")["decision"] == "silent"
    assert kept.desk.says("老李", "停用了吗")["decision"] == "silent"
    assert kept.told("老李", "停用") == "“停用”要带条目编号，例如：停用 JG-001 政策有变"
    assert kept.told("老李", "停用 T-001") == "“停用”后面还缺内容，例如：停用 JG-001 政策有变"
    assert kept.told("老李", "条目 T-999") == "没有条目 T-999。编号在答复末尾能看到，例如：条目 JG-001"
    assert kept.told("老李", "看稿 7") == "没有待办的草稿 7。发“草稿”看都有哪些号。"
    assert kept.group.says("小王", "停用 T-001 我说的")["entry"] is None
    assert kept.told("老李", "引用 24条").startswith("引用“24条”的条目")


def test_the_week_closes_with_what_was_not_answered(kept: Kept) -> None:
    kept.group.asks_bot("小王", "保税再制造首单怎么报备")
    kept.world.room("二群").asks_bot("小赵", "保税再制造的首单要怎么报备")
    assert "2 次" in kept.told("老李", "没答上")
    kept.world.later("7d")
    [weekly] = [card for card in kept.desk.hears() if card.startswith("【每周清单】")]
    assert "2 次" in weekly
