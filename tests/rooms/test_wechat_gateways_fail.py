"""WeChat when its gateway restarts, freezes, is deaf, turns us away or is logged out; and several accounts side by side."""

import asyncio
import logging
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from bot.channels.base import Refused, State, Taken, Uncertain
from handlers.base import Attachment, Conversation
from handlers.files import File
from tests.peers.wechat_gateway import CERTIFICATE, NO_SERVER, ROOM, WechatGateway
from tests.scenes import scene
from tests.scenes_wechat import GROUP, QUICK, served, together, two


@scene
async def test_a_gateway_that_restarts_is_found_again() -> None:
    peer = WechatGateway()
    async with AsyncExitStack() as stack:
        up = AsyncExitStack()
        await up.enter_async_context(peer.up())
        bot = await stack.enter_async_context(served(peer))
        await up.aclose()
        await bot.becomes(State.DOWN, saying="请看网关是否在运行")
        outcome = await bot.says("十天")
        assert isinstance(outcome, Refused)
        assert outcome.absent
        await up.enter_async_context(peer.up())
        await bot.becomes(State.UP)
        peer.says("还在吗")
        assert (await bot.hears())[0].text == "还在吗"
        assert isinstance(await bot.says("在的"), Taken)
        await bot.stops()
        await up.aclose()


@scene
async def test_a_frozen_gateway_is_noticed_and_healed_when_it_thaws() -> None:
    async with together() as (bot, peer):
        peer.freeze()
        assert isinstance(await bot.says("十天"), Uncertain)
        await bot.becomes(State.DOWN, saying="没有回应")
        peer.thaw()
        await bot.becomes(State.UP)
        peer.says("醒了吗")
        assert (await bot.hears())[-1].text == "醒了吗"


@scene
async def test_an_event_stream_that_died_on_a_live_connection_is_noticed() -> None:
    async with together() as (bot, peer):
        peer.is_mute = True
        await bot.until(lambda: peer.calls.count("Event") > 1)
        assert peer.calls.count("Ding") >= 1
        await bot.becomes(State.UP)
        peer.says("听得见吗")
        assert (await bot.hears())[0].text == "听得见吗"


@scene
async def test_what_was_being_fetched_when_the_connection_died_is_fetched_anew() -> None:
    async with together(patience=replace(QUICK, call=5.0)) as (bot, peer):  # the watch is to be first, the fetch second

        async def die(_: str) -> None:
            peer.giving, peer.is_mute = None, True
            await asyncio.sleep(30)

        peer.giving = die
        peer.says("听得见吗")
        peer.says("听得见")
        assert [message.text for message in await bot.hears(2)] == ["听得见吗", "听得见"]
        assert peer.calls.count("Event") == 2


@scene
async def test_a_gateway_that_tells_of_messages_and_gives_none_is_noticed() -> None:
    async with together(patience=replace(QUICK, call=0.1, content=0.15)) as (bot, peer):

        async def ponder(_: str) -> None:
            await asyncio.sleep(30)

        peer.giving = ponder
        peer.says("听得见吗")
        await bot.becomes(State.DOWN, saying="不给内容")
        peer.giving = None
        await bot.becomes(State.UP)
        assert [message.text for message in await bot.hears()] == ["听得见吗"]


@scene
async def test_a_gateway_that_hangs_on_one_message_is_up_and_those_behind_it_do_not_wait_for_long() -> None:
    async with together(patience=replace(QUICK, call=0.4, content=4.0)) as (bot, peer):

        async def ponder(id: str) -> None:
            if id == "stuck":
                await asyncio.sleep(30)

        peer.giving = ponder
        peer.says("听得见吗", id="stuck")
        while not bot.messages:
            assert bot.health.state == State.UP
            peer.says("听得见")
            await asyncio.sleep(0.02)
        assert (bot.texts[0], peer.calls.count("Event")) == ("听得见", 1)
        assert "1 条消息网关没给内容" in bot.health.detail


@scene
async def test_silence_alone_is_not_taken_for_death() -> None:
    async with together() as (bot, peer):
        await bot.until(lambda: peer.calls.count("Ding") >= 3)
        assert (bot.health.state, peer.calls.count("Event")) == (State.UP, 1)


@scene
async def test_a_wrong_token_is_told_apart_and_never_shown() -> None:
    async with WechatGateway(token="another").up() as peer, served(peer, up=False) as bot:
        await bot.becomes(State.DOWN, saying="令牌不对")
        assert "ZHITONGCHE_WECHAT_TOKEN" in bot.health.detail
        assert "right-token" not in bot.health.detail
        peer.token = "right-token"
        await bot.becomes(State.UP)


@scene
async def test_a_gateway_that_serves_another_program_is_told_so() -> None:
    async with together() as (first, peer), served(peer, up=False) as second:
        await second.becomes(State.DOWN, saying="已被另一个程序占用")
        await first.stops()
        await second.becomes(State.UP)


@scene
async def test_an_account_that_is_logged_out_shows_its_code_and_comes_back() -> None:
    async with together() as (bot, peer):
        peer.log_out("在别处登录")
        await bot.becomes(State.DOWN, saying="退出了登录（在别处登录）")
        peer.says("退出前说的")
        await bot.hears()
        outcome = await bot.says("十天")
        assert isinstance(outcome, Refused)
        assert outcome.absent
        peer.want_scan("https://example.com/l/1")
        await bot.until(lambda: bot.health.accounts["号1"].scan == "https://example.com/l/1")
        peer.emit(22, {"status": 3})
        await bot.becomes(State.DOWN, saying="在手机上确认")
        assert bot.health.scan == ""
        peer.log_in()
        await bot.becomes(State.UP)
        peer.emit(22, {"status": 4})
        peer.says("登录后说的")
        await bot.hears(2)
        assert (bot.health.state, peer.calls.count("Stop")) == (State.UP, 0)


