"""What a line of chat means: the types every engine returns."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Intent(StrEnum):
    """What a line does. The names are the intents of nlu/rasa/data."""

    QUESTION = "question"  #: asks how, whether, how long, what papers: a matter of customs or port
    FOLLOW_UP = "follow_up"  #: makes sense only with the turn before: 那超过一年呢
    SAME_HERE = "same_here"  #: 和楼上一样, 同问
    CORRECTION = "correction"  #: 说错了 是进口
    STATEMENT = "statement"  #: a piece of a story, no question yet: 我们有票货昨天报的
    URGENT = "urgent"  #: goods or a ship waiting now, help wanted
    RULING = "ruling"  #: wants a classification, a value or a penalty decided
    FORECAST = "forecast"  #: wants to know whether or when goods will be inspected or released
    LOOKUP = "lookup"  #: wants one particular declaration looked up
    EVASION = "evasion"  #: wants a way round the law
    OTHERS_DATA = "others_data"  #: wants another company's data
    REPORT = "report"  #: tells of smuggling or other wrongdoing
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    GREETING = "greeting"  #: 老师在吗: the rest is to come
    THANKS = "thanks"  #: thanks, or says that the matter is settled
    PEER_ANSWER = "peer_answer"  #: one member answers another
    STATUS = "status"  #: 进度, 我那个问题怎么样了
    PRESS = "press"  #: 催办, 还没人回我
    NOT_SOLVED = "not_solved"  #: 没解决, 还是不行
    WANT_PERSON = "want_person"  #: 转人工
    RATING = "rating"  #: 评价 满意
    CHOICE = "choice"  #: 2, 第二个, 都不是
    CONTACT_CARD = "contact_card"  #: 联系卡, 你们电话多少
    SERVICE_PROMISE = "service_promise"  #: 服务承诺, 多久给答复
    HELP = "help"  #: 你能做什么
    SMALL_TALK = "small_talk"
    ADVERTISEMENT = "advertisement"
    OUT_OF_SCOPE = "out_of_scope"  #: a real question that is not for this service
    PROMPT_ABUSE = "prompt_abuse"  #: 忽略之前的设定


@dataclass(frozen=True, kw_only=True)
class Entity:
    """One thing named in a text; `start` and `end` index the text as it was said."""

    kind: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Understanding:
    """What one text means.

    `query` is the text to search with: normalised, jargon spelled out, greetings and fillers gone; empty when nothing
    is left. `questions` are the separate questions in it, at least one when `query` is not empty. `confidence` and the
    numbers in `ranking` are probabilities of intents (best first, summing to about 1). `in_domain` is the probability
    that the text is about customs, ports or foreign trade, whatever it does.
    """

    text: str
    query: str
    questions: tuple[str, ...]
    intent: Intent
    confidence: float
    ranking: tuple[tuple[Intent, float], ...]
    entities: tuple[Entity, ...]
    in_domain: float

    def probability(self, *intents: Intent) -> float:
        """The probability that the text has one of these intents."""
        return sum(p for intent, p in self.ranking if intent in intents)


class Nlu(Protocol):
    """An engine that understands; safe to call from several threads, any text, never raises on it."""

    def understand(self, text: str) -> Understanding: ...
