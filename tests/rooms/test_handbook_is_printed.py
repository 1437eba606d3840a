"""The handbook is what answers today, by topic; the public list is what was settled, without who asked."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from bot.errors import Unusable
from bot.handbook import as_html, handbook, write_handbook
from bot.public_list import write_public
from bot.settings import Settings
from knowledge_base.entries import Citation, Entry, Review, Status
from knowledge_base.instruments import Instrument
from tests.conftest import FAQ
from tests.world import Room, World

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LAWS = {"海关法": Instrument.model_validate({"name": "中华人民共和国海关法", "articles": 102})}
ENTRIES = [
    Entry(
        id="A-1", topic="手册", question="手册能展期吗？", answer="可以。\n1. 提前申请。", tips="早点办。",
        basis=(Citation(source="海关法", article=24),), as_of=DAY, review=Review.NEEDED,
    ),
    Entry(id="A-2", topic="手册", question="停用的？", answer="不该出现", status=Status.SUSPENDED),
    Entry(id="A-3", topic="手册", question="过期的？", answer="不该出现", valid_until=date(2026, 3, 1)),
    Entry(id="A-4", topic="手册", question="内部的？", answer="不该出现", audience="internal"),
    Entry(id="B-1", topic="<证书>", question="产地证 & 打印？", answer="自助打印。"),
]  # fmt: skip


def test_only_what_answers_the_public_today_is_printed() -> None:
    page = as_html(handbook(ENTRIES, LAWS, day=DAY, version=7))
    assert "2026-03-02 版 · 第 7 号 · 共 2 条" in page
    assert "依据：《中华人民共和国海关法》第24条。口径截至 2026-03-02。" in page
    assert "待复核" in page
    assert "不该出现" not in page
    assert "&lt;证书&gt;" in page
    assert "http" not in page, "it needs nothing besides itself"


def test_both_files_are_written_and_the_word_document_has_headings(tmp_path: Path) -> None:
    settings = Settings.model_validate({"database": f"sqlite:///{tmp_path}/bot.db", "faq": str(FAQ)})
    told = write_handbook(settings, tmp_path / "手册", now=NOW)
    assert told.startswith("5 条写入 ")
    document = Document(str(tmp_path / "手册" / "标准化问答手册.docx"))
    said = [paragraph.text for paragraph in document.paragraphs]
    assert said[1] == "2026-03-02 版 · 第 0 号 · 共 5 条"
    assert "T-001  加工贸易手册到期前可以申请延期吗？" in said
    with pytest.raises(Unusable, match=r"只写 \.html 和 \.docx"):
        write_handbook(settings, tmp_path / "a.pdf", now=NOW)


def test_the_public_list_names_nobody(world: World, group: Room, desk: Room, tmp_path: Path) -> None:
    group.says("小王", "转人工 老师好，我们青岛某某贸易有限公司保税再制造首单怎么报备？电话13812345678")
    desk.says("老李", "确认回复 1 您好，向主管海关提交方案即可，可打 13912345678 找王科。")
    group.says("小王", "解决了")
    settings = Settings.model_validate({"database": world.address_for_commands(), "faq": str(FAQ)})
    assert "1 件写入" in write_public(settings, tmp_path / "公开.xlsx", "2026-03-01 到 2026-03-31")
    [row] = load_workbook(tmp_path / "公开.xlsx").worksheets[0].iter_rows(min_row=2, values_only=True)
    assert row[3:7] == (
        "企业保税再制造首单怎么报备？", "向主管海关提交方案即可，可打 ****5678 找王科。", "2026-03-02", "已确认",
    )  # fmt: skip
