"""FAQ folders: reading entries from their files, with errors a person can act on."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from knowledge_base.entries import Entry
from knowledge_base.faq_drafts import Draft, FaqError, Place, read_drafts
from knowledge_base.faq_quickly import read_quickly

INSTRUMENTS_FILE = "instruments.yml"  # the instruments that entries cite; not a topic file
JSONL = "entries.jsonl"


def load(folder: Path) -> list[Entry]:
    """All entries of a FAQ folder in file order; FaqError with every fault found, one a line."""
    files = _files(Path(folder))
    quickly = read_quickly(files) if all(file.suffix == ".yml" for file in files) else None
    return quickly or [entry for entry, _ in load_with_places(folder)]


def load_with_places(folder: Path) -> list[tuple[Entry, Place]]:
    """All entries and where each begins; FaqError with every fault found, one a line."""
    faults: list[str] = []
    drafts: list[Draft] = []
    for file in _files(Path(folder)):
        try:
            drafts.extend(read_drafts(file))
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
    files = sorted(file for file in folder.glob("*.yml") if file.name != INSTRUMENTS_FILE)
    if (folder / JSONL).is_file():
        files.append(folder / JSONL)
    if not files:
        raise FaqError(f"{folder}: no FAQ files; put *.yml topic files or one {JSONL} there")
    return files


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
    if entry.ends_before_it_begins:
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
