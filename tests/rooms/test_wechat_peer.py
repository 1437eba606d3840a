"""WeChat over real sockets: a gateway speaks gRPC, people speak through it, and things go wrong."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from grpclib.const import Status

from bot.channels.base import Health, Outgoing, Pace, Refused, State, Taken, Uncertain
from bot.channels.pulse import Watch
from bot.channels.quoting import id_of_words
from bot.channels.wechat import WeChatChannel
from bot.channels.wechat_account import Patience
from bot.channels.wechat_link import Gateway
from handlers.base import Conversation, Message, Person
from handlers.happenings import Happening, Joined, Parted, Recalled, Renamed
from tests.peers.wechat_gateway import BOT, CERTIFICATE, ROOM, WechatGateway, failing

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
GROUP = Conversation.group("wechat", ROOM)
WANG = Person(channel="wechat", id="wxid_wang", name="王工")
QUICK = Patience(
    call=0.5, first=0.01, longest=0.05, steady=0.0, watch=Watch(tick=0.02, ask_after=0.1, answer_within=0.2)
)


@dataclass
class Bot:
    """The channel, and what it hands over; storing can be broken."""

    channel: WeChatChannel
    running: asyncio.Task[None] | None = None
    messages: list[Message] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    broken: bool = False
    refused: int = 0

    async def take(self, message: Message) -> None:
        if self.broken:
            self.refused += 1
            raise OSError("disk full")
        self.messages.append(message)

    async def tell(self, happening: Happening) -> None:
        self.happenings.append(happening)

    @property
    def health(self) -> Health:
        return self.channel.health()

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages]

    async def until(self, condition: Callable[[], bool]) -> None:
        while not condition():  # noqa: ASYNC110  there is nothing to be woken by
            await asyncio.sleep(0.005)

    async def hears(self, count: int = 1) -> list[Message]:
        await self.until(lambda: len(self.messages) >= count)
        return self.messages

    async def becomes(self, state: State, *, saying: str = "") -> None:
        await self.until(lambda: self.health.state == state and saying in self.health.detail)

    async def says(self, words: str, **about: Any) -> Any:
        return await self.channel.send(Outgoing(**{"to": GROUP, "text": words, **about}))

    async def stops(self) -> None:
        assert self.running is not None
        self.running.cancel()
        with suppress(asyncio.CancelledError):
            await self.running


@asynccontextmanager
async def served(
    *peers: WechatGateway, up: bool = True, patience: Patience = QUICK, **about: Any
) -> AsyncIterator[Bot]:
    gateways = [
        Gateway(name=f"号{number}", host="127.0.0.1", port=peer.port, token="right-token", **about)
        for number, peer in enumerate(peers, start=1)
    ]
    channel = WeChatChannel(gateways, pace=Pace(), clock=lambda: NOW, patience=patience, store_again=0.01)
    bot = Bot(channel)
    async with asyncio.timeout(30):
        bot.running = asyncio.create_task(channel.run(bot.take, bot.tell))
        try:
            if up:
                await bot.until(lambda: all(each.state == State.UP for each in bot.health.accounts.values()))
            yield bot
        finally:
            await bot.stops()


@asynccontextmanager
async def together(**about: Any) -> AsyncIterator[tuple[Bot, WechatGateway]]:
    async with WechatGateway().up() as peer, served(peer, **about) as bot:
        yield bot, peer


def scene(play: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """An async scene as a test."""

    def test() -> None:
        asyncio.run(play())

    test.__name__ = play.__name__
    return test


# --- people and the bot


@scene
async def test_a_question_comes_in_and_the_answer_goes_back_with_the_name() -> None:
    async with together() as (bot, peer):
        peer.says("@小通\u2005 退税要几天", mention_ids=[BOT])
        [question] = await bot.hears()
        assert (question.text, question.mentions_bot, question.sender) == ("退税要几天", True, WANG)
        assert (question.conversation, question.account) == (GROUP, "号1")
        outcome = await bot.says("十天", mention=[question.sender], quote=question.id)
        assert outcome == Taken(message_id=id_of_words(GROUP, "@王工\u2005十天"))
        assert peer.sent == [(ROOM, "@王工\u2005十天", ["wxid_wang"])]


@scene
async def test_a_private_chat_is_answered_in_private_and_nobody_is_called() -> None:
    async with together() as (bot, peer):
        peer.says("在吗", room="", sender="wxid_li")
        [message] = await bot.hears()
        assert message.conversation == Conversation.private("wechat", "wxid_li")
        await bot.says("在的", to=message.conversation, mention=[message.sender])
        assert peer.sent == [("wxid_li", "在的", [])]


@scene
async def test_what_the_bot_said_itself_is_not_heard() -> None:
    async with together() as (bot, peer):
        await bot.says("十天")
        await bot.says("在的", to=Conversation.private("wechat", "wxid_li"))
        peer.says("谢谢")
        assert [message.text for message in await bot.hears()] == ["谢谢"]


@scene
async def test_a_card_that_is_quoted_is_known_by_its_words() -> None:
    async with together() as (bot, peer):
        taken = await bot.says("新工单 #12\n王工：退税要几天\n引用本条即可答复")
        peer.says("「小通：新工单 #12\n王工：退税要几天\n引用本条即可答复」\n- - - - - - - - - - - - - - -\n十天")
        [answer] = await bot.hears()
        assert (answer.text, answer.quotes) == ("十天", taken.message_id)


@scene
async def test_without_ids_the_bot_is_known_by_its_name_in_the_group() -> None:
    async with together() as (bot, peer):
        peer.aliases[ROOM, BOT] = "海关小助手"
        peer.says("@海关小助手\u2005退税要几天")
        peer.says("@海关小助手2号\u2005退税要几天")
        peer.says("@所有人\u2005@小通\u2005开会", mention_ids=["notify@all", ""])
        peer.says("@小通\u2005开会", mention_ids=["wxid_li"])
        messages = await bot.hears(4)
        assert [(message.mentions_bot, message.text) for message in messages] == [
            (True, "退税要几天"),
            (False, "@海关小助手2号 退税要几天"),
            (True, "@所有人 开会"),
            (False, "开会"),
        ]


@scene
async def test_names_are_asked_once_and_again_when_they_changed() -> None:
    async with together() as (bot, peer):
        for number in range(5):
            peer.says(f"第{number}句")
        await bot.hears(5)
        assert peer.calls.count("RoomMemberPayload") == 1
        peer.aliases[ROOM, "wxid_wang"] = "报关王工"
        peer.emit(27, {"payloadType": 4, "payloadId": f"{ROOM}/wxid_wang"})
        peer.says("改名了")
        assert [message.sender.name for message in (await bot.hears(6))[4:]] == ["王工", "报关王工"]


@scene
async def test_people_come_and_go_words_are_taken_back_and_groups_get_names() -> None:
    async with together() as (bot, peer):
        at = 1_780_000_000_000
        peer.emit(19, {"roomId": ROOM, "inviteeIdList": ["wxid_li", BOT], "inviterId": "wxid_wang", "timestamp": at})
        peer.emit(21, {"roomId": ROOM, "newTopic": "直通车\n总群", "oldTopic": "x", "timestamp": at})
        peer.says("m1", type=13)
        peer.emit(20, {"roomId": ROOM, "removeeIdList": [BOT], "removerId": "wxid_wang", "timestamp": at})
        await bot.until(lambda: len(bot.happenings) == 4)
        joined, renamed, recalled, parted = bot.happenings
        assert joined == Joined(
            group=GROUP,
            people=(Person(channel="wechat", id="wxid_li", name="小李"),),
            at=datetime.fromtimestamp(at / 1000, UTC),
            itself=True,
        )
        assert isinstance(renamed, Renamed)
        assert renamed.name == "直通车 总群"
        assert isinstance(recalled, Recalled)
        assert (recalled.conversation, recalled.message_id) == (GROUP, "m1")
        assert isinstance(parted, Parted)
        assert (parted.people, parted.itself) == ((), True)


@scene
async def test_a_thousand_messages_in_a_burst_arrive_in_order() -> None:
    async with together() as (bot, peer):
        for number in range(1000):
            peer.says(str(number), room=f"{number % 7}@chatroom")
        assert [message.text for message in await bot.hears(1000)] == [str(number) for number in range(1000)]
        assert not peer.calls.count("Stop")


@scene
async def test_what_arrives_while_storing_fails_is_stored_afterwards_in_its_order() -> None:
    async with together() as (bot, peer):
        bot.broken = True
        for number in range(5):
            peer.says(f"第{number}句")
        await bot.until(lambda: bot.refused >= 5)
        bot.broken = False
        await bot.hears(5)
        assert bot.texts == [f"第{number}句" for number in range(5)]


@scene
async def test_what_was_told_of_before_a_stop_is_still_stored() -> None:
    async with together() as (bot, peer):
        for number in range(50):
            peer.says(str(number))
        await bot.until(lambda: peer.calls.count("MessagePayload") > 3)
        await bot.stops()
        assert bot.texts == [str(number) for number in range(len(bot.texts))]
        assert len(bot.texts) >= 3


# --- things go wrong


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
        assert peer.calls.count("Stop") == 0


@pytest.mark.parametrize(
    ("status", "words", "becomes"),
    [
        (Status.UNKNOWN, "Error: mock send failure", Refused(reason="")),
        (Status.UNKNOWN, "Error: you are not in the room", Refused(reason="", permanent=True)),
        (Status.NOT_FOUND, "", Refused(reason="", permanent=True)),
        (Status.UNAUTHENTICATED, "token right-token", Refused(reason="", absent=True)),
        (Status.UNKNOWN, "Error: timeout after 60000 ms", Uncertain(reason="", suspicious=True)),
        (Status.UNAVAILABLE, "502", Uncertain(reason="", suspicious=True)),
    ],
)
def test_a_send_that_fails_is_told_for_what_it_is(status: Status, words: str, becomes: Refused | Uncertain) -> None:
    async def play() -> None:
        async with together() as (bot, peer):
            peer.sending = failing(status, words)
            outcome = await bot.says("十天")
            assert "right-token" not in outcome.reason
            assert replace(outcome, reason="") == becomes
            peer.sending = None
            assert isinstance(await bot.says("十天"), Taken)

    asyncio.run(play())


@scene
async def test_a_gateway_that_lives_and_does_not_say_what_became_of_a_message_is_suspicious() -> None:
    async with together(patience=replace(QUICK, call=0.1)) as (bot, peer):

        async def ponder(_: str) -> str:
            await asyncio.sleep(1)
            return ""

        peer.sending = ponder
        outcome = await bot.says("十天")
        assert outcome == Uncertain(reason="微信网关没有回应：0.1 秒内没有回应", suspicious=True)


@scene
async def test_a_send_that_outlives_its_connection_is_uncertain() -> None:
    async with together() as (bot, peer):

        async def hang_up(_: str) -> str:
            await peer.go_down()
            raise AssertionError

        peer.sending = hang_up
        outcome = await bot.says("十天")
        assert outcome == Uncertain(reason=outcome.reason, suspicious=False)


@scene
async def test_a_gateway_that_tells_no_id_took_the_message_all_the_same() -> None:
    async with together() as (bot, peer):

        async def nameless(_: str) -> str:
            return ""

        peer.sending = nameless
        assert isinstance(await bot.says("十天"), Taken)


@scene
async def test_a_message_that_cannot_be_had_holds_up_nobody_and_is_counted() -> None:
    async with together() as (bot, peer):
        peer.emit(2, {"messageId": "gone"})
        peer.says("下一句")
        async with asyncio.timeout(20):
            assert [message.text for message in await bot.hears()] == ["下一句"]
        assert "1 条消息网关没给内容" in bot.health.detail


@scene
async def test_strange_events_do_no_harm() -> None:
    async with together() as (bot, peer):
        for type in (0, 1, 2, 3, 16, 19, 20, 21, 22, 25, 26, 27, 28, 999):
            for payload in ("", "{", "[]", "null", "{}", '{"messageId": {}}', '{"roomId": 1, "inviteeIdList": 7}'):
                if type not in (22, 26) or not payload.startswith("{"):
                    peer.emit(type, payload)
        peer.emit(2, '{"messageId": 7}')
        peer.says("a\x00b\u202e[CQ:at,qq=all]", id="7", sender="wxid_new")
        messages = await bot.hears(2)
        assert {message.text for message in messages} == {"a\x00b\u202e[CQ:at,qq=all]"}
        assert messages[0].sender.name == "wxid_new"
        assert bot.health.state == State.UP


@scene
async def test_a_megabyte_of_text_is_heard_whole() -> None:
    async with together() as (bot, peer):
        peer.says("长" * 350_000)
        assert (await bot.hears())[0].text == "长" * 350_000


@scene
async def test_tls_believes_only_the_certificate_it_was_given() -> None:
    async with WechatGateway().up(tls=True) as peer:
        async with served(peer, tls=True, ca=CERTIFICATE) as bot:
            assert isinstance(await bot.says("十天"), Taken)
        async with served(peer, tls=True) as bot:
            assert isinstance(await bot.says("十天"), Taken)
        async with served(peer, tls=True, ca=CERTIFICATE, server_name="another", up=False) as bot:
            await bot.becomes(State.DOWN, saying="连不上网关")


# --- several accounts


@asynccontextmanager
async def two(**about: Any) -> AsyncIterator[tuple[Bot, Sequence[WechatGateway]]]:
    async with AsyncExitStack() as stack:
        peers = [WechatGateway(), WechatGateway(account="wxid_second", topics={"2002@chatroom": "二群"})]
        for peer in peers:
            peer.names["wxid_second"] = "二通"
            await stack.enter_async_context(peer.up())
        yield await stack.enter_async_context(served(*peers, **about)), peers


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
