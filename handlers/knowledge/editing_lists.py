"""问法、收问法、弃问法, 更正通知、更正稿、发更正、弃更正, 待复核、没答上."""

import re
from collections.abc import Callable
from datetime import timedelta

from handlers.follow_ups import FollowUp
from handlers.knowledge import corrections, drafting, gaps, pages, upkeep
from handlers.knowledge.commands import Word
from handlers.knowledge.confirmed import proposed_phrasings
from handlers.knowledge.drafting import current
from handlers.knowledge.models import PhrasingRow, PhrasingState
from handlers.knowledge.refusals import HalfAnOrder, UnknownNumber
from handlers.knowledge.service import Hand, put
from handlers.knowledge.task import Task
from handlers.tickets.clock import spoken

WEEK = timedelta(days=7)


def _phrasings(task: Task) -> str:
    return pages.phrasings(proposed_phrasings(task.turn.session))


def _take(task: Task) -> str:
    rows = _chosen(task)
    for row in rows:
        _, entry = current(task.turn.session, row.entry)
        grown = entry.model_copy(update={"variants": drafting.joined(entry, [row.text])})
        hand = Hand(made_by=task.editor.signature, why=f"收问法 {row.id}", now=task.turn.now)
        put(task.turn.session, grown, hand)
        row.state, row.settled_by = PhrasingState.TAKEN, task.editor.signature
    return f"收下 {len(rows)} 种问法，几秒内就认得。"


def _refuse(task: Task) -> str:
    rows = _chosen(task)
    for row in rows:
        row.state, row.settled_by = PhrasingState.REFUSED, task.editor.signature
    return f"{len(rows)} 种问法不收，以后不再提。"


def _chosen(task: Task) -> list[PhrasingRow]:
    if not task.order.numbers:
        raise HalfAnOrder(f"要带号码，例如：{task.order.example}。发“问法”看都有哪些。")
    found = {number: task.turn.session.get(PhrasingRow, number) for number in task.order.numbers}
    rows = [row for row in found.values() if row is not None and row.state == PhrasingState.PROPOSED]
    if len(rows) < len(found):
        missing = next(n for n, row in found.items() if row is None or row.state != PhrasingState.PROPOSED)
        raise UnknownNumber("问法", missing, "问法")
    return rows


def _correct(task: Task) -> str:
    days = re.search(r"(\d{1,3})\s*[天日]?", task.order.rest)
    row = corrections.prepare(
        task.turn.session, task.id, task.editor, task.registry, days=int(days[1]) if days else corrections.DAYS
    )
    return pages.correction(row)


def _corrections(task: Task) -> str:
    return pages.corrections(corrections.waiting_all(task.turn.session))


def _send(task: Task) -> str:
    row = corrections.waiting(task.turn.session, task.number)
    count = corrections.send(task.turn.session, row, task.editor, caused_by=task.turn.inbox_id, rules=task.follow)
    held = task.follow.held_until(FollowUp.CORRECTION, task.turn.now)
    return f"更正 {row.id} {f'{spoken(held, now=task.turn.now)} 发给' if held else '发给了'} {count} 人。"


def _drop(task: Task) -> str:
    row = corrections.waiting(task.turn.session, task.number)
    corrections.drop(row, task.editor)
    return f"更正 {row.id} 不发了。"


def _tasks(task: Task) -> str:
    rows = upkeep.tasks(task.turn.session)
    return upkeep.told(rows) if rows else "没有待复核的条目。"


def _gaps(task: Task) -> str:
    return pages.gaps(gaps.unanswered(task.turn.session, since=task.turn.now - WEEK))


DOES: dict[Word, Callable[[Task], str]] = {
    Word.PHRASINGS: _phrasings,
    Word.TAKE: _take,
    Word.REFUSE: _refuse,
    Word.CORRECT: _correct,
    Word.CORRECTIONS: _corrections,
    Word.SEND: _send,
    Word.DROP: _drop,
    Word.TASKS: _tasks,
    Word.GAPS: _gaps,
    Word.HELP: lambda _: pages.HELP,
}
