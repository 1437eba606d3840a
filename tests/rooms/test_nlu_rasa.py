import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from ruamel.yaml import YAML

from nlu import rasa_data
from nlu.rasa_engine import FAILURES_TO_OPEN, PAUSE, Engine, Health, RasaNlu
from nlu.understanding import Entity, Intent, Understanding

RASA = Path(rasa_data.__file__).parent / "rasa"
SAID = "手册C22446450001能展期吗"
SMALL_TALK = Understanding(
    text=SAID,
    query="手册c22446450001能展期吗",
    questions=("手册c22446450001能展期吗",),
    intent=Intent.SMALL_TALK,
    confidence=1.0,
    ranking=((Intent.SMALL_TALK, 1.0),),
    entities=(Entity(kind="manual", value="C22446450001", start=2, end=14),),
    in_domain=0.7,
)
ANSWER = {
    "text": SAID,
    "intent": {"name": "question", "confidence": 0.8, "id": 5},
    "intent_ranking": [{"name": "question", "confidence": 0.8}, {"name": "follow_up", "confidence": 0.2}],
    "entities": [
        {"entity": "manual", "value": "C22446450001", "start": 2, "end": 14, "extractor": "RegexEntityExtractor"},
        {"entity": "topic", "value": "展期", "start": 15, "end": 17, "extractor": "RegexEntityExtractor"},
        {"entity": "topic", "value": "展期", "start": 15, "end": 17, "extractor": "DIETClassifier"},
    ],
}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class AlwaysSmallTalk:
    def understand(self, text: str) -> Understanding:
        return replace(SMALL_TALK, text=text)


class Rasa:
    """Plays Rasa: answers as told and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.patience: list[float] = []  # seconds the client would wait for each
        self.reply: Callable[[], httpx.Response] = lambda: httpx.Response(200, json=ANSWER)
        self.clock = Clock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/model/parse"
        assert request.url.params["token"] == "secret"
        self.patience.append(request.extensions["timeout"]["read"])
        self.asked.append(json.loads(request.content)["text"])
        return self.reply()

    def engine(self) -> RasaNlu:
        client = httpx.Client(transport=httpx.MockTransport(self))
        return RasaNlu("http://rasa:5005/", "secret", AlwaysSmallTalk(), client, clock=self.clock)


def away() -> httpx.Response:
    raise httpx.ConnectError("refused")


def slow() -> httpx.Response:
    raise httpx.ReadTimeout("slow")


@pytest.fixture
def rasa() -> Rasa:
    return Rasa()


def test_rasa_tells_the_intent_and_we_the_query(rasa: Rasa) -> None:
    heard = rasa.engine().understand(SAID)
    assert heard.intent == Intent.QUESTION
    assert heard.ranking == ((Intent.QUESTION, 0.8), (Intent.FOLLOW_UP, 0.2))
    assert heard.query == SMALL_TALK.query
    assert heard.in_domain == 0.7
    assert heard.entities == (
        Entity(kind="manual", value="C22446450001", start=2, end=14),
        Entity(kind="topic", value="展期", start=15, end=17),
    )


@pytest.mark.parametrize("said", ["", "  ", "😀", "谢谢", "\ud83d坏", "货" * 501, "转人工", "2"])
def test_what_rasa_cannot_read_is_never_sent(rasa: Rasa, said: str) -> None:
    assert rasa.engine().understand(said).intent == Intent.SMALL_TALK
    assert rasa.asked == []


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (away, "ConnectError"),
        (slow, "ReadTimeout"),
        (lambda: httpx.Response(500), "HTTP 500"),
        (lambda: httpx.Response(401), "HTTP 401"),
        (lambda: httpx.Response(200, text="<html>"), "unreadable answer: 1 faults, first at ()"),
        (
            lambda: httpx.Response(200, json={**ANSWER, "intent": {"name": "greet", "confidence": 1}}),
            "unreadable answer: 1 faults, first at ('intent', 'name')",
        ),
        (
            lambda: httpx.Response(200, json={**ANSWER, "intent_ranking": []}),
            "unreadable answer: 1 faults, first at ('intent_ranking',)",
        ),
    ],
)
def test_every_fault_is_answered_by_the_fallback_and_told(
    rasa: Rasa, reply: Callable[[], httpx.Response], fault: str
) -> None:
    rasa.reply = reply
    engine = rasa.engine()
    assert engine.understand(SAID).intent == Intent.SMALL_TALK
    assert engine.health() == Health(engine=Engine.RASA, fault=fault)


def test_after_faults_in_a_row_rasa_is_left_alone_and_tried_again_later(rasa: Rasa) -> None:
    rasa.reply = away
    engine = rasa.engine()
    for _ in range(10):
        engine.understand(SAID)
    assert len(rasa.asked) == FAILURES_TO_OPEN
    assert engine.health() == Health(engine=Engine.FALLBACK, fault="ConnectError")

    rasa.clock.now += PAUSE
    engine.understand(SAID)
    engine.understand(SAID)
    assert len(rasa.asked) == FAILURES_TO_OPEN + 1

    rasa.clock.now += PAUSE
    rasa.reply = lambda: httpx.Response(200, json=ANSWER)
    assert engine.understand(SAID).intent == Intent.QUESTION
    assert engine.understand(SAID).intent == Intent.QUESTION
    assert engine.health() == Health(engine=Engine.RASA, fault="")


def test_a_single_fault_does_not_turn_rasa_away(rasa: Rasa) -> None:
    engine = rasa.engine()
    for reply in (away, away, lambda: httpx.Response(200, json=ANSWER), away, away):
        rasa.reply = reply
        engine.understand(SAID)
    assert engine.health().engine == Engine.RASA


def test_warming_up_parses_once_and_waits_longer_than_a_text_does(rasa: Rasa) -> None:
    engine = rasa.engine()
    assert engine.warm_up() == Health(engine=Engine.RASA, fault="")
    engine.understand(SAID)
    assert len(rasa.asked) == 2
    assert rasa.patience[0] > 5 * rasa.patience[1]


def test_intents_domain_and_data_name_the_same_things() -> None:
    domain = YAML(typ="safe", pure=True).load((RASA / "domain.yml").read_text(encoding="utf-8"))
    data = rasa_data.read()
    assert domain["intents"] == [str(intent) for intent in Intent]
    assert {example.intent for example in data.examples} == set(Intent)
    shapes = {name for name in data.regexes if not name.startswith("cue ")}
    assert set(domain["entities"]) == shapes | set(data.lookups)
    marked = {mark.kind for example in data.examples for mark in example.annotations}
    assert marked == set(domain["entities"])


def test_every_intent_has_sentences_enough_and_none_of_them_is_held_out() -> None:
    data = rasa_data.read()
    held_out = {example.text for example in rasa_data.read_files(RASA / "held_out.yml").examples}
    learned = {example.text for example in data.examples}
    for intent in Intent:
        assert sum(example.intent == intent for example in data.examples) >= 20
    assert len([text for text in learned & held_out if len(text) > 4]) == 0
