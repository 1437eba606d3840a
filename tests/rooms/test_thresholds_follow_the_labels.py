"""What editors label decides from which confidence the bot answers."""

import json
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner

from bot.labels import write_labels
from bot.settings import Settings
from knowledge_base.commands import app
from knowledge_base.evaluation import Outcome
from knowledge_base.labels import read_labels
from knowledge_base.questions import Question, QuestionsError
from knowledge_base.thresholds import Thresholds, read_thresholds, write_thresholds
from knowledge_base.tuning import tune
from tests.conftest import FAQ
from tests.world import Room, World


def outcome(confidence: float, *, right: bool) -> Outcome:
    question = Question(text="问", expect=frozenset({"A"} if right else ()))
    return Outcome(question=question, found=[("A", confidence)], rank=1 if right else 0, seconds=0.0)


def test_the_threshold_is_as_low_as_the_tolerated_error_allows() -> None:
    sure = [outcome(0.9, right=True)] * 60
    doubtful = [outcome(0.6, right=True)] * 30 + [outcome(0.6, right=False)] * 10
    strict, loose = (tune([*sure, *doubtful], tolerate=share, margin=0.0) for share in (0.02, 0.12))
    assert strict is not None
    assert loose is not None
    assert (strict.thresholds.answer_at, strict.shares.wrong, strict.answered) == (0.61, 0.0, 60)
    assert (loose.thresholds.answer_at, loose.shares.wrong, loose.answered) == (0.3, 0.1, 100)
    assert 0 < strict.at_worst < 0.05 < loose.at_worst < 0.2
    assert tune([outcome(0.9, right=False)] * 40, tolerate=0.02, margin=0.0) is None


def test_an_answer_without_the_margin_is_not_counted_as_one() -> None:
    close = Outcome(
        question=Question(text="问", expect=frozenset({"B"})), found=[("A", 0.8), ("B", 0.7)], rank=2, seconds=0.0
    )
    asked = [outcome(0.9, right=True)] * 30 + [close] * 30
    clear, any_lead = (tune(asked, tolerate=0.02, margin=margin) for margin in (0.3, 0.0))
    assert clear is not None
    assert any_lead is not None
    assert (clear.thresholds.answer_at, clear.thresholds.margin, clear.shares.wrong) == (0.3, 0.3, 0.0)
    assert any_lead.thresholds.answer_at == 0.81


def test_only_the_two_numbers_change_in_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "config.yml"
    text = "# 说明\nanswering:\n  answer_at: 0.75           # 才直接答\n  offer_at: 0.35\nqq:\n  enabled: true  # 用\n"
    file.write_text(text, "utf-8")
    write_thresholds(file, Thresholds(answer_at=0.8, offer_at=0.4))
    assert read_thresholds(file) == Thresholds(answer_at=0.8, offer_at=0.4)
    assert file.read_text("utf-8") == text.replace("0.75", "0.8 ").replace("0.35", "0.4")


def labelled(file: Path, rows: list[tuple[str, str | None]]) -> Path:
    book = Workbook()
    assert book.active is not None
    book.active.append(["原话", "次数", "应答条目"])
    for text, label in rows:
        book.active.append([text, 1, label])
    book.save(file)
    return file


def test_a_label_that_names_no_entry_is_told_with_its_row(tmp_path: Path) -> None:
    file = labelled(
        tmp_path / "a.xlsx", [("手册能展期吗", "T-001"), ("吃饭了吗", "无"), ("再说", None), ("税", "T-999")]
    )
    with pytest.raises(QuestionsError, match="第 5 行（应答条目）：没有条目“T-999”；写条目编号，没有就写“无”"):
        read_labels(file, frozenset({"T-001"}))
    good = read_labels(file, frozenset({"T-001", "T-999"}))
    assert [(one.text, set(one.expect)) for one in good] == [
        ("手册能展期吗", {"T-001"}), ("吃饭了吗", set()), ("税", {"T-999"}),
    ]  # fmt: skip


def test_the_sheet_goes_out_is_labelled_and_sets_the_thresholds(world: World, group: Room, tmp_path: Path) -> None:
    group.asks_bot("小王", "保税再制造首单怎么报备，电话13812345678")
    world.room("二群").says("小赵", "保税再制造的首单要怎么报备")
    group.says("小李", "手册能展期吗")
    settings = Settings.model_validate({"database": world.address_for_commands(), "faq": str(FAQ)})
    sheet, config, held_out = tmp_path / "标.xlsx", tmp_path / "config.yml", tmp_path / "q.jsonl"
    assert write_labels(settings, sheet, days=7, now=world.now).startswith("2 类问题写入")
    book = load_workbook(sheet)
    page = book.worksheets[0]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    assert [row[1:4] for row in rows] == [[2, "等群友答", None], [1, "答了", "T-001"]]
    assert "138" not in str(rows)
    page["F2"], page["F3"] = "无", "T-001"
    book.save(sheet)
    config.write_text("answering:\n  answer_at: 0.99\n", "utf-8")
    lines = [{"text": f"产地证自己打印行吗{'吗' * number}", "expect": "T-004"} for number in range(30)]
    held_out.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    words = ["retune", "--labels", sheet, "--questions", held_out, "--faq", FAQ, "--config", config, "--write"]
    result = CliRunner().invoke(app, list(map(str, words)))
    assert result.exit_code == 0, result.output
    assert "32 条有标注的问题，容许答错 2.0%" in result.stdout
    assert read_thresholds(config).answer_at < 0.99
    few = CliRunner().invoke(app, list(map(str, [*words[:3], *words[5:]])))
    assert (few.exit_code, "少于 30 条" in few.stderr) == (2, True)
