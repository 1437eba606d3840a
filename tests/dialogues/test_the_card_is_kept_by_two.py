"""联系卡 is kept in the desk: one writes a line, another approves it, and somebody is reminded to look it over."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from bot.contact_settings import ContactSection, DepartmentSection
from bot.settings import Settings
from handlers.files import FileRow
from tests.world import World, Worlds

LINES = "海关服务热线 12360；国际贸易“单一窗口”客服 95198；出口退税 12366\n要志愿者跟进请回复“转人工”。"


@pytest.fixture
def kept(worlds: Worlds) -> World:
    contacts = ContactSection(
        picture=False, departments=(DepartmentSection(name="通关科", does="报关单修改", head="林科长"),)
    )
    return worlds(settings=Settings(contacts=contacts))


def card(world: World) -> str:
    world.group.asks_bot("小王", "联系卡")
    return world.group.hears()[-1].removeprefix("@小王 ")


def test_a_line_stands_when_a_second_person_approved_it(kept: World) -> None:
    desk = kept.desk
    desk.says("老李", "联系卡登记 加贸科 职能：手册、核销 负责人：王科长 电话：0532-7654321 复核：2026-06-30")
    shown = "K1 加贸科：手册、核销（王科长 0532-7654321），2026-06-30 复核"
    assert desk.hears() == [f"@老李 {shown}\n由另一位同事审批后生效，请他发：联系卡审批 K1"]
    assert card(kept) == f"【直通车联系卡】\n通关科：报关单修改（林科长）\n{LINES}"
    assert desk.says("老李", "联系卡审批 K1")["reason"] == "refused"
    assert desk.hears() == ["@老李 K1 是您自己写的，要由另一位同事审批。请他发：联系卡审批 K1"]
    desk.says("老王", "联系卡审批 K1")
    assert desk.hears() == [f"@老王 {shown}\n已生效，“联系卡”里就是这样了。"]
    assert "\n通关科：报关单修改（林科长）\n加贸科：手册、核销（王科长 0532-7654321）\n" in card(kept)


def test_the_card_comes_as_a_picture_too_and_not_again_right_away(worlds: Worlds, font: Path) -> None:
    departments = (DepartmentSection(name="通关科", does="报关单修改", head="林科长"),)
    world = worlds(settings=Settings(contacts=ContactSection(departments=departments, font=font)))
    assert card(world) == "〔图片：联系卡.png〕"
    with world.store.reading() as session:
        picture = session.scalars(select(FileRow.content)).one()
    assert Image.open(BytesIO(picture)).width == 1080
    world.later("1m")
    assert card(world).startswith("【直通车联系卡】\n通关科：报关单修改（林科长）")
    world.later("10m")
    assert card(world) == "〔图片：联系卡.png〕"


def test_lines_are_changed_taken_off_and_looked_over_in_time(kept: World) -> None:
    desk = kept.desk
    desk.says("老李", "联系卡修改 通关科 负责人：赵科长 复核：2026-03-20")
    desk.says("老王", "联系卡审批 1")
    assert "通关科：报关单修改（赵科长）\n" in card(kept)
    desk.hears()
    kept.later("20d")
    assert desk.hears() == [
        "联系卡有 1 行该核对了：\n通关科：报关单修改（赵科长）\n"
        "核对后请发：联系卡修改 通关科 复核：明年的日期（变了的一起写），由另一位同事审批。"
    ]
    desk.says("老李", "联系卡删除 通关科")
    desk.says("老李", "联系卡列表")
    assert "待审批 K2 从联系卡上拿掉“通关科”（老李）" in desk.hears()[-1]
    desk.says("老王", "联系卡审批 K2")
    assert "通关科" not in card(kept)


def test_a_slip_about_the_card_is_one_clear_line(kept: World) -> None:
    desk = kept.desk
    for said, told in {
        "联系卡登记 加贸科": "请写名称和职能，例如：联系卡登记 通关科",
        "联系卡登记 通关科 职能：查验": "联系卡上已有“通关科”，没有改动。要改请发：联系卡修改 通关科 电话：……",
        "联系卡修改 关税科 电话：1": "联系卡上没有“关税科”，没有改动。现有：通关科",
        "联系卡修改 通关科": "要改什么？例如：联系卡修改 通关科 电话：0532-1234567",
        "联系卡修改 通关科 复核：下个月": "看不懂复核日期“下个月”，没有改动。",
        "联系卡修改 通关科 复核：2026-01-01": "复核日期 2026-01-01 已经过去了，没有改动。",
        f"联系卡修改 通关科 电话：{'1' * 101}": "写得太长，没有改动。名称、负责人、电话各 100 字以内",
        "联系卡审批": "批哪一条？例如：联系卡审批 K3。",
        "联系卡审批 K9": "没有 K9。发“联系卡列表”看看待审批的。",
    }.items():
        assert desk.says("老李", said)["reason"] == "refused", said
        assert desk.hears()[0].startswith(f"@老李 {told}")
