"""督办、解除督办、全程."""

from collections.abc import Callable

from handlers.ledger.life import whole_life
from handlers.tickets import supervising
from handlers.tickets.task import Task
from handlers.tickets.verbs import Verb


def _supervise(task: Task) -> str:
    supervising.begin(task.session, task.ticket, task.needs(), task.act, rules=task.rules)
    return f"{task.ticket.number} 已督办：答复前每个工作日提醒一次。解除请发：解除督办 {task.ticket.id} 原因"


def _lift(task: Task) -> str:
    supervising.lift(task.session, task.ticket, task.needs("原因"), task.act)
    return f"{task.ticket.number} 不再督办。"


def _life(task: Task) -> str:
    return whole_life(task.session, task.ticket, now=task.now)


DOES: dict[Verb, Callable[[Task], str]] = {Verb.SUPERVISE: _supervise, Verb.LIFT: _lift, Verb.LIFE: _life}
