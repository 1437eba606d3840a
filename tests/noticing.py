"""Groups with regions, and notices on their way to them: what scenes about notices begin with."""

import re

from sqlalchemy import false

from handlers.members.audience import conversations, read_audience
from handlers.members.models import GroupProfileRow, LabelRow
from handlers.members.words import LabelKind
from handlers.store import Store
from tests.world import Room, World

NEW = """发通知 风险提示
标题：手册延期要提前
正文：到期前 30 天可以申请延期。
受众：{audience}
依据：加工贸易货物监管办法
关注：加工贸易"""


def register(world: World, **labels: str) -> None:
    """Groups with their region."""
    with world.store.transaction() as session:
        for name, region in labels.items():
            place = f"replay:group:{name}"
            session.merge(GroupProfileRow(conversation=place, name=name, added_at=world.now))
            session.add(LabelRow(subject=place, kind=LabelKind.REGION, value=region, added_at=world.now))


def selected(store: Store, text: str, topic: str = "") -> list[str]:
    """Whom an audience reaches."""
    with store.reading() as session:
        query = conversations(session, read_audience(text), topic=topic, got=lambda number, place: false())
        return sorted(place for place, _ in session.execute(query))


def code_in(text: str) -> str:
    found = re.search(r"审批 N\d+ ([0-9a-f]{4})", text)
    assert found is not None, text
    return found[1]


def approve(desk: Room, number: int = 1) -> None:
    """老李 hands a notice in, and 老王 takes the very form he was shown."""
    desk.hears()
    desk.says("老李", f"提交 N{number}")
    desk.says("老王", f"审批 N{number} {code_in(desk.hears()[-1])}")


def submitted(desk: Room, audience: str = "地区=青岛") -> str:
    """A notice of 老李 that waits for its approval; its code."""
    desk.says("老李", NEW.format(audience=audience))
    desk.says("老李", "提交 N1")
    return code_in(desk.hears()[-1])
