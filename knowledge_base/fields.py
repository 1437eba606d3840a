"""The fields of an entry as editors write them, in a cell of a sheet or a line of a chat, and back."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from knowledge_base.entries import Citation, Entry, Review, Status
from knowledge_base.instruments import Instruments
from knowledge_base.sheet_rows import cell_text

#: Column heads and the field each stands for, in the order of a sheet.
COLUMNS: Mapping[str, str] = {
    "编号": "id", "主题": "topic", "标准问题": "question", "问法": "variants", "答案": "answer", "提示": "tips",
    "依据": "basis", "口径日期": "as_of", "生效日期": "valid_from", "失效日期": "valid_until", "复核日期": "review_by",
    "责任组": "owner", "链接": "links", "状态": "status", "复核": "review", "对象": "audience",
}  # fmt: skip

#: Other names a column may have.
ALSO = {"问题": "question", "其他问法": "variants", "变体": "variants", "答复": "answer", "小提示": "tips"} | {
    field: field for field in COLUMNS.values()
}

DAYS = frozenset({"as_of", "valid_from", "valid_until", "review_by"})
STATUSES = {Status.APPROVED: "在用", Status.SUSPENDED: "停用", Status.DRAFT: "草稿"}
REVIEWS = {Review.DONE: "已核对", Review.NEEDED: "待核对"}
LIMITS = {"id": 64, "question": 500, "variants": 500, "links": 500, "owner": 200, "topic": 100}

_CITATION = re.compile(
    r"\[(?P<source>[^\]]+)\]\s*(?:第\s*(?P<number>\d+)\s*条|(?P<article>第[^（(]+))?\s*(?:（注：(?P<note>.+)）)?"
)
_BARE = re.compile(r"(?P<source>\S+?)\s+第\s*(?P<number>\d+)\s*条")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+00:00:00)?")


W = TypeVar("W", bound=StrEnum)


class FieldFault(Exception):
    """A value that cannot be taken; the message says what and the cure."""


def field_named(head: str) -> str | None:
    """The field a column or a label means."""
    name = head.strip().rstrip("：:*")
    return COLUMNS.get(name) or ALSO.get(name)


def read_value(field: str, value: Any, instruments: Instruments) -> Any:
    """What a cell or a line says, as the entry's own value. Raises FieldFault."""
    text = cell_text(value)
    if field in DAYS:
        return _day(value)
    if field == "status":
        return _word(text, STATUSES, Status.APPROVED)
    if field == "review":
        return _word(text, REVIEWS, Review.NEEDED)
    if field in ("variants", "links"):
        return tuple(_short(field, line) for line in _lines(text))
    if field == "basis":
        return tuple(read_citation(line, instruments) for line in _lines(text))
    if field == "id":
        return _id(text)
    return (text or "public") if field == "audience" else _short(field, text)


def written_value(entry: Entry, field: str) -> str | date:
    """The entry's value as `read_value` reads it."""
    value = getattr(entry, field)
    if field == "basis":
        return "\n".join(map(written_citation, value))
    if isinstance(value, tuple):
        return "\n".join(value)
    if isinstance(value, Status):
        return STATUSES[value]
    if isinstance(value, Review):
        return REVIEWS[value]
    return value if isinstance(value, date) else str(value or "")


def read_citation(line: str, instruments: Instruments) -> Citation | str:
    """`[关税法]第51条` or `关税法 第51条` cites one of the instruments; anything else is said as it stands."""
    found = _CITATION.fullmatch(line)
    if found is None:
        found = _BARE.fullmatch(line)
        if found is None:
            return Citation(source=line) if line in instruments else _short("links", line)
        return (
            Citation(source=found["source"], article=int(found["number"])) if found["source"] in instruments else line
        )
    article = int(found["number"]) if found["number"] else found["article"]
    return Citation(source=found["source"], article=article, note=found["note"])


def written_citation(citation: Citation | str) -> str:
    """The citation as `read_citation` reads it."""
    if isinstance(citation, str):
        return citation
    article = f"第{citation.article}条" if isinstance(citation.article, int) else citation.article or ""
    return f"[{citation.source}]{article}" + (f"（注：{citation.note}）" if citation.note else "")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _short(field: str, text: str) -> str:
    limit = LIMITS.get(field)
    if limit and len(text) > limit:
        raise FieldFault(f"{len(text)} 字，太长；压到 {limit} 字以内")
    return text


def _id(text: str) -> str:
    if not re.fullmatch(r"\S{1,64}", text):
        raise FieldFault("编号里不能有空格，最多 64 个字；例如 JG-001" if text else "没有编号；例如 JG-001")
    return text


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = cell_text(value)
    found = _DAY.fullmatch(text)
    if not text:
        return None
    try:
        return date(*map(int, found.groups())) if found else _no_day(text)
    except ValueError:
        return _no_day(text)


def _no_day(text: str) -> date:
    raise FieldFault(f"“{text[:20]}”不是日期；写成 2027-06-30")


def _word(text: str, words: Mapping[W, str], usual: W) -> W:
    for word, name in words.items():
        if text in (name, word.value):
            return word
    if text:
        raise FieldFault(f"“{text[:20]}”不认识；可写：{'、'.join(words.values())}")
    return usual
