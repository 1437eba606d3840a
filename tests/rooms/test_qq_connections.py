"""Who may connect to QQ's endpoint and whom we dial; one account by several connections, several accounts, and silence."""

import asyncio
import logging

import pytest
from websockets.exceptions import InvalidStatus

from bot.channels.base import Outgoing, Refused, State, Taken
from bot.channels.qq_link import Watch
from bot.channels.rate_limited_log import RateLimitedLog
from tests.peers.onebot import OneBotPeer, at, failed, text, words_of
from tests.scenes import scene
from tests.scenes_qq import NOW, TOKEN, answer, served

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
            assert [message.text for message in await bot.hears(1)] == ["在吗"]

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
    async def play() -> None:
        async with served(token=token) as bot:
            caplog.set_level(logging.INFO)
            caplog.set_level(logging.INFO, logger="uvicorn.error")
            for _ in range(3):
                with pytest.raises(InvalidStatus) as refusal:
                    async with OneBotPeer().dialled(bot.url + path, **headers):
                        pass
                assert refusal.value.response.status_code == status
            health = bot.channel.health()
            assert health.state == State.DOWN
            assert "ZHITONGCHE_ONEBOT_TOKEN" in health.detail

    asyncio.run(play())
    [line] = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert "refused" in line
    assert "ZHITONGCHE_ONEBOT_TOKEN" in line
    assert TOKEN not in caplog.text
    assert "guessed" not in caplog.text


def test_a_minute_later_one_line_tells_how_many_came_meanwhile(caplog: pytest.LogCaptureFixture) -> None:
    seconds = iter([0.0, 1.0, 59.0, 60.0, 61.0])
    log = RateLimitedLog(logging.getLogger("bot.door"), monotonic=lambda: next(seconds))
    for _ in range(5):
        log.warning("a wrong token", "refused: %s", "a wrong token")
    assert caplog.messages == ["refused: a wrong token", "refused: a wrong token (2 more like it since the last line)"]


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
        [message] = await bot.hears(1)
        assert (message.account, message.mentions_bot) == (peer.account, True)
        assert isinstance(await bot.channel.send(answer("在")), Taken)
        await peer.hang_up()
        await bot.until(lambda: bot.channel.health().state == State.DOWN)
        await bot.until(lambda: bot.channel.health().state == State.UP)
        assert [words_of(params) for params in peer.sent] == ["在"]


@scene
async def test_without_a_token_of_our_own_a_dialled_account_that_is_logged_out_is_told_for_what_it_is() -> None:
    async with OneBotPeer(token="").waiting() as (peer, url), served(dial=[url], token=None) as bot:
        await bot.becomes(State.UP)
        await peer.emit({"post_type": "notice", "notice_type": "bot_offline", "message": "在别处登录"})
        await bot.becomes(State.DOWN, saying="请在 OneBot 客户端里重新登录")
        assert "ZHITONGCHE_ONEBOT_TOKEN" not in bot.health.detail


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
        await bot.hears(1)
        assert isinstance(await bot.channel.send(answer("在")), Taken)
        assert [words_of(params) for params in fresh.sent] == ["在"]
        assert frozen.sent == []
        assert bot.channel.health().state == State.UP


@scene
async def test_an_event_connection_and_an_api_connection_work_as_one() -> None:
    async with served() as bot, OneBotPeer().dialled(bot.url, X_Client_Role="Event") as events:
        await events.emit(events.group_message("在吗"))
        await bot.hears(1)
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
        [message] = await bot.hears(1)
        assert (message.account, message.mentions_bot) == ("3889000770", True)


@scene
async def test_the_account_that_heard_the_question_answers_it() -> None:
    async with served() as bot, bot.peer(account="111") as first, bot.peer(account="222") as second:
        await second.emit(second.group_message("问题", group=5))
        [message] = await bot.hears(1)
        await bot.channel.send(Outgoing(to=message.conversation, text="回答"))
        assert (len(first.sent), len(second.sent)) == (0, 1)


@scene
async def test_a_question_that_two_of_our_accounts_hear_is_asked_once() -> None:
    async with served() as bot, bot.peer(account="111") as first, bot.peer(account="222") as second:
        event = first.group_message("怎么退税", group=5)
        await first.emit(event)
        await bot.hears(1)
        await second.emit({**event, "message_id": 987})
        await second.emit(second.group_message("另一句", group=5))
        assert [message.text for message in await bot.hears(2)] == ["怎么退税", "另一句"]


@scene
async def test_a_group_nobody_has_spoken_in_yet_is_reached_through_the_account_that_is_in_it() -> None:
    async with served() as bot, bot.peer(account="111") as first, bot.peer(account="222") as second:
        first.answering = lambda call: failed(1200, "EventChecker Failed: NTEvent 你已被移出该群")
        assert isinstance(await bot.channel.send(answer("通知")), Taken)
        assert [words_of(params) for params in second.sent] == ["通知"]


# --- staying awake


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
    async with served(watch=Watch(tick=0.02, ask_after=0.1, slack=0.1)) as bot, bot.peer() as peer:
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
