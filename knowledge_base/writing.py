"""Entries as YAML, in the shape of the shipped folder: what is written can be read again and is the same."""

from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import LiteralScalarString

from knowledge_base.entries import Citation, Entry
from knowledge_base.faq_folder import INSTRUMENTS_FILE

ALWAYS = ("id", "question", "answer", "status", "review")  # written even when they say the usual thing
NAMELESS = "未分主题"


def write_folder(folder: Path, entries: Iterable[Entry], *, like: Path | None = None) -> list[Path]:
    """One file a topic, named as in the folder `like` where that has the topic; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    names = file_names(like) if like else {}
    written = []
    for topic, held in _by_topic(entries).items():
        file = folder / names.get(topic, f"{_safe(topic)}.yml")
        file.write_text(topic_text(topic, held), encoding="utf-8")
        written.append(file)
    return written


def topic_text(topic: str, entries: Sequence[Entry]) -> str:
    """A whole topic file."""
    owners = {entry.owner for entry in entries}
    shared = {"topic": topic, "owner": next(iter(owners)) if len(owners) == 1 else ""}
    document = CommentedMap((key, value) for key, value in shared.items() if value)
    document["entries"] = CommentedSeq(_fields(entry, shared) for entry in entries)
    text = StringIO()
    _writer().dump(document, text)
    return text.getvalue()


def file_names(folder: Path) -> dict[str, str]:
    """The file of each topic of a FAQ folder; nothing for a folder that is not there."""
    files = [file for file in sorted(folder.glob("*.yml")) if file.name != INSTRUMENTS_FILE]
    topics = {file.name: _topic_of(file) for file in files}
    return {topic: name for name, topic in topics.items() if topic}


def _topic_of(file: Path) -> str:
    with file.open(encoding="utf-8") as opened:
        head = next((line for line in opened if line.startswith("topic:")), "")
    read = yaml.safe_load(head) if head else {}
    return str(read.get("topic", ""))


def _by_topic(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    topics: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.id):
        topics.setdefault(entry.topic, []).append(entry)
    return topics


def _fields(entry: Entry, shared: Mapping[str, str]) -> CommentedMap:
    """What the entry says that the file's head and the defaults do not."""
    fields = CommentedMap()
    for name, field in Entry.model_fields.items():
        value, usual = getattr(entry, name), shared.get(name, field.default)
        if name in ALWAYS or value != usual:
            fields[name] = _value(name, value)
    return fields


def _value(name: str, value: Any) -> Any:
    if name == "basis":
        return CommentedSeq(_citation(citation) for citation in value)
    if isinstance(value, tuple):
        return CommentedSeq(map(str, value))
    if isinstance(value, str) and "\n" in value:
        return LiteralScalarString(f"{value}\n")  # read back, the last line end goes
    return str(value) if isinstance(value, str) else value


def _citation(citation: Citation | str) -> Any:
    if isinstance(citation, str):
        return citation
    row = CommentedMap((key, value) for key, value in citation.model_dump().items() if value is not None)
    row.fa.set_flow_style()
    return row


def _writer() -> YAML:
    writer = YAML()
    writer.width, writer.allow_unicode = 10**6, True
    writer.indent(mapping=2, sequence=4, offset=2)
    return writer


def _safe(topic: str) -> str:
    return "".join("_" if char in '/\\:*?"<>|.' or char.isspace() else char for char in topic) or NAMELESS
