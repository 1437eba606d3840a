"""Is it a question for us, and do we know the answer? Pure judgement, no database."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from handlers.for_us import ASKING, WORTH_A_SEARCH, for_us
from handlers.mind import Thought
from handlers.rules import AnsweringRules
from knowledge_base.hit import Hit
from nlu.spelling import topics
from nlu.text import normalise
from nlu.understanding import Intent, Understanding

_NOD = re.compile(
    r"(?:收到|好[的嘞滴]?|行|是的?|对的?|可以|ok(?:ay)?|嗯|哦|噢|明白|知道|了解|懂|清楚|👌|👍|🙏|\[[^\[\]\s]{1,6}\]|\+1|[了啦哈的!。.~,\s])+"
)
UNFINISHED = (Intent.GREETING, Intent.STATEMENT, Intent.CORRECTION)
NOT_A_QUESTION = (
    Intent.SMALL_TALK, Intent.THANKS, Intent.ADVERTISEMENT,
    Intent.PEER_ANSWER, Intent.PROMPT_ABUSE, Intent.OUT_OF_SCOPE,
)  # fmt: skip
MAX_CHOICES = 3
LONGEST_NOD = 16  # characters
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_OF_AN_ADDRESS = re.compile(r"://|@|www\.")
_FOREIGN_WORD = re.compile(r"(?<!\S)[A-Za-z]?[a-z']+(?=[\s,.!?;]|$)")  # not codes and names: CIF, NullPointerException
_THANKS = re.compile(r"\bthank", re.IGNORECASE)
A_SENTENCE = 5  # words; fewer are names and codes of the trade
A_PIECE = 0.3  # a line this likely to be a piece of a story is kept for its rest


class Standing(StrEnum):
    """Where a text stands with us."""

    KNOWN = "known"  #: one entry answers it
    CLOSE = "close"  #: a few entries may be meant
    UNKNOWN = "unknown"  #: ours, and no entry answers it
    UNFINISHED = "unfinished"  #: the rest is still to come
    NOT_OURS = "not_ours"


@dataclass(frozen=True, kw_only=True)
class Judgement:
    standing: Standing
    reason: str
    hits: tuple[Hit, ...] = ()


def judge(thought: Thought, rules: AnsweringRules, *, addressed: bool, without: Collection[str] = ()) -> Judgement:
    """Where the text stands. `without`: entries that were the answer to the turn before and cannot be it again."""
    if not _is_asked(thought, rules, addressed=addressed):
        return _not_a_question(thought.understanding, rules)
    hits = tuple(hit for hit in thought.hits if hit.entry.id not in without)
    if _leads_clearly(hits, rules):
        return Judgement(standing=Standing.KNOWN, reason="known", hits=hits[:1])
    if hits and hits[0].confidence >= rules.offer_at:
        choices = tuple(hit for hit in hits[:MAX_CHOICES] if hit.confidence >= rules.offer_at / 2)
        return Judgement(standing=Standing.CLOSE, reason="close_call", hits=choices)
    return _without_an_entry(thought, rules, hits, addressed=addressed)


def is_nod(text: str) -> bool:
    """Whether it only says that it was heard: 收到, 好的, [微笑]."""
    return len(text) <= LONGEST_NOD and _NOD.fullmatch(normalise(text)) is not None


def in_another_language(text: str) -> bool:
    """Whether it is a sentence in Latin letters, thanks aside: our models read Chinese, and how sure they are of this means
    nothing."""
    if _CHINESE.search(text) or _THANKS.search(text):
        return False
    said = " ".join(word for word in text.split() if not _OF_AN_ADDRESS.search(word))
    return len(_FOREIGN_WORD.findall(said)) >= A_SENTENCE


def bare_matter(thought: Thought) -> bool:
    """Whether nothing but a matter was named (原产地证?): not a question yet, though its likeliest ones can be offered."""
    query = thought.understanding.query
    named = topics(query)
    return bool(named) and bool(thought.hits) and len("".join(named)) >= len(query.replace(" ", "")) - 2


def plainly_talk(text: Understanding, rules: AnsweringRules) -> bool:
    """Whether a line is no question and no piece of one, whatever was said before it."""
    return text.probability(*NOT_A_QUESTION) >= rules.must_not_at


def _is_asked(thought: Thought, rules: AnsweringRules, *, addressed: bool) -> bool:
    """Spoken to, anything may be a question that is not plainly something else; overheard, it must ask, and ask us."""
    text = thought.understanding
    if not addressed:
        return _asks_aloud(thought, rules) and for_us(thought) >= rules.unasked_at
    if text.intent == Intent.GREETING or text.probability(Intent.PROMPT_ABUSE) >= rules.must_not_at:
        return False
    return not plainly_talk(text, rules) or for_us(thought) >= rules.unasked_at


def _asks_aloud(thought: Thought, rules: AnsweringRules) -> bool:
    """Whether somebody asks it among members. Whose number it is they mostly ask each other, and what looks like another
    trade's they ask of that; when it is ours, an entry surely tells."""
    text = thought.understanding
    if text.probability(*ASKING) >= WORTH_A_SEARCH:
        return True
    asks = text.probability(*ASKING, Intent.OUT_OF_SCOPE) >= rules.asks_at
    return (asks or text.intent == Intent.CONTACT_CARD) and thought.confidence >= rules.answer_at


def _leads_clearly(hits: tuple[Hit, ...], rules: AnsweringRules) -> bool:
    if not hits or hits[0].confidence < rules.answer_at:
        return False
    return len(hits) == 1 or hits[0].confidence - hits[1].confidence >= rules.margin


def _without_an_entry(thought: Thought, rules: AnsweringRules, hits: tuple[Hit, ...], *, addressed: bool) -> Judgement:
    text = thought.understanding
    if text.intent in (Intent.STATEMENT, Intent.FOLLOW_UP) and text.in_domain < rules.domain_at:
        return Judgement(standing=Standing.UNFINISHED, reason=text.intent, hits=hits)  # 还没放, 模板发我: of what?
    if addressed and text.intent != Intent.STATEMENT and for_us(thought) < rules.asked_at:
        return Judgement(standing=Standing.NOT_OURS, reason="not_for_us", hits=hits)
    if text.probability(*UNFINISHED) > text.probability(*ASKING):
        return Judgement(standing=Standing.UNFINISHED, reason=text.intent, hits=hits)
    return Judgement(standing=Standing.UNKNOWN, reason="no_entry", hits=hits)


def _not_a_question(text: Understanding, rules: AnsweringRules) -> Judgement:
    a_piece = text.intent in UNFINISHED or text.probability(*UNFINISHED, *ASKING) >= A_PIECE
    ours = text.intent == Intent.GREETING or (a_piece and text.in_domain >= rules.domain_at)
    return Judgement(standing=Standing.UNFINISHED if ours else Standing.NOT_OURS, reason=text.intent)
