"""The data layer, on SQLite and PostgreSQL alike."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from handlers import inbox, outbox, sending
from handlers.base import Attachment, Conversation, DecisionKind, Message, Person, silent
from handlers.inbox import DecisionRow, InboxRow
from handlers.outbox import PromiseKind, PromiseRow, PromiseState
from handlers.store import Store
from tests.scenes import until

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
GROUP = Conversation.group("qq", "0720000001")
WANG = Person(channel="qq", id="10001", name="小王")


def message(id: str = "1", *, text: str = "手册能展期吗", at: datetime = NOW) -> Message:
    return Message(
        id=id, conversation=GROUP, sender=WANG, text=text, sent_at=at, quotes="7", attachments=(Attachment.IMAGE,)
    )


def stored(store: Store, *messages: Message) -> list[int | None]:
    with store.transaction() as session:
        return inbox.store(session, messages, now=NOW)


def promised(store: Store, text: str, *, to: Conversation = GROUP, kind: PromiseKind = PromiseKind.REPLY,
             due: datetime | None = None, caused_by: int | None = None) -> int:  # fmt: skip
    with store.transaction() as session:
        return outbox.promise(session, to, text, kind=kind, now=NOW, due=due, caused_by=caused_by)


def claimed(store: Store, *, at: datetime = NOW, waiting: tuple[str, ...] = (), limit: int = 10) -> list[PromiseRow]:
    with store.transaction() as session:
        return sending.claim(session, by="me", now=at, channel="qq", waiting=waiting, limit=limit)


def test_a_message_comes_back_as_it_went_in(store: Store) -> None:
    [id] = stored(store, message())
    assert id is not None
    with store.reading() as session:
        assert inbox.message_of(session.get_one(InboxRow, id)) == message()


def test_a_repeat_is_dropped_and_a_reused_id_is_not(store: Store) -> None:
    [first] = stored(store, message())
    assert first is not None
    repeat, reused = stored(store, message(), message(at=NOW + timedelta(days=1)))
    assert repeat is None
    assert reused not in (None, first)
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(InboxRow)) == 2


@pytest.mark.parametrize("text", ["", "\0", "a\0b", "\ud800", "😀" * 10, "字" * 200_000])
def test_any_text_can_be_stored(store: Store, text: str) -> None:
    assert stored(store, message(text=text))[0] is not None


def test_a_message_is_decided_once(store: Store) -> None:
    [id] = stored(store, message())
    assert id is not None
    with store.transaction() as session:
        assert inbox.claim(session, id, now=NOW)
        inbox.decide(session, id, message(), silent("small_talk"), duration_ms=1.0, now=NOW)
    with store.transaction() as session:
        assert not inbox.claim(session, id, now=NOW)
        assert inbox.unhandled(session) == []
        assert session.scalars(select(DecisionRow.kind)).all() == [DecisionKind.SILENT]


def test_what_fails_half_way_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.transaction() as session:
            inbox.store(session, [message()], now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.reading() as session:
        assert inbox.unhandled(session) == []


def test_promises_of_a_conversation_go_out_one_by_one_in_order(store: Store) -> None:
    first, second = promised(store, "一"), promised(store, "二")
    assert [row.id for row in claimed(store)] == [first]
    with store.transaction() as session:
        sending.taken(session, first, platform_id="901", now=NOW)
    assert [row.text for row in claimed(store)] == ["二"]
    with store.reading() as session:
        assert session.get_one(PromiseRow, second).state == PromiseState.SENDING


def test_whoever_is_called_for_two_reasons_is_called_once(store: Store) -> None:
    chief = Person(channel="qq", id="10002", name="王主任")
    renamed = Person(channel="qq", id=WANG.id, name="老王")
    with store.transaction() as session:
        outbox.promise(session, GROUP, "超期", kind=PromiseKind.CARD, now=NOW, mention=(WANG, chief, renamed))
    assert [person["id"] for row in claimed(store) for person in row.mention] == [WANG.id, chief.id]


def test_conversations_do_not_wait_for_each_other(store: Store) -> None:
    other = Conversation.group("qq", "2")
    promised(store, "一"), promised(store, "二", to=other)
    assert {row.conversation for row in claimed(store, waiting=(str(GROUP),))} == {str(other)}


def test_a_promise_for_later_waits_and_one_for_now_does_not_ask_the_clock(store: Store) -> None:
    promised(store, "明天", due=NOW + timedelta(days=1))
    promised(store, "马上", to=Conversation.group("qq", "2"))
    assert [row.text for row in claimed(store, at=NOW - timedelta(hours=3))] == ["马上"]
    assert [row.text for row in claimed(store, at=NOW + timedelta(days=2))] == ["明天"]


def test_a_withdrawn_promise_is_never_said(store: Store) -> None:
    [cause] = stored(store, message())
    assert cause is not None
    promised(store, "在的，请说", due=NOW + timedelta(minutes=1), caused_by=cause)
    with store.transaction() as session:
        outbox.withdraw(session, caused_by=[cause])
    assert claimed(store, at=NOW + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        (PromiseKind.REPLY, [PromiseState.DUE, PromiseState.UNCERTAIN]),
        (PromiseKind.NOTICE, [PromiseState.UNCERTAIN]),
    ],
)
def test_an_uncertain_word_to_a_person_is_said_once_more(
    store: Store, kind: PromiseKind, after: list[PromiseState]
) -> None:
    promised(store, "答复", kind=kind)
    states = []
    for _ in range(2):
        for row in claimed(store):
            with store.transaction() as session:
                states.append(sending.uncertain(session, row, due=NOW, reason="time-out"))
    assert states == after


def test_what_a_dead_process_was_sending_is_found(store: Store) -> None:
    id = promised(store, "答复")
    claimed(store)
    with store.transaction() as session:
        assert sending.left_behind(session, still_lives=lambda name: name == "me") == []
        assert [row.id for row in sending.left_behind(session, still_lives=lambda name: False)] == [id]


def is_dead(store: Store, name: str) -> bool:
    with store.transaction() as session:
        return not store.still_lives(session, name)


def test_the_dead_are_told_from_the_living(store: Store, database_url: str) -> None:
    store.live_as("me")
    other = Store(database_url)
    other.live_as("other")
    with store.transaction() as session:
        assert store.still_lives(session, "me")
        assert not store.still_lives(session, "nobody")
        assert store.still_lives(session, "other") == (not store.is_sqlite)  # two never share an SQLite file
    other.close()
    noticed = until(lambda: is_dead(store, "other"))  # a server notices a moment after the connection is closed
    asyncio.run(asyncio.wait_for(noticed, timeout=10))


def test_a_quote_finds_what_the_bot_said_there(store: Store) -> None:
    id = promised(store, "答复", caused_by=None)
    claimed(store)
    with store.transaction() as session:
        sending.taken(session, id, platform_id="0901", now=NOW)
    with store.reading() as session:
        found = outbox.quoted(session, GROUP, "0901")
        assert found is not None
        assert found.promise_id == id
        assert outbox.quoted(session, GROUP, "901") is None
        assert outbox.quoted(session, Conversation.group("qq", "2"), "0901") is None


def test_two_claimers_never_get_the_same_promise(store: Store) -> None:
    for number in range(40):
        promised(store, str(number), to=Conversation.group("qq", str(number)))
    got: list[int] = []

    def work() -> None:
        while rows := claimed(store, limit=3):
            got.extend(row.id for row in rows)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 40
    assert len(set(got)) == 40


def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="no time zone"):
        promised(store, "x", due=datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001  that is the point
