"""问法、收问法、弃问法, 更正通知、更正稿、发更正、弃更正, 待复核、没答上."""

import re
from collections.abc import Callable
from datetime import timedelta

from handlers.follow_ups import FollowUp
from handlers.knowledge import corrections, drafting, gaps, pages, upkeep
from handlers.knowledge.commands import Verb
from handlers.knowledge.confirmed import proposed_phrasings
from handlers.knowledge.drafting import current
from handlers.knowledge.editor_request import EditorRequest
from handlers.knowledge.models import PhrasingRow, PhrasingState
from handlers.knowledge.refusals import HalfACommand, UnknownNumber
from handlers.knowledge.service import Authorship, put
from handlers.tickets.clock import spoken

WEEK = timedelta(days=7)


def _phrasings(request: EditorRequest) -> str:
    return pages.phrasings(proposed_phrasings(request.session))


def _take(request: EditorRequest) -> str:
    rows = _chosen(request)
    for row in rows:
        _, entry = current(request.session, row.entry)
        grown = entry.model_copy(update={"variants": drafting.joined(entry, [row.text])})
        authorship = Authorship(made_by=request.editor.signature, why=f"收问法 {row.id}", now=request.now)
        put(request.session, grown, authorship)
        row.state, row.settled_by = PhrasingState.TAKEN, request.editor.signature
    return f"收下 {len(rows)} 种问法，几秒内就认得。"


def _refuse(request: EditorRequest) -> str:
    rows = _chosen(request)
    for row in rows:
        row.state, row.settled_by = PhrasingState.REFUSED, request.editor.signature
    return f"{len(rows)} 种问法不收，以后不再提。"


def _chosen(request: EditorRequest) -> list[PhrasingRow]:
    if not request.command.numbers:
        raise HalfACommand(f"要带号码，例如：{request.command.example}。发“问法”看都有哪些。")
    found = {number: request.session.get(PhrasingRow, number) for number in request.command.numbers}
    rows = [row for row in found.values() if row is not None and row.state == PhrasingState.PROPOSED]
    if len(rows) < len(found):
        missing = next(n for n, row in found.items() if row is None or row.state != PhrasingState.PROPOSED)
        raise UnknownNumber("问法", missing, "问法")
    return rows


def _correct(request: EditorRequest) -> str:
    days = re.search(r"(\d{1,3})\s*[天日]?", request.command.rest)
    row = corrections.prepare(
        request.session,
        request.id,
        request.editor,
        request.instruments,
        days=int(days[1]) if days else corrections.DAYS,
    )
    return pages.correction(row)


def _corrections(request: EditorRequest) -> str:
    return pages.corrections(corrections.waiting_all(request.session))


def _send(request: EditorRequest) -> str:
    row = corrections.waiting(request.session, request.number)
    count = corrections.send(
        request.session, row, request.editor, caused_by=request.turn.inbox_id, rules=request.follow
    )
    held = request.follow.held_until(FollowUp.CORRECTION, request.now)
    return f"更正 {row.id} {f'{spoken(held, now=request.now)} 发给' if held else '发给了'} {count} 人。"


def _drop(request: EditorRequest) -> str:
    row = corrections.waiting(request.session, request.number)
    corrections.drop(row, request.editor)
    return f"更正 {row.id} 不发了。"


def _tasks(request: EditorRequest) -> str:
    rows = upkeep.tasks(request.session)
    return upkeep.told(rows) if rows else "没有待复核的条目。"


def _gaps(request: EditorRequest) -> str:
    return pages.gaps(gaps.unanswered(request.session, since=request.now - WEEK))


DOES: dict[Verb, Callable[[EditorRequest], str]] = {
    Verb.PHRASINGS: _phrasings,
    Verb.TAKE: _take,
    Verb.REFUSE: _refuse,
    Verb.CORRECT: _correct,
    Verb.CORRECTIONS: _corrections,
    Verb.SEND: _send,
    Verb.DROP: _drop,
    Verb.TASKS: _tasks,
    Verb.GAPS: _gaps,
    Verb.HELP: lambda _: pages.HELP,
}
