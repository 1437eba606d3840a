"""Platforms on which the bot may not speak first: the notice goes along with an answer, or a volunteer posts it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.notice_settings import NoticeSection
from bot.settings import Settings
from handlers.notices.words import Way
from tests.noticing import register, submitted
from tests.world import Brain, World


def passing_world(folder: Path, brain: Brain, way: Way) -> World:
    world = World(folder, brain, settings=Settings(notices=NoticeSection(ways={"replay": way})))
    register(world, 青岛一群="青岛", 青岛二群="青岛")
    return world


@pytest.fixture
def quiet(tmp_path: Path, brain: Brain) -> Iterator[World]:
    world = passing_world(tmp_path, brain, Way.PASSING)
    yield world
    world.store.close()


@pytest.fixture
def by_hand(tmp_path: Path, brain: Brain) -> Iterator[World]:
    world = passing_world(tmp_path, brain, Way.BY_HAND)
    yield world
    world.store.close()


def send(world: World) -> None:
    code = submitted(world.desk)
    world.desk.says("老王", f"审批 N1 {code}")
    world.later("1m")
    world.desk.hears()


def test_it_goes_along_when_somebody_speaks_and_is_posted_by_hand_where_nobody_does(quiet: World) -> None:
    send(quiet)
    one, two = quiet.room("青岛一群"), quiet.room("青岛二群")
    assert one.hears() == two.hears() == []
    one.says("小王", "大家早")
    assert [text.partition("\n")[0] for text in one.hears()] == ["【风险提示】手册延期要提前"]
    one.says("小王", "今天天气不错")
    assert one.hears() == []
    quiet.later("3d")
    assert "N1 有 1 个群发不进去，请志愿者代发：代发 N1" in quiet.desk.hears()
    quiet.desk.says("老李", "代发 N1")
    text, shown = sorted(quiet.desk.hears(), key=len, reverse=True)
    assert "2 青岛二群" in text + shown
    quiet.desk.says("老李", "已代发 N1 2")
    quiet.later("1m")
    assert quiet.desk.hears()[-1].startswith("N1《手册延期要提前》已发完，共 2 个\n已送达 2。")


def test_what_a_volunteer_posts_is_given_to_him_as_it_is(by_hand: World) -> None:
    send(by_hand)
    by_hand.desk.says("老李", "代发 N1")
    heard = by_hand.desk.hears()
    assert "【风险提示】手册延期要提前\n到期前 30 天可以申请延期。\n依据：加工贸易货物监管办法" in heard
    by_hand.desk.says("老李", "已代发 N1 9")
    assert by_hand.desk.hears()[-1].startswith("@老李 9 不在N1待处置的名单里，没有改动。")
    by_hand.desk.says("老李", "已代发 N1 全部")
    assert by_hand.desk.hears()[-1] == "@老李 谢谢，N1 有 2 个群记为已送达。"
