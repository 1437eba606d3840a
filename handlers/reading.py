"""How a message is read: with the lines its speaker left hanging, with the turn before, put right, or as several questions."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from handlers.base import DecisionKind, Turn
from handlers.context import Earlier, SaidBefore, asked_by_another, spoken_between, take_up
from handlers.corrections import corrected, is_correction, is_not_meant, put_right_at_once
from handlers.for_us import ASKING
from handlers.going_on import FOUND, SURELY, Further, finds, go_on, joined, only_named
from handlers.mind import Thought
from handlers.rules import AnsweringRules
from handlers.several import several
from handlers.tickets import notes
from handlers.tickets.notes import noted
from handlers.watching import forget
from nlu.spelling import spell_out, topics
from nlu.text import essence, normalise
from nlu.understanding import Intent, Understanding

PICTURE = "[图片]"  # or a file: the desk finds it in the group
_ASKS = re.compile(
    r"(?!时不时|动不动)([\u4e00-\u9fff])[不没]\1|[吗呢?？么啥谁]|什么|怎[么样]|咋|哪|多[久少长]|几|能|可以|行不|要不要|是不是|有没有|如何|不$"
)
#: 多久能办好 gets here only when it is not about his tickets.
GOES_ON = (Intent.FOLLOW_UP, Intent.SERVICE_PROMISE)
#: 好了 可以走了 has a word that asks, and asks nothing.
NO_TAIL = (Intent.SMALL_TALK, Intent.THANKS, Intent.GREETING, Intent.PEER_ANSWER, Intent.COMPLAINT, Intent.PROMPT_ABUSE)
PLAIN_TALK = 0.9
_AND_THAT = re.compile(r"^(?!.{0,3}[你人]).{1,10}呢[\s?!.。]*$")
_POINTS_AT_A_PICTURE = re.compile(r"截图|截屏|图片|照片|如图|上图|下图|见图|看图|图[里中上]")
STANDS_ALONE = 8  # characters: 节假日也查吗 asks nothing without what was said before
_SHORT = 30  # characters of a line that may be the end of something begun before


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One question to decide on. `answered_before`: the entries the speaker has just had and asks beyond. `shows`: a picture
    or a file belongs to it. `hangs`: it goes on from something that nobody here said. `begun`: lines of his before it
    wait for their rest. `told`: the entries he was told in this very breath, before he had asked. `alone`: what a desk
    reads, where what he said before may have nothing to do with it."""

    text: str
    thought: Thought
    spoke_to_us: bool = False
    answered_before: Collection[str] = ()
    shows: bool = False
    hangs: bool = False
    begun: bool = False
    told: Collection[str] = ()
    alone: str = ""


def asks_in_words(text: str) -> bool:
    """Whether a line has a word that asks: without one it may still be a question, or the name of a ship."""
    return _ASKS.search(text) is not None


def may_finish(turn: Turn) -> bool:
    """Whether a line that says nothing by itself may end what its speaker began: worth a look at what he said before."""
    return len(turn.message.text) <= _SHORT and asks_in_words(turn.message.text)


def read(turn: Turn, rules: AnsweringRules) -> list[Reading]:
    """The questions in a message, at least one reading of it."""
    before = SaidBefore.within(turn, max(rules.burst_window, rules.turn_window))
    held = before.waiting(rules.burst_window)
    asked_for = [] if held or not _asks(turn, rules) else before.asked_back()
    take_up(turn, held or asked_for)
    if held:
        return [_told_at_length(turn, held, before, rules)]
    if asked_for:  # now he says in words what he showed, and it is no story whose rest is to come
        return [replace(_with_lines(turn, [replace(line, shows=False) for line in asked_for]), begun=False)]
    if is_correction(turn.message.text) and (turn.addressed or turn.thought.understanding.intent == Intent.CORRECTION):
        return [_put_right(turn, before.turn_before(rules.turn_window), rules)]
    asks_what_we_told = _asks_what_we_told(turn, before, rules)
    if asks_what_we_told is not None:
        return [asks_what_we_told]
    if turn.thought.understanding.intent in GOES_ON or _names_another(turn):
        return [_with_turn_before(turn, before, rules, within=rules.turn_window)]
    if _is_a_tail(turn, rules):
        return [_with_turn_before(turn, before, rules, within=_reach(turn, before, rules))]
    right = put_right_at_once(turn.message.text)
    if right != turn.message.text:
        meant = turn.think(right)
        asks = _surer(meant.understanding, turn.thought.understanding)
        return [Reading(text=right, thought=replace(meant, understanding=asks), shows=_shows(turn))]
    questions = several(turn, rules)
    if len(questions) > 1:
        return [Reading(text=question.understanding.text, thought=question) for question in questions]
    return [_as_said(turn)]


