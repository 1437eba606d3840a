"""Whatever comes on the wire from QQ, and whatever is to be said there."""

import asyncio
import json

from hypothesis import given
from hypothesis import strategies as st

from bot.channels import qq_answers, qq_wire
from bot.channels.base import Joined, Outgoing, Pace, Parted, Recalled, Refused, Renamed, State, Taken, Uncertain
from bot.channels.foreign import MAX_ID, Unreadable
from bot.channels.inbound import Incoming
from bot.channels.qq import QQChannel
from bot.channels.qq_accounts import Accounts
from bot.channels.qq_answers import Answer
from bot.channels.qq_link import Gone, Link, Role
from bot.channels.qq_receiver import Receiver
from bot.channels.qq_wire import Happened, Heard
from bot.channels.routes import Routes
from handlers.base import Conversation, Message, Person
from tests.scenes_qq import ACCOUNT, NOW, read

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
answers_of_any_kind = st.fixed_dictionaries(
    {"echo": json_values, "status": json_values, "retcode": json_values}, optional={"data": json_values}
)
AT_US = f"[CQ:at,qq={ACCOUNT}]"
hostile = st.sampled_from(["[CQ:at,qq=all]", "@全体成员", "\u202e", "\0", "&#91;CQ:at,qq=all&#93;", "王工"]) | st.text()


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_bytes_are_read_or_told_unreadable(frame: bytes | str) -> None:
    _check(frame)


@given(events | json_values | answers_of_any_kind)
def test_any_json_is_read_or_told_unreadable(frame: object) -> None:
    _check(json.dumps(frame))


@given(
    st.lists(st.sampled_from([AT_US, "[CQ:at", ",", "=", "\0", "]", "[", "&#91;", "&amp;", "在吗", "[CQ:reply,id=]"]))
)
def test_any_patchwork_of_codes_is_read(pieces: list[str]) -> None:
    frame = {"post_type": "message", "message_type": "group", "group_id": 1, "user_id": 2, "message_id": 3}
    heard = read(json.dumps({**frame, "message": "".join(pieces)}))
    assert isinstance(heard, Heard)
    whole = AT_US in "".join(pieces)
    assert heard.message.mentions_bot is whole
    assert "\0" not in heard.message.text  # PostgreSQL would not keep it


@given(words=st.lists(hostile, max_size=4), name=hostile, id=st.from_regex(r"[1-9][0-9]{0,11}", fullmatch=True))
def test_whatever_is_said_only_who_is_meant_is_mentioned(words: list[str], name: str, id: str) -> None:
    """Names and texts that look like codes stay text; nobody makes the bot call everybody."""
    out = Outgoing(
        to=Conversation.group("qq", "1"), text="".join(words), mention=[Person(channel="qq", id=id, name=name)]
    )
    _, params = qq_wire.action(out, through=None)
    segments = json.loads(json.dumps(params, ensure_ascii=False).encode())["message"]
    assert [segment["data"] for segment in segments if segment["type"] == "at"] == [{"qq": id}]
    assert {segment["type"] for segment in segments} == {"at", "text"}


@given(st.lists(events | answers_of_any_kind | json_values, max_size=6))
def test_a_connection_survives_whatever_comes_on_it(frames: list[object]) -> None:
    """One frame after the other, each changing what is known of the account; and at the end it still hears."""

    async def play() -> None:
        channel = QQChannel(token=None, pace=Pace(), clock=lambda: NOW, dial=["ws://127.0.0.1:1"])
        told: list[Incoming] = []

        async def hear(heard: Incoming, *, account: str) -> None:
            told.append(heard)
            await channel.hear(heard, account=account)

        accounts = Accounts(clock=lambda: NOW, timeout=1)
        receiver = Receiver(
            accounts, Routes(), hear=hear, joined=lambda _: None, trouble=lambda _: None, clock=lambda: NOW
        )
        link = Link(Nothing(), account="", role=Role.UNIVERSAL)
        accounts.join(link)
        question = {"post_type": "message", "message_type": "group", "group_id": 1, "user_id": "x2", "message_id": 3}
        for frame in [*frames, {**question, "self_id": ACCOUNT, "message": "在吗"}]:
            await receiver.read(link, json.dumps(frame))
        assert isinstance(told[-1], Message)
        assert told[-1].text == "在吗"
        accounts.note_states()
        assert [account.health().state for account in accounts] == [State.UP]

    asyncio.run(play())


def test_who_connects_while_all_accounts_are_looked_at_disturbs_nobody() -> None:
    accounts = Accounts(clock=lambda: NOW, timeout=1)
    accounts.of(Link(Nothing(), account="111", role=Role.UNIVERSAL))
    seen = []
    for account in accounts:
        accounts.of(Link(Nothing(), account="222", role=Role.UNIVERSAL))
        seen.append(account.name)
    assert seen == ["111"]
    assert [account.name for account in accounts] == ["111", "222"]


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
        read_as = read(frame)
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
        assert "\0" not in message.text
