"""停用、启用、条目、版本、修改、新条目、合并条目、引用."""

import re
from collections.abc import Callable

from pydantic import ValidationError

from handlers.knowledge import drafting, pages
from handlers.knowledge.citing import citing
from handlers.knowledge.commands import Verb
from handlers.knowledge.drafting import current
from handlers.knowledge.editor_request import EditorRequest
from handlers.knowledge.proofs import given, proposed
from handlers.knowledge.refusals import HalfACommand, NotNow, UnknownEntry
from handlers.knowledge.service import newest, versions
from handlers.times import local_day
from knowledge_base.entries import Entry
from knowledge_base.fields import ALSO, COLUMNS, FieldFault, field_named, read_value

_LABEL = re.compile(rf"(?:^|(?<=\n))[^\S\n]*+(?P<label>{'|'.join([*COLUMNS, *ALSO])})\s*[：:]")


def _suspend(request: EditorRequest) -> str:
    id, why = request.id, request.needs()
    drafting.suspend(request.session, id, request.editor, why)
    return f"{id} 已停用，几秒内各处都不再用它答。{given(request, id)}"


def _resume(request: EditorRequest) -> str:
    id, why = request.id, request.needs()
    drafting.resume(request.session, id, request.editor, why)
    return f"{id} 已启用，几秒内又会用它答。"


def _show(request: EditorRequest) -> str:
    row, entry = current(request.session, request.id)
    return pages.entry(entry, row, request.instruments)


def _versions(request: EditorRequest) -> str:
    rows = versions(request.session, request.id)
    if not rows:
        raise UnknownEntry(request.id)
    return pages.versions(rows)


def _change(request: EditorRequest) -> str:
    row, entry = current(request.session, request.id)
    changed = with_fields(request, entry, request.needs())
    why = "修改" + "、".join(
        name for name, field in COLUMNS.items() if getattr(entry, field) != getattr(changed, field)
    )
    return proposed(request, drafting.propose(request.session, changed, request.editor, why=why, base=row))


def _new(request: EditorRequest) -> str:
    if newest(request.session, request.id) is not None:
        raise NotNow(f"已有条目 {request.id}。要改请发：修改 {request.id} 答案：…；新条目请换一个编号")
    blank = Entry(id=request.id, question="（没写）", as_of=local_day(request.now))
    entry = with_fields(request, blank, request.needs())
    if entry.question == blank.question or not entry.answer:
        raise HalfACommand(f"新条目要写问题和答案，例如：{request.command.example}")
    return proposed(request, drafting.propose(request.session, entry, request.editor, why="新条目"))


def _merge(request: EditorRequest) -> str:
    if not request.command.id:
        raise HalfACommand(f"合并要写两个编号，例如：{request.command.example}")
    draft = drafting.propose_merge(request.session, request.command.id, request.command.rest, request.editor)
    return proposed(request, draft)


def _cites(request: EditorRequest) -> str:
    found = citing(request.session, request.needs(), request.instruments)
    lines = [f"{entry.id} {entry.question}" for entry in found[: pages.SHOWN]]
    more = [f"……共 {len(found)} 条"] if len(found) > len(lines) else []
    return "\n".join([f"引用“{request.command.rest}”的条目（{len(found)}）", *lines, *more])


def with_fields(request: EditorRequest, entry: Entry, text: str) -> Entry:
    """The entry with what `答案：…` and its like say, one or several of them."""
    labels = list(_LABEL.finditer(text))
    if not labels or text[: labels[0].start()].strip():
        raise HalfACommand(f"请写明改哪一项，如 {'、'.join(list(COLUMNS)[2:7])}，例如：{request.command.example}")
    values = entry.model_dump()
    for label, after in zip(labels, [*labels[1:], None], strict=True):
        said = text[label.end() : after.start() if after else None].strip()
        field = field_named(label["label"])
        try:
            values[str(field)] = read_value(str(field), said, request.instruments)
        except FieldFault as fault:
            raise HalfACommand(f"{label['label']}：{fault}") from fault
    try:
        return Entry.model_validate(values)
    except ValidationError as error:
        raise HalfACommand(
            f"写得不对：{error.errors()[0]['loc'][0]}。没有改动，例如：{request.command.example}"
        ) from error


DOES: dict[Verb, Callable[[EditorRequest], str]] = {
    Verb.SUSPEND: _suspend,
    Verb.RESUME: _resume,
    Verb.SHOW: _show,
    Verb.VERSIONS: _versions,
    Verb.CHANGE: _change,
    Verb.NEW: _new,
    Verb.MERGE: _merge,
    Verb.CITES: _cites,
}
