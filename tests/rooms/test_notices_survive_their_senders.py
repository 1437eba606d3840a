"""A notice on shaky channels, its senders killed: every group once, or known to be in doubt."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from benchmarks.notices import RULES, account, drive, now, prepare
from handlers import outbox, sending
from handlers.base import Conversation
from handlers.notices.feeding import Feeder
from handlers.outbox import PromiseKind, PromiseRow, PromiseState
from handlers.store import Store


def test_killed_senders_say_nothing_twice_and_lose_nothing(store: Store, database_url: str, tmp_path: Path) -> None:
    prepare(store, 600)
    assert drive(database_url, tmp_path / "taken", kill_every=0.1, kills=1) == 1
    counted = account(store, tmp_path / "taken")
    assert counted["targets"] == 600
    assert counted["delivered"] + counted.get("refused", 0) + counted.get("uncertain", 0) == 600


def say_some(store: Store, channel: str, limit: int) -> list[PromiseRow]:
    """What one look of a sender hands to the platform, in its order; the platform takes all of it."""
    with store.transaction() as session:
        rows = sending.claim(session, by="test", now=now(), channel=channel, limit=limit)
        for row in rows:
            sending.taken(session, row.id, platform_id=None, now=now())
    return rows


def test_an_answer_overtakes_a_running_notice_and_the_notice_still_reaches_everybody_once(store: Store) -> None:
    prepare(store, 240)
    feeder, sent = Feeder(replace(RULES, ahead=40)), Counter[tuple[PromiseKind, str]]()
    for look in range(16):
        with store.transaction() as session:
            feeder.run(session, now())
            lying = session.scalars(select(PromiseRow).where(PromiseRow.state == PromiseState.DUE)).all()
            assert len(lying) <= 3 * 40
            if look == 2:  # somebody is answered in the group that stands last
                last = max((row for row in lying if row.channel == "sim0"), key=lambda row: row.id).conversation
                outbox.promise(session, Conversation.parse(last), "答复", kind=PromiseKind.ANSWER, now=now())
        said = [row for channel in ("sim0", "sim1", "sim2") for row in say_some(store, channel, 20)]
        sent.update((row.kind, row.conversation) for row in said)
        if look == 2:
            assert (said[0].kind, said[0].conversation) == (PromiseKind.ANSWER, last)
            assert (PromiseKind.NOTICE, last) not in sent
    assert (len(sent), set(sent.values())) == (241, {1})
    assert sent[PromiseKind.NOTICE, last] == 1
