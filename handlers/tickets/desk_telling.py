"""补充、补齐、不予受理、已告知、联系: what is settled with the asker besides the answer."""

from collections.abc import Callable

from handlers.base import Conversation, Person
from handlers.follow_ups import FollowUp
from handlers.outbox import PromiseKind, promise
from handlers.tickets import aftercare, answering, drafts, material, tasks, work
from handlers.tickets.clock import spoken
from handlers.tickets.history import record
from handlers.tickets.refusals import NotNow, TakenBySomebodyElse
from handlers.tickets.service import askers_of, waiting_askers
from handlers.tickets.task import Task
from handlers.tickets.verbs import Verb
from handlers.tickets.words import OPEN, State, TaskKind, What


def _ask(task: Task) -> str:
    text = task.needs()
    times = material.ask_material(task.session, task.ticket, text, task.act, task.rules)
    again = f"这是第 {times} 次请他补充，请记得一次性告知。" if times > 1 else ""
    held = task.rules.follow.held_until(FollowUp.REQUEST, task.now)
    when = f"（{spoken(held, now=task.now)} 发给他）" if held else ""
    return f"{task.ticket.number} 已请提问人补充{when}，停止计时，等他回复。{again}"


def _added(task: Task) -> str:
    """What an asker sent or said elsewhere."""
    text, ticket = task.needs(), task.ticket
    work.check_owed(ticket)
    work.check_mine(ticket, task.act)
    if ticket.state != State.NEEDS_MATERIAL:
        raise NotNow(f"{ticket.number} 没有在等补充。")
    for asker in waiting_askers(task.session, ticket):
        asker.awaited = asker.awaited_since = None
    material.go_on(task.session, ticket, task.act, task.rules, why=text)
    return f"{ticket.number} 补充已记下，恢复计时{task.until}。"


def _decline(task: Task) -> str:
    aftercare.decline(task.session, task.ticket, task.needs("原因"), task.act, rules=task.rules)
    drafts.settle(task.session, task.ticket, task.act)
    return f"{task.ticket.number} 不予受理，原因已告知提问人。"


def _told(task: Task) -> str:
    how, owes = task.needs(), tasks.owed(task.session, task.ticket, TaskKind.TELL)
    if task.ticket.state in OPEN or not owes:
        answering.told(task.session, task.ticket, how, task.act)
    if owes:
        tasks.finish(task.session, task.ticket, TaskKind.TELL, how, task.act)
    return f"{task.ticket.number} 已告知提问人，现为{task.ticket.state.label}。"


def _contact(task: Task) -> str:
    """A telephone number is for who has to call, in private, and it is written down who asked for it."""
    ticket = task.ticket
    if ticket.handler not in (None, task.volunteer.address) and not task.is_chief:
        raise TakenBySomebodyElse(ticket)
    known = [asker for asker in askers_of(task.session, ticket) if asker.contact]
    if not known:
        raise NotNow(f"{ticket.number} 没有登记联系方式。")
    record(task.session, ticket, What.PROFILED, task.act, after="查看联系方式")
    person = Person.at(task.volunteer.address, name=task.volunteer.name)
    lines = [f"{ticket.number} {asker.enterprise or ''}{asker.name}：{asker.contact}" for asker in known]
    to = Conversation.private(person.channel, person.id)
    promise(task.session, to, "\n".join(lines), kind=PromiseKind.CARD, now=task.now, caused_by=task.turn.inbox_id)
    return f"{ticket.number} 的联系方式已私聊发给您，请勿转发。"


DOES: dict[Verb, Callable[[Task], str]] = {
    Verb.ASK: _ask,
    Verb.ADDED: _added,
    Verb.DECLINE: _decline,
    Verb.TOLD: _told,
    Verb.CONTACT: _contact,
}
