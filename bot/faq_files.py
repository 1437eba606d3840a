"""Entries out of the database into files, and from files into the database."""

import json
from datetime import datetime
from pathlib import Path

from bot.database import beside
from bot.errors import Unusable
from bot.mind import read_faq
from bot.settings import Settings
from bot.written_files import writing
from handlers.knowledge.drafting import Editor
from handlers.knowledge.importing import draft_all, take_over
from handlers.knowledge.service import live, revision, take_in
from handlers.times import local_day
from knowledge_base.entries import Entry
from knowledge_base.faq_drafts import FaqError
from knowledge_base.faq_folder import load
from knowledge_base.instruments import Instruments
from knowledge_base.sheets import read_sheet, write_sheet
from knowledge_base.writing import write_folder

SHEETS = (".xlsx", ".csv")


def entries_now(settings: Settings) -> tuple[list[Entry], Instruments]:
    """The entries that count: those of the database, or of the folder while the database has none."""
    shipped, instruments = read_faq(settings.faq)
    with beside(settings.database) as store, store.reading() as session:
        return live(session) or shipped, instruments


def revision_now(settings: Settings) -> int:
    """The number of the base's state: it grows with every change."""
    with beside(settings.database) as store, store.reading() as session:
        return revision(session)


def write_entries(settings: Settings, to: Path) -> str:
    """Write all entries to `to`; what was written, for a person."""
    entries, _ = entries_now(settings)
    with writing(to):
        return f"{len(entries)} 条写入 {to}{_write(entries, to, like=settings.faq)}"


def _write(entries: list[Entry], to: Path, *, like: Path) -> str:
    if to.suffix.lower() in SHEETS:
        write_sheet(to, entries)
        return ""
    if to.suffix.lower() == ".jsonl":
        lines = [
            json.dumps(
                {"id": entry.id, "question": entry.question, "also": entry.variants, "answer": entry.answer},
                ensure_ascii=False,
            )
            for entry in entries
        ]
        to.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return "（只有编号、问题、问法和答案）"
    return f"，{len(write_folder(to, entries, like=like))} 个文件"


def read_entries(settings: Settings, file: Path, *, by: str, reviewed_by: str | None, why: str, now: datetime) -> str:
    """Take all entries of a file or a folder in, or none; what came of it, for a person. With a second person they
    answer at once, without they wait as drafts of one batch."""
    if reviewed_by is not None and reviewed_by.strip() == by.strip():
        raise Unusable(f"--reviewed-by {reviewed_by}: 审定要另一个人；写另一位编辑的名字，或不写，导入后在群里审定")
    if file.is_file() and file.suffix.lower() not in SHEETS:
        raise Unusable(f"{file}: 只认 .xlsx、.csv 和知识库目录；请在 Excel 里另存")
    shipped, instruments = read_faq(settings.faq)
    with beside(settings.database) as store, store.transaction() as session:
        if not live(session):
            take_in(session, shipped, now=now)
        entries = _entries_in(file, instruments, live(session), now)
        editor = Editor(address=by, name=by, now=now)
        if reviewed_by is not None:
            return f"{take_over(session, entries, editor, reviewed_by=reviewed_by, why=why)}；几秒内生效"
        batch = f"{now:%m%d%H%M%S}"
        taken = draft_all(session, entries, editor, batch=batch, why=why)
        return f"{taken}；等另一位编辑在坐席群审定：审定 批次 {batch}"


def _entries_in(file: Path, instruments: Instruments, others: list[Entry], now: datetime) -> list[Entry]:
    """What a sheet or a folder says; `others`: the entries that are there already."""
    try:
        if file.suffix.lower() in SHEETS:
            return read_sheet(file, instruments, others, today=local_day(now))
        return load(file)
    except FaqError as error:
        raise Unusable(*str(error).splitlines(), f"{file}：以上都要改好，一条也没有导入") from error
