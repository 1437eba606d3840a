"""The sheet in which editors say what the answer should have been."""

from datetime import datetime, timedelta
from pathlib import Path

from bot.database import beside
from bot.settings import Settings
from bot.written_files import workbook, writing
from handlers.base import DecisionKind
from handlers.knowledge.gaps import Gap, to_label
from knowledge_base.labels import LABEL, TEXT
from knowledge_base.workbooks import Column, Format, Sheet, Value, write_workbook

COLUMNS = (
    Column(title=TEXT, width=60, format=Format.LONG), Column(title="次数", width=6, format=Format.NUMBER),
    Column(title="处置"), Column(title="当时的条目", width=14), Column(title="把握", width=8, format=Format.NUMBER),
    Column(title=LABEL, width=22, format=Format.BLANK),
)  # fmt: skip
DONE = {
    DecisionKind.ANSWERED: "答了", DecisionKind.OFFERED: "给了选项", DecisionKind.TICKET: "转工单",
    DecisionKind.WATCHING: "等群友答", DecisionKind.SILENT: "没出声", DecisionKind.DECLINED: "婉拒",
}  # fmt: skip


def write_labels(settings: Settings, to: Path, *, days: int, now: datetime) -> str:
    """Write what is to be labelled; what was written, for a person."""
    to = workbook(to)
    with beside(settings.database) as store, store.reading() as session:
        gaps = to_label(session, since=now - timedelta(days=days))
    sheet = Sheet(title="待标注", columns=COLUMNS, rows=map(_row, gaps), count=len(gaps))
    with writing(to):
        write_workbook(to, [sheet])
    return f"{len(gaps)} 类问题写入 {to}。在“{LABEL}”一列填条目编号，没有就填“无”，空着的不算"


def _row(gap: Gap) -> tuple[Value, ...]:
    one = gap.heard[0]
    sure = None if one.confidence is None else round(one.confidence, 3)
    return one.text, len(gap.heard), DONE.get(one.kind, one.kind), one.entry, sure, None
