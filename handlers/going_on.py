"""How a line goes on from the turn before it: 那出口呢, 报了能改不, 弄坏了咋办."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from handlers.base import Turn
from handlers.context import Earlier
from handlers.mind import Thought
from knowledge_base.entries import Entry
from nlu.spelling import spell_out, topics
from nlu.text import normalise

FOUND = 0.9  # so sure that no other reading of the same lines need be tried
SURELY = 0.95  # a reading in words of ours must find more surely than one in his
MATTERS = 3  # of what was said before, in whose place another may be named
_NOTHING_MORE = re.compile(r"(?:那|如果|要是|假如|换成|改成|的话|的|是|也|我们?|这|个|种|票|情况|\s)*")
_TELLS_APART = re.compile(r"区别|差别|不同|不一样|一回事|怎么选|哪[个种]")


@dataclass(frozen=True, kw_only=True)
class Further:
    """What a line asks, read with what stood before it. `had`: entries that do not answer it, for he has had them."""

    thought: Thought
    had: tuple[str, ...]


def go_on(turn: Turn, before: Earlier, *, beyond: bool) -> Further:
    """The first reading that surely finds something: another matter in the place of the first, all that was said, what is
    said now, and that with the matters alone. Where none does, it is all that was said. Who asks `beyond` what was offered does
    not mean that."""
    in_its_place = _in_its_place(turn, before)
    if in_its_place is not None:
        return Further(thought=in_its_place, had=before.given)
    whole = turn.think(joined([before.text, turn.message.text]))
    had = (*before.given, *(before.offered if beyond else ()), *_comparisons(whole, before))
    if finds(whole, had) >= FOUND:
        return Further(thought=whole, had=had)
    told_of = _topics(turn, (*before.given, *before.offered))
    for thought, least in _alone(turn, before, told_of):
        if finds(thought, had) >= least:
            return Further(thought=thought, had=had)
    return Further(thought=whole, had=had)


def joined(lines: Collection[str]) -> str:
    return "，".join(line.strip() for line in lines if line.strip())


def finds(thought: Thought, without: Collection[str]) -> float:
    """How surely it finds an entry, other than what he has had."""
    return max((hit.confidence for hit in thought.hits if hit.entry.id not in without), default=0.0)


def only_named(query: str) -> str:
    """The matter that a line names and says nothing of (如果是出口); empty when it says more."""
    named = topics(query)
    alone = len(named) == 1 and _NOTHING_MORE.fullmatch(query.replace(named[0], "", 1)) is not None
    return named[0] if alone else ""


def _in_its_place(turn: Turn, before: Earlier) -> Thought | None:
    """手册保存几年, then 原产地证的呢: the same question of another matter, when that surely finds an entry about it."""
    said, named = spell_out(normalise(before.text)), only_named(turn.thought.understanding.query)
    others = [matter for matter in topics(said) if matter not in named and named not in matter] if named else []
    thoughts = [turn.think(said.replace(matter, named)) for matter in others[:MATTERS]]
    about_it = [thought for thought in thoughts if thought.hits and named in _asked_in(thought.hits[0].entry)]
    best = max(about_it, key=lambda thought: finds(thought, before.given), default=None)
    return best if best is not None and finds(best, before.given) >= SURELY else None


def _alone(turn: Turn, before: Earlier, told_of: set[str]) -> Iterator[tuple[Thought, float]]:
    """What he says now, and that with the matters named before, each with how surely it must find something: most where it
    names nothing itself and is not of what he was told of."""
    query = turn.thought.understanding.query
    if not only_named(query):
        follows = bool(topics(query)) or bool(told_of & _found_in(turn.thought))
        yield turn.thought, FOUND if follows else SURELY
    matters = topics(spell_out(normalise(before.text)))
    if matters and told_of:
        shorter = turn.think(f"{' '.join(matters[:2])} {turn.message.text}")
        if told_of & _found_in(shorter):
            yield shorter, SURELY


def _found_in(thought: Thought) -> set[str]:
    return {hit.entry.topic for hit in thought.hits[:1]}


def _comparisons(whole: Thought, before: Earlier) -> list[str]:
    """Two matters in one reading look like a question of how they differ, which nobody asked."""
    if before.entry is None or _TELLS_APART.search(whole.understanding.text):
        return []
    return [hit.entry.id for hit in whole.hits if _TELLS_APART.search(hit.entry.question)]


def _asked_in(entry: Entry) -> str:
    return spell_out(normalise(" ".join(entry.phrasings)))


def _topics(turn: Turn, ids: Collection[str]) -> set[str]:
    entries = [turn.mind.knowledge.entry(id) for id in ids]
    return {entry.topic for entry in entries if entry is not None}
