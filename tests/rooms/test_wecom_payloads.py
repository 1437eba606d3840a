"""What WeCom puts on the wire, and what each frame becomes."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import wecom_wire as wire
from bot.channels.base import Outgoing
from bot.channels.foreign import MAX_ID, Unreadable
from bot.channels.quoting import id_of_words
from bot.channels.wecom_wire import Answer, Displaced, Frame, Heard, Sign
from handlers.base import Conversation, Person
from tests.scenes import told

NOW = datetime(2026, 6, 1, tzinfo=UTC)
GROUP = Conversation.group("wecom", "wr1")
FRAMES = Path(__file__).parents[1] / "payloads" / "wecom" / "frames.json"

Scene = dict[str, Any]


def read(frame: object) -> Frame:
    return wire.read(json.dumps(frame), name="直通车", now=NOW)


def became(frame: object) -> Scene:
    try:
        read_as = read(frame)
    except Unreadable:
        return {"kind": "unreadable"}
    match read_as:
        case Heard(message=message, req_id=req_id):
            assert req_id == "r1"
            return told(message)
        case Answer(code=code):
            return {"kind": "answer", "code": code}
        case Displaced():
            return {"kind": "displaced"}
        case Sign():
            return {"kind": "sign"}


@pytest.mark.parametrize(
    "scene", [pytest.param(scene, id=scene["scene"]) for scene in json.loads(FRAMES.read_text("utf-8"))]
)
def test_a_frame_becomes_what_it_tells(scene: Scene) -> None:
    becomes = scene["becomes"]
    if becomes.get("quotes"):
        becomes["quotes"] = id_of_words(GROUP, becomes["quotes"].removeprefix("words-of "))
    assert became(scene["frame"]) == becomes


def test_quotes_find_what_was_said_however_the_mention_is_shown() -> None:
    said = wire.id_of_said(GROUP, "新工单 #12\n退税要几天")
    for shown in ("@张三 新工单 #12\n退税要几天", "<@zhangsan> 新工单 #12 退税要几天", "新工单 #12\n\n退税要几天 "):
        assert wire.id_of_said(GROUP, shown) == said
    assert wire.id_of_said(GROUP, "新工单 #13\n退税要几天") != said
    assert wire.id_of_said(Conversation.group("wecom", "wr2"), "新工单 #12\n退税要几天") != said


# --- anything at all

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
contents = json_values | st.fixed_dictionaries({"content": st.text(max_size=40) | json_values})
kinds = st.sampled_from(["text", "image", "mixed", "voice", "file", "??"]) | json_values
items = st.fixed_dictionaries({}, optional={"msgtype": kinds, "text": contents, "image": contents})
bodies = st.fixed_dictionaries(
    {},
    optional={
        "msgid": json_values | st.text(max_size=90),
        "chattype": st.sampled_from(["group", "single"]) | json_values,
        "chatid": json_values | st.text(max_size=90),
        "from": json_values | st.fixed_dictionaries({"userid": json_values | st.text(max_size=90)}),
        "msgtype": kinds,
        "text": contents,
        "voice": contents,
        "mixed": json_values | st.fixed_dictionaries({"msg_item": st.lists(items | json_values, max_size=4)}),
        "quote": json_values | items,
        "create_time": json_values,
        "event": json_values | st.fixed_dictionaries({"eventtype": json_values}),
    },
)
frames = st.fixed_dictionaries(
    {},
    optional={
        "cmd": st.sampled_from(["aibot_msg_callback", "aibot_event_callback", "", "new"]) | json_values,
        "headers": json_values | st.fixed_dictionaries({"req_id": json_values}),
        "body": bodies | json_values,
        "errcode": json_values,
        "errmsg": json_values,
    },
)


@given(frames | json_values)
def test_any_json_is_read_or_told_unreadable(frame: object) -> None:
    _check(json.dumps(frame))


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_bytes_are_read_or_told_unreadable(frame: bytes | str) -> None:
    _check(frame)


@given(st.text(alphabet="<@>al zhng\n＜", max_size=30), st.lists(st.text(alphabet="<@>al", min_size=1, max_size=6)))
def test_only_who_is_to_be_mentioned_is_mentioned(text: str, ids: list[str]) -> None:
    people = [Person(channel="wecom", id=id) for id in ids]
    words = wire.words(Outgoing(to=GROUP, text=text, mention=people))
    fit = [id for id in ids if id not in ("all", "@all") and not set("<>") & set(id)]
    assert words.count("<@") == len(fit)
    assert "<@all>" not in words


def _check(frame: bytes | str) -> None:
    try:
        read_as = wire.read(frame, name="直通车", now=NOW)
    except Unreadable:
        return
    if isinstance(read_as, Heard):
        message = read_as.message
        for id in (message.id, message.sender.id, message.conversation.id):
            assert 0 < len(id) <= MAX_ID
            assert id.isprintable()
        assert message.sent_at.tzinfo is not None
        assert Conversation.parse(str(message.conversation)) == message.conversation
        message.text.encode("utf-8")
