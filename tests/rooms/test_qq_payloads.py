"""What implementations put on the wire, and what each frame becomes."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import qq_answers, qq_wire
from bot.channels.base import (
    Happening,
    Joined,
    Outcome,
    Outgoing,
    Pace,
    Parted,
    Recalled,
    Refused,
    Renamed,
    State,
    Taken,
    Uncertain,
)
from bot.channels.foreign import MAX_ID, Unreadable
from bot.channels.hearing import Heard as HeardOrHappened
from bot.channels.qq import QQChannel
from bot.channels.qq_accounts import Accounts
from bot.channels.qq_answers import Answer
from bot.channels.qq_ears import Ears
from bot.channels.qq_link import Gone, Link, Role
from bot.channels.qq_wire import Frame, Happened, Heard, Sign
from bot.channels.ways import Ways
from handlers.base import Attachment, Conversation, Message, Person
from handlers.files import File
from tests.scenes import told

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ACCOUNT = "3889000770"
OURS = frozenset({ACCOUNT, "555"})
PAYLOADS = Path(__file__).parents[1] / "payloads" / "onebot"

Scene = dict[str, Any]


def scenes(*but: str) -> list[Any]:
    return [
        pytest.param(scene, id=f"{file.stem}: {scene['scene']}")
        for file in sorted(PAYLOADS.glob("*.json"))
        if file.stem not in but
        for scene in json.loads(file.read_text("utf-8"))
    ]


def answers() -> list[Any]:
    return [
        pytest.param(scene, id=scene["scene"]) for scene in json.loads((PAYLOADS / "answers.json").read_text("utf-8"))
    ]


def read(frame: object) -> Frame:
    return qq_wire.read(json.dumps(frame), account=ACCOUNT, ours=OURS, now=NOW)


def _besides(message: Message) -> Scene:
    """What only some messages have."""
    return {"rank": str(message.rank)} if message.rank.runs_the_group else {}


def happened(what: Happening) -> Scene:
    match what:
        case Joined(group=group, people=people, itself=itself):
            return {"kind": "joined", "group": str(group), "people": [who.id for who in people], "itself": itself}
        case Parted(group=group, people=people, itself=itself):
            return {"kind": "parted", "group": str(group), "people": [who.id for who in people], "itself": itself}
        case Recalled(conversation=conversation, message_id=id):
            return {"kind": "recalled", "conversation": str(conversation), "id": id}
        case Renamed(group=group, name=name):
            return {"kind": "renamed", "group": str(group), "name": name}


def became(frame: object) -> Scene:
    try:
        read_as = read(frame)
    except Unreadable as error:
        return {"kind": "unreadable", "why": str(error)}
    match read_as:
        case Heard(message=message, through=through):
            return told(message) | _besides(message) | ({"through": through} if through else {})
        case Sign(online=online, interval=interval, reason=reason):
            return {"kind": "sign", "online": online, "interval": interval, "reason": reason}
        case Happened(what=what):
            return happened(what)
        case Answer():
            return {"kind": "answer"}


@pytest.mark.parametrize("scene", scenes("answers"))
def test_a_frame_becomes_what_it_tells(scene: Scene) -> None:
    expected = scene["becomes"]
    if expected["kind"] == "sign":
        expected = {"interval": None, "reason": "", **expected}
    assert became(scene["frame"]) == expected


@pytest.mark.parametrize("scene", answers())
def test_an_answer_tells_what_became_of_our_message(scene: Scene) -> None:
    answer = read(scene["frame"])
    assert isinstance(answer, Answer)
    assert answer.echo == "c1"
    assert _told_outcome(qq_answers.outcome(answer)) == scene["becomes"]


def _told_outcome(outcome: Outcome) -> Scene:
    match outcome:
        case Taken(message_id=message_id):
            return {"kind": "taken", "message_id": message_id}
        case Refused(permanent=permanent):
            return {"kind": "refused", "permanent": permanent}
        case Uncertain():
            return {"kind": "uncertain"}


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"post_type":"message","user_id":' + "9" * 5000 + "}", "not JSON"),
        ('"message"', "not a JSON object"),
    ],
)
def test_what_is_not_onebot_is_told_apart_from_it(frame: str | bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        qq_wire.read(frame, account=ACCOUNT, ours=OURS, now=NOW)


def test_a_message_of_a_megabyte_is_read_whole() -> None:
    frame = {
        "post_type": "message",
        "message_type": "group",
        "group_id": 1,
        "user_id": 2,
        "message_id": 3,
        "message": "长" * 350_000,
    }
    heard = read(frame)
    assert isinstance(heard, Heard)
    assert heard.message.text == "长" * 350_000


def test_a_reply_quotes_names_and_says() -> None:
    out = Outgoing(
        to=Conversation.group("qq", "720000001"),
        text="可以改。[CQ:at,qq=all]",
        mention=[Person(channel="qq", id="10001", name="王工"), Person(channel="qq", id="10002")],
        quote="1100321",
    )
    assert qq_wire.action(out, through=None) == (
        "send_group_msg",
        {
            "group_id": 720000001,
            "message": [
                {"type": "reply", "data": {"id": "1100321"}},
                {"type": "at", "data": {"qq": "10001"}},
                {"type": "at", "data": {"qq": "10002"}},
                {"type": "text", "data": {"text": " 可以改。[CQ:at,qq=all]"}},
            ],
        },
    )


def test_a_private_reply_names_nobody_and_goes_through_the_strangers_group() -> None:
    out = Outgoing(to=Conversation.private("qq", "10001"), text="您好", mention=[Person(channel="qq", id="10001")])
    assert qq_wire.action(out, through="720000001") == (
        "send_private_msg",
        {"user_id": 10001, "group_id": 720000001, "message": [{"type": "text", "data": {"text": "您好"}}]},
    )


@pytest.mark.parametrize(
    ("id", "sent_as"), [("72000000011", 72000000011), ("0072", "0072"), ("g-1f", "g-1f"), ("٣", "٣")]
)
def test_only_an_id_that_is_a_number_travels_as_one(id: str, sent_as: int | str) -> None:
    _, params = qq_wire.action(Outgoing(to=Conversation.group("qq", id), text="好"), through=None)
    assert params["group_id"] == sent_as


# --- anything at all

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
ids = st.integers() | st.text(max_size=70) | json_values
segments = st.fixed_dictionaries(
    {"type": st.sampled_from(["text", "at", "reply", "image", "file", "json", "??"]) | json_values},
    optional={
        "data": st.fixed_dictionaries({}, optional={"text": json_values, "qq": ids, "id": ids, "name": json_values})
    },
)
events = st.fixed_dictionaries(
    {"post_type": st.sampled_from(["message", "notice", "meta_event", "request", "message_sent"])},
    optional={
        "message_type": st.sampled_from(["group", "private"]) | json_values,
        "notice_type": st.sampled_from(
            ["group_decrease", "group_increase", "group_recall", "friend_recall", "notify", "bot_offline"]
        )
        | json_values,
        "meta_event_type": st.sampled_from(["heartbeat", "lifecycle"]) | json_values,
        "sub_type": st.sampled_from(["group", "notice", "connect", "group_name", "kick_me"]) | json_values,
        "name_new": json_values,
        "self_id": ids,
        "user_id": ids,
        "group_id": ids,
        "message_id": ids,
        "time": json_values,
        "interval": json_values,
        "status": json_values | st.fixed_dictionaries({"online": json_values}),
        "sender": json_values | st.dictionaries(st.sampled_from(["card", "nickname", "group_id"]), json_values),
        "anonymous": json_values,
        "message": st.lists(segments | json_values, max_size=5) | st.text(max_size=60) | json_values,
        "raw_message": json_values,
    },
)


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_bytes_are_read_or_told_unreadable(frame: bytes | str) -> None:
    _check(frame)


answers_of_any_kind = st.fixed_dictionaries(
    {"echo": json_values, "status": json_values, "retcode": json_values}, optional={"data": json_values}
)


@given(events | json_values | answers_of_any_kind)
def test_any_json_is_read_or_told_unreadable(frame: object) -> None:
    _check(json.dumps(frame))


@given(
    st.lists(
        st.sampled_from(
            ["[CQ:at,qq=3889000770]", "[CQ:at", ",", "=", "]", "[", "&#91;", "&amp;", "在吗", "[CQ:reply,id=]"]
        )
    )
)
def test_any_patchwork_of_codes_is_read(pieces: list[str]) -> None:
    frame = {"post_type": "message", "message_type": "group", "group_id": 1, "user_id": 2, "message_id": 3}
    heard = read({**frame, "message": "".join(pieces)})
    assert isinstance(heard, Heard)
    whole = "[CQ:at,qq=3889000770]" in "".join(pieces)
    assert heard.message.mentions_bot is whole


hostile = st.sampled_from(["[CQ:at,qq=all]", "@全体成员", "\u202e", "\0", "&#91;CQ:at,qq=all&#93;", "王工"]) | st.text()


@given(words=st.lists(hostile, max_size=4), name=hostile, id=st.text(alphabet="0123456789", min_size=1, max_size=12))
def test_whatever_is_said_only_who_is_meant_is_mentioned(words: list[str], name: str, id: str) -> None:
    """Names and texts that look like codes stay text; nobody makes the bot call everybody."""
    out = Outgoing(
        to=Conversation.group("qq", "1"), text="".join(words), mention=[Person(channel="qq", id=id, name=name)]
    )
    _, params = qq_wire.action(out, through=None)
    segments = json.loads(json.dumps(params, ensure_ascii=False).encode())["message"]
    assert [segment["data"] for segment in segments if segment["type"] == "at"] == [{"qq": id}]
    assert {segment["type"] for segment in segments} == {"at", "text"}


def test_a_picture_is_a_segment_of_its_own() -> None:
    picture = File(digest="d", name="流程.png", kind=Attachment.IMAGE, content=b"GIF89a", link="")
    out = Outgoing(to=Conversation.group("qq", "1"), text=picture.marker, file=picture)
    _, params = qq_wire.action(out, through=None)
    assert params["message"] == [{"type": "image", "data": {"file": "base64://R0lGODlh"}}]


def test_an_introduction_is_an_announcement_that_stays_on_top() -> None:
    out = Outgoing(to=Conversation.group("qq", "720000001"), text="有问题 @ 我", pins=True)
    assert qq_wire.action(out, through=None) == (
        "_send_group_notice",
        {"group_id": 720000001, "content": "有问题 @ 我", "pinned": 1, "confirm_required": 0},
    )


def test_everybody_is_never_mentioned() -> None:
    out = Outgoing(to=Conversation.group("qq", "1"), text="好", mention=[Person(channel="qq", id="all")])
    _, params = qq_wire.action(out, through=None)
    assert [segment["type"] for segment in params["message"]] == ["text"]


@given(st.lists(events | answers_of_any_kind | json_values, max_size=6))
def test_a_connection_survives_whatever_comes_on_it(frames: list[object]) -> None:
    """One frame after the other, each changing what is known of the account; and at the end it still hears."""

    async def play() -> None:
        channel = QQChannel(token=None, pace=Pace(), clock=lambda: NOW, dial=["ws://127.0.0.1:1"])
        told: list[HeardOrHappened] = []

        async def hear(heard: HeardOrHappened, *, account: str) -> None:
            told.append(heard)
            await channel.hear(heard, account=account)

        accounts = Accounts(clock=lambda: NOW, timeout=1)
        ears = Ears(accounts, Ways(), hear=hear, joined=lambda _: None, trouble=lambda _: None, clock=lambda: NOW)
        link = Link(Nothing(), account="", role=Role.UNIVERSAL)
        accounts.join(link)
        question = {"post_type": "message", "message_type": "group", "group_id": 1, "user_id": "x2", "message_id": 3}
        for frame in [*frames, {**question, "self_id": ACCOUNT, "message": "在吗"}]:
            await ears.read(link, json.dumps(frame))
        assert isinstance(told[-1], Message)
        assert told[-1].text == "在吗"
        accounts.note_states()
        assert [account.health().state for account in accounts] == [State.UP]

    asyncio.run(play())


class Nothing:
    """A socket that is never written to."""

    async def receive(self) -> str | bytes | None:
        return None

    async def send(self, text: str) -> None:
        raise Gone

    async def close(self, reason: str) -> None:
        return


def _check(frame: bytes | str) -> None:
    """Whatever comes out can be stored anywhere: bounded ids, aware times, text that is Unicode."""
    try:
        read_as = qq_wire.read(frame, account=ACCOUNT, ours=OURS, now=NOW)
    except Unreadable:
        return
    if isinstance(read_as, Answer):
        assert isinstance(qq_answers.outcome(read_as), Taken | Refused | Uncertain)
    if isinstance(read_as, Happened):
        match read_as.what:
            case Recalled(conversation=place, message_id=id, at=at):
                assert 0 < len(id) <= MAX_ID
            case Joined(group=place, at=at) | Parted(group=place, at=at) | Renamed(group=place, at=at):
                assert 0 < len(place.id) <= MAX_ID
        assert at.tzinfo is not None
        assert Conversation.parse(str(place)) == place
    if isinstance(read_as, Heard):
        assert len(read_as.group_name) <= MAX_ID
        message = read_as.message
        for id in (message.id, message.sender.id, message.conversation.id):
            assert 0 < len(id) <= MAX_ID
            assert id.isprintable()
        assert len(message.sender.name) <= MAX_ID
        assert message.sent_at.tzinfo is not None
        assert Conversation.parse(str(message.conversation)) == message.conversation
        message.text.encode("utf-8")
