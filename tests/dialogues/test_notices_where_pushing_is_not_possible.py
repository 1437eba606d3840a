"""Platforms on which the bot may not speak first: the notice goes along with an answer, or a volunteer posts it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot import posting_page
from bot.notice_settings import NoticeSection
from bot.settings import Settings, Web
from handlers import files
from handlers.notices.words import Way
from tests.noticing import NEW, approve, register, submitted
from tests.world import Brain, World


def passing_world(folder: Path, brain: Brain, way: Way) -> World:
    settings = Settings(notices=NoticeSection(ways={"replay": way}), web=Web(address="https://bot.example.cn"))
    world = World(folder, brain, settings=settings)
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


def test_on_a_phone_it_is_copied_with_one_touch_and_only_what_was_approved(by_hand: World) -> None:
    with by_hand.store.transaction() as session:
        digest = files.keep(session, "流程.png", b"GIF89a", link="", now=by_hand.now).digest
    desk, app = by_hand.desk, FastAPI()
    posting_page.attach(app, by_hand.store)
    web = TestClient(app)
    desk.says("老李", NEW.format(audience="地区=青岛").replace("30 天", "<30> 天") + "\n附件：流程.png")
    approve(desk)
    by_hand.later("1m")
    desk.says("老李", "代发 N1")
    [told] = [text for text in desk.hears() if "一点就复制" in text]
    address = told.partition("https://bot.example.cn")[2].split()[0]
    page = web.get(address)
    assert page.status_code == 200
    assert page.text.count("到期前 &lt;30&gt; 天可以申请延期。\n依据") == 2  # to be read, and to be copied
    assert 'data-copy="已代发 N1 1"' in page.text
    assert "青岛二群" in page.text
    picture = web.get(f"{address}/{digest}")
    assert (picture.content, picture.headers["content-type"]) == (b"GIF89a", "image/gif")
    assert [web.get(path).status_code for path in (f"{address}x", f"{address}/{'0' * 64}", "/post/0")] == [404] * 3
    desk.says("老李", "已代发 N1 1")
    assert "青岛一群" not in web.get(address).text
    desk.says("老李", "撤回 N1 写错了")
    assert "请不要再发" in web.get(address).text
    assert "30" not in web.get(address).text.partition("<body>")[2]
