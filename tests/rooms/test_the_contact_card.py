"""联系卡: as text, and as a picture whose code can be scanned."""

from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from bot.__main__ import app
from bot.config_file import load

CONFIG = """contacts:
  departments: [{name: 通关科, does: 报关单修改和撤销、查验, head: 林科长, phone: 0532-1234567}]
  link: https://example.org/card
  review_by: 2026-01-31
"""


@pytest.fixture
def config(tmp_path: Path, font: Path) -> Path:
    path = tmp_path / "config.yml"
    path.write_text(f"database: sqlite:///{tmp_path}/bot.db\n{CONFIG}  font: {font}\n", "utf-8")
    return path


def test_the_card_is_what_askers_are_shown(config: Path) -> None:
    settings = load(config, {})
    assert settings.ticket_rules().contacts.text() == (
        "【直通车联系卡】\n通关科：报关单修改和撤销、查验（林科长 0532-1234567）\n"
        "海关服务热线 12360；国际贸易“单一窗口”客服 95198；出口退税 12366\n"
        "更多：https://example.org/card\n要志愿者跟进请回复“转人工”。"
    )
    assert settings.contacts.card().is_stale(date(2026, 2, 1))
    assert not settings.contacts.card().is_stale(date(2026, 1, 31))


def test_the_picture_holds_words_and_a_code(config: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["card", str(tmp_path / "卡.png"), "--config", str(config)])
    assert result.exit_code == 0, result.output
    picture = Image.open(tmp_path / "卡.png").convert("L")
    assert picture.width == 1080
    code = picture.crop((760, 190, 1020, 450))
    dark = sum(code.histogram()[:128]) / (code.width * code.height)
    assert 0.3 < dark < 0.7
    assert len(set(picture.crop((60, 190, 400, 300)).tobytes())) > 20  # letters, smoothed


def test_a_wrong_name_or_font_is_one_line(config: Path, font: Path, tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["card", str(tmp_path / "卡.gif"), "--config", str(config)]).exit_code == 2
    lines = ", ".join(f"第 {number} 条热线 {number}" for number in range(200))
    config.write_text(f"contacts: {{lines: [{lines}], font: {font}}}\n", "utf-8")
    result = CliRunner().invoke(app, ["card", str(tmp_path / "卡.png"), "--config", str(config)])
    assert result.exit_code == 2
    assert "name a page that shows it in contacts.link" in result.output
    config.write_text(CONFIG + "  font: /nowhere.ttf\n", "utf-8")
    result = CliRunner().invoke(app, ["card", str(tmp_path / "卡.png"), "--config", str(config)])
    assert result.exit_code == 2
