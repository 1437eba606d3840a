"""Editors work on the base in the chat: silence an entry, review a draft, correct what was said."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from pydantic import ValidationError

from handlers.base import Decision, DecisionKind, Turn
from handlers.follow_ups import AT_ONCE, FollowUp, FollowUpRules
from handlers.knowledge import corrections, drafting, gaps, learning, pages, upkeep
from handlers.knowledge.citing import citing
from handlers.knowledge.commands import Order, Word, read_order
from handlers.knowledge.drafting import Editor, current, entry_of, open_draft, open_drafts
from handlers.knowledge.library import Library
from handlers.knowledge.models import DraftRow, DraftState, PhrasingRow, PhrasingState
from handlers.knowledge.refusals import KnowledgeRefusal, NotAnEditor, NotNow, UnknownEntry, UnknownNumber
from handlers.knowledge.service import Hand, newest, put, versions
from handlers.members.directory import Directory, Right
from handlers.speaking import reply
from handlers.tickets.clock import spoken
from handlers.tickets.models import TicketRow
from handlers.tickets.service import lock
from handlers.times import local_day
from knowledge_base.contradictions import against
from knowledge_base.entries import Entry
from knowledge_base.fields import ALSO, COLUMNS, FieldFault, field_named, read_value
from knowledge_base.instruments import Registry

WEEK = timedelta(days=7)
LIKELY = 0.2  # the confidence from which a neighbour is worth naming
_CALLING = re.compile(r"^\s*@\S+\s+")
_LABEL = re.compile(rf"(?:^|(?<=\n))\s*(?P<label>{'|'.join([*COLUMNS, *ALSO])})\s*[：:]")


class HalfAnOrder(KnowledgeRefusal):
    """Something is missing; the sentence gives an example."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """An order, who gave it, and the turn it came in."""

    turn: Turn
    order: Order
    editor: Editor

    def needs(self) -> str:
        """What was typed after the number or the id. Raises HalfAnOrder when nothing was."""
        if not self.order.rest:
            raise HalfAnOrder(f"“{self.order.word}”后面还缺内容，例如：{self.order.example}")
        return self.order.rest

    @property
    def number(self) -> int:
        if self.order.number is None:
            raise HalfAnOrder(f"“{self.order.word}”要带号码，例如：{self.order.example}")
        return self.order.number

    @property
    def id(self) -> str:
        if not self.order.id:
            raise HalfAnOrder(f"“{self.order.word}”要带条目编号，例如：{self.order.example}")
        return self.order.id


class EditorChat:
    """Handler for desk groups: what editors do to the base. Everything else is left to the handlers behind."""

    def __init__(
        self, directory: Directory, registry: Registry, library: Library, follow: FollowUpRules = AT_ONCE
    ) -> None:
        """`follow`: when and where corrections are said."""
        self._directory, self._registry, self._library, self._follow = directory, registry, library, follow
        self._do: dict[Word, Callable[[Task], str]] = {
            Word.SUSPEND: self._suspend, Word.RESUME: self._resume, Word.SHOW: self._show,
            Word.VERSIONS: self._versions, Word.CHANGE: self._change, Word.NEW: self._new, Word.LEARN: self._learn,
            Word.DRAFTS: self._drafts, Word.LOOK: self._look, Word.EDIT: self._edit, Word.APPROVE: self._approve,
            Word.REJECT: self._reject, Word.AS_PHRASING: self._as_phrasing, Word.MERGE: self._merge,
            Word.PHRASINGS: self._phrasings, Word.TAKE: self._take, Word.REFUSE: self._refuse,
            Word.CORRECT: self._correct, Word.CORRECTIONS: self._corrections, Word.SEND: self._send,
            Word.DROP: self._drop, Word.CITES: self._cites, Word.TASKS: self._tasks, Word.GAPS: self._gaps,
            Word.HELP: lambda _: pages.HELP,
        }  # fmt: skip

    def __call__(self, turn: Turn) -> Decision | None:
        order = read_order(_CALLING.sub("", turn.message.text)) if turn.in_desk else None
        if order is None or _is_talk(turn, order):
            return None
        person = self._directory.volunteer(turn.message.sender, where=turn.group)
        if person is None or Right.EDITOR not in person.rights:
            raise NotAnEditor
        editor = Editor(address=person.address, name=person.name, now=turn.now)
        reply(turn, self._do[order.word](Task(turn=turn, order=order, editor=editor)))
        return Decision(kind=DecisionKind.COMMAND, reason=f"base_{order.word.name.lower()}", entry=order.id or None)

    # --- entries ---

    def _suspend(self, task: Task) -> str:
        id, why = task.id, task.needs()
        drafting.suspend(task.turn.session, id, task.editor, why)
        return f"{id} 已停用，几秒内各处都不再用它答。{self._given(task, id)}"

    def _resume(self, task: Task) -> str:
        id, why = task.id, task.needs()
        drafting.resume(task.turn.session, id, task.editor, why)
        return f"{id} 已启用，几秒内又会用它答。"

    def _show(self, task: Task) -> str:
        row, entry = current(task.turn.session, task.id)
        return pages.entry(entry, row, self._registry)

    def _versions(self, task: Task) -> str:
        rows = versions(task.turn.session, task.id)
        if not rows:
            raise UnknownEntry(task.id)
        return pages.versions(rows)

    def _change(self, task: Task) -> str:
        row, entry = current(task.turn.session, task.id)
        changed = self._with_fields(entry, task.needs(), task.order.example)
        why = "修改" + "、".join(
            name for name, field in COLUMNS.items() if getattr(entry, field) != getattr(changed, field)
        )
        return self._proposed(task, drafting.propose(task.turn.session, changed, task.editor, why=why, base=row))

    def _new(self, task: Task) -> str:
        if newest(task.turn.session, task.id) is not None:
            raise NotNow(f"已有条目 {task.id}。要改请发：修改 {task.id} 答案：…；新条目请换一个编号")
        blank = Entry(id=task.id, question="（没写）", as_of=local_day(task.turn.now))
        entry = self._with_fields(blank, task.needs(), task.order.example)
        if entry.question == blank.question or not entry.answer:
            raise HalfAnOrder(f"新条目要写问题和答案，例如：{task.order.example}")
        return self._proposed(task, drafting.propose(task.turn.session, entry, task.editor, why="新条目"))

    def _merge(self, task: Task) -> str:
        if not task.order.id:
            raise HalfAnOrder(f"合并要写两个编号，例如：{task.order.example}")
        draft = drafting.propose_merge(task.turn.session, task.order.id, task.order.rest, task.editor)
        return self._proposed(task, draft)

    def _cites(self, task: Task) -> str:
        found = citing(task.turn.session, task.needs(), self._registry)
        lines = [f"{entry.id} {entry.question}" for entry in found[: pages.SHOWN]]
        more = [f"……共 {len(found)} 条"] if len(found) > len(lines) else []
        return "\n".join([f"引用“{task.order.rest}”的条目（{len(found)}）", *lines, *more])

    # --- drafts ---

    def _learn(self, task: Task) -> str:
        ticket = lock(task.turn.session, task.number)
        draft = learning.draft_of_ticket(task.turn.session, self._library, ticket, now=task.turn.now)
        if draft is None:
            raise NotNow(f"{ticket.number} 还没有可以入库的答复。先答复：回复 {ticket.id} 答案")
        if draft.state != DraftState.OPEN:
            raise NotNow(
                f"{ticket.number} 已经整理过（草稿 {draft.id}，条目 {draft.entry}）。看条目：条目 {draft.entry}"
            )
        return self._page(task, draft)

    def _drafts(self, task: Task) -> str:
        rows = open_drafts(task.turn.session)
        support = {row.id: len(found) for row in rows[: pages.SHOWN] if (found := self._tickets(task, row))}
        return pages.drafts(rows, support)

    def _look(self, task: Task) -> str:
        return self._page(task, open_draft(task.turn.session, task.number))

    def _edit(self, task: Task) -> str:
        draft = open_draft(task.turn.session, task.number)
        drafting.rewrite(draft, self._with_fields(entry_of(draft), task.needs(), task.order.example), task.editor)
        return self._page(task, draft)

    def _approve(self, task: Task) -> str:
        if task.order.number is None and task.order.rest:
            return self._approve_batch(task, task.order.rest)
        draft = open_draft(task.turn.session, task.number)
        made = drafting.approve(task.turn.session, draft, task.editor, self._registry)
        gone = f"{draft.retires} 已停用。" if draft.retires else ""
        return f"{made.entry} 第 {made.version} 版已生效，几秒内各处都按它答。{gone}{self._given(task, made.entry)}"

    def _approve_batch(self, task: Task, batch: str) -> str:
        rows = [row for row in open_drafts(task.turn.session) if row.batch == batch]
        if not rows:
            raise NotNow(f"没有批次 {batch} 的待审草稿。发“草稿”看都有哪些。")
        for row in rows:
            drafting.approve(task.turn.session, row, task.editor, self._registry)
        return f"批次 {batch} 的 {len(rows)} 条已生效，几秒内各处都按它们答。"

    def _reject(self, task: Task) -> str:
        draft = open_draft(task.turn.session, task.number)
        drafting.reject(draft, task.editor, task.needs())
        return f"草稿 {draft.id} 已退，原因记下了。"

    def _as_phrasing(self, task: Task) -> str:
        """The draft asks what an entry answers already: its questions become that entry's."""
        draft, session = open_draft(task.turn.session, task.number), task.turn.session
        _, entry = current(session, task.needs())
        grown = entry.model_copy(update={"variants": drafting.joined(entry, entry_of(draft).phrasings)})
        put(session, grown, Hand(made_by=task.editor.signature, why=f"收草稿 {draft.id} 的问法", now=task.turn.now))
        drafting.reject(draft, task.editor, f"作为 {entry.id} 的问法")
        return f"草稿 {draft.id} 的问法收进了 {entry.id}，答案没有动。"

    # --- phrasings ---

    def _phrasings(self, task: Task) -> str:
        return pages.phrasings(learning.proposed_phrasings(task.turn.session))

    def _take(self, task: Task) -> str:
        rows = self._chosen(task)
        for row in rows:
            _, entry = current(task.turn.session, row.entry)
            grown = entry.model_copy(update={"variants": drafting.joined(entry, [row.text])})
            hand = Hand(made_by=task.editor.signature, why=f"收问法 {row.id}", now=task.turn.now)
            put(task.turn.session, grown, hand)
            row.state, row.settled_by = PhrasingState.TAKEN, task.editor.signature
        return f"收下 {len(rows)} 种问法，几秒内就认得。"

    def _refuse(self, task: Task) -> str:
        rows = self._chosen(task)
        for row in rows:
            row.state, row.settled_by = PhrasingState.REFUSED, task.editor.signature
        return f"{len(rows)} 种问法不收，以后不再提。"

    def _chosen(self, task: Task) -> list[PhrasingRow]:
        if not task.order.numbers:
            raise HalfAnOrder(f"要带号码，例如：{task.order.example}。发“问法”看都有哪些。")
        found = {number: task.turn.session.get(PhrasingRow, number) for number in task.order.numbers}
        rows = [row for row in found.values() if row is not None and row.state == PhrasingState.PROPOSED]
        if len(rows) < len(found):
            missing = next(n for n, row in found.items() if row is None or row.state != PhrasingState.PROPOSED)
            raise UnknownNumber("问法", missing, "问法")
        return rows

    # --- corrections and lists ---

    def _correct(self, task: Task) -> str:
        days = re.search(r"(\d{1,3})\s*[天日]?", task.order.rest)
        row = corrections.prepare(
            task.turn.session, task.id, task.editor, self._registry, days=int(days[1]) if days else corrections.DAYS
        )
        return pages.correction(row)

    def _corrections(self, task: Task) -> str:
        return pages.corrections(corrections.waiting_all(task.turn.session))

    def _send(self, task: Task) -> str:
        row = corrections.waiting(task.turn.session, task.number)
        count = corrections.send(task.turn.session, row, task.editor, caused_by=task.turn.inbox_id, rules=self._follow)
        held = self._follow.held_until(FollowUp.CORRECTION, task.turn.now)
        return f"更正 {row.id} {f'{spoken(held, now=task.turn.now)} 发给' if held else '发给了'} {count} 人。"

    def _drop(self, task: Task) -> str:
        row = corrections.waiting(task.turn.session, task.number)
        corrections.drop(row, task.editor)
        return f"更正 {row.id} 不发了。"

    def _tasks(self, task: Task) -> str:
        rows = upkeep.tasks(task.turn.session)
        return upkeep.told(rows) if rows else "没有待复核的条目。"

    def _gaps(self, task: Task) -> str:
        return pages.gaps(gaps.unanswered(task.turn.session, since=task.turn.now - WEEK))

    # --- parts ---

    def _given(self, task: Task, id: str) -> str:
        given = corrections.given_before(task.turn.session, id, days=corrections.DAYS, now=task.turn.now)
        if not given:
            return ""
        return f"最近 {corrections.DAYS} 天有 {len(given)} 人收到过旧的答复，要通知他们请发：更正通知 {id}"

    def _proposed(self, task: Task, draft: DraftRow) -> str:
        return f"{self._page(task, draft)}\n要请另一位编辑审定。"

    def _page(self, task: Task, draft: DraftRow) -> str:
        entry = entry_of(draft)
        near = [
            hit for hit in self._library.search(entry.question, limit=4)
            if hit.entry.id != entry.id and hit.confidence >= LIKELY
        ]  # fmt: skip
        others = [hit.entry for hit in near]
        return pages.draft(
            draft, entry, self._registry, tickets=self._tickets(task, draft), near=near[:3], against=against(entry, others)
        )  # fmt: skip

    def _tickets(self, task: Task, draft: DraftRow) -> list[TicketRow]:
        return learning.supporters(task.turn.session, draft)

    def _with_fields(self, entry: Entry, text: str, example: str) -> Entry:
        """The entry with what `答案：…` and its like say, one or several of them."""
        labels = list(_LABEL.finditer(text))
        if not labels or text[: labels[0].start()].strip():
            raise HalfAnOrder(f"请写明改哪一项，如 {'、'.join(list(COLUMNS)[2:7])}，例如：{example}")
        values = entry.model_dump()
        for label, after in zip(labels, [*labels[1:], None], strict=True):
            said = text[label.end() : after.start() if after else None].strip()
            field = field_named(label["label"])
            try:
                values[str(field)] = read_value(str(field), said, self._registry)
            except FieldFault as fault:
                raise HalfAnOrder(f"{label['label']}：{fault}") from fault
        try:
            return Entry.model_validate(values)
        except ValidationError as error:
            raise HalfAnOrder(f"写得不对：{error.errors()[0]['loc'][0]}。没有改动，例如：{example}") from error


def _is_talk(turn: Turn, order: Order) -> bool:
    """修改 一下这个 begins like an order and names nothing there is."""
    strange = bool(order.id) and not order.id.isascii() and newest(turn.session, order.id) is None
    return strange or (order.word == Word.CITES and not re.search(r"[\d《]", order.rest))
