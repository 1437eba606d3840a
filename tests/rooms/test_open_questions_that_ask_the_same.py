"""Open questions are told apart by what they ask, not by their words."""

import pytest

from knowledge_base.models import open_models
from knowledge_base.sameness import Sameness
from knowledge_base.search import BY_THE_LETTER

OPEN = [
    "保税再制造首单怎么报备",
    "手册到期了怎么展期",
    "报关单申报错了品名怎么改",
    "查验要多久",
    "产地证漏打一项能不能补",
]


@pytest.fixture(scope="module")
def sameness() -> Sameness:
    return Sameness(open_models())


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("我们手册快到期了，怎么办展期", 1),
        ("老师好，报关单品名报错了，能改吗", 2),
        ("查验一般几天", 3),
        ("再制造首单报备", 0),
    ],
)
def test_the_same_question_in_other_words_is_found(sameness: Sameness, question: str, place: int) -> None:
    [found] = sameness.closest(question, OPEN)
    assert found is not None
    assert (found[0], found[1] >= 0.6) == (place, True)


@pytest.mark.parametrize("question", ["查验费用谁出", "加工贸易内销补税的税率怎么定", "海关热线电话是多少"])
def test_another_question_is_not(sameness: Sameness, question: str) -> None:
    [found] = sameness.closest(question, OPEN)
    assert found is None or found[1] < 0.35


def test_the_very_same_words_are_nearly_sure_and_nothing_is_like_nothing(sameness: Sameness) -> None:
    assert sameness.closest("请问，查验要多久？", OPEN) == [(3, BY_THE_LETTER)]
    assert sameness.closest("？？", OPEN) == [None]
    assert sameness.closest("查验要多久", []) == [None]


def test_several_lists_are_looked_through_at_once(sameness: Sameness) -> None:
    answered = ["企业怎么办理注销", "查验大概需要几天", "查验要多久"]
    open_one, nothing, answered_one = sameness.closest("查验要多久", OPEN, [], answered)
    assert (open_one, nothing, answered_one) == ((3, BY_THE_LETTER), None, (2, BY_THE_LETTER))
