"""Delivery: people first, and the platform's patience."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.channels.base import Pace, Uncertain
from bot.delivery import Rules
from handlers import outbox, pausing, sending
from handlers.base import Conversation
from handlers.outbox import Lane, PromiseKind, PromiseState
from tests.delivering import DESK, DIRECTORY, ONE, TWO, Scene


def test_a_slow_pace_says_one_thing_at_a_time(tmp_path: Path) -> None:
    scene = Scene(tmp_path, pace=Pace(account=30.0))
    scene.promise("一", ONE)
    scene.promise("二", TWO)
    scene.deliver(until=lambda: bool(scene.channel.said))
    assert scene.channel.texts == ["一"]
    assert scene.states() == [PromiseState.SENT, PromiseState.DUE]


def test_an_answer_to_a_person_overtakes_a_running_notice(tmp_path: Path) -> None:
    scene = Scene(tmp_path, pace=Pace(account=0.01))
    for number in range(30):
        scene.promise(f"通知{number}", Conversation.group("qq", f"n{number}"), PromiseKind.NOTICE)
    scene.deliver(until=lambda: len(scene.channel.said) >= 3)
    scene.promise("给人的答复", ONE)
    scene.promise("同一个群先排着的通知", TWO, PromiseKind.NOTICE)
    scene.promise("这个群里的答复", TWO)
    said = len(scene.channel.said)
    scene.deliver()
    assert scene.channel.texts[said : said + 2] == ["给人的答复", "这个群里的答复"]
    assert len(scene.channel.said) == 33


def test_pushes_keep_their_own_distance_and_answers_do_not_wait_for_it(tmp_path: Path) -> None:
    scene = Scene(tmp_path, pace=Pace(push=3600.0))
    for place in (ONE, TWO):
        scene.promise("通知", place, PromiseKind.NOTICE)
    scene.promise("答复", Conversation.group("qq", "3"))
    scene.deliver(until=lambda: len(scene.channel.said) == 2)
    assert sorted(scene.channel.texts) == ["答复", "通知"]
    assert sorted(scene.states()) == [PromiseState.DUE, PromiseState.SENT, PromiseState.SENT]


def test_in_quiet_hours_people_and_what_is_urgent_are_heard_and_pushes_wait(tmp_path: Path) -> None:
    scene = Scene(tmp_path, rules=Rules(quiet=(time(21, 30), time(8, 0))))
    scene.clock.now = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)  # 22:00 in China
    scene.promise("通知", ONE, PromiseKind.NOTICE)
    scene.promise("紧急通知", TWO, PromiseKind.NOTICE, lane=Lane.URGENT)
    scene.promise("答复", Conversation.group("qq", "3"))
    scene.deliver(until=lambda: len(scene.channel.said) == 2)
    assert scene.channel.texts == ["答复", "紧急通知"]
    scene.clock.pass_time(hours=10)
    scene.deliver()
    assert scene.channel.texts[2:] == ["通知"]


def test_the_same_words_are_not_said_twice_within_a_minute(tmp_path: Path) -> None:
    scene = Scene(tmp_path, pace=Pace(repeat=60.0))
    for text, place in (("收到", ONE), ("收到", ONE), ("别的", ONE), ("收到", TWO)):
        scene.promise(text, place)
    scene.deliver()
    assert sorted((out.to.id, out.text) for out in scene.channel.said) == [("1", "别的"), ("1", "收到"), ("2", "收到")]
    held = scene.rows()[1]
    assert (held.state, held.attempts) == (PromiseState.DUE, 0)
    assert held.due is not None
    assert 55 <= (held.due - scene.clock()).total_seconds() <= 60


def test_each_account_keeps_its_own_pace(tmp_path: Path) -> None:
    scene = Scene(tmp_path, pace=Pace(account=3600.0))
    scene.channel.account_of = {ONE: "111", TWO: "222"}
    for place in (ONE, TWO, Conversation.group("qq", "3")):
        scene.promise("答复", place)
    scene.deliver(until=lambda: len(scene.channel.said) == 3)
    assert len(scene.channel.said) == 3


@pytest.mark.parametrize("kind", [PromiseKind.REPLY, PromiseKind.NOTICE])
def test_hundreds_who_wait_for_a_paused_account_hold_up_no_other(tmp_path: Path, kind: PromiseKind) -> None:
    scene = Scene(tmp_path)
    many = [Conversation.group("qq", f"m{number}") for number in range(sending.CANDIDATES + 1)]
    scene.channel.account_of = dict.fromkeys(many, "111") | {TWO: "222"}
    with scene.store.transaction() as session:
        pausing.pause(session, "qq", "111", reason="time-out", now=scene.clock())
        for place in (*many, TWO):
            outbox.promise(session, place, "有回音", kind=kind, now=scene.clock())
    scene.deliver(until=lambda: bool(scene.channel.said))
    assert [out.to for out in scene.channel.said] == [TWO]


def test_two_suspicious_time_outs_in_a_row_pause_the_account_and_the_desk_is_told(tmp_path: Path) -> None:
    suspicious = Uncertain(reason="1200 Timeout: NTEvent", suspicious=True)
    scene = Scene(tmp_path, suspicious, suspicious, rules=Rules(directory=DIRECTORY))
    scene.channel.account_of = dict.fromkeys((ONE, TWO), "111") | {DESK: "222"}
    scene.promise("一")
    scene.promise("二")
    scene.deliver(until=lambda: scene.channel.texts[2:] != [])
    assert scene.channel.said[2].to == DESK
    assert "QQ 111 连续两次发送超时" in scene.channel.texts[2]
    assert "恢复发送" in scene.channel.texts[2]

    scene.promise("三", TWO)
    scene.clock.pass_time(minutes=4)
    scene.deliver(until=lambda: True)
    assert len(scene.channel.said) == 3
    scene.clock.pass_time(minutes=2)
    scene.deliver()
    assert sorted(scene.channel.texts[3:]) == ["一", "三", "二"]
    with scene.store.reading() as session:
        assert pausing.pauses(session) == []


def test_a_pause_that_did_not_help_is_followed_by_a_longer_one_until_an_operator_ends_it(tmp_path: Path) -> None:
    scene = Scene(tmp_path, *[Uncertain(reason="time-out", suspicious=True)] * 3)
    for text in "一二三四":
        scene.promise(text)
    scene.deliver(until=lambda: len(scene.channel.said) == 2)
    scene.clock.pass_time(minutes=6)
    scene.deliver(until=lambda: len(scene.channel.said) == 3)
    with scene.store.transaction() as session:
        [pause] = pausing.pauses(session)
        assert (pause.times, pause.until - pause.since) == (2, timedelta(minutes=10))
        pausing.resume(session, now=scene.clock())
    scene.deliver()
    assert scene.channel.texts[3:] == ["二", "三", "四"]
