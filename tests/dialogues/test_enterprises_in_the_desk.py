"""Operators write enterprises into the registry, and change them, where they work."""

import pytest
from sqlalchemy import select

from handlers.members.models import EnterpriseRow
from handlers.members.registry import labels_of
from handlers.members.words import LabelKind
from tests.world import World, Worlds, colleague

CODE = "91370200MA3ABCDE1X"


@pytest.fixture
def world(worlds: Worlds) -> World:
    people = [colleague("老李", chief=True), colleague("老王", "8001")]
    return worlds(volunteers=people)


def test_an_enterprise_is_registered_changed_and_shown(world: World) -> None:
    desk = world.desk
    desk.says("老李", f"登记企业 青岛海风公司 代码={CODE.lower()} 协调员=老王 地区=青岛 贸易方式=加工贸易")
    [said] = desk.hears()
    assert said == "@老李 青岛海风公司：代码已登记，协调员 老王，地区=青岛 贸易方式=加工贸易"
    desk.says("老李", "修改企业 青岛海风公司 改名=青岛海风集团 地区=烟台")
    desk.hears()
    desk.says("老李", "查企业 青岛海风集团")
    assert desk.hears() == ["@老李 青岛海风集团：代码已登记，协调员 老王，地区=烟台、青岛 贸易方式=加工贸易"]
    with world.store.reading() as session:
        row = session.scalars(select(EnterpriseRow)).one()
        assert (row.name, row.code, row.coordinator) == ("青岛海风集团", CODE, "replay:老王")
        assert (LabelKind.REGION, "烟台") in labels_of(session, row.subject)


def test_a_slip_changes_nothing_and_says_what_to_type(world: World) -> None:
    desk = world.desk
    desk.says("老李", f"登记企业 青岛海风公司 代码={CODE}")
    desk.says("老李", "登记企业 烟台公司")
    desk.hears()
    for said, told in {
        "登记企业 青岛海风公司": "“青岛海风公司”登记过了，没有改动。要改请发：修改企业 青岛海风公司 协调员=老李",
        "登记企业 地区=青岛": "请写企业名称，例如：登记企业 青岛某某公司",
        "修改企业 青岛海风": "没有登记企业“青岛海风”，是不是“青岛海风公司”，没有改动。",
        "修改企业 烟台公司": "要改什么？例如：修改企业 烟台公司 协调员=老李",
        "修改企业 烟台公司 代码=123": "统一社会信用代码应是 18 位数字和字母，这里有 3 位，没有改动。",
        f"修改企业 烟台公司 代码={CODE}": "统一社会信用代码和“青岛海风公司”的一样，没有改动。",
        "修改企业 烟台公司 协调员=老赵": "没有找到协调员“老赵”，请写登记过的姓名或工号。没有改动。",
        "修改企业 烟台公司 改名=青岛海风公司": "已经有叫“青岛海风公司”的企业，没有改动。",
        "修改企业 烟台公司 改名=新名 城市=烟台": "“城市=烟台”不是标签，没有改动。",
        "修改企业 烟台公司 代码=": "“代码=”后面还缺内容，没有改动。",
    }.items():
        assert desk.says("老李", said)["reason"] == "refused", said
        assert desk.hears()[0].startswith(f"@老李 {told}"), said
    desk.says("老王", "修改企业 烟台公司 改名=别的")
    assert desk.hears()[0].startswith("@老王 标签和企业只有登记为运营的同事能改。")
    with world.store.reading() as session:
        names = session.scalars(select(EnterpriseRow.name).order_by(EnterpriseRow.id)).all()
    assert names == ["青岛海风公司", "烟台公司"]