def _as_said(turn: Turn) -> Reading:
    return Reading(text=turn.message.text, thought=turn.thought, shows=_shows(turn))


def _shows(turn: Turn) -> bool:
    """Whether a picture or a file is what he speaks of."""
    return bool(turn.message.attachments) or _POINTS_AT_A_PICTURE.search(turn.message.text) is not None


def _told_at_length(turn: Turn, held: list[Earlier], before: SaidBefore, rules: AnsweringRules) -> Reading:
    """His lines that waited and this one; where none of them names a matter, and he was answered in the same breath, they
    go on from that."""
    told = _with_lines(turn, held)
    if topics(spell_out(normalise(told.text))) or before.turn_before(rules.burst_window) is None:
        return told
    at_once = replace(turn, message=replace(turn.message, text=told.text), thought=turn.think(told.text))
    above = _asks_what_we_told(at_once, before, rules)
    return above or _with_turn_before(at_once, before, rules, within=rules.burst_window)


def _asks_what_we_told(turn: Turn, said: SaidBefore, rules: AnsweringRules) -> Reading | None:
    """我们准备申请AEO, which we answered at once, and then 要准备啥: the end of the same question, so that what we told him
    answers it; unless it finds an entry of its own."""
    before = said.turn_before(rules.burst_window) if asks_in_words(turn.message.text) else None
    if before is None or before.kind != DecisionKind.ANSWERED or asks_in_words(before.text):
        return None
    if topics(turn.thought.understanding.query) and finds(turn.thought, before.given) >= rules.answer_at:
        return None
    whole = turn.think(joined([before.text, turn.message.text]))
    if whole.confidence < FOUND or whole.hits[0].entry.id not in before.given:
        return None
    return Reading(text=whole.understanding.text, thought=whole, told=before.given, spoke_to_us=_was_with_us(before))


def _with_lines(turn: Turn, held: list[Earlier]) -> Reading:
    """All the lines together, or what of them finds more: the last alone, with those he told us, or with those that name a
    matter. It asks as surely as the surer of the last and of all."""
    said = _told(held, turn.message.text)
    together = turn.think(said)
    found = max(_shorter(turn, held, together), key=lambda thought: thought.confidence)
    asks = _surer(_surer(found.understanding, together.understanding), turn.thought.understanding)
    thought = turn.thought if found is turn.thought else replace(found, understanding=asks)
    shows = any(line.shows for line in held) or _shows(turn)
    spoke_to_us = any(line.mentions_bot for line in held)
    text = f"{PICTURE}，{said}" if shows else said
    return Reading(text=text, thought=thought, spoke_to_us=spoke_to_us, shows=shows, begun=True)


def _shorter(turn: Turn, held: list[Earlier], together: Thought) -> list[Thought]:
    """What may find more than all lines do; the first of equals is taken."""
    if together.confidence >= FOUND:
        return [together]
    named = [line for line in held if topics(spell_out(normalise(line.text)))]
    to_us = [line for line in held if not line.aside]
    alone = [turn.thought] if turn.thought.confidence > 0 else []
    fewer = [turn.think(_told(some, turn.message.text)) for some in (to_us, named) if 0 < len(some) < len(held)]
    return [*alone, together, *fewer]


def _told(held: Sequence[Earlier], last: str) -> str:
    """The lines as one, each that puts another right having done so."""
    said = ""
    for line in [*(line.text for line in held), last]:
        said = corrected(said, line) if said and is_correction(line) else joined([said, line])
    return said


def _surer(one: Understanding, other: Understanding) -> Understanding:
    """The first, with the intents of whichever asks more surely."""
    if one.probability(*ASKING) >= other.probability(*ASKING):
        return one
    return replace(
        one,
        intent=other.intent,
        confidence=other.confidence,
        ranking=other.ranking,
        in_domain=max(one.in_domain, other.in_domain),
    )


