"""FAQ folders: reading entries from their files, with errors a person can act on."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from knowledge_base.entries import Entry

REGISTRY = "instruments.yml"  # the instruments that entries cite; not a topic file
JSONL = "entries.jsonl"


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


def load(folder: Path) -> list[Entry]:
    """All entries of a FAQ folder in file order; FaqError with every fault found, one a line."""
    return _load_quickly(Path(folder)) or [entry for entry, _ in load_with_places(folder)]


class _Quick(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # whichever there is
    """libyaml, where it is; a key said twice is odd."""


def _mapping(loader: _Quick, node: yaml.MappingNode) -> dict[Any, Any]:
    mapping: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    if len(mapping) != len(node.value):
        raise ValueError("a key is said twice")
    return mapping


_Quick.add_constructor("tag:yaml.org,2002:map", _mapping)


def _load_quickly(folder: Path) -> list[Entry] | None:
    """The entries of a sound folder at a tenth of the cost; None when anything at all is odd, for the slow way to
    explain. libyaml speaks YAML 1.1, where a bare `no` is False: that is no text, so it is odd."""
    try:
        files = [file for file in _files(folder) if file.suffix == ".yml"]
        if (folder / JSONL).is_file():
            return None
        entries = [entry for file in files for entry in _read_quickly(file)]
    except (FaqError, OSError, yaml.YAMLError, ValueError, TypeError, LookupError, AttributeError):
        return None
    sound = len({entry.id for entry in entries}) == len(entries) and not any(map(_ends_before_it_begins, entries))
    return entries if sound else None


def _read_quickly(file: Path) -> Iterator[Entry]:
    document = yaml.load(file.read_text("utf-8"), Loader=_Quick)
    entries, shared = document.pop("entries"), document
    if shared.keys() - {"topic", "owner"}:
        raise ValueError(f"{file}: unknown keys")
    return (Entry.model_validate({**shared, **fields}) for fields in entries)


def _ends_before_it_begins(entry: Entry) -> bool:
    return bool(entry.valid_from and entry.valid_until and entry.valid_until < entry.valid_from)


def load_with_places(folder: Path) -> list[tuple[Entry, Place]]:
    """All entries and where each begins; FaqError with every fault found, one a line."""
    faults: list[str] = []
    drafts: list[Draft] = []
    for file in _files(Path(folder)):
        try:
            drafts.extend(_drafts(file))
        except FaqError as error:
            faults.append(str(error))
    entries = [(entry, draft.at) for draft in drafts if (entry := _checked(draft, faults)) is not None]
    faults.extend(_repeated_ids(entries))
    if not faults and not entries:
        faults.append(f"{folder}: holds no entries; add one to a *.yml file under `entries:`")
    if faults:
        raise FaqError("\n".join(faults))
    return entries


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise FaqError(f"{folder}: no such folder; give the folder that holds the FAQ's *.yml files or {JSONL}")
    files = sorted(file for file in folder.glob("*.yml") if file.name != REGISTRY)
    if (folder / JSONL).is_file():
        files.append(folder / JSONL)
    if not files:
        raise FaqError(f"{folder}: no FAQ files; put *.yml topic files or one {JSONL} there")
    return files


def _drafts(file: Path) -> Iterator[Draft]:
    text = _decoded(file)
    return _jsonl_drafts(file, text) if file.suffix == ".jsonl" else _yaml_drafts(file, text)


def _decoded(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise FaqError(f"{file}: cannot be read ({error.strerror}); check the file's permissions") from error
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


class _Careful(RoundTripConstructor):
    """A date that there is not stays as it is written, for the entry to complain of with its line."""

    def construct_yaml_timestamp(self, node: Any, values: Any = None) -> Any:
        try:
            return super().construct_yaml_timestamp(node, values)
        except ValueError:
            return node.value


_Careful.add_constructor("tag:yaml.org,2002:timestamp", _Careful.construct_yaml_timestamp)


def _yaml(file: Path, text: str) -> Any:
    reader = YAML(typ="rt")
    reader.Constructor = _Careful
    try:
        return reader.load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = " ".join(str(error.problem).split())
        raise FaqError(f"{file}:{line}: not YAML ({problem}); check indentation, colons and quotes there") from error
    except (YAMLError, ValueError) as error:
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


CURES = {
    "missing": "add it",
    "extra_forbidden": "remove it or correct its name",
    "string_too_short": "write something",
    "string_too_long": "shorten it",
    "string_pattern_mismatch": "use letters, digits and - without spaces",
    "string_type": "write text, in quotes if it looks like a number or a date",
    "enum": "use one of the words named",
    "date_type": "write a date as 2025-04-30",
    "date_from_datetime_parsing": "write a date as 2025-04-30",
    "date_parsing": "write a date as 2025-04-30",
    "tuple_type": "write a list",
}


def _checked(draft: Draft, faults: list[str]) -> Entry | None:
    try:
        entry = Entry.model_validate(draft.fields)
    except ValidationError as error:
        faults.extend(_faults(draft, error))
        return None
    if _ends_before_it_begins(entry):
        faults.append(draft.fault("valid_until", "is before valid_from", "correct one of the dates"))
        return None
    return entry


def _faults(draft: Draft, error: ValidationError) -> Iterable[str]:
    told: set[str] = set()
    for fault in error.errors():
        field = str(fault["loc"][0]) if fault["loc"] else "entry"
        if field in told:  # a union tells each of its branches; the first is enough for a person
            continue
        told.add(field)
        yield draft.fault(field, fault["msg"], CURES.get(fault["type"], "correct it"))


def _repeated_ids(entries: Iterable[tuple[Entry, Place]]) -> Iterator[str]:
    first: dict[str, Place] = {}
    for entry, place in entries:
        if entry.id in first:
            yield f"{place}: entry {entry.id}: id: already used at {first[entry.id]}; give it another"
        first.setdefault(entry.id, place)
