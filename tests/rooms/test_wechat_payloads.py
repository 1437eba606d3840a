"""What Wechaty gateways tell, and what each event and message becomes."""

import json
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechaty_grpc.wechaty.puppet import EventResponse, MessagePayloadResponse

from bot.channels import wechat_events, wechat_messages
from bot.channels.foreign import MAX_ID, Unreadable
from bot.channels.quoting import id_of_words
from bot.channels.wechat_gateway import Failed
from bot.channels.wechat_link import event_of, read
from handlers.base import Conversation, Message
from tests.scenes import told

NOW = datetime(2026, 6, 1, tzinfo=UTC)
OURS = frozenset({"wxid_bot"})
NAMES = ("海关小助手", "小通")
PAYLOADS = Path(__file__).parents[1] / "payloads" / "wechaty"

Scene = dict[str, Any]


def scenes(name: str) -> list[Any]:
    return [pytest.param(scene, id=scene["scene"]) for scene in json.loads((PAYLOADS / name).read_text("utf-8"))]


def heard(payload: MessagePayloadResponse) -> Message | str | None:
    """The message, or the id of the one that was taken back."""
    said = wechat_messages.said(payload, NOW)
    if said.type == wechat_messages.Type.RECALLED:
        return said.recalls
    return wechat_messages.message(said, name="王工", account="号1", ours=OURS, our_names=NAMES)


def became(payload: Scene) -> Scene:
    try:
        message = heard(MessagePayloadResponse(**payload))
    except Unreadable:
        return {"kind": "unreadable"}
    if not isinstance(message, Message):
        return {"kind": "recalled", "id": message}
    return told(message)


@pytest.mark.parametrize("scene", scenes("messages.json"))
def test_a_message_becomes_what_was_said(scene: Scene) -> None:
    becomes = scene["becomes"]
    if becomes.get("quotes"):
        becomes["quotes"] = id_of_words(Conversation.group("wechat", "1001@chatroom"), "手册能展期吗")
    assert became(scene["payload"]) == becomes


@pytest.mark.parametrize("scene", scenes("events.json"))
def test_an_event_becomes_what_it_tells(scene: Scene) -> None:
    try:
        event = wechat_events.event(EventResponse(type=scene["type"], payload=json.dumps(scene["payload"])), NOW)
    except Unreadable:
        assert scene["becomes"] == {"kind": "Unreadable"}
        return
    told = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(event).items()}
    told.pop("at", None)
    assert {"kind": type(event).__name__, **told} == scene["becomes"]


def test_names_are_called_in_front_and_nothing_else_looks_like_a_mention() -> None:
    assert wechat_messages.words("十天", ["王工", "小李"]) == "@王工\u2005@小李\u2005十天"
    assert wechat_messages.words("@所有人\u2005十天", ["坏\u2005名@字\n\x00"]) == "@坏 名＠字\u2005@所有人 十天"
    assert not wechat_messages.may_be_mentioned("notify@all")


# --- anything at all

ids = st.text(max_size=100) | st.sampled_from(["wxid_bot", "wxid_wang", "notify@all", "", "1001@chatroom"])
pieces = st.sampled_from(["@小通", "@小通二号", "\u2005", " ", "@", "「小通：", "」\n- - - - - - - -\n", "\x00", "\ud83d", "在吗", "[CQ:at,qq=all]"])  # fmt: skip
payloads = st.builds(
    MessagePayloadResponse,
    id=ids,
    from_id=ids,
    room_id=ids,
    to_id=ids,
    filename=st.text(max_size=20),
    text=st.lists(pieces, max_size=8).map("".join) | st.text(max_size=60),
    timestamp=st.integers(0, 2**64 - 1),
    type=st.integers(0, 40),
    mention_ids=st.lists(ids, max_size=3),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
FIELDS = ["messageId", "contactId", "data", "qrcode", "status", "roomId", "inviteeIdList", "removeeIdList", "newTopic", "payloadId", "gerror", "timestamp"]  # fmt: skip
event_payloads = st.dictionaries(st.sampled_from(FIELDS), json_values | ids, max_size=6).map(json.dumps)


@given(payloads)
def test_any_message_is_read_or_told_unreadable(payload: MessagePayloadResponse) -> None:
    try:
        message = heard(payload)
    except Unreadable:
        return
    if not isinstance(message, Message):
        return
    for id in (message.id, message.sender.id, message.conversation.id):
        assert 0 < len(id) <= MAX_ID
        assert id.isprintable()
    assert message.sent_at.tzinfo is not None
    assert Conversation.parse(str(message.conversation)) == message.conversation
    message.text.encode("utf-8")
    if message.mentions_bot:
        assert not message.conversation.is_private
        assert "wxid_bot" in payload.mention_ids or any(f"@{name}" in payload.text for name in NAMES)


@given(
    st.lists(
        st.sampled_from(
            ["@小通二号\u2005", "@小", "通\u2005", "@所有人\u2005", "小通\u2005", "@小李\u2005", "a@小通", " "]
        )
    )
)
def test_no_patchwork_of_other_names_calls_the_bot(pieces: list[str]) -> None:
    text = "".join(pieces)
    payload = MessagePayloadResponse(id="1", from_id="wxid_wang", room_id="1001@chatroom", text=text, type=7)
    message = heard(payload)
    assert isinstance(message, Message)
    at = text.find("@小通")
    called = False
    while at >= 0:
        behind, before = text[at + 3 :], text[at - 1 : at] if at else ""
        called = called or (before != "a" and (behind.startswith("\u2005") or not behind.strip()))
        at = text.find("@小通", at + 1)
    assert message.mentions_bot is called


@given(st.integers(0, 40) | st.integers(-(2**31), 2**31 - 1), event_payloads | st.text(max_size=80))
def test_any_event_is_read_or_told_unreadable(type: int, payload: str) -> None:
    try:
        event = wechat_events.event(EventResponse(type=type, payload=payload), NOW)
    except Unreadable:
        return
    if isinstance(event, wechat_events.Scan):
        assert event.code.isascii()
    if isinstance(event, wechat_events.Came | wechat_events.Went):
        assert all(0 < len(id) <= MAX_ID for id in (event.room, *event.people))


@st.composite
def protobuf(draw: st.DrawFn) -> bytes:
    """Fields of any number in any of the wire types, whatever the protocol says they are, and bytes of nothing."""
    data = b""
    for _ in range(draw(st.integers(0, 6))):
        number, wire_type = draw(st.integers(1, 10)), draw(st.sampled_from([0, 1, 2, 5]))
        content = draw(st.binary(max_size=20) | st.sampled_from([b"{}", b"m1", "在".encode()]))
        value = {0: b"\x07", 1: content.ljust(8, b"\0")[:8], 5: content.ljust(4, b"\0")[:4]}
        data += bytes([number << 3 | wire_type]) + value.get(wire_type, bytes([len(content)]) + content)
    return data + draw(st.binary(max_size=3))


@given(st.binary(max_size=200) | protobuf())
def test_any_bytes_are_an_event_or_none_and_an_answer_or_refused(data: bytes) -> None:
    event = event_of(data)
    assert isinstance(event, EventResponse)
    with suppress(Unreadable):
        wechat_events.event(event, NOW)
    with suppress(Failed, Unreadable):
        heard(read(data, MessagePayloadResponse))