def _put_right(turn: Turn, before: Earlier | None, rules: AnsweringRules) -> Reading:
    """What he asked before, as he means it now; nobody watches for the wrong question any more. Who says that our answer
    is not what he meant does not get it again."""
    if before is None:
        return Reading(text=turn.message.text, thought=turn.thought)
    forget(turn.session, [before.inbox_id])
    said = corrected(before.text, turn.message.text)
    refused = (*before.given, *before.offered) if is_not_meant(turn.message.text) else ()
    told = refused and finds(turn.thought, refused) >= rules.offer_at  # all of it, and nothing of before is needed
    thought = turn.thought if told else turn.think(said)
    return Reading(text=said, thought=thought, answered_before=refused, spoke_to_us=_was_with_us(before))


def _asks(turn: Turn, rules: AnsweringRules) -> bool:
    sure = turn.thought.understanding.probability(*ASKING) >= rules.asks_at
    return sure or asks_in_words(turn.message.text)


def _names_another(turn: Turn) -> bool:
    """出口监管仓库呢, or to us 抬头呢: whatever it finds by itself, it asks of this what he asked of another before."""
    found = _AND_THAT.search(normalise(turn.message.text))
    return found is not None and (turn.addressed or bool(only_named(turn.thought.understanding.query)))


def _is_a_tail(turn: Turn, rules: AnsweringRules) -> bool:
    """怎么补啊: a few words that ask and name nothing."""
    text = turn.thought.understanding
    if turn.addressed and text.probability(*NO_TAIL) >= rules.asks_at:
        return False
    return may_finish(turn) and not topics(text.query) and text.probability(Intent.SMALL_TALK) < PLAIN_TALK


def _reach(turn: Turn, said: SaidBefore, rules: AnsweringRules) -> timedelta:
    """How long ago the question may be that a few words go on from. Among members they do after a while only where nobody
    else has spoken since, and they plainly ask something of the trade."""
    text = turn.thought.understanding
    asks_us = text.probability(*ASKING) >= rules.asks_at and text.in_domain >= rules.domain_at
    before = said.turn_before(rules.turn_window) if asks_us and not turn.addressed else None
    goes_on = before is not None and not spoken_between(turn, before)
    return rules.turn_window if turn.addressed or goes_on else rules.burst_window


def _with_turn_before(turn: Turn, said: SaidBefore, rules: AnsweringRules, *, within: timedelta) -> Reading:
    text = turn.thought.understanding
    before = said.turn_before(within) if text.query else None
    if before is None:
        alone = replace(_as_said(turn), hangs=text.intent == Intent.FOLLOW_UP and not topics(text.query))
        return (_after_another(turn, rules) if text.query else None) or alone
    if essence(before.text).endswith(text.query):
        return Reading(text=before.text, thought=turn.think(before.text), spoke_to_us=_was_with_us(before))
    adds = _AND_THAT.search(normalise(turn.message.text)) is not None  # 如果超过一年呢: a condition, or another matter
    further = go_on(turn, before, beyond=not adds and asks_in_words(turn.message.text))
    return Reading(
        text=further.thought.understanding.text,
        thought=replace(further.thought, understanding=_surer(further.thought.understanding, text)),
        answered_before=further.had,
        spoke_to_us=_was_with_us(before),
        alone=_of_its_own(turn, before, further, rules),
    )


def _of_its_own(turn: Turn, before: Earlier, further: Further, rules: AnsweringRules) -> str:
    """冷库没有电插头怎么办, minutes after another question: nobody but a person can tell whether it goes on from that, so a
    desk reads it by itself, and the other one in a note. Empty for what plainly goes on."""
    text, since = turn.thought.understanding, turn.message.sent_at - before.sent_at
    stands = text.intent == Intent.QUESTION and len(text.query) >= STANDS_ALONE and since > rules.burst_window
    if not stands or finds(further.thought, further.had) >= rules.offer_at:
        return ""
    return noted(turn.message.text, notes.asked_before(before.text))


def _after_another(turn: Turn, rules: AnsweringRules) -> Reading | None:
    """通过了有啥好处, after what somebody else asked: read with that where it then surely finds something further."""
    before = asked_by_another(turn, window=rules.turn_window)
    further = go_on(turn, before, beyond=True) if before is not None else None
    if further is None or finds(further.thought, further.had) < SURELY:
        return None
    text = _surer(further.thought.understanding, turn.thought.understanding)
    return Reading(text=text.text, thought=replace(further.thought, understanding=text), answered_before=further.had)


def _was_with_us(before: Earlier) -> bool:
    """Whether the turn before was between him and us: he called us, so what follows is to us as well."""
    return before.mentions_bot and before.kind != DecisionKind.WATCHING
