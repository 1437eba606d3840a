"""Which entries cite an instrument, by its number, its name, or a part of either."""

import re
from collections.abc import Iterable

from knowledge_base.entries import Citation, Entry
from knowledge_base.instruments import Instruments, cite


def mentions(entries: Iterable[Entry], wanted: str, instruments: Instruments) -> list[tuple[Entry, str]]:
    """The entries that cite or name what is wanted, each with the words that do."""
    found = ((entry, where) for entry in entries if (where := _where(entry, wanted, instruments)))
    return [(entry, where) for entry, where in found]


def _where(entry: Entry, wanted: str, instruments: Instruments) -> str:
    pattern = _pattern(wanted)
    for citation in entry.basis:
        said = cite(citation, instruments)
        if pattern.search(said) or (isinstance(citation, Citation) and pattern.search(citation.source)):
            return said
    for text in (entry.answer, entry.tips, *entry.links):
        if found := pattern.search(text):
            return text[max(0, found.start() - 12) : found.end() + 12].replace("\n", " ")
    return ""


def _pattern(wanted: str) -> re.Pattern[str]:
    """A bare number is a decree's or an announcement's: 251 finds 第251号 and not 1251 or 25.1%."""
    said = wanted.strip().strip("《》")
    if number := re.fullmatch(r"(?:第|署令|令)?\s*(\d+)\s*(?:号令?|令)?", said):
        return re.compile(rf"(?:第|令|署令)\s*{number[1]}\s*号?|(?<!\d){number[1]}号")
    return re.compile(re.escape(said))
