"""Several questions in one message: parted where its marks say so, and where every clause may be a question of its own,
when that finds more than they do together."""

from collections.abc import Iterator, Sequence

from handlers.base import Decision, DecisionKind, Turn
from handlers.going_on import SURELY, finds
from handlers.mind import Thought
from handlers.rules import AnsweringRules
from nlu.parting import clauses
from nlu.spelling import topics

LENT = 2  # matters of the question before that one may borrow


def several(turn: Turn, rules: AnsweringRules) -> list[Thought]:
    """The questions of a message, each as it is to be looked up; one, the message itself, as a rule."""
    marked = turn.thought.understanding.questions
    thoughts = list(_each(turn, marked, rules)) if len(marked) > 1 else [turn.thought]
    return _of_one_entry(turn, [part for thought in thoughts for part in _parted(turn, thought, rules)], rules)


def _of_one_entry(turn: Turn, parts: Sequence[Thought], rules: AnsweringRules) -> list[Thought]:
    """厂注册的新令 冷库也管？十八类没了吗: what may both be asked of one entry, and surely neither, is asked of it once."""
    joined: list[Thought] = []
    for part in parts:
        if joined and _nearest(joined[-1], rules) == _nearest(part, rules) != "":
            part = turn.think(f"{joined.pop().understanding.text} {part.understanding.text}")
        joined.append(part)
    return joined


def _nearest(thought: Thought, rules: AnsweringRules) -> str:
    """The entry that would be offered first; none where one surely answers."""
    return thought.hits[0].entry.id if rules.offer_at <= thought.confidence < rules.answer_at else ""


def _parted(turn: Turn, thought: Thought, rules: AnsweringRules) -> list[Thought]:
    """查验费谁出 必须到场吗: no entry answers both. Parted only where two clauses surely find an entry each, for mostly a
    clause tells what the next is asked of."""
    query = thought.understanding.query
    asking = clauses(query)
    if len(asking) < 2:
        return [thought]
    if thought.confidence >= rules.answer_at and ";" not in query:
        return _by_themselves(turn, asking) or [thought]
    parts = list(_each(turn, asking, rules))
    found = {part.hits[0].entry.id for part in parts if part.confidence >= rules.answer_at}
    return parts if len(found) > 1 else [thought]


def _by_themselves(turn: Turn, asking: Sequence[str]) -> list[Thought]:
    """电子口岸卡怎么更新 单一窗口收费不: one entry answers a half as surely as the whole. They are as many questions only
    where each names its matter and, with nothing lent, finds an entry of its own beyond doubt."""
    if not all(map(topics, asking)):
        return []
    parts = [turn.think(question) for question in asking]
    found = {part.hits[0].entry.id for part in parts if finds(part, ()) >= SURELY}
    return parts if len(found) == len(parts) else []


def _each(turn: Turn, questions: Sequence[str], rules: AnsweringRules) -> Iterator[Thought]:
    """What names no matter, or is not surely found, is asked of the matters of the one before."""
    matters: tuple[str, ...] = ()
    for question in questions:
        named, thought = topics(question), turn.think(question)
        lent = [matter for matter in matters[:LENT] if matter not in question]
        if lent and (not named or thought.confidence < rules.answer_at):
            told = turn.think(" ".join((*lent, question)))
            thought = told if not named or told.confidence >= rules.answer_at else thought
        yield thought
        matters = named or matters


def together(decisions: Sequence[Decision]) -> Decision:
    """Several questions in one message: the outcome that matters most stands for all, the rest is in the detail."""
    if len(decisions) == 1:
        return decisions[0]
    order = list(DecisionKind)
    first = min(decisions, key=lambda decision: order.index(decision.kind))
    ticket = next((decision.ticket for decision in decisions if decision.ticket is not None), None)
    return Decision(
        kind=first.kind,
        reason=first.reason,
        entry=first.entry,
        ticket=ticket,
        confidence=first.confidence,
        detail={
            "parts": [{"kind": part.kind, "reason": part.reason, "entry": part.entry} for part in decisions],
            "offered": {id: chance for part in decisions for id, chance in part.detail.get("offered", {}).items()},
        },
    )
