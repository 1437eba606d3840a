"""Against a real Rasa: `make rasa`, then RASA_URL=http://127.0.0.1:5005 RASA_TOKEN=… pytest -m live tests/live/test_rasa.py."""

import os
from collections.abc import Iterator

import httpx
import pytest

from nlu.embedded import EmbeddedNlu
from nlu.rasa_engine import Engine, Health, RasaNlu
from nlu.understanding import Intent

URL = os.environ.get("RASA_URL", "")
pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not URL, reason="no Rasa: start one from nlu/rasa and set RASA_URL (and RASA_TOKEN)"),
]


@pytest.fixture(scope="module")
def fallback() -> EmbeddedNlu:
    return EmbeddedNlu.train()


@pytest.fixture(scope="module")
def rasa(fallback: EmbeddedNlu) -> Iterator[RasaNlu]:
    with httpx.Client() as client:
        engine = RasaNlu(URL, os.environ.get("RASA_TOKEN", ""), fallback, client)
        assert engine.warm_up() == Health(engine=Engine.RASA, fault="")
        yield engine


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("老师 报关单放行以后品名还能改吗", Intent.QUESTION),
        ("有没有办法把价格报低一点", Intent.EVASION),
        ("晚上一起吃饭吗", Intent.SMALL_TALK),
        ("谢谢老师 已经放行了", Intent.THANKS),
    ],
)
def test_rasa_understands_as_the_embedded_engine_does(rasa: RasaNlu, said: str, intent: Intent) -> None:
    heard = rasa.understand(said)
    assert heard.intent == intent
    assert sum(chance for _, chance in heard.ranking) == pytest.approx(1, abs=0.01)
    assert len(heard.ranking) == len(Intent)


def test_rasa_finds_what_has_a_shape(rasa: RasaNlu) -> None:
    found = rasa.understand("手册C22446450001能在洋山展期吗").entities
    assert [(entity.kind, entity.value) for entity in found] == [
        ("topic", "手册"),
        ("manual", "C22446450001"),
        ("port", "洋山"),
        ("topic", "展期"),
    ]


def test_a_wrong_token_is_told_and_the_embedded_engine_answers(fallback: EmbeddedNlu) -> None:
    if not os.environ.get("RASA_TOKEN"):
        pytest.skip("this Rasa asks for no token: set RASA_TOKEN and start it with --auth-token")
    with httpx.Client() as client:
        engine = RasaNlu(URL, "wrong", fallback, client)
        assert engine.understand("手册能展期吗") == fallback.understand("手册能展期吗")
        assert engine.health().fault == "HTTP 401"


def test_strange_texts_do_no_harm(rasa: RasaNlu) -> None:
    for said in ("", "\ud83d", "报关单\n能改吗", "货" * 5000, "[a](b){c}", "/question", "\u202e报关单\u200b能改吗"):
        assert rasa.understand(said).text == said
    assert rasa.health().fault == ""
