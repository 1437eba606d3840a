"""The sheet in which editors say what the answer should have been."""

from datetime import datetime, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from bot.database import beside
from bot.errors import Unusable
from bot.settings import Settings
from handlers.base import DecisionKind
from handlers.knowledge.gaps import Gap, to_label
from knowledge_base.labels import LABEL, TEXT

HEADS = (TEXT, "次数", "处置", "当时的条目", "把握", LABEL)
WIDTHS = (60, 6, 12, 14, 8, 22)
DONE = {
    DecisionKind.ANSWERED: "答了", DecisionKind.OFFERED: "给了选项", DecisionKind.TICKET: "转工单",
    DecisionKind.WATCHING: "等群友答", DecisionKind.SILENT: "没出声", DecisionKind.DECLINED: "婉拒",
}  # fmt: skip
TO_FILL = PatternFill("solid", start_color="FFF6D6")


def write_labels(settings: Settings, to: Path, *, days: int, now: datetime) -> str:
    """Write what is to be labelled; what was written, for a person."""
    if to.suffix.lower() != ".xlsx":
        raise Unusable(f"{to}: 待标注的表是一个 .xlsx 文件；例如 待标注.xlsx")
    with beside(settings.database) as store, store.reading() as session:
        gaps = to_label(session, since=now - timedelta(days=days))
    try:
        _write(to, gaps)
    except OSError as error:
        raise Unusable(f"{to}: cannot be written ({error.strerror}); name another place") from error
    return f"{len(gaps)} 类问题写入 {to}。在“{LABEL}”一列填条目编号，没有就填“无”，空着的不算"


def _write(file: Path, gaps: list[Gap]) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "待标注"
    page.append(HEADS)
    for gap in gaps:
        one = gap.heard[0]
        sure = None if one.confidence is None else round(one.confidence, 3)
        page.append((one.text, len(gap.heard), DONE.get(one.kind, one.kind), one.entry, sure, None))
    for at, width in enumerate(WIDTHS, start=1):
        page.column_dimensions[get_column_letter(at)].width = width
        page.cell(1, at).font = Font(bold=True)
    for cells in page.iter_rows(min_row=2):
        cells[0].alignment = Alignment(vertical="top", wrap_text=True)
        if cells[0].data_type == "f":
            cells[0].data_type = "s"  # words that begin with = are words
        cells[-1].fill = TO_FILL
    page.freeze_panes = "B2"
    book.save(file)
