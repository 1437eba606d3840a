"""Platforms on which the bot may not speak first: the notice goes along with an answer, or a volunteer posts it."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot import posting_page, upload_page
from bot.notice_settings import NoticeSection
from bot.settings import Settings, Web
from handlers.notices.models import NoticeRow
from handlers.notices.words import Way
from tests.noticing import NEW, approve, register, submitted
from tests.world import World, Worlds


def passing_world(worlds: Worlds, way: Way) -> World:
    settings = Settings(notices=NoticeSection(ways={"replay": way}), web=Web(address="https://bot.example.cn"))
    world = worlds(settings=settings)
    register(world, 青岛一群="青岛", 青岛二群="青岛")
    return world


@pytest.fixture
def quiet(worlds: Worlds) -> World:
    return passing_world(worlds, Way.PASSING)


@pytest.fixture
def by_hand(worlds: Worlds) -> World:
    return passing_world(worlds, Way.BY_HAND)


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


def test_a_phone_adds_the_picture_and_copies_only_what_was_approved(by_hand: World) -> None:
    desk, app = by_hand.desk, FastAPI()
    posting_page.attach(app, by_hand.store)
    upload_page.attach(app, by_hand.store, clock=by_hand.clock)
    web = TestClient(app)
    desk.says("老李", NEW.format(audience="地区=青岛").replace("30 天", "<30> 天"), attachments=["image"])
    assert "没有收下。请发“附件 N1”，从手机上选" in desk.hears()[-1]
    desk.says("老李", "附件 N1")
    upload = desk.hears()[-1].partition("https://bot.example.cn")[2]
    shown = web.get(upload).text
    assert "给 N1《手册延期要提前》加图片、文件" in shown
    assert "文件最多 10 MB。" in shown
    assert 'accept="image/png,image/jpeg,image/gif,.pdf,' in shown
    for name, content, code, told in (
        ("流程.png", b"old", 200, "已收下文件 流程.png，加进了 N1。"),
        ("流程.png", b"GIF89a", 200, "已收下图片 流程.png，加进了 N1。"),
        ("表.xlsx", b"PK", 200, "已收下文件 表.xlsx，加进了 N1。"),
        ("空.png", b"", 422, "空.png 是空的，没有收下。"),
        ("大.pdf", bytes(10 * 2**20 + 1), 413, "文件太大，最多 10 MB，没有收下。请压缩后再来。"),
    ):
        answer = web.post(upload, params={"name": name}, content=content)
        assert (answer.status_code, answer.text) == (code, told)
    approve(desk)
    assert [web.get(upload).status_code, web.post(upload, params={"name": "a.png"}, content=b"GIF8").status_code] == [
        404,
        422,
    ]
    by_hand.later("1m")
    desk.says("老李", "代发 N1")
    [told] = [text for text in desk.hears() if "一点就复制" in text]
    address = told.partition("https://bot.example.cn")[2].split()[0]
    page = web.get(address)
    assert page.status_code == 200
    assert page.text.count("到期前 &lt;30&gt; 天可以申请延期。\n依据") == 2  # to be read, and to be copied
    assert 'data-copy="已代发 N1 1"' in page.text
    assert "青岛二群" in page.text
    with by_hand.store.reading() as session:
        digests = {file["name"]: file["digest"] for file in session.get_one(NoticeRow, 1).files}
    picture, sheet = (web.get(f"{address}/{digests[name]}") for name in ("流程.png", "表.xlsx"))
    assert (picture.content, picture.headers["content-type"]) == (b"GIF89a", "image/gif")
    assert "content-disposition" not in picture.headers, "it is shown"
    assert (sheet.content, sheet.headers["content-type"]) == (b"PK", "application/octet-stream")
    assert sheet.headers["content-disposition"] == "attachment; filename*=UTF-8''%E8%A1%A8.xlsx"
    assert [web.get(path).status_code for path in (f"{address}x", f"{address}/{'0' * 64}", "/post/0")] == [404] * 3
    desk.says("老李", "已代发 N1 1")
    assert "青岛一群" not in web.get(address).text
    desk.says("老李", "撤回 N1 写错了")
    assert "请不要再发" in web.get(address).text
    assert "30" not in web.get(address).text.partition("<body>")[2]
