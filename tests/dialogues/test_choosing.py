"""A close call: two or three numbered choices, and a number chooses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import AnsweringSection, Settings
from handlers.choice_words import choose, read_choice
from tests.world import Room, Worlds


@pytest.fixture
def group(worlds: Worlds) -> Room:
    """A bot that is sure of nothing: every hit is a close call."""
    settings = Settings(answering=AnsweringSection(answer_at=1.0, offer_at=0.2, margin=1.0))
    return worlds(settings=settings).group


def test_a_close_call_offers_and_a_number_chooses(group: Room) -> None:
    result = group.asks_bot("小王", "手册能展期吗")
    assert result["decision"] == "offered"
    [offered] = group.hears()
    assert "1. 加工贸易手册到期前可以申请延期吗？" in offered
    assert offered.startswith("@小王 您想问的是这个吗？是就回复 1；")
    assert offered.endswith("\n0. 都不是")
    chosen = group.says("小王", "1")
    assert chosen["decision"] == "answered"
    assert chosen["entry"] == "T-001"
    [answer] = group.hears()
    assert "可以。请在手册到期前" in answer


def test_somebody_else_s_number_is_not_the_asker_s_choice(group: Room) -> None:
    group.asks_bot("小王", "手册能展期吗")
    group.hears()
    assert group.says("小李", "1")["decision"] == "silent"
    assert group.hears() == []


@pytest.mark.parametrize("said", ["都不是", "不是的", "0"])
def test_none_of_them_goes_to_the_volunteers(group: Room, said: str) -> None:
    group.asks_bot("小王", "手册能展期吗")
    result = group.says("小王", said)
    assert result["decision"] == "ticket"
    assert result["ticket"] == 1
    [card] = group.world.desk.hears()
    assert "手册能展期吗" in card


def test_a_choice_is_made_once_and_in_time(group: Room) -> None:
    group.asks_bot("小王", "手册能展期吗")
    group.says("小王", "1")
    group.hears()
    assert group.says("小王", "1")["decision"] == "silent"
    group.asks_bot("小李", "手册能展期吗")
    group.hears()
    group.world.later("1h")
    assert group.says("小李", "1")["decision"] == "silent"


@pytest.mark.parametrize(
    ("said", "number"),
    [("1", 1), ("２", 2), ("3。", 3), ("第二个", 2), ("选1", 1), ("我选第三个吧", 3), ("①", 1), ("2️⃣", 2), ("一", 1),
     ("0", 0), ("都不是", 0), ("全都不对", 0)],
)  # fmt: skip
def test_choices_are_read_as_people_write_them(said: str, number: int) -> None:
    assert read_choice(said) == number


@pytest.mark.parametrize("said", ["", "4", "12", "1 2", "1号报关单能改吗", "2026", "一年", "不是", "9810", "第二年呢"])
def test_other_lines_choose_nothing(said: str) -> None:
    assert read_choice(said) is None


@pytest.mark.parametrize(
    ("said", "places"),
    [("2和3", (2, 3)), ("1、2", (1, 2)), ("第一个和第三个", (1, 3)), ("都要", (1, 2, 3)), ("三个都想知道", (1, 2, 3)),
     ("全部", (1, 2, 3)), ("都不是", (0,)), ("都发货了", None), ("2和4", None), ("一年两次", None)],
)  # fmt: skip
def test_several_are_chosen_as_people_write_it(said: str, places: tuple[int, ...] | None) -> None:
    assert choose(said, ["手册能展期吗", "展期要什么材料", "产地证能打印吗"]) == places


def test_who_wants_all_that_was_offered_gets_it(group: Room) -> None:
    group.asks_bot("小王", "手册展期")
    [offered] = group.hears()
    chosen = group.says("小王", "都要")
    assert chosen["decision"] == "answered"
    assert len(group.hears()) == offered.count("\n") - 1 > 1


@given(st.text(max_size=200))
def test_any_text_can_be_asked_whether_it_chooses(text: str) -> None:
    assert read_choice(text) in (None, 0, 1, 2, 3)


def test_what_two_halves_of_a_message_may_both_ask_for_is_named_once(group: Room) -> None:
    group.asks_bot("小王", "手册过期了怎么弄？还能不能延")
    [heard] = group.hears()
    assert "加工贸易手册到期前可以申请延期吗" in heard
