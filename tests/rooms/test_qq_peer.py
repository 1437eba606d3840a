"""QQ over real sockets: a OneBot implementation dials, people speak, and things go wrong."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from websockets.exceptions import InvalidStatus

from bot.channels.base import Outgoing, Pace, Refused, State, Taken, Uncertain
from bot.channels.qq import QQChannel
from bot.channels.qq_link import Watch
from handlers.base import Conversation, Message, Person
from tests.peers.onebot import OneBotPeer, at, failed, ok, reply, text, words_of

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
GROUP = Conversation.group("qq", "720000001")
ASKER = Person(channel="qq", id="10001", name="王工")
TOKEN = "right-token"


@dataclass
class Inbox:
    """Takes what the channel hands over, unless it is broken, and not before the gate is open."""

    messages: list[Message] = field(default_factory=list)
    broken: bool = False
    refused: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, message: Message) -> None:
        await self.gate.wait()
        if self.broken:
            self.refused += 1
            raise OSError("disk full")
        async with self._news:
            self.messages.append(message)
            self._news.notify_all()

    async def until(self, count: int) -> list[Message]:
        async with self._news:
            await self._news.wait_for(lambda: len(self.messages) >= count)
        return self.messages


@dataclass
class Served:
    channel: QQChannel
    inbox: Inbox
    url: str
    running: asyncio.Task[None] | None

    def stop(self) -> None:
        assert self.running is not None
        self.running.cancel()

    @asynccontextmanager
    async def peer(self, **about: Any) -> AsyncIterator[OneBotPeer]:
        async with OneBotPeer(**about).dialled(self.url) as peer:
            await self.until(lambda: self.channel.health().state == State.UP)
            yield peer

    async def until(self, condition: Callable[[], bool]) -> None:
        while not condition():  # noqa: ASYNC110  there is nothing to be woken by
            await asyncio.sleep(0.005)


@asynccontextmanager
async def served(*, running: bool = True, token: str | None = TOKEN, **about: Any) -> AsyncIterator[Served]:
    channel = QQChannel(token=token, pace=Pace(), clock=lambda: NOW, **about)
    app = Starlette()
    channel.attach(app)
    inbox = Inbox()
    inbox.gate.set()
    async with web(app) as port, asyncio.timeout(30):
        run = asyncio.create_task(channel.run(inbox.take)) if running else None
        yield Served(channel, inbox, f"ws://127.0.0.1:{port}/onebot/v11/ws", run)
        if run:
            run.cancel()
            with suppress(asyncio.CancelledError):
                await run


@asynccontextmanager
async def web(app: Starlette) -> AsyncIterator[int]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.005)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = server.force_exit = True
        await task


def scene(play: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """An async scene as a test."""

    def test() -> None:
        asyncio.run(play())

    test.__name__ = play.__name__
    return test


def answer(words: str, **about: Any) -> Outgoing:
    return Outgoing(to=GROUP, text=words, **about)


@scene
async def test_a_question_comes_in_and_the_answer_goes_back_with_name_and_quote() -> None:
    async with served() as bot, bot.peer() as peer:
        await peer.emit(peer.group_message([at(peer.account), text(" 退税要几天")]))
        [question] = await bot.inbox.until(1)
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
        [message] = await bot.inbox.until(1)
        await bot.channel.send(Outgoing(to=message.conversation, text="在的", mention=[message.sender]))
        assert peer.sent == [{"user_id": 10009, "message": [text("在的")]}]


@scene
async def test_what_arrives_while_storing_fails_is_stored_afterwards_in_its_order() -> None:
    async with served(store_again=0.01) as bot, bot.peer() as peer:
        bot.inbox.broken = True
        for number in range(5):
            await peer.emit(peer.group_message(f"第{number}句"))
        await bot.until(lambda: bot.inbox.refused >= 5)
        bot.inbox.broken = False
        messages = await bot.inbox.until(5)
        assert [message.text for message in messages] == [f"第{number}句" for number in range(5)]


@scene
async def test_three_thousand_messages_in_a_burst_arrive_in_order() -> None:
    async with served() as bot, bot.peer() as peer:
        for number in range(3000):
            await peer.emit(peer.group_message(str(number), group=720000000 + number % 7))
        messages = await bot.inbox.until(3000)
        assert [message.text for message in messages] == [str(number) for number in range(3000)]


@scene
async def test_what_was_heard_before_the_stop_is_handed_over() -> None:
    async with served() as bot, bot.peer() as peer:
        bot.inbox.gate.clear()
        for number in range(50):
            await peer.emit(peer.group_message(str(number)))
        # Answers come through the same connection: with this one, all fifty have been read.
        assert await bot.channel.send(answer("好")) == Taken(message_id="1100051")
        bot.stop()
        bot.inbox.gate.set()
        messages = await bot.inbox.until(50)
        assert [message.text for message in messages] == [str(number) for number in range(50)]


# --- who may come in


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("", {"Authorization": f"Bearer {TOKEN}"}),
        ("/", {"Authorization": f"Bearer {TOKEN}"}),
        ("", {"Authorization": f"Token {TOKEN}"}),
        ("", {"Authorization": f"bearer  {TOKEN} "}),
        (f"?access_token={TOKEN}", {"Authorization": ""}),
        (f"/?access_token={TOKEN}", {"Authorization": ""}),
    ],
)
def test_the_token_is_taken_wherever_implementations_put_it(path: str, headers: dict[str, str]) -> None:
    async def play() -> None:
        async with served() as bot, OneBotPeer().dialled(bot.url + path, **headers) as peer:
            await peer.emit(peer.group_message("在吗"))
            assert [message.text for message in await bot.inbox.until(1)] == ["在吗"]

    asyncio.run(play())


@pytest.mark.parametrize(
    ("token", "path", "headers", "status"),
    [
        (TOKEN, "", {"Authorization": "Bearer guessed-token"}, 403),
        (TOKEN, "", {"Authorization": f"Bearer {TOKEN}2"}, 403),
        (TOKEN, "", {"Authorization": f"Basic {TOKEN}"}, 401),
        (TOKEN, "?access_token=guessed-token", {"Authorization": ""}, 403),
        (TOKEN, "?access_token=%E4%BB%A4%E7%89%8C", {"Authorization": ""}, 403),
        (TOKEN, "", {"Authorization": ""}, 401),
        (None, "", {"Authorization": f"Bearer {TOKEN}"}, 403),
        ("  ", "", {"Authorization": "Bearer"}, 403),
    ],
)
def test_nobody_else_comes_in(
    caplog: pytest.LogCaptureFixture, token: str | None, path: str, headers: dict[str, str], status: int
) -> None:
    caplog.set_level(logging.INFO)

    async def play() -> None:
        async with served(token=token) as bot:
            for _ in range(3):
                with pytest.raises(InvalidStatus) as refusal:
                    async with OneBotPeer().dialled(bot.url + path, **headers):
                        pass
                assert refusal.value.response.status_code == status
            health = bot.channel.health()
            assert health.state == State.DOWN
            assert "ZHITONGCHE_ONEBOT_TOKEN" in health.detail

    asyncio.run(play())
    [line] = [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]
    assert "refused" in line
    assert TOKEN not in caplog.text
    assert "guessed" not in caplog.text


@scene
async def test_who_dials_before_the_bot_is_ready_is_asked_to_come_again() -> None:
    async with served(running=False) as bot:
        with pytest.raises(InvalidStatus) as refusal:
            async with OneBotPeer().dialled(bot.url):
                pass
        assert refusal.value.response.status_code == 503


# --- we dial


@scene
async def test_an_implementation_that_waits_for_us_is_dialled_and_dialled_again() -> None:
    async with OneBotPeer().waiting() as (peer, url), served(dial=[url]) as bot:
        await bot.until(lambda: bot.channel.health().state == State.UP)
        await peer.emit(peer.group_message([at(peer.account), text("在吗")]))
        [message] = await bot.inbox.until(1)
        assert (message.account, message.mentions_bot) == (peer.account, True)
        assert isinstance(await bot.channel.send(answer("在")), Taken)
        await peer.hang_up()
        await bot.until(lambda: bot.channel.health().state == State.DOWN)
        await bot.until(lambda: bot.channel.health().state == State.UP)
        assert [words_of(params) for params in peer.sent] == ["在"]


@scene
async def test_a_token_that_the_other_side_does_not_take_is_told() -> None:
    async with OneBotPeer(token="another").waiting() as (_, url), served(dial=[url]) as bot:
        await bot.until(lambda: "令牌" in bot.channel.health().detail)
        assert bot.channel.health().state == State.DOWN


# --- one account, several connections; several accounts


@scene
async def test_the_newest_connection_of_an_account_wins_and_the_older_is_closed() -> None:
    async with served() as bot, bot.peer() as frozen, OneBotPeer().dialled(bot.url) as fresh:
        await frozen.closed()
        await fresh.emit(fresh.group_message("在吗"))
        await bot.inbox.until(1)
        assert isinstance(await bot.channel.send(answer("在")), Taken)
        assert [words_of(params) for params in fresh.sent] == ["在"]
        assert frozen.sent == []
        assert bot.channel.health().state == State.UP


@scene
async def test_an_event_connection_and_an_api_connection_work_as_one() -> None:
    async with served() as bot, OneBotPeer().dialled(bot.url, X_Client_Role="Event") as events:
        await events.emit(events.group_message("在吗"))
        await bot.inbox.until(1)
        assert "只有事件连接" in bot.channel.health().detail
        assert isinstance(await bot.channel.send(answer("在")), Refused)
        async with OneBotPeer().dialled(bot.url, X_Client_Role="API") as api:
            await bot.until(lambda: bot.channel.health().state == State.UP)
            assert isinstance(await bot.channel.send(answer("在")), Taken)
            assert [words_of(params) for params in api.sent] == ["在"]
            assert events.calls == []


@scene
async def test_a_connection_without_a_name_is_named_by_its_first_event() -> None:
    async with served() as bot, OneBotPeer().dialled(bot.url, X_Self_ID="") as peer:
        await bot.until(lambda: "3889000770 在线" in bot.channel.health().detail)
        await peer.emit(peer.group_message([at(peer.account), text("在吗")]))
        [message] = await bot.inbox.until(1)
        assert (message.account, message.mentions_bot) == ("3889000770", True)


@scene
async def test_the_account_that_heard_the_question_answers_it() -> None:
    async with served() as bot, bot.peer(account="111") as first, bot.peer(account="222") as second:
        await second.emit(second.group_message("问题", group=5))
        [message] = await bot.inbox.until(1)
        await bot.channel.send(Outgoing(to=message.conversation, text="回答"))
        assert (len(first.sent), len(second.sent)) == (0, 1)


@scene
async def test_a_question_that_two_of_our_accounts_hear_is_asked_once() -> None:
    async with served() as bot, bot.peer(account="111") as first, bot.peer(account="222") as second:
        event = first.group_message("怎么退税", group=5)
        await first.emit(event)
        await bot.inbox.until(1)
        await second.emit({**event, "message_id": 987})
        await second.emit(second.group_message("另一句", group=5))
        assert [message.text for message in await bot.inbox.until(2)] == ["怎么退税", "另一句"]


@scene
async def test_a_group_nobody_has_spoken_in_yet_is_reached_through_the_account_that_is_in_it() -> None:
    async with served() as bot, bot.peer(account="111") as first, bot.peer(account="222") as second:
        first.answering = lambda call: failed(1200, "EventChecker Failed: NTEvent 你已被移出该群")
        assert isinstance(await bot.channel.send(answer("通知")), Taken)
        assert [words_of(params) for params in second.sent] == ["通知"]


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
        await bot.inbox.until(1)
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


# --- staying awake


@scene
async def test_what_nobody_can_read_disturbs_nobody() -> None:
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
        assert [message.text[:2] for message in await bot.inbox.until(2)] == ["大大", "还在"]
        await calm.emit(calm.group_message("也在"))
        assert (await bot.inbox.until(3))[-1].text == "也在"


@scene
async def test_a_logged_out_account_is_down_until_it_is_back() -> None:
    async with served() as bot, bot.peer() as peer:
        notice = {"post_type": "notice", "notice_type": "bot_offline", "message": "账号在别处登录"}
        await peer.emit(notice)
        await bot.until(lambda: bot.channel.health().state == State.DOWN)
        assert bot.channel.health().detail == ("账号 3889000770 已掉线（账号在别处登录），请在 OneBot 客户端里重新登录")
        assert isinstance(await bot.channel.send(answer("好")), Refused)
        assert peer.calls == []
        await peer.heartbeat(interval=30)
        await bot.until(lambda: bot.channel.health().state == State.UP)
        await peer.heartbeat(interval=30, online=False)
        await bot.until(lambda: bot.channel.health().state == State.DOWN)


@scene
async def test_a_connection_whose_heart_stops_is_closed() -> None:
    async with served(watch=Watch(tick=0.02, slack=0.1)) as bot, bot.peer() as peer:
        await peer.heartbeat(interval=0.05)
        await peer.closed()
        await bot.until(lambda: bot.channel.health().state == State.DOWN)
        assert "断开" in bot.channel.health().detail


@scene
async def test_a_frozen_implementation_is_asked_whether_it_is_there_and_then_closed() -> None:
    async with served(watch=Watch(tick=0.02, ask_after=0.1, answer_within=0.1)) as bot, bot.peer() as peer:
        peer.answering = lambda call: None
        await peer.closed()
        assert [call["action"] for call in peer.calls] == ["get_status"]
        await bot.until(lambda: bot.channel.health().state == State.DOWN)


@scene
async def test_an_implementation_that_answers_may_be_quiet_for_long() -> None:
    async with served(watch=Watch(tick=0.02, ask_after=0.1, answer_within=5)) as bot, bot.peer() as peer:
        await peer.until(lambda peer: len(peer.calls) == 3)
        assert bot.channel.health().state == State.UP


@scene
async def test_health_tells_when_it_last_heard_and_spoke() -> None:
    async with served() as bot:
        before = bot.channel.health()
        assert (before.state, before.last_event, before.last_sent) == (State.DOWN, None, None)
        async with bot.peer():
            await bot.channel.send(answer("好"))
            after = bot.channel.health()
            assert (after.state, after.since, after.detail) == (State.UP, NOW, "账号 3889000770 在线")
            assert (after.last_event, after.last_sent) == (NOW, NOW)
