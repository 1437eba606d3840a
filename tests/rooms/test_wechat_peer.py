"""WeChat over real sockets: people speak through a gateway, and the bot with them."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from grpc import StatusCode as Status

from bot.channels.base import Refused, State, Taken, Uncertain
from bot.channels.quoting import id_of_words
from handlers.base import Attachment, Conversation, Person
from handlers.files import File
from handlers.happenings import Joined, Parted, Recalled, Renamed
from tests.peers.wechat_gateway import BOT, ROOM, failing
from tests.scenes import scene
from tests.scenes_wechat import GROUP, QUICK, WANG, together


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
async def test_a_picture_goes_out_as_it_is() -> None:
    picture = File(digest="d", name="流程.png", kind=Attachment.IMAGE, content=b"\x89PNG\r\n...", link="")
    async with together() as (bot, peer):
        assert await bot.says(picture.marker, file=picture) == Taken(message_id="sent1")
        assert peer.files == [(ROOM, "流程.png", picture.content)]
        assert peer.sent == []


@scene
async def test_what_the_bot_said_itself_is_not_heard() -> None:
    async with together() as (bot, peer):
        await bot.says("十天")
        await bot.says("在的", to=Conversation.private("wechat", "wxid_li"))
        peer.says("谢谢")
        assert [message.text for message in await bot.hears()] == ["谢谢"]
        assert peer.calls.count("MessagePayload") == 1


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
async def test_hundreds_of_messages_in_a_burst_arrive_in_order() -> None:
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


# --- what becomes of what we say, and of what we hear


@pytest.mark.parametrize(
    ("status", "words", "becomes"),
    [
        (Status.UNKNOWN, "Error: mock send failure", Refused(reason="")),
        (Status.UNKNOWN, "Error: you are not in the room", Refused(reason="", permanent=True)),
        (Status.NOT_FOUND, "", Refused(reason="", permanent=True)),
        (Status.UNAUTHENTICATED, "token right-token", Refused(reason="", absent=True)),
        (Status.UNKNOWN, "Error: timeout after 60000 ms", Uncertain(reason="", suspicious=True)),
        (Status.UNAVAILABLE, "502", Uncertain(reason="", suspicious=True)),
        (Status.UNAVAILABLE, "Socket closed", Uncertain(reason="")),
        (Status.UNAVAILABLE, "recvmsg:Connection reset by peer", Uncertain(reason="")),
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
        assert {message.text for message in messages} == {"ab\u202e[CQ:at,qq=all]"}
        assert messages[0].sender.name == "wxid_new"
        assert bot.health.state == State.UP


@scene
async def test_a_megabyte_of_text_is_heard_whole() -> None:
    async with together() as (bot, peer):
        peer.says("长" * 350_000)
        assert (await bot.hears())[0].text == "长" * 350_000
