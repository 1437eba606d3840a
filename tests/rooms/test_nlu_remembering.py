"""What is said all day is understood once."""

from collections import Counter
from dataclasses import dataclass, field

from nlu.remembering import KEPT, SHORT, Remembering
from nlu.understanding import Intent, Understanding


@dataclass
class Echo:
    """An engine that counts how often it was asked."""

    asked: Counter[str] = field(default_factory=Counter)

    def understand(self, text: str) -> Understanding:
        self.asked[text] += 1
        return Understanding(
            text=text, query=text, questions=(text,), intent=Intent.SMALL_TALK, confidence=1.0,
            ranking=((Intent.SMALL_TALK, 1.0),), entities=(), in_domain=0.0,
        )  # fmt: skip


def test_a_short_line_said_again_is_not_thought_of_again_and_a_long_one_is() -> None:
    engine, long = Echo(), "长" * (SHORT + 1)
    remembering = Remembering(engine)
    for text in ("收到", long, "收到", long, "好的"):
        assert remembering.understand(text).text == text
    assert engine.asked == {"收到": 1, "好的": 1, long: 2}


def test_only_so_many_lines_are_remembered() -> None:
    engine = Echo()
    remembering = Remembering(engine)
    for text in ["收到", *map(str, range(KEPT)), "收到"]:
        remembering.understand(text)
    assert engine.asked["收到"] == 2
