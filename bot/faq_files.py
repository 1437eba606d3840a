"""Entries out of the database into files."""

from pathlib import Path

from bot.database import beside
from bot.errors import Unusable
from bot.mind import read_faq
from bot.settings import Settings
from handlers.knowledge.service import live
from knowledge_base.entries import Entry
from knowledge_base.instruments import Registry
from knowledge_base.writing import write_folder


def entries_now(settings: Settings) -> tuple[list[Entry], Registry]:
    """The entries that count: those of the database, or of the folder while the database has none."""
    shipped, registry = read_faq(settings.faq)
    with beside(settings.database) as store, store.reading() as session:
        return live(session) or shipped, registry


def write_entries(settings: Settings, to: Path) -> str:
    """Write all entries to `to`; what was written, for a person."""
    entries, _ = entries_now(settings)
    try:
        files = write_folder(to, entries, like=settings.faq)
    except OSError as error:
        raise Unusable(f"{to}: cannot be written ({error.strerror}); name another place") from error
    return f"{len(entries)} 条写入 {to}，{len(files)} 个文件"
