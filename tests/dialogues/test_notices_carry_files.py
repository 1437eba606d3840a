"""Pictures and documents go along with a notice where the platform carries them; elsewhere the text says where to get them."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from bot.__main__ import app
from handlers import files
from handlers.base import Attachment
from handlers.files import FileRow
from handlers.notices.enclosures import forgetting
from handlers.notices.models import NoticeRow
from handlers.notices.refusals import NoticeRefusal
from handlers.notices.rules import NoticeRules
from handlers.notices.writing import parts_for
from handlers.outbox import PromiseRow
from tests.noticing import code_in
from tests.world import Room, World

PICTURE = b"\x89PNG\r\n\x1a\n picture"
FORM = "发通知 风险提示\n标题：手册延期要提前\n正文：看图办。\n受众：地区=烟台\n附件：{files}"


@pytest.fixture
def digest(groups: World) -> str:
    """A picture and a document that were taken in."""
    with groups.store.transaction() as session:
        files.keep(session, "申请表.docx", b"PK document", link="https://a.cn/form", now=groups.now)
        return files.keep(session, "流程.png", PICTURE, link="", now=groups.now).digest


def test_a_picture_is_shown_in_the_preview_tried_out_and_sent_after_the_words(
    groups: World, desk: Room, digest: str
) -> None:
    desk.says("老李", FORM.format(files="流程.png、申请表.docx"))
    assert "看图办。\n〔图片：流程.png〕\n〔文件：申请表.docx〕\n——" in desk.hears()[0]
    desk.says("老李", "试发 N1")
    assert groups.private("老李").hears()[1] == "【试发，只有您能看到】\n〔图片：流程.png〕"
    desk.says("老李", "提交 N1")
    *_, picture, document, card = desk.hears()
    assert (picture, document) == ("〔图片：流程.png〕", "〔文件：申请表.docx〕")
    assert "3 条 ——\n【风险提示】手册延期要提前\n看图办。\n〔图片：流程.png〕\n〔文件：申请表.docx〕" in card
    desk.says("老王", f"审批 N1 {code_in(card)}")
    groups.later("1m")
    assert groups.room("烟台群").hears() == [
        "【风险提示】手册延期要提前\n看图办。",
        "〔图片：流程.png〕",
        "〔文件：申请表.docx〕",
    ]
    with groups.store.reading() as session:
        said = select(PromiseRow.file).where(PromiseRow.text == "〔图片：流程.png〕")
        assert set(session.scalars(said)) == {digest}
    assert "平台收下 3 条消息，送达 1 个群（人）。" in desk.hears()[-1]


def test_what_a_platform_does_not_carry_is_named_with_the_place_to_get_it(
    groups: World, desk: Room, digest: str
) -> None:
    desk.says("老李", FORM.format(files="流程.png、申请表.docx"))
    rules = NoticeRules(carrying={"qq": (Attachment.IMAGE,)})
    with groups.store.transaction() as session:
        notice = session.get_one(NoticeRow, 1)
        words = "【风险提示】手册延期要提前\n看图办。"
        assert parts_for(notice, ["qq"], rules) == {
            "qq": [f"{words}\n附件“申请表.docx”下载：https://a.cn/form", "〔图片：流程.png〕"]
        }
        with pytest.raises(NoticeRefusal, match="wecom 发不了图片"):
            parts_for(notice, ["wecom"], rules)
        notice.link = "https://a.cn/notice"
        assert "附件“流程.png”在上面的链接里。" in parts_for(notice, ["wecom"], rules)["wecom"][0]


def test_another_picture_in_its_place_is_not_what_was_approved(groups: World, desk: Room, digest: str) -> None:
    desk.says("老李", FORM.format(files="流程.png"))
    desk.says("老李", "提交 N1")
    desk.says("老李", "定时 N1 明天 10:00")
    desk.says("老王", f"审批 N1 {code_in(desk.hears()[-2])}")
    with groups.store.transaction() as session:
        notice = session.get_one(NoticeRow, 1)
        notice.files = [{**notice.files[0], "digest": "0" * 64}]
    groups.later("2d")
    assert groups.room("烟台群").hears() == []
    assert desk.hears()[-1] == "N1 内容与批准时不一致，已停发。请核对后重新提交：提交 N1"


def test_a_file_keeps_the_name_it_was_approved_with_and_goes_when_nobody_needs_it(
    groups: World, desk: Room, digest: str
) -> None:
    desk.says("老李", FORM.format(files="流程.png"))
    with groups.store.transaction() as session:
        renamed = files.keep(session, "新流程.png", PICTURE, link="", now=groups.now).digest
        assert [session.get_one(FileRow, one).name for one in (digest, renamed)] == ["流程.png", "新流程.png"]

    def kept() -> set[str]:
        with groups.store.transaction() as session:
            forgetting(NoticeRules()).run(session, groups.now)
            return set(session.scalars(select(FileRow.name)))

    groups.now += timedelta(days=181)
    assert kept() == {"流程.png"}
    desk.says("老李", "取消 N1")
    groups.now += timedelta(days=181)
    assert kept() == set()
    desk.says("老李", "修改 N1 标题：再发一次")
    assert desk.says("老李", "提交 N1")["reason"] == "refused"
    told = "附件 流程.png 放得太久，已经清理，没有改动。请在服务器上再收一次（python -m bot notice file 文件），再发：修改 N1 附件：流程.png"
    assert desk.hears()[-1] == f"@老李 {told}"


def test_a_picture_of_the_chat_and_a_file_nobody_took_in_are_one_clear_line(
    groups: World, desk: Room, digest: str
) -> None:
    told = (
        "群里发的图片、文件，机器人只知道有，拿不到内容，没有收下。请在服务器上收：python -m bot notice file 图片.png"
    )
    desk.hears()
    for said in (FORM.format(files="流程.png"), "修改 N1 正文：看新图办。"):
        desk.says("老李", said, attachments=["image"])
        assert told in desk.hears()[0]
    line = desk.says("老李", "", attachments=["image"])
    assert desk.says("老李", "附件 N1", quotes=line["n"], quotes_line=True)["reason"] == "refused"
    assert desk.hears()[-1].startswith(f"@老李 {told}（有的平台发不了图，加上 --link 网址），再发：附件 N1 图片.png")
    desk.says("老李", "附件 N1 申请表.docx")
    assert "看新图办。\n〔图片：流程.png〕\n〔文件：申请表.docx〕\n——" in desk.hears()[-1]
    told = "没有叫“流程图.png”的附件，是不是“流程.png”。先在服务器上收下：python -m bot notice file 流程图.png"
    assert desk.says("老李", FORM.format(files="流程图.png"))["reason"] == "refused"
    assert desk.hears() == [f"@老李 {told}"]


def test_files_are_taken_in_on_the_command_line(tmp_path: Path) -> None:
    config, picture, huge = tmp_path / "config.yml", tmp_path / "流程.png", tmp_path / "大.png"
    config.write_text(f"database: sqlite:///{tmp_path}/bot.db\n", "utf-8")
    picture.write_bytes(PICTURE)
    huge.write_bytes(PICTURE + bytes(3 * 2**20))
    for file, code, told in (
        (picture, 0, "已收下图片 流程.png。写通知时加一行：附件：流程.png\n"),
        (huge, 2, "大.png 有 3.0 MB，图片最多 2 MB，没有收下。请压缩后再来。\n"),
        (
            tmp_path / "没有.png",
            2,
            f"{tmp_path}/没有.png: cannot be read (No such file or directory); give the path of a file\n",
        ),
    ):
        result = CliRunner().invoke(app, ["notice", "file", str(file), "--config", str(config)])
        assert (result.exit_code, result.output) == (code, told)
