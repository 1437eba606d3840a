"""What implementations put on the wire, and what each frame becomes."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.channels import qq_answers, qq_wire
from bot.channels.base import (
    Happening,
    Joined,
    Outcome,
    Outgoing,
    Parted,
    Recalled,
    Refused,
    Renamed,
    Taken,
    Uncertain,
)
from bot.channels.foreign import Unreadable
from bot.channels.qq_answers import Answer
from bot.channels.qq_wire import Happened, Heard, Sign
from handlers.base import Attachment, Conversation, Message, Person
from handlers.files import File
from tests.scenes import told
from tests.scenes_qq import read

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
        read_as = read(json.dumps(frame))
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
    answer = read(json.dumps(scene["frame"]))
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
        read(frame)


def test_a_message_of_a_megabyte_is_read_whole() -> None:
    frame = {
        "post_type": "message",
        "message_type": "group",
        "group_id": 1,
        "user_id": 2,
        "message_id": 3,
        "message": "长" * 350_000,
    }
    heard = read(json.dumps(frame))
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
    out = Outgoing(
        to=Conversation.group("qq", "1"), text="好", mention=[Person(channel="qq", id=id) for id in ("all", "0")]
    )
    _, params = qq_wire.action(out, through=None)
    assert [segment["type"] for segment in params["message"]] == ["text"]
