"""QQ over real sockets: people speak through a OneBot implementation, and the bot with them."""

import asyncio
import json

import pytest

from bot.channels.base import Outgoing, Refused, Taken, Uncertain
from tests.peers.onebot import at, failed, ok, reply, text
from tests.scenes import scene
from tests.scenes_qq import ASKER, answer, served


@scene
async def test_a_question_comes_in_and_the_answer_goes_back_with_name_and_quote() -> None:
    async with served() as bot, bot.peer() as peer:
        await peer.emit(peer.group_message([at(peer.account), text(" 退税要几天")]))
        [question] = await bot.hears(1)
        assert (question.text, question.mentions_bot, question.account) == ("退税要几天", True, peer.account)
        outcome = await bot.channel.send(answer("十天", mention=[question.sender], quote=question.id))
        assert outcome == Taken(message_id="1100002")
        assert peer.sent == [
            {
                "group_id": 720000001,
                "message": [
                    {"type": "reply", "data": {"id": question.id}},
                    {"type": "at", "data": {"qq": "10001"}},
                    {"type": "text", "data": {"text": " 十天"}},
                ],
            }
        ]


@scene
async def test_a_private_chat_is_answered_in_private() -> None:
    async with served() as bot, bot.peer() as peer:
        await peer.emit(peer.private_message("在吗", user="10009"))
        [message] = await bot.hears(1)
        await bot.channel.send(Outgoing(to=message.conversation, text="在的", mention=[message.sender]))
        assert peer.sent == [{"user_id": 10009, "message": [text("在的")]}]


@scene
async def test_what_arrives_while_storing_fails_is_stored_afterwards_in_its_order() -> None:
    async with served(store_again=0.01) as bot, bot.peer() as peer:
        bot.broken = True
        for number in range(5):
            await peer.emit(peer.group_message(f"第{number}句"))
        await bot.until(lambda: bot.refused >= 5)
        bot.broken = False
        messages = await bot.hears(5)
        assert [message.text for message in messages] == [f"第{number}句" for number in range(5)]


@scene
async def test_three_thousand_messages_in_a_burst_arrive_in_order() -> None:
    async with served() as bot, bot.peer() as peer:
        for number in range(3000):
            await peer.emit(peer.group_message(str(number), group=720000000 + number % 7))
        messages = await bot.hears(3000)
        assert [message.text for message in messages] == [str(number) for number in range(3000)]


@scene
async def test_what_was_heard_before_the_stop_is_handed_over() -> None:
    async with served() as bot, bot.peer() as peer:
        bot.gate.clear()
        for number in range(50):
            await peer.emit(peer.group_message(str(number)))
        # Answers come through the same connection: with this one, all fifty have been read.
        assert await bot.channel.send(answer("好")) == Taken(message_id="1100051")
        bot.stop()
        bot.gate.set()
        messages = await bot.hears(50)
        assert [message.text for message in messages] == [str(number) for number in range(50)]


# --- what becomes of what we say


@scene
async def test_a_reply_whose_quoted_message_is_gone_is_said_without_the_quote() -> None:
    async with served() as bot, bot.peer() as peer:
        peer.answering = lambda call: failed(1200, "消息不存在") if reply("7") in call["params"]["message"] else ok()
        assert await bot.channel.send(answer("好", quote="7", mention=[ASKER])) == Taken()
        assert peer.sent == [{"group_id": 720000001, "message": [at("10001"), text(" 好")]}]


@scene
async def test_no_answer_in_time_leaves_it_uncertain() -> None:
    async with served(timeout=0.05) as bot, bot.peer() as peer:
        peer.answering = lambda call: None
        assert isinstance(await bot.channel.send(answer("好", quote="7")), Uncertain)
        assert len(peer.calls) == 1


@scene
async def test_a_connection_that_dies_before_it_answers_leaves_it_uncertain() -> None:
    async with served() as bot, bot.peer() as peer:
        peer.answering = lambda call: None
        sending = asyncio.create_task(bot.channel.send(answer("好")))
        await peer.until(lambda peer: len(peer.calls) == 1)
        await peer.hang_up()
        assert isinstance(await sending, Uncertain)


@scene
async def test_without_a_connection_nothing_is_sent_and_the_cure_is_told() -> None:
    async with served() as bot:
        outcome = await bot.channel.send(answer("好"))
        assert isinstance(outcome, Refused)
        assert not outcome.permanent
        assert outcome.reason.startswith("QQ 未连接：还没有 OneBot 客户端")


@scene
async def test_a_refusal_for_good_is_told_as_one() -> None:
    async with served() as bot, bot.peer() as peer:
        peer.answering = lambda call: failed(1400, "group_id")
        outcome = await bot.channel.send(answer("好"))
        assert isinstance(outcome, Refused)
        assert outcome.permanent


@scene
async def test_what_was_said_is_deleted_where_qq_lets_us() -> None:
    async with served() as bot, bot.peer() as peer:
        await peer.emit(peer.group_message([text("早")]))
        await bot.hears(1)
        peer.answering = lambda _: ok()
        assert isinstance(await bot.channel.send(answer("（撤回）通知", unsays="1100002")), Taken)
        assert [(call["action"], call["params"]) for call in peer.calls if call["action"] != "get_status"] == [
            ("delete_msg", {"message_id": 1100002})
        ]
        peer.answering = lambda call: failed(1200, "消息发送已超过 2 分钟")
        refused = await bot.channel.send(answer("（撤回）通知", unsays="1100002"))
        assert isinstance(refused, Refused)
        assert refused.permanent
        assert "没有撤回" in refused.reason
        assert peer.sent == []


@scene
async def test_many_answers_at_once_find_their_askers() -> None:
    async with served() as bot, bot.peer():
        outcomes = await asyncio.gather(*(bot.channel.send(answer(str(number))) for number in range(200)))
        assert len({outcome.message_id for outcome in outcomes if isinstance(outcome, Taken)}) == 200


def test_what_nobody_can_read_disturbs_nobody_and_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    asyncio.run(_wild_frames())
    [line] = [record.getMessage() for record in caplog.records if "skipped" in record.message]
    assert line.startswith("frame from QQ account 111 skipped: not JSON")
    assert "OneBot v11" in line


async def _wild_frames() -> None:
    async with served() as bot, bot.peer(account="111") as wild, bot.peer(account="222") as calm:
        for frame in (
            "",
            "{",
            "[]",
            "null",
            b"\xff\xfe",
            "{}",
            '{"post_type":"message"}',
            '{"echo":"?"}',
            "[" * 50_000,
        ):
            await wild.emit_raw(frame)
        await wild.emit_raw(json.dumps(wild.group_message("大" * 1_000_000)))
        await wild.emit_raw(json.dumps({"self_id": 111, **wild.group_message("还在")}).encode())
        assert [message.text[:2] for message in await bot.hears(2)] == ["大大", "还在"]
        await calm.emit(calm.group_message("也在"))
        assert (await bot.hears(3))[-1].text == "也在"
