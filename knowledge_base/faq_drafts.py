"""FAQ files as they are written: entries not yet checked, each with its place, so that a fault can be named by its line."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from knowledge_base.yaml_text import load_yaml


class FaqError(Exception):
    """A FAQ folder cannot be used; the message says where, what and the cure, one line a fault."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something stands, for a person with an editor open."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An entry as written, not yet checked, and the place of each of its fields."""

    at: Place
    fields: Mapping[str, Any]
    lines: Mapping[str, int]

    def fault(self, field: str, what: str, cure: str) -> str:
        place = Place(file=self.at.file, line=self.lines.get(field, self.at.line))
        return f"{place}: entry {self.fields.get('id', '(no id)')}: {field}: {what}; {cure}"


def read_drafts(file: Path) -> Iterator[Draft]:
    """The entries of a YAML or JSONL file in their order. Raises FaqError, also while they are read."""
    text = _decoded(file)
    return _jsonl_drafts(file, text) if file.suffix == ".jsonl" else _yaml_drafts(file, text)


def _decoded(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise FaqError(f"{file}: cannot be read ({error.strerror}); see to the file and who may read it") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FaqError(f"{file}:{line}: not UTF-8; save the file as UTF-8") from error


def _jsonl_drafts(file: Path, text: str) -> Iterator[Draft]:
    faults: list[str] = []
    drafts: list[Draft] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            drafts.append(_jsonl_draft(Place(file=file, line=number), line))
        except FaqError as error:
            faults.append(str(error))
    if faults:
        raise FaqError("\n".join(faults))
    return iter(drafts)


def _jsonl_draft(at: Place, line: str) -> Draft:
    try:
        fields = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise FaqError(f"{at}: not JSON ({error}); write one JSON object a line") from error
    if not isinstance(fields, dict):
        raise FaqError(f'{at}: not an entry; write {{"id": …, "question": …, "also": […], "answer": …}}')
    if "also" in fields:
        fields["variants"] = fields.pop("also") or ()
    if type(fields.get("id")) is int:  # what numbers its entries writes the numbers so
        fields["id"] = str(fields["id"])
    return Draft(at=at, fields=fields, lines={})


def _yaml_drafts(file: Path, text: str) -> Iterator[Draft]:
    document = _yaml(file, text)
    if not isinstance(document, dict) or not isinstance(document.get("entries"), list):
        raise FaqError(f"{file}:1: no list `entries:`; begin the file with `topic:`, `owner:` and `entries:`")
    unknown = sorted(set(document) - {"topic", "owner", "entries"})
    if unknown:
        line = _line(document, unknown[0])
        raise FaqError(f"{file}:{line}: unknown key {unknown[0]!r}; only topic, owner and entries stand at the top")
    shared = {key: document[key] for key in ("topic", "owner") if key in document}
    items = document["entries"]
    return (_yaml_draft(file, item, shared, items.lc.item(at)[0] + 1) for at, item in enumerate(items))


def _yaml(file: Path, text: str) -> Any:
    try:
        return load_yaml(text, placed=True)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = " ".join(str(error.problem).split())
        raise FaqError(f"{file}:{line}: not YAML ({problem}); check indentation, colons and quotes there") from error
    except YAMLError as error:
        problem = " ".join(str(error).split())
        raise FaqError(f"{file}: not YAML ({problem}); remove what is named there") from error


def _yaml_draft(file: Path, item: Any, shared: dict[str, Any], line: int) -> Draft:
    at = Place(file=file, line=line)
    if not isinstance(item, dict):
        raise FaqError(f"{at}: not an entry; write `- id: …` and its fields below")
    return Draft(at=at, fields={**shared, **item}, lines=_lines(item))


def _lines(item: Any) -> dict[str, int]:
    """Where each field stands; those that come from an anchor stand nowhere."""
    return {str(key): _line(item, key) for key in item.lc.data}


def _line(mapping: Any, key: str) -> int:
    return int(mapping.lc.key(key)[0]) + 1
