"""WeCom's AI bot over real sockets: people speak to it, and things go wrong."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from bot.channels.backoff import Waits
from bot.channels.base import Pace, Refused, State, Taken, Uncertain
from bot.channels.pulse import Watch
from bot.channels.quoting import id_of_words
from bot.channels.wecom import WeComChannel
from bot.channels.wecom_bot import Credentials, Patience
from handlers.base import Attachment, Conversation, Person
from tests.peers.wecom import WeComService
from tests.scenes import Bot, scene

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
GROUP = Conversation.group("wecom", "chat1")
WANG = Person(channel="wecom", id="wang", name="wang")
QUICK = Patience(
    answer=0.3,
    waits=Waits(first=0.01, longest=0.05, steady=0.0),
    displaced=0.2,
    watch=Watch(tick=0.02, ask_after=0.1, answer_within=0.2),
)


@asynccontextmanager
async def served(service: WeComService, *, secret: str = "right-secret", up: bool = True) -> AsyncIterator[Bot]:
    credentials = Credentials(name="直通车", bot="aib1", secret=secret, url=service.url)
    channel = WeComChannel([credentials], pace=Pace(), clock=lambda: NOW, patience=QUICK, store_again=0.01)
    bot = Bot(channel, GROUP)
    async with bot.alive():
        if up:
            await bot.becomes(State.UP)
        yield bot


@asynccontextmanager
async def together() -> AsyncIterator[tuple[Bot, WeComService]]:
    async with WeComService().up() as service, served(service) as bot:
        yield bot, service


@scene
async def test_a_question_is_replied_to_and_what_comes_later_is_pushed() -> None:
    async with together() as (bot, service):
        id = await service.says("@直通车 接单 #12", create_time=1_780_000_000)
        [order] = await bot.hears()
        assert (order.text, order.mentions_bot, order.conversation, order.sender) == ("接单 #12", True, GROUP, WANG)
        assert order.sent_at == datetime.fromtimestamp(1_780_000_000, UTC)
        taken = await bot.says("好的，#12 归您", mention=[WANG], quote=id)
        assert isinstance(taken, Taken)
        await bot.says("还有 #13", mention=[WANG], quote=id)
        reply, push = service.said
        assert reply["stream"]["content"] == "<@wang> 好的，#12 归您"
        assert reply["stream"]["finish"] is True
        assert push == {
            "chatid": "chat1",
            "chat_type": 2,
            "msgtype": "markdown",
            "markdown": {"content": "<@wang> 还有 #13"},
        }


@scene
async def test_a_private_chat_mentions_nobody() -> None:
    async with together() as (bot, service):
        await service.says("在吗", chat=None)
        [message] = await bot.hears()
        assert (message.conversation, message.mentions_bot) == (Conversation.private("wecom", "wang"), False)
        await bot.says("在的", to=message.conversation, mention=[WANG])
        assert service.said[0]["chatid"] == "wang"
        assert (service.said[0]["chat_type"], service.said[0]["markdown"]["content"]) == (1, "在的")


@scene
async def test_a_card_that_is_quoted_is_known_by_its_words() -> None:
    async with together() as (bot, service):
        taken = await bot.says("新工单 #12\n退税要几天", mention=[WANG])
        quote = {"msgtype": "text", "text": {"content": "@wang 新工单 #12\n退税要几天"}}
        await service.says("@直通车 十天", quote=quote)
        [answer] = await bot.hears()
        assert answer.quotes == taken.message_id == id_of_words(GROUP, "新工单 #12\n退税要几天")


@scene
async def test_pictures_files_and_voices_are_what_hangs_on_words() -> None:
    async with together() as (bot, service):
        await service.says("", msgtype="image", image={"url": "https://example.com/1"}, chat=None)
        await service.says("", msgtype="voice", voice={"content": "退税要几天"}, chat=None)
        items = [{"msgtype": "text", "text": {"content": "@直通车 看图"}}, {"msgtype": "image", "image": {}}]
        await service.says("", msgtype="mixed", mixed={"msg_item": items})
        messages = await bot.hears(3)
        assert [(message.text, message.attachments) for message in messages] == [
            ("", (Attachment.IMAGE,)),
            ("退税要几天", (Attachment.VOICE,)),
            ("看图", (Attachment.IMAGE,)),
        ]


@scene
async def test_words_that_look_like_a_mention_mention_nobody() -> None:
    async with together() as (bot, service):
        everybody = Person(channel="wecom", id="all")
        await bot.says("<@all> 看这里", mention=[everybody, Person(channel="wecom", id="a>b")])
        assert service.said[0]["markdown"]["content"] == "＜@all> 看这里"


@scene
async def test_a_reply_that_comes_too_late_is_pushed_instead() -> None:
    async with together() as (bot, service):
        id = await service.says("@直通车 在吗")
        await bot.hears()
        service.code_for = lambda frame: 846605 if frame["cmd"] == "aibot_respond_msg" else 0
        assert isinstance(await bot.says("在的", quote=id), Taken)
        assert [body["msgtype"] for body in service.said] == ["markdown"]


@scene
async def test_each_failure_is_told_for_what_it_is() -> None:
    async with together() as (bot, service):
        service.code_for = lambda _: 93006
        outcome = await bot.says("在的")
        assert isinstance(outcome, Refused)
        assert outcome.permanent
        service.code_for = lambda _: 45009
        outcome = await bot.says("在的")
        assert isinstance(outcome, Refused)
        assert not outcome.permanent
        service.code_for = lambda _: None
        assert isinstance(await bot.says("在的"), Uncertain)


@scene
async def test_a_wrong_secret_is_told_and_never_shown() -> None:
    async with WeComService(secret="another").up() as service, served(service, up=False) as bot:
        await bot.becomes(State.DOWN, saying="登录被拒绝（40001）")
        assert "ZHITONGCHE_WECOM_SECRET" in bot.health.detail
        outcome = await bot.says("在的")
        assert isinstance(outcome, Refused)
        assert outcome.absent
        assert "right-secret" not in outcome.reason + bot.health.detail
        service.secret = "right-secret"
        await bot.becomes(State.UP)


@scene
async def test_a_connection_that_ends_is_made_again() -> None:
    async with together() as (bot, service):
        await service.hang_up()
        await bot.until(lambda: service.commands.count("aibot_subscribe") == 2)
        await bot.becomes(State.UP)
        await service.says("@直通车 还在吗")
        assert (await bot.hears())[0].text == "还在吗"


@scene
async def test_a_frozen_service_is_noticed_and_healed_when_it_thaws() -> None:
    async with together() as (bot, service):
        service.freeze()
        assert isinstance(await bot.says("十天"), Uncertain)
        await bot.becomes(State.DOWN)
        service.thaw()
        await bot.becomes(State.UP)


@scene
async def test_who_displaces_the_bot_is_left_alone_for_a_while() -> None:
    async with together() as (bot, service):
        await service.happens("disconnected_event")
        await bot.becomes(State.DOWN, saying="顶下来了")
        await bot.becomes(State.UP)
        assert service.commands.count("aibot_subscribe") == 2


@scene
async def test_strange_frames_do_no_harm() -> None:
    async with together() as (bot, service):
        for frame in ("", "{", "[]", "7", '{"cmd": 1}', '{"cmd": "aibot_msg_callback"}', '{"errcode": 0}', "null"):
            await service.emit(frame)
        await service.says("@直通车 长" + "长" * 350_000)
        [message] = await bot.hears()
        assert message.text == "长" * 350_001
        assert bot.health.state == State.UP


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("@直通车 退税要几天", "退税要几天"),
        ("请问 @直通车 退税要几天", "请问 退税要几天"),
        ("@直通车", ""),
        ("@直通车二号 在吗 ", "在吗"),
        ("@wang @直通车 在吗", "@wang 在吗"),
    ],
)
def test_the_bots_own_name_is_no_part_of_what_is_said_to_it(said: str, heard: str) -> None:
    async def play() -> None:
        async with together() as (bot, service):
            await service.says(said)
            assert (await bot.hears())[0].text == heard

    asyncio.run(play())
