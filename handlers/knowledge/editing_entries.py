"""停用、启用、条目、版本、修改、新条目、合并条目、引用."""

import re
from collections.abc import Callable

from pydantic import ValidationError

from handlers.knowledge import drafting, pages
from handlers.knowledge.citing import citing
from handlers.knowledge.commands import Word
from handlers.knowledge.drafting import current
from handlers.knowledge.proofs import given, proposed
from handlers.knowledge.refusals import HalfAnOrder, NotNow, UnknownEntry
from handlers.knowledge.service import newest, versions
from handlers.knowledge.task import Task
from handlers.times import local_day
from knowledge_base.entries import Entry
from knowledge_base.fields import ALSO, COLUMNS, FieldFault, field_named, read_value

_LABEL = re.compile(rf"(?:^|(?<=\n))[^\S\n]*+(?P<label>{'|'.join([*COLUMNS, *ALSO])})\s*[：:]")


def _suspend(task: Task) -> str:
    id, why = task.id, task.needs()
    drafting.suspend(task.turn.session, id, task.editor, why)
    return f"{id} 已停用，几秒内各处都不再用它答。{given(task, id)}"


def _resume(task: Task) -> str:
    id, why = task.id, task.needs()
    drafting.resume(task.turn.session, id, task.editor, why)
    return f"{id} 已启用，几秒内又会用它答。"


def _show(task: Task) -> str:
    row, entry = current(task.turn.session, task.id)
    return pages.entry(entry, row, task.registry)


def _versions(task: Task) -> str:
    rows = versions(task.turn.session, task.id)
    if not rows:
        raise UnknownEntry(task.id)
    return pages.versions(rows)


def _change(task: Task) -> str:
    row, entry = current(task.turn.session, task.id)
    changed = with_fields(task, entry, task.needs())
    why = "修改" + "、".join(
        name for name, field in COLUMNS.items() if getattr(entry, field) != getattr(changed, field)
    )
    return proposed(task, drafting.propose(task.turn.session, changed, task.editor, why=why, base=row))


def _new(task: Task) -> str:
    if newest(task.turn.session, task.id) is not None:
        raise NotNow(f"已有条目 {task.id}。要改请发：修改 {task.id} 答案：…；新条目请换一个编号")
    blank = Entry(id=task.id, question="（没写）", as_of=local_day(task.turn.now))
    entry = with_fields(task, blank, task.needs())
    if entry.question == blank.question or not entry.answer:
        raise HalfAnOrder(f"新条目要写问题和答案，例如：{task.order.example}")
    return proposed(task, drafting.propose(task.turn.session, entry, task.editor, why="新条目"))


def _merge(task: Task) -> str:
    if not task.order.id:
        raise HalfAnOrder(f"合并要写两个编号，例如：{task.order.example}")
    draft = drafting.propose_merge(task.turn.session, task.order.id, task.order.rest, task.editor)
    return proposed(task, draft)


def _cites(task: Task) -> str:
    found = citing(task.turn.session, task.needs(), task.registry)
    lines = [f"{entry.id} {entry.question}" for entry in found[: pages.SHOWN]]
    more = [f"……共 {len(found)} 条"] if len(found) > len(lines) else []
    return "\n".join([f"引用“{task.order.rest}”的条目（{len(found)}）", *lines, *more])


def with_fields(task: Task, entry: Entry, text: str) -> Entry:
    """The entry with what `答案：…` and its like say, one or several of them."""
    labels = list(_LABEL.finditer(text))
    if not labels or text[: labels[0].start()].strip():
        raise HalfAnOrder(f"请写明改哪一项，如 {'、'.join(list(COLUMNS)[2:7])}，例如：{task.order.example}")
    values = entry.model_dump()
    for label, after in zip(labels, [*labels[1:], None], strict=True):
        said = text[label.end() : after.start() if after else None].strip()
        field = field_named(label["label"])
        try:
            values[str(field)] = read_value(str(field), said, task.registry)
        except FieldFault as fault:
            raise HalfAnOrder(f"{label['label']}：{fault}") from fault
    try:
        return Entry.model_validate(values)
    except ValidationError as error:
        raise HalfAnOrder(f"写得不对：{error.errors()[0]['loc'][0]}。没有改动，例如：{task.order.example}") from error


DOES: dict[Word, Callable[[Task], str]] = {
    Word.SUSPEND: _suspend,
    Word.RESUME: _resume,
    Word.SHOW: _show,
    Word.VERSIONS: _versions,
    Word.CHANGE: _change,
    Word.NEW: _new,
    Word.MERGE: _merge,
    Word.CITES: _cites,
}
