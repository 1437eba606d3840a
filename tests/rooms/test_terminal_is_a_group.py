"""The terminal channel: speakers, mentions, quotes."""

import asyncio
from io import StringIO

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from bot.channels.base import Outgoing, Taken
from bot.channels.terminal import Speaker, Terminal
from handlers.base import Conversation, Message, Person
from tests.fakes import FakeClock

PEOPLE = [Speaker(name="小王", group="社群", company="甲公司"), Speaker(name="陈老师", group="坐席群")]


class Scene:
    def __init__(self) -> None:
        self.screen = StringIO()
        self.terminal = Terminal(PEOPLE, clock=FakeClock(), console=Console(file=self.screen, width=200))
        self.heard: list[Message] = []

    def types(self, *lines: str) -> None:
        async def take(message: Message) -> None:
            self.heard.append(message)

        for line in lines:
            asyncio.run(self.terminal.type(line, take))


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_line_is_said_in_the_speaker_s_group(scene: Scene) -> None:
    scene.types("手册能展期吗")
    [message] = scene.heard
    assert message.conversation == Conversation.group("terminal", "社群")
    assert (message.sender.name, message.text, message.mentions_bot) == ("小王", "手册能展期吗", False)


@pytest.mark.parametrize("line", ["@手册能展期吗", "@机器人 手册能展期吗", "@bot 手册能展期吗", "＠ 手册能展期吗"])
def test_an_at_speaks_to_the_bot(scene: Scene, line: str) -> None:
    scene.types(line)
    [message] = scene.heard
    assert (message.text, message.mentions_bot) == ("手册能展期吗", True)


def test_one_can_speak_as_somebody_else(scene: Scene) -> None:
    scene.types("陈老师：接单 1", "我的", "/小王", "谢谢")
    assert [(m.sender.name, m.text, m.conversation.id) for m in scene.heard] == [
        ("陈老师", "接单 1", "坐席群"),
        ("陈老师", "我的", "坐席群"),
        ("小王", "谢谢", "社群"),
    ]


def test_a_colon_in_a_sentence_changes_nobody(scene: Scene) -> None:
    scene.types("问题：手册能展期吗")
    assert scene.heard[0].sender.name == "小王"
    assert scene.heard[0].text == "问题：手册能展期吗"


def test_an_unknown_name_is_told_who_there_is(scene: Scene) -> None:
    scene.types("/老赵", "")
    assert scene.heard == []
    assert "没有“老赵”这个人" in scene.screen.getvalue()


def test_what_the_bot_said_can_be_quoted_by_its_number(scene: Scene) -> None:
    out = Outgoing(
        to=Conversation.group("terminal", "坐席群"),
        text="【新工单 #1】[b]x[/b]",
        mention=[Person(channel="terminal", id="小王", name="小王")],
    )
    assert asyncio.run(scene.terminal.send(out)) == Taken(message_id="1")
    assert "@小王 【新工单 #1】[b]x[/b]" in scene.screen.getvalue()
    scene.types("陈老师：>1 可以的")
    assert (scene.heard[0].quotes, scene.heard[0].text) == ("1", "可以的")
    scene.types("> 没有号码")
    assert scene.heard[1].quotes is None


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_who_began_in_a_terminal_ends_there(scene: Scene, key: str) -> None:
    async def take(message: Message) -> None:
        scene.heard.append(message)

    with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=DummyOutput()):
        keyboard.send_text(f"手册能展期吗\r{key}")
        asyncio.run(asyncio.wait_for(scene.terminal.run(take), timeout=20))
    assert [message.text for message in scene.heard] == ["手册能展期吗"]
    assert scene.terminal.closed.is_set()