@scene
async def test_an_account_whose_login_nobody_tells_is_back_when_words_keep_coming() -> None:
    async with together(patience=replace(QUICK, gone=0.2)) as (bot, peer):
        peer.log_out()
        await bot.becomes(State.DOWN, saying="退出了登录")
        peer.logged_in = True
        while bot.health.state == State.DOWN:
            peer.says("还在吗")
            await asyncio.sleep(0.02)
        assert isinstance(await bot.says("在的"), Taken)


@scene
async def test_a_gateway_that_does_not_tell_who_is_logged_in_is_heard_and_the_operator_told() -> None:
    async with WechatGateway(logged_in=False).up() as peer, served(peer, up=False) as bot:
        await bot.until(lambda: peer.is_listened_to)
        peer.says("在吗")
        await bot.becomes(State.UP)
        assert "没说登录的是谁" in bot.health.accounts["号1"].advice
        peer.logged_in = True

        async def slow(id: str) -> str:
            peer.says("是它自己说的", sender=peer.account, id=id)
            await asyncio.sleep(0.1)
            return id

        peer.sending = slow
        picture = File(digest="d", name="流程.png", kind=Attachment.IMAGE, content=b"\x89PNG", link="")
        said = await asyncio.gather(bot.says("在的"), bot.says(picture.marker, file=picture))
        assert [type(outcome) for outcome in said] == [Taken, Taken]
        peer.says("谢谢")
        assert [message.text for message in await bot.hears(2)] == ["在吗", "谢谢"]


@scene
async def test_tls_believes_only_the_certificate_it_was_given_or_any_that_is_valid() -> None:
    async with WechatGateway().up(certificate=CERTIFICATE) as peer:
        async with served(peer, tls=True, ca=CERTIFICATE) as bot:
            assert isinstance(await bot.says("十天"), Taken)
        async with served(peer, tls=True, server_name="another") as bot:
            assert isinstance(await bot.says("十天"), Taken)
        async with served(peer, tls=True, ca=CERTIFICATE, server_name="another", up=False) as bot:
            await bot.becomes(State.DOWN, saying="不是 ca 写的那张、名字不是 server_name")
    async with WechatGateway().up(certificate=NO_SERVER) as peer, served(peer, tls=True, up=False) as bot:
        await bot.becomes(State.DOWN, saying="网关的证书过期或不能用于服务器，请换证书")


# --- several accounts


@scene
async def test_each_group_is_answered_by_the_account_that_is_in_it() -> None:
    async with two() as (bot, (first, second)):
        await bot.until(lambda: "RoomList" in second.calls)
        assert bot.channel.account(GROUP) == "号1"
        await bot.says("一", to=GROUP)
        await bot.says("二", to=Conversation.group("wechat", "2002@chatroom"))
        assert [text for _, text, _ in first.sent] == ["一"]
        assert [text for _, text, _ in second.sent] == ["二"]
        second.says("搬家了", room=ROOM)
        await bot.hears()
        await bot.says("三", to=GROUP)
        assert [text for _, text, _ in second.sent] == ["二", "三"]


@scene
async def test_a_gateway_that_cannot_tell_its_groups_yet_is_asked_again() -> None:
    async with two() as (bot, (_, second)):
        another = Conversation.group("wechat", "3003@chatroom")
        second.topics[another.id], second.keeps_rooms = "三群", 2
        second.log_in()
        await bot.until(lambda: bot.channel.account(another) == "号2")


@scene
async def test_words_heard_by_two_accounts_count_once_and_their_own_not_at_all() -> None:
    async with two() as (bot, (first, second)):
        for peer in (first, second):
            peer.says("退税要几天", id="same", timestamp=1_780_000_100_000)
        first.says("我是二号", sender="wxid_second")
        second.says("@二通\u2005在吗", mention_ids=["wxid_second"], timestamp=1_780_000_200_000)
        messages = await bot.hears(2)
        await asyncio.sleep(0.05)
        assert [(message.text, message.mentions_bot) for message in messages] == [("退税要几天", False), ("在吗", True)]


@scene
async def test_one_account_down_is_shown_and_the_other_goes_on() -> None:
    async with two() as (bot, (first, second)):
        first.log_out()
        await bot.until(lambda: bot.health.accounts["号1"].state == State.DOWN)
        assert bot.health.state == State.UP
        assert "号1”退出了登录" in bot.health.detail
        second.says("在吗", room="2002@chatroom")
        await bot.hears()
        assert isinstance(await bot.says("在的", to=Conversation.group("wechat", "2002@chatroom")), Taken)
        second.log_out()
        await bot.becomes(State.DOWN)


def test_a_code_to_scan_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async def play() -> None:
        async with together() as (bot, peer):
            peer.log_out()
            peer.want_scan("https://example.com/l/1")
            await bot.until(lambda: bot.health.scan != "")

    with caplog.at_level(logging.WARNING):
        asyncio.run(play())
    assert "https://example.com/l/1\n" in caplog.text
    assert "█" in caplog.text
