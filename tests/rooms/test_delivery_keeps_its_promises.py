"""Delivery: order, retries, honesty about what is not known."""

from datetime import timedelta
from pathlib import Path

from bot.channels.base import Abilities, Pace, Refused, State, Taken, Uncertain
from bot.delivery import Rules
from bot.settling import GIVE_UP_AFTER, RESEND_AFTER, backoff
from handlers import files, outbox, sending
from handlers.base import Attachment, Conversation
from handlers.outbox import Lane, PromiseKind, PromiseState
from tests.delivering import DESK, DIRECTORY, ONE, TWO, Scene


def test_promises_are_said_in_order_with_mention_and_quote(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    for number in range(5):
        scene.promise(f"第{number}句")
    scene.deliver()
    assert scene.channel.texts == [f"第{number}句" for number in range(5)]
    assert scene.channel.said[0].mention[0].id == "7"
    assert scene.channel.said[0].quote == "q"
    assert [row.platform_id for row in scene.rows()] == ["m1", "m2", "m3", "m4", "m5"]


def test_what_is_refused_for_now_is_tried_again_later(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Refused(reason="busy"))
    scene.promise("答复")
    scene.deliver()
    assert scene.states() == [PromiseState.DUE]
    scene.clock.pass_time(seconds=10)
    scene.deliver()
    assert scene.states() == [PromiseState.SENT]
    assert scene.channel.texts == ["答复", "答复"]


def test_what_is_refused_for_good_is_given_up_with_its_reason(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Refused(reason="not in this group", permanent=True))
    scene.promise("答复")
    scene.deliver()
    [row] = scene.rows()
    assert (row.state, row.reason) == (PromiseState.FAILED, "not in this group")


def test_after_many_attempts_it_gives_up(tmp_path: Path) -> None:
    scene = Scene(tmp_path, *[Refused(reason="busy")] * 20)
    scene.promise("答复")
    for _ in range(GIVE_UP_AFTER + 3):
        scene.deliver()
        scene.clock.pass_time(hours=1)
    [row] = scene.rows()
    assert (row.state, row.attempts) == (PromiseState.FAILED, GIVE_UP_AFTER)


def test_an_uncertain_answer_is_said_once_more_and_marked(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Uncertain(reason="time-out"))
    scene.promise("答复")
    scene.deliver()
    scene.clock.pass_time(seconds=RESEND_AFTER.total_seconds())
    scene.deliver()
    [row] = scene.rows()
    assert (row.state, row.resent) == (PromiseState.SENT, True)
    assert len(scene.channel.said) == 2


def test_an_uncertain_notice_waits_for_an_operator(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Uncertain(reason="time-out"))
    scene.promise("通知", kind=PromiseKind.NOTICE)
    scene.deliver()
    scene.clock.pass_time(days=1)
    scene.deliver()
    assert scene.states() == [PromiseState.UNCERTAIN]
    assert len(scene.channel.said) == 1


def test_a_channel_that_breaks_its_word_is_uncertain_and_stops_nobody_else(tmp_path: Path) -> None:
    scene = Scene(tmp_path, RuntimeError("boom"))
    scene.promise("一", ONE)
    scene.promise("二", TWO)
    scene.deliver()
    assert sorted(scene.states()) == [PromiseState.DUE, PromiseState.SENT]


def test_while_the_channel_is_down_promises_wait(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.channel.state = State.DOWN
    scene.promise("答复")
    scene.deliver(until=lambda: True)
    assert scene.states() == [PromiseState.DUE]
    scene.channel.state = State.UP
    scene.deliver()
    assert scene.states() == [PromiseState.SENT]


def test_what_a_dead_process_was_sending_is_said_once_more(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.promise("答复")
    with scene.store.transaction() as session:
        sending.claim(session, by="the dead", now=scene.clock(), channel="qq", limit=1)
    scene.deliver()
    [row] = scene.rows()
    assert (row.state, row.resent) == (PromiseState.SENT, True)


def test_backoff_grows_and_has_an_end() -> None:
    assert timedelta(seconds=1) < backoff(1) < backoff(4) < timedelta(minutes=1)
    assert backoff(50) <= timedelta(minutes=12)


def test_taken_without_an_id_is_still_sent(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Taken())
    scene.promise("答复")
    scene.deliver()
    [row] = scene.rows()
    assert (row.state, row.platform_id) == (PromiseState.SENT, None)


def test_a_deletion_is_asked_for_once_and_only_where_it_can_be_done(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Uncertain(reason="time-out"), pace=Pace(repeat=3600.0))
    scene.channel.abilities = Abilities(unsay=True)
    with scene.store.transaction() as session:
        for number in ("m1", "m2"):
            outbox.promise(session, ONE, "（撤回）", kind=PromiseKind.UNSAY, now=scene.clock(), unsays=number)
    scene.deliver()
    assert [out.unsays for out in scene.channel.said] == ["m1", "m2"]
    assert scene.states() == [PromiseState.UNCERTAIN, PromiseState.SENT]
    scene.channel.abilities = Abilities()
    with scene.store.transaction() as session:
        outbox.promise(session, TWO, "（撤回）", kind=PromiseKind.UNSAY, now=scene.clock(), unsays="m3")
    scene.deliver()
    assert len(scene.channel.said) == 2
    assert (scene.rows()[-1].state, scene.rows()[-1].reason) == (PromiseState.FAILED, "这个平台不能撤回")


def test_a_file_is_carried_or_the_text_says_where_to_get_it(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    with scene.store.transaction() as session:
        row = files.keep(session, "流程.png", b"GIF89a", link="https://a.cn/1", now=scene.clock())
        shown = files.marker(row.name, row.kind)
        outbox.promise(session, ONE, shown, kind=PromiseKind.NOTICE, now=scene.clock(), file=row.digest)
    scene.channel.abilities = Abilities(files=(Attachment.IMAGE,))
    scene.deliver()
    assert [(out.text, out.file and out.file.content) for out in scene.channel.said] == [
        ("〔图片：流程.png〕", b"GIF89a")
    ]
    scene.channel.abilities = Abilities()
    with scene.store.transaction() as session:
        outbox.promise(session, TWO, shown, kind=PromiseKind.NOTICE, now=scene.clock(), file=row.digest)
    scene.deliver()
    assert (scene.channel.said[-1].text, scene.channel.said[-1].file) == (
        "〔图片：流程.png〕下载：https://a.cn/1",
        None,
    )


def test_what_cannot_be_put_up_is_handed_to_a_person_with_the_words_to_copy(tmp_path: Path) -> None:
    outcomes = Taken(), Refused(reason="没有权限", permanent=True), Uncertain(reason="没有回应")
    scene = Scene(tmp_path, *outcomes, rules=Rules(directory=DIRECTORY))
    scene.channel.abilities = Abilities(pin=True)
    with scene.store.transaction() as session:
        for place in ("1", "2", "3"):
            to = Conversation.group("qq", place)
            outbox.promise(session, to, "介绍", kind=PromiseKind.PIN, now=scene.clock(), lane=Lane.URGENT)
    scene.deliver()
    put_up, told = scene.channel.said[:3], scene.channel.texts[3:]
    assert [(out.text, out.pins) for out in put_up] == [("介绍", True)] * 3
    by_hand = "请群主或管理员长按复制下一条，发成群公告并置顶。"
    assert told == [
        f"“社群”的介绍自动置顶没有成（没有权限）。{by_hand}",
        "介绍",
        f"“群 3”的介绍自动置顶不知道成了没有（没有回应），请看一眼。{by_hand}",
        "介绍",
    ]
    scene.channel.abilities = Abilities()
    with scene.store.transaction() as session:
        outbox.promise(session, ONE, "介绍", kind=PromiseKind.PIN, now=scene.clock(), lane=Lane.URGENT)
    scene.deliver()
    assert scene.channel.texts[7:] == [f"“群 1”的介绍自动置顶没有成（这个平台不能代发群公告）。{by_hand}", "介绍"]


def test_where_nobody_is_there_a_promise_waits_and_is_never_given_up(tmp_path: Path) -> None:
    scene = Scene(tmp_path, *[Refused(reason="账号掉线", absent=True)] * 20)
    scene.promise("答复")
    for _ in range(20):
        scene.deliver()
        scene.clock.pass_time(minutes=1)
    assert [(row.state, row.attempts) for row in scene.rows()] == [(PromiseState.DUE, 0)]
    scene.deliver()
    assert scene.states() == [PromiseState.SENT]


def test_words_that_somebody_waits_for_and_that_cannot_be_delivered_are_told_to_the_desk(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Refused(reason="被移出群", permanent=True), rules=Rules(directory=DIRECTORY))
    scene.promise("答复", kind=PromiseKind.ANSWER)
    scene.deliver()
    assert scene.channel.said[1].to == DESK
    assert scene.channel.texts[1] == "没有送到 王工（群 1）：被移出群。请换个办法告诉对方。原话：答复"


def test_who_could_not_be_reached_in_private_is_told_by_his_address(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Refused(reason="不是好友", permanent=True), rules=Rules(directory=DIRECTORY))
    private = Conversation.private("qq", "7788")
    with scene.store.transaction() as session:
        outbox.promise(session, private, "答复", kind=PromiseKind.ANSWER, now=scene.clock())
    scene.deliver()
    assert scene.channel.texts[1] == "没有送到“QQ 7788 的私聊”：不是好友。请换个办法告诉对方。原话：答复"


def test_a_platform_that_cannot_mention_or_quote_or_push_is_spoken_to_as_it_can_be(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.channel.abilities = Abilities(push=False, quote=False, mention=False)
    scene.promise("答复")
    scene.promise("通知", TWO, PromiseKind.NOTICE)
    scene.deliver()
    [out] = scene.channel.said
    assert (out.text, out.mention, out.quote) == ("@王工 答复", (), None)
    assert scene.rows()[1].state == PromiseState.FAILED


def test_a_group_left_takes_its_promises_with_it(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.promise("一", ONE)
    scene.promise("二", TWO)
    with scene.store.transaction() as session:
        assert outbox.withdraw_all(session, ONE) == 1
    scene.deliver()
    assert scene.channel.texts == ["二"]
